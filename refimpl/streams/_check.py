"""What the draws refuse, in torch's words."""

import math
import operator

import numpy as np

# dtype: torch's name in "not implemented for", in "out of bounds for"
NAMES = {
    np.dtype(np.float16): ("Half", "c10::Half"),
    np.dtype(np.float32): ("Float", "float"),
    np.dtype(np.float64): ("Double", "double"),
    np.dtype(np.int8): ("Char", "signed char"),
    np.dtype(np.int16): ("Short", "short int"),
    np.dtype(np.int32): ("Int", "int"),
    np.dtype(np.int64): ("Long", "long"),
    np.dtype(np.uint8): ("Byte", "unsigned char"),
    np.dtype(np.bool_): ("Bool", "bool"),
}


def checked_shape(draw, shape):
    """Return `shape`, an int or a sequence of ints, as a tuple, and its number of elements."""
    try:
        shape = (operator.index(shape),)
    except TypeError:
        shape = tuple(shape)
    for place, length in enumerate(shape):
        if not hasattr(length, "__index__"):
            raise TypeError(
                f"{draw}(): argument 'size' (position 1) must be tuple of ints, "
                f"but found element of type {type(length).__name__} at pos {place}"
            )
    shape = tuple(map(operator.index, shape))
    for length in shape:
        if length < 0:
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {length}: {list(shape)}"
            )
    return shape, math.prod(shape)


def checked_dtype(kernel, dtype, kinds):
    """Return `dtype` as NumPy's, if its kind is one of those that torch's `kernel` draws."""
    dtype = np.dtype(dtype)
    if dtype not in NAMES or dtype.kind not in kinds:
        name = NAMES[dtype][0] if dtype in NAMES else dtype.name
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{name}'")
    return dtype


def check_bounds(name, value, low, high, dtype):
    """Refuse a bound that the dtype cannot hold."""
    if not low <= value <= high:
        raise RuntimeError(f"{name} is out of bounds for {NAMES[dtype][1]}")
