"""The number types: torch's names over NumPy's, and how two of them meet.

A type belongs to a category: boolean, integer or floating point. Where two tensors meet, the
higher category decides; inside a category NumPy's rule holds. A number or a tensor of rank 0
takes part only when it brings a higher category than the tensors that have dimensions.
"""

import operator
import re

import numpy as np

from refimpl.errors import NAMES, Builtin, Fixed, as_int, failure, is_int, kind, place, unsupported

BOOLEAN, INTEGER, FLOATING = range(3)


def _span(numpy):
    if numpy.kind == "b":
        return -(2**63), 2**63 - 1  # all numbers count as true or false
    if numpy.kind == "f":
        info = np.finfo(numpy)
        return float(info.min), float(info.max)
    info = np.iinfo(numpy)
    return int(info.min), int(info.max)


class dtype(metaclass=Builtin):
    """A number type: torch's name over the type of NumPy that is behind it.

    The types are ready-made: ``torch.float32``, ``torch.int64``, ``torch.bool`` and so on.

    Parameters
    ----------
    *args, **options
        None is taken.

    Raises
    ------
    TypeError
        Always: a program makes no types.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.float32.itemsize, torch.float32.is_floating_point, torch.int64
    (4, True, torch.int64)
    """

    __slots__ = ("name", "numpy", "category", "title", "span")

    def __new__(cls, *args, **options):
        raise failure(
            TypeError,
            "cannot create 'torch.dtype' instances",
            "The types are ready-made: write torch.float32, torch.int64 and so on.",
        )

    @classmethod
    def _of(cls, name):
        """Make the type of that name in NumPy."""
        made = object.__new__(cls)
        made.name = name
        made.title = NAMES[name].title
        made.numpy = np.dtype(name)
        made.category = {"b": BOOLEAN, "f": FLOATING}.get(made.numpy.kind, INTEGER)
        made.span = _span(made.numpy)  # from the smallest finite number to the largest
        return made

    @property
    def is_floating_point(self):
        """Whether it is a type of floating point."""
        return self.category == FLOATING

    @property
    def is_complex(self):
        """Whether it is a complex type; none here is."""
        return False

    @property
    def is_signed(self):
        """Whether it has negative numbers."""
        return self.numpy.kind in "if"

    @property
    def itemsize(self):
        """The number of bytes that a number takes."""
        return self.numpy.itemsize

    def __repr__(self):
        return f"torch.{self.name}"

    def __reduce__(self):
        return self.name


bool_ = dtype._of("bool")
uint8 = dtype._of("uint8")
int8 = dtype._of("int8")
int16 = dtype._of("int16")
int32 = dtype._of("int32")
int64 = dtype._of("int64")
float16 = dtype._of("float16")
float32 = dtype._of("float32")
float64 = dtype._of("float64")

DTYPES = {
    each.numpy: each
    for each in (bool_, uint8, int8, int16, int32, int64, float16, float32, float64)
}


class Defaults:
    """What `set_default_dtype` changes: the type of a Python float."""

    dtype = float32


def get_default_dtype():
    """Return the type that Python floats and the floating-point results of integers have.

    Returns
    -------
    dtype

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.get_default_dtype()
    torch.float32
    """
    return Defaults.dtype


def set_default_dtype(d, /):
    """Choose the type that Python floats and the floating-point results of integers have.

    Parameters
    ----------
    d : dtype
        float16, float32 or float64.

    Raises
    ------
    TypeError
        Where `d` is no floating-point dtype.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.set_default_dtype(torch.float64)
    >>> torch.tensor([1.5]).dtype
    torch.float64
    >>> torch.set_default_dtype(torch.float32)
    """
    if not isinstance(d, dtype):
        raise failure(
            TypeError,
            "invalid dtype object: only floating-point types are supported as the default type",
            f"It is {d!r}; give torch.float32 or torch.float64.",
        )
    if not d.is_floating_point:
        raise failure(
            TypeError,
            "only floating-point types are supported as the default type",
        )
    Defaults.dtype = d


def of_number(value):
    """Return the dtype that torch gives to a number; a truth value of NumPy counts as a float."""
    if isinstance(value, bool):
        return bool_
    if isinstance(value, (int, np.integer)):
        return int64
    if isinstance(value, (float, np.floating, np.bool_)):
        return Defaults.dtype
    return None


def promote_types(type1, type2):
    """Return the smallest dtype that holds the values of both types, as torch sees it.

    Parameters
    ----------
    type1, type2 : dtype

    Returns
    -------
    dtype

    Raises
    ------
    TypeError
        Where one of them is no dtype.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.promote_types(torch.int64, torch.float16)
    torch.float16
    >>> torch.promote_types(torch.uint8, torch.int8)
    torch.int16
    """
    if type(type1) is not dtype or type(type2) is not dtype:
        type1, type2 = _promotable("type1", 1, type1), _promotable("type2", 2, type2)
    if type1.category != type2.category:
        return type1 if type1.category > type2.category else type2
    return DTYPES[np.promote_types(type1.numpy, type2.numpy)]


PYTHONS = {float: float64, int: int64, bool: bool_}  # what the types of Python stand for


def _promotable(argument, position, given):
    if isinstance(given, dtype):
        return given
    if isinstance(given, type) and given in PYTHONS:
        return PYTHONS[given]
    raise failure(
        TypeError,
        f"promote_types(): argument '{argument}'{place('promote_types', argument, position)} must "
        f"be torch.dtype, not {kind(given)}",
        "A dtype is written without quotes: torch.float64.",
    )


def meet(ranked):
    """Return the dtype of a result; operands are given as (rank, dtype), a number with rank -1.

    Tensors with dimensions decide, then tensors of rank 0, then Python numbers. A later group
    counts only if its category (bool < integer < floating point) is higher.
    """
    result = None
    for group in (lambda rank: rank > 0, lambda rank: rank == 0, lambda rank: rank < 0):
        found = [dtype for rank, dtype in ranked if group(rank)]
        if not found:
            continue
        common = found[0]
        for other in found[1:]:
            common = promote_types(common, other)
        if result is None:
            result = common
        elif common.category > result.category:
            result = promote_types(result, common)
    return result


# The devices that torch knows by name.
DEVICES = (
    "cpu",
    "cuda",
    "ipu",
    "xpu",
    "mkldnn",
    "opengl",
    "opencl",
    "ideep",
    "hip",
    "ve",
    "fpga",
    "maia",
    "xla",
    "lazy",
    "vulkan",
    "mps",
    "meta",
    "hpu",
    "mtia",
    "privateuseone",
)
WHERE = "refimpl computes on the CPU only."


class device(Fixed, metaclass=Builtin):
    """Where a tensor lives; here always the CPU.

    Other devices have names, as in torch; a tensor that should live there is refused.

    Parameters
    ----------
    type : str or device
        Such as ``"cpu"`` or ``"cuda:0"``.
    index : int, optional
        Which of several.

    Raises
    ------
    RuntimeError
        For a name that is no device's; for a negative index, or a number alone.
    TypeError
        Where `type` is neither a name nor a device.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(2).device
    device(type='cpu')
    >>> torch.device("cuda:1").index
    1
    """

    def __init__(self, type, index=None):
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, bool) or not isinstance(type, (str, int)):
            raise failure(
                TypeError,
                f"device() received an invalid combination of arguments - got ({kind(type)})",
                'device: write torch.device("cpu").',
            )
        elif isinstance(type, int) and index is not None:
            where = place("__init__", "type", 1)
            raise failure(
                TypeError, f"device(): argument 'type'{where} must be str, not {kind(type)}"
            )
        elif isinstance(type, int):
            raise _no_accelerator(as_int(type, "device", "device"))
        else:
            if index is not None and not is_int(index):
                raise failure(
                    TypeError,
                    f"device(): argument 'index'{place('__init__', 'index', 2)} must be int, not "
                    f"{kind(index)}",
                )
            index = index if index is None else as_int(index, "device", "index")
            type, index = _parsed(type, index)
        self._fix(type=type, index=index)

    def __repr__(self):
        which = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{which})"

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        return isinstance(other, device) and str(self) == str(other)

    def __hash__(self):
        return hash(str(self))

    def _no_order(self, other):
        if not isinstance(other, device):
            return NotImplemented
        raise failure(TypeError, "comparison not implemented", "Devices have no order.")

    __lt__ = __le__ = __gt__ = __ge__ = _no_order


def _no_accelerator(number):
    if number < 0:
        return failure(RuntimeError, "Device index must not be negative", WHERE)
    return failure(RuntimeError, "Cannot access accelerator device when none is available.", WHERE)


def _parsed(text, index):
    """Return type and index of a device's name."""
    if not text:
        raise failure(RuntimeError, "Device string must not be empty", 'Write "cpu".')
    found = re.fullmatch(r"([a-zA-Z_]+)(?::(0|[1-9]\d*))?", text)
    if found is None:
        raise failure(RuntimeError, f"Invalid device string: '{text}'", _if_dtype(text))
    name, number = found.groups()
    if name not in DEVICES:
        raise failure(
            RuntimeError,
            f"Expected one of {', '.join(DEVICES)} device type at start of device string: {name}",
            _if_dtype(text),
        )
    if index is not None:
        if operator.index(index) < 0:
            raise failure(RuntimeError, "Device index must not be negative", WHERE)
    if number is not None:
        if index is not None or place("__init__", "type", 1) == "":
            raise failure(
                RuntimeError,
                "type (string) must not include an index because index was passed explicitly: "
                f"{text}",
                "device: give the index once.",
            )
    return name, operator.index(index) if index is not None else number and int(number)


def _if_dtype(text):
    """Return advice where a dtype was written in quotes."""
    name = text.removeprefix("torch.")
    return f"A dtype is written without quotes: torch.{name}." if name in NAMES else WHERE


def check_cpu(device, creates=True):
    """Refuse a device that is not the CPU, in the words of a torch built for the CPU alone."""
    name = device.type
    if name == "cpu":
        return
    if name in ("cuda", "xpu"):
        raise failure(AssertionError, f"Torch not compiled with {name.upper()} enabled", WHERE)
    if name == "meta":
        raise unsupported("The device 'meta'", WHERE)
    if creates:
        raise failure(
            NotImplementedError,
            "Could not run 'aten::empty.memory_format' with arguments from the "
            f"'{name.upper()}' backend.",
            WHERE,
        )
    raise failure(RuntimeError, f"PyTorch is not linked with support for {name} devices", WHERE)


CPU = device("cpu")
