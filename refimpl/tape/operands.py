"""Operands: what is checked of an argument, and the dtype in which two arguments meet."""

import numpy as np

from refimpl.errors import advise, failure, is_method, kind, no_memory, silent
from refimpl.tape import dtypes
from refimpl.tape.arguments import check_device, invalid, number_type, wrong
from refimpl.tape.broadcast import check_broadcast
from refimpl.tape.numbers import check_width, converted
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor, wrap


def check_has(input, method):
    """Raise unless `input` is a tensor: what else there is lacks the method that torch calls."""
    if isinstance(input, Tensor):
        return
    advice = "Make it a tensor first, with torch.tensor(...)."
    try:
        getattr(input, method)()  # of a NumPy array `size` is there, and is a number
    except (AttributeError, TypeError) as error:
        raise advise(error, advice) from None
    text = f"'{kind(input)}' object has no attribute '{method}'"
    raise failure(AttributeError, text, advice)


def check_tensor(name, x, argument="input", position=1):
    """Raise torch's error unless `x` is a tensor."""
    if not isinstance(x, Tensor):
        advice = f"{name}: make it a tensor first, with tensor(...)."
        raise wrong(name, argument, position, "Tensor", x, advice)


def floating(name, x):
    """Return `x` in a floating-point dtype: integers become the default dtype."""
    check_tensor(name, x)
    if x._array.dtype.kind != "f":
        return to_dtype(x, dtypes.Defaults.dtype)
    return x


def rank_and_type(value):
    """Return the rank and dtype of a tensor or number (rank -1); the dtype of all else is None."""
    if isinstance(value, Tensor):
        return value._array.ndim, dtypes.DTYPES[value._array.dtype]
    return -1, dtypes.of_number(value)


# What torch calls by several forms: it does not say which of the arguments is wrong.
SEVERAL_FORMS = set(
    """bitwise_and bitwise_or bitwise_xor eq floor_divide ge gt le lt ne remainder result_type
    rsub""".split()
)


def ranks(name, a, b):
    """Return rank and dtype of two operands; raise unless each is a tensor or a number."""
    first, second = rank_and_type(a), rank_and_type(b)
    if first[1] is None or second[1] is None:
        if name in SEVERAL_FORMS:
            raise invalid(name, *(a, b)[is_method(name) :])
        argument, position, value = ("input", 1, a) if first[1] is None else ("other", 2, b)
        advice = f"{name}: make it a tensor first, with tensor(...)."
        raise wrong(name, argument, position, "Tensor", value, advice)
    return [first, second]


def pair(name, a, b, divides=False):
    """Return two operands in their common dtype; numbers stay numbers."""
    left, right = isinstance(a, Tensor), isinstance(b, Tensor)
    if left and right:
        x, y = a._array, b._array
        if x.shape != y.shape:
            check_broadcast(x.shape, y.shape)
        if x.dtype is y.dtype and (x.dtype.kind == "f" or not divides):
            return a, b
    elif left:
        if a._array.dtype.char in "fd":
            if type(b) is float:
                return a, b
            if type(b) is int and -(2**63) <= b < 2**64:
                return a, float(b)
    ranked = ranks(name, a, b)
    common = dtypes.meet(ranked)
    if divides and not common.is_floating_point:
        common = dtypes.Defaults.dtype
    if not (left or right):
        return _of_numbers(name, a, b, common)
    return _operand(a, common), _operand(b, common)


def _of_numbers(name, a, b, common):
    """Return two numbers as tensors, where torch takes two numbers."""
    if name not in ("add", "sub", "mul", "div", "floor_divide"):
        check_tensor(name, a)
    return wrap(np.array(a, common.numpy)), wrap(np.array(b, common.numpy))


def _operand(value, dtype):
    if isinstance(value, Tensor):
        return to_dtype(value, dtype)
    if isinstance(value, int):
        check_width(value)
    if dtype.category == dtypes.INTEGER:
        return np.asarray(converted(value, dtype))  # wraps around, as torch's conversion does
    if dtype is dtypes.float16:  # torch keeps the number in float32; NumPy's would widen the result
        return float(value) if isinstance(value, np.generic) else value
    return float(value) if dtype.is_floating_point else bool(value)


def plain(function, *args, **options):
    """Apply an array function to tensors, without a record."""
    arrays = [arg._array if isinstance(arg, Tensor) else arg for arg in args]
    try:
        return wrap(np.asarray(function(*arrays, **options)))
    except MemoryError as error:
        raise no_memory(error) from None


def is_bool(value):
    if isinstance(value, Tensor):
        return value._array.dtype.kind == "b"
    return isinstance(value, bool)


def refuse_two_bools(kernel, a, b):
    if is_bool(a) and is_bool(b):
        raise failure(NotImplementedError, f"\"{kernel}\" not implemented for 'Bool'")


# ---- another dtype --------------------------------------------------------------------


def to_dtype(tensor, dtype):
    """Return the tensor in another dtype, recorded where a gradient can pass."""
    if tensor._array.dtype == dtype.numpy:
        return tensor
    if dtype.is_floating_point:
        return copy_to(tensor, dtype=dtype.numpy)
    return wrap(silent_astype(tensor._array, dtype.numpy))


@silent
def silent_astype(x, dtype):
    return x.astype(dtype)


def raw_dtype(x):
    """Return the NumPy dtype of an array or a tensor."""
    return x._array.dtype if isinstance(x, Tensor) else x.dtype


copy_to = Operator(
    "ToCopyBackward0",
    lambda x, dtype: silent_astype(x, dtype),
    lambda g, x, dtype: copy_to(g, dtype=raw_dtype(x)),
    saves=((),),
)


_TYPES = (dtypes.dtype, type, type(None))  # what follows a device


def destination(args, dtype=None, device=None, non_blocking=False, copy=False):
    """Return the dtype that the arguments of `to` ask for, and whether to copy in any case."""
    rest = list(args)
    by_number = len(args) > 1 and type(args[0]) is int and not isinstance(args[1], _TYPES)
    if by_number and isinstance(args[1], bool):  # a number stands for a tensor of it
        args = rest = [dtypes.int64, *args[1:]]
    elif by_number:
        raise invalid("to", *args)
    if args and (dtype is not None or device is not None and _says_dtype(args[0])):
        raise invalid("to", *args, **{"device" if dtype is None else "dtype": dtype or device})
    if args and _says_dtype(args[0]):
        dtype = rest.pop(0)
        if isinstance(dtype, (float, bool)):
            dtype = dtypes.bool_ if isinstance(dtype, bool) else dtypes.float64
        elif isinstance(dtype, Tensor):
            dtype = dtype.dtype
    elif args:
        device, dtype = rest.pop(0), rest.pop(0) if rest else None
    if not all(isinstance(each, bool) for each in (*rest, non_blocking, copy)) or len(rest) > 2:
        raise invalid("to", *args)
    check_device("to", device, creates=False)
    numbered = isinstance(device, (str, dtypes.device)) and str(device) != "cpu"
    return number_type("to", dtype), copy or numbered or rest[1:] == [True]


def _says_dtype(value):
    return isinstance(value, (Tensor, dtypes.dtype, float, bool)) or value in (float, int)
