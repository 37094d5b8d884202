"""Generators: one's own, and the default one that all draws share."""

from refimpl.errors import Builtin, failure, kind, place, typename
from refimpl.streams import Generator as Stream
from refimpl.tape import dtypes
from refimpl.tape.tensor import ReadOnly, Tensor, wrap


class Generator(Stream, metaclass=Builtin, module="torch._C", closed=False):
    """A source of random numbers of one's own, see `refimpl.streams.Generator`.

    Parameters
    ----------
    device : str or device
        ``"cpu"``.

    Raises
    ------
    RuntimeError
        For another device.

    Examples
    --------
    >>> import refimpl as torch
    >>> generator = torch.Generator().manual_seed(0)
    >>> torch.rand(2, generator=generator)
    tensor([0.4963, 0.7682])
    """

    def __init__(self, device="cpu"):
        if device is not None and not isinstance(device, (str, int, dtypes.device)):
            where = place("__init__", "device", 1)
            raise failure(
                TypeError,
                f"Generator(): argument 'device'{where} must be torch.device, not {kind(device)}",
            )
        device = dtypes.CPU if device is None else dtypes.device(device)
        if device.type != "cpu":
            raise failure(
                RuntimeError,
                f"Cannot get {device.type.upper()} generator without ATen_{device.type} library.",
                dtypes.WHERE,
            )
        self._device = device
        super().__init__()

    @ReadOnly
    def device(self):
        """Where the generator lives; always the CPU."""
        return self._device

    def get_state(self):
        """Return the state as torch writes it.

        Returns
        -------
        Tensor of uint8, shape (5056,)

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.Generator().get_state().shape
        torch.Size([5056])
        """
        return wrap(super().get_state())

    def set_state(self, state):
        """Go back to a state that `get_state` has returned, and return the generator.

        Parameters
        ----------
        state : Tensor of uint8, shape (5056,)

        Returns
        -------
        Generator
            The generator itself.

        Raises
        ------
        TypeError
            For what is no tensor of bytes.
        RuntimeError
            For bytes that hold no state.

        Examples
        --------
        >>> import refimpl as torch
        >>> generator = torch.Generator()
        >>> state = generator.get_state()
        >>> first = torch.rand(1, generator=generator)
        >>> torch.rand(1, generator=generator.set_state(state)) == first
        tensor([True])
        """
        if not isinstance(state, Tensor):
            raise failure(
                TypeError, f"expected a torch.ByteTensor, but got {typename(type(state))}"
            )
        if state.dtype is not dtypes.uint8:
            raise failure(TypeError, "RNG state must be a torch.ByteTensor")
        super().set_state(state._array.reshape(-1))  # torch counts the bytes, not the axes
        return self


default_generator = Generator()
default_generator.seed()


def manual_seed(seed):
    """Start the default generator from `seed` and return it.

    Parameters
    ----------
    seed : int
        From ``-2**63`` to ``2**64 - 1``; what is no int is made one.

    Returns
    -------
    Generator
        The default one.

    Raises
    ------
    ValueError
        For a seed beyond that range.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(1581317843)
    >>> torch.randn(2, 3)
    tensor([[ 0.5283,  0.3922, -0.0484],
            [-1.6257, -0.4775,  0.5645]])
    """
    return default_generator.manual_seed(int(seed))


def seed():
    """Start the default generator from an unpredictable seed, and return that seed.

    Returns
    -------
    int

    Examples
    --------
    >>> import refimpl as torch
    >>> seed = torch.seed()
    >>> first = torch.rand(3)
    >>> _ = torch.manual_seed(seed)
    >>> torch.equal(torch.rand(3), first)
    True
    """
    return default_generator.seed()


def initial_seed():
    """Return the seed from which the default generator started.

    Returns
    -------
    int
        A negative seed plus ``2**64``.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(-1)
    >>> torch.initial_seed() == 2**64 - 1
    True
    """
    return default_generator.initial_seed()


def get_rng_state():
    """Return the state of the default generator.

    Returns
    -------
    Tensor of uint8, shape (5056,)

    Examples
    --------
    >>> import refimpl as torch
    >>> state = torch.get_rng_state()
    >>> first = torch.rand(3)
    >>> torch.set_rng_state(state)
    >>> torch.equal(torch.rand(3), first)
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state):
    """Bring the default generator back to a state of `get_rng_state`.

    Parameters
    ----------
    new_state : Tensor of uint8, shape (5056,)

    Raises
    ------
    TypeError
        For what is no tensor of bytes.
    RuntimeError
        For bytes that hold no state.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> state = torch.get_rng_state()
    >>> _ = torch.manual_seed(1)
    >>> torch.set_rng_state(state)
    >>> torch.rand(1)
    tensor([0.4963])
    """
    default_generator.set_state(new_state)


def source(name, generator):
    """Return the generator that was given, or the default one."""
    if generator is None:
        return default_generator
    if not isinstance(generator, Stream):
        raise failure(
            TypeError,
            f"{name}(): argument 'generator' must be torch.Generator, not {kind(generator)}",
            f"{name}: torch.Generator().manual_seed({generator!r}) makes one of a seed.",
        )
    return generator
