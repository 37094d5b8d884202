"""What the draws refuse, in torch's words."""

import math
import operator

import numpy as np

# dtype: torch's name for it in "not implemented for ..." and in "out of bounds for ..."
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
    wanted = f"{draw}(): argument 'size' (position 1) must be tuple of ints"
    if hasattr(shape, "__index__"):
        shape = (shape,)
    elif not hasattr(shape, "__iter__"):
        raise TypeError(f"{wanted}, not {type(shape).__name__}")
    shape = tuple(shape)
    for place, length in enumerate(shape):
        if not hasattr(length, "__index__"):
            kind = type(length).__name__
            raise TypeError(f"{wanted}, but found element of type {kind} at pos {place}")
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


def check_int(draw, name, position, value):
    """Refuse what is no int."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        kind = type(value).__name__
        raise TypeError(
            f"{draw}(): argument '{name}' (position {position}) must be int, not {kind}"
        )


def check_bounds(name, value, low, high, dtype):
    """Refuse a bound that the dtype cannot hold."""
    if not low <= value <= high:
        raise RuntimeError(f"{name} is out of bounds for {NAMES[dtype][1]}")


def common_shape(a, b):
    """Return the shape to which two shapes broadcast."""
    rank = max(len(a), len(b))
    pairs = zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True)
    for dim, (x, y) in reversed([*enumerate(pairs)]):
        if x != y and 1 not in (x, y):
            raise RuntimeError(
                f"The size of tensor a ({x}) must match the size of tensor b ({y}) "
                f"at non-singleton dimension {dim}"
            )
    return np.broadcast_shapes(a, b)
