"""What a script asks of ``torch.cuda`` before it goes on without a GPU.

The answers are those of a torch that is built for the CPU alone: no GPU is there, seeds for it are
taken and do nothing, and whatever needs one is refused in torch's words.
"""

from refimpl.errors import failure, outside
from refimpl.tape.dtypes import WHERE
from refimpl.tape.typed import ON_CUDA

__all__ = [
    "current_device",
    "device_count",
    "empty_cache",
    "get_device_capability",
    "get_device_name",
    "get_device_properties",
    "is_available",
    "is_bf16_supported",
    "is_initialized",
    "manual_seed",
    "manual_seed_all",
    "max_memory_allocated",
    "memory_allocated",
    "memory_reserved",
    "seed",
    "seed_all",
    "synchronize",
]


def is_available():
    """Return whether a GPU is there: never.

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device(type='cpu')
    """
    return False


def is_initialized():
    """Return whether a GPU was used: never.

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cuda.is_initialized()
    False
    """
    return False


def is_bf16_supported(including_emulation=True):
    """Return whether a GPU computes in bfloat16: there is none.

    Parameters
    ----------
    including_emulation : bool
        Count a GPU that imitates it; it changes nothing here.

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cuda.is_bf16_supported()
    False
    """
    return False


def device_count():
    """Return how many GPUs there are: none.

    Returns
    -------
    int

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cuda.device_count()
    0
    """
    return 0


def _nothing(name, summary):
    """Return a function that does nothing."""

    def ignored():
        pass

    ignored.__name__ = ignored.__qualname__ = name
    ignored.__doc__ = f"""{summary}; there is none, so nothing happens, as in torch.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cuda.{name}()
    """
    return ignored


def _no_seed(name, summary):
    """Return a function that takes a seed and does nothing with it."""

    def ignored(seed):
        int(seed)

    ignored.__name__ = ignored.__qualname__ = name
    ignored.__doc__ = f"""{summary}; there is none, so nothing happens, as in torch.

    Parameters
    ----------
    seed : int

    Raises
    ------
    ValueError
        For a text that is no number.
    TypeError
        For anything else that is no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cuda.{name}(1)
    """
    return ignored


manual_seed = _no_seed("manual_seed", "Seed the GPU's generator")
manual_seed_all = _no_seed("manual_seed_all", "Seed the generators of all GPUs")
seed = _nothing("seed", "Seed the GPU's generator at random")
seed_all = _nothing("seed_all", "Seed the generators of all GPUs at random")
empty_cache = _nothing("empty_cache", "Give back memory of the GPU")


def _none_used(name):
    """Return a function that says that no memory of a GPU is in use."""

    def used(device=None):
        return 0

    used.__name__ = used.__qualname__ = name
    used.__doc__ = f"""Return the bytes of a GPU's memory that are in use: none.

    Parameters
    ----------
    device : device, str or int, optional

    Returns
    -------
    int

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cuda.{name}()
    0
    """
    return used


memory_allocated = _none_used("memory_allocated")
max_memory_allocated = _none_used("max_memory_allocated")
memory_reserved = _none_used("memory_reserved")


def _no_gpu():
    return failure(AssertionError, "Torch not compiled with CUDA enabled", WHERE)


def current_device():
    """Refuse to number the current GPU: no GPU is there.

    Raises
    ------
    AssertionError
        In any case, as in a torch that is built for the CPU alone.

    Examples
    --------
    >>> import refimpl as torch
    >>> try:
    ...     torch.cuda.current_device()
    ... except AssertionError as error:
    ...     print(error)
    Torch not compiled with CUDA enabled
    """
    raise _no_gpu()


def _refused(name, what):
    """Return a function that needs a GPU."""

    def needs_gpu(device=None):
        raise _no_gpu()

    needs_gpu.__name__ = needs_gpu.__qualname__ = name
    needs_gpu.__doc__ = f"""Refuse to {what}: no GPU is there.

    Parameters
    ----------
    device : device, str or int, optional

    Raises
    ------
    AssertionError
        In any case, as in a torch that is built for the CPU alone.

    Examples
    --------
    >>> import refimpl as torch
    >>> try:
    ...     torch.cuda.{name}()
    ... except AssertionError as error:
    ...     print(error)
    Torch not compiled with CUDA enabled
    """
    return needs_gpu


get_device_name = _refused("get_device_name", "name a GPU")
get_device_capability = _refused("get_device_capability", "tell what a GPU can do")
get_device_properties = _refused("get_device_properties", "describe a GPU")
synchronize = _refused("synchronize", "wait for a GPU")

globals().update(ON_CUDA)

__getattr__ = outside("torch.cuda", __all__)
