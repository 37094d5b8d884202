"""The old constructors, one for each dtype: ``FloatTensor([1, 2])``, ``LongTensor(2, 3)``."""

import builtins
import importlib
import warnings

from refimpl.errors import NAMES, failure, typename
from refimpl.tape import dtypes
from refimpl.tape.creation import constructed
from refimpl.tape.tensor import Tensor, wrap


class tensortype(type):
    """The class of the typed constructors: a tensor is an instance of that of its dtype.

    Each is called as ``Tensor`` is, with data or with a shape.
    """

    def __call__(cls, *args, device=None, **outside):
        array, counter = constructed(args, device, outside, cls.dtype)
        tensor = wrap(array)
        tensor._counter = counter
        return tensor

    def __instancecheck__(cls, other):
        return isinstance(other, Tensor) and other._array.dtype == cls.dtype.numpy


DOCSTRING = """Make a tensor of {dtype}: ``{name}(data)`` of data, ``{name}(2, 3)`` of that shape.

    A shape alone leaves the elements open: here they are zeros. `tensor` is the clearer way.

    Parameters
    ----------
    *args : nested lists, ndarray or Tensor of any shape; or int, one for each length
        A tensor must have this dtype and shares its memory.
    device : device, str or int, optional
        The CPU; no other is there.

    Raises
    ------
    TypeError
        For a number or a text alone; for a tensor of another dtype; for another keyword.
    RuntimeError
        For a number that the dtype cannot hold; for a negative length; for another device.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.{name}([1, 0])
    {printed}
    >>> isinstance(torch.ones(2, dtype={dtype}), torch.{name})
    True
    """
PRINTED = {
    "FloatTensor": "tensor([1., 0.])",
    "LongTensor": "tensor([1, 0])",
    "BoolTensor": "tensor([ True, False])",
}


def _constructor(dtype):
    """Return the constructor of a dtype."""
    name = f"{dtype.title}Tensor"
    digits = "1., 0." if dtype.is_floating_point else "1, 0"
    printed = PRINTED.get(name, f"tensor([{digits}], dtype={dtype})")
    text = DOCSTRING.format(dtype=dtype, name=name, printed=printed)
    return tensortype(
        name,
        (),
        {"__doc__": text, "__module__": __name__, "dtype": dtype, "is_cuda": False},
    )


CONSTRUCTORS = {each.__name__: each for each in map(_constructor, dtypes.DTYPES.values())}
BoolTensor = CONSTRUCTORS["BoolTensor"]
ByteTensor = CONSTRUCTORS["ByteTensor"]
CharTensor = CONSTRUCTORS["CharTensor"]
DoubleTensor = CONSTRUCTORS["DoubleTensor"]
FloatTensor = CONSTRUCTORS["FloatTensor"]
HalfTensor = CONSTRUCTORS["HalfTensor"]
IntTensor = CONSTRUCTORS["IntTensor"]
LongTensor = CONSTRUCTORS["LongTensor"]
ShortTensor = CONSTRUCTORS["ShortTensor"]


class cuda_tensortype(type):
    """The class of the constructors for tensors on a GPU, which is not there."""

    def __call__(cls, *args, **options):
        raise not_compiled(cls.__name__)

    def __instancecheck__(cls, other):
        return False


def not_compiled(name):
    """Return torch's error for a typed constructor of a GPU."""
    return failure(
        TypeError,
        f"type torch.cuda.{name} not available. Torch not compiled with CUDA enabled.",
        dtypes.WHERE,
    )


ON_CUDA = {
    name: cuda_tensortype(
        name,
        (),
        {
            "__doc__": f"{name} on a GPU: there is none, so a call is refused as in torch.",
            "__module__": "torch.cuda",
            "dtype": each.dtype,
            "is_cuda": True,
        },
    )
    for name, each in CONSTRUCTORS.items()
}
NO_LIBRARY = (
    "Cannot initialize CUDA without ATen_cuda library. PyTorch splits its backend into two shared "
    "libraries: a CPU library and a CUDA library; this error has occurred because you are trying "
    "to use some CUDA functionality, but the CUDA library has not been loaded by the dynamic "
    "linker for some reason.  The CUDA library MUST be loaded, EVEN IF you don't directly use any "
    "symbols from the CUDA library! One common culprit is a lack of -Wl,--no-as-needed in your "
    "link arguments; many dynamic linkers will delete dynamic library dependencies if you don't "
    "depend on any of their symbols.  You can check if this has occurred by using ldd on your "
    "binary to see if there is a dependency on *_cuda.so library."
)


def dtype_of(kind):
    """Return the dtype that is meant by a dtype, a constructor or the name of one."""
    if isinstance(kind, dtypes.dtype):
        return kind
    if isinstance(kind, str):
        return _dtype_named(kind)
    if isinstance(kind, tensortype):
        return kind.dtype
    if kind is Tensor:
        return dtypes.Defaults.dtype
    if isinstance(kind, cuda_tensortype):
        raise failure(RuntimeError, NO_LIBRARY, dtypes.WHERE)
    if isinstance(kind, builtins.type):
        raise failure(ValueError, f"invalid type: '{typename(kind)}'", "type: give a dtype.")
    raise failure(
        TypeError, "dtype must be a type, str, or dtype object", f"type: {kind!r} is none."
    )


def _dtype_named(name):
    place, _, last = name.rpartition(".")
    if place == "torch" and last in CONSTRUCTORS:
        return CONSTRUCTORS[last].dtype
    if place == "torch.cuda" and last in ON_CUDA:
        raise failure(RuntimeError, NO_LIBRARY, dtypes.WHERE)
    raise failure(
        ValueError,
        f"invalid type: '{name}'",
        'type: it takes a dtype, or a name such as "torch.FloatTensor".',
    )


def set_default_tensor_type(t):
    """Choose the type of Python floats by a constructor; `set_default_dtype` is the clearer way.

    Parameters
    ----------
    t : class or str
        ``torch.DoubleTensor`` or ``"torch.DoubleTensor"``; FloatTensor and HalfTensor as well.

    Raises
    ------
    TypeError
        Where it is not of floating point; for a type of a GPU; for what is no such type.
    ModuleNotFoundError
        For a text that leads to no module.

    Warns
    -----
    UserWarning
        It is deprecated in torch.

    Examples
    --------
    >>> import warnings
    >>> import refimpl as torch
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     torch.set_default_tensor_type(torch.DoubleTensor)
    >>> torch.tensor([1.5]).type()
    'torch.DoubleTensor'
    >>> torch.set_default_dtype(torch.float32)
    """
    kind = _imported(t) if isinstance(t, str) else t
    if isinstance(kind, cuda_tensortype):
        raise not_compiled(kind.__name__)
    if not isinstance(kind, tensortype):
        raise failure(
            TypeError,
            "invalid type object: only floating-point types are supported as the default type",
            "set_default_tensor_type: give FloatTensor or DoubleTensor.",
        )
    warnings.warn(
        "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use "
        "torch.set_default_dtype() and torch.set_default_device() as alternatives.",
        UserWarning,
        stacklevel=2,
    )
    dtypes.set_default_dtype(kind.dtype)


def _imported(name):
    place, _, last = name.rpartition(".")
    found = {"torch": CONSTRUCTORS, "torch.cuda": ON_CUDA}.get(place, {}).get(last)
    return found or getattr(importlib.import_module(place or name), last)


assert set(CONSTRUCTORS) <= {f"{names.title}Tensor" for names in NAMES.values()}
