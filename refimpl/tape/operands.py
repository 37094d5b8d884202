"""Operands: what is checked of an argument, and the dtype in which two arguments meet."""

import numpy as np

from refimpl.errors import failure, silent, typename_of
from refimpl.tape import dtypes
from refimpl.tape.broadcast import check_broadcast
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor, wrap


def check_tensor(name, x, argument="input", position=1):
    """Raise torch's error unless `x` is a tensor."""
    if not isinstance(x, Tensor):
        raise failure(
            TypeError,
            f"{name}(): argument '{argument}' (position {position}) must be Tensor, "
            f"not {typename_of(x)}",
            f"{name}: make it a tensor first, with tensor(...).",
        )


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


def ranks(name, a, b):
    """Return rank and dtype of two operands; raise unless each is a tensor or a number."""
    first, second = rank_and_type(a), rank_and_type(b)
    if first[1] is None or second[1] is None:
        argument, position, value = ("input", 1, a) if first[1] is None else ("other", 2, b)
        raise TypeError(
            f"{name}(): argument '{argument}' (position {position}) must be Tensor, "
            f"not {typename_of(value)}"
        )
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
        if type(b) in (float, int) and a._array.dtype.char in "fd":
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
    if dtype.category == dtypes.INTEGER:
        return np.asarray(value).astype(dtype.numpy)  # wraps around, as torch's conversion does
    if dtype is dtypes.float16:  # torch keeps the number in float32
        return value
    return float(value) if dtype.is_floating_point else bool(value)


def plain(function, *args, **options):
    """Apply an array function to tensors, without a record."""
    arrays = [arg._array if isinstance(arg, Tensor) else arg for arg in args]
    return wrap(np.asarray(function(*arrays, **options)))


def is_bool(value):
    if isinstance(value, Tensor):
        return value._array.dtype.kind == "b"
    return isinstance(value, (bool, np.bool_))


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
