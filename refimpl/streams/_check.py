"""What the draws refuse, in torch's words."""

import math
import operator

import numpy as np

from refimpl.errors import NAMES, check_broadcast, failure, kind, title


def checked_shape(draw, shape):
    """Return `shape`, an int or a sequence of ints, as a tuple, and its number of elements."""
    wanted = f"{draw}(): argument 'size' (position 1) must be tuple of ints"
    if hasattr(shape, "__index__"):
        shape = (shape,)
    elif isinstance(shape, str) or not hasattr(shape, "__iter__"):
        raise failure(TypeError, f"{wanted}, not {kind(shape)}")
    shape = tuple(shape)
    for place, length in enumerate(shape):
        if not hasattr(length, "__index__"):
            came = kind(length)
            if place == 0:
                raise failure(TypeError, f"{wanted}, but found element of type {came} at pos 0")
            raise failure(
                TypeError,
                f"{draw}(): argument 'size' failed to unpack the object at pos {place + 1} with "
                f'error "type must be tuple of ints,but got {came}"',
            )
    shape = tuple(map(operator.index, shape))
    for length in shape:
        if length < 0:
            raise failure(
                RuntimeError,
                f"Trying to create tensor with negative dimension {length}: {list(shape)}",
            )
    return shape, math.prod(shape)


def checked_dtype(kernel, dtype, kinds):
    """Return `dtype` as NumPy's, if its kind is one of those that torch's `kernel` draws."""
    dtype = np.dtype(dtype)
    if dtype.name not in NAMES or dtype.kind not in kinds:
        raise failure(NotImplementedError, f"\"{kernel}\" not implemented for '{title(dtype)}'")
    return dtype


def check_int(draw, name, position, value):
    """Refuse what is no int."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise failure(
            TypeError,
            f"{draw}(): argument '{name}' (position {position}) must be int, not {kind(value)}",
        )


def check_bounds(name, value, low, high, dtype):
    """Refuse a bound that the dtype cannot hold."""
    if not low <= value <= high:
        raise failure(RuntimeError, f"{name} is out of bounds for {NAMES[dtype.name].c}")


def common_shape(a, b):
    """Return the shape to which two shapes broadcast."""
    check_broadcast(a, b)
    return np.broadcast_shapes(a, b)
