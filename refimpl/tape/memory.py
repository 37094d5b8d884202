"""Which memory an array lies in, and copies that lie in one memory as their originals do."""

import math

import numpy as np


def owner_of(array):
    """Return the array that owns the memory in which an array lies."""
    holder = array
    while (holder := getattr(holder, "base", None)) is not None:
        if isinstance(holder, np.ndarray):  # as_strided puts something else between two arrays
            array = holder
    return array


def place_of(array):
    """Return how many bytes behind the beginning of its memory an array begins."""
    return array.ctypes.data - owner_of(array).ctypes.data


def memory_of(array):
    """Return all elements of the memory of an array in order, or None where they leave gaps."""
    owner = owner_of(array)
    flat = owner.ravel("K")
    return flat if np.may_share_memory(flat, owner) else None


def laid_anew(array, shape):
    """Return rows of a shape that begin where an array begins, or None where there is no room."""
    memory = memory_of(array)
    needed = math.prod(shape) * array.itemsize
    if memory is None or place_of(array) + needed > memory.nbytes:
        return None
    return np.ndarray(shape, array.dtype, memory, place_of(array))


def deep_copy(array, memo):
    """Copy the memory of an array once for each deep copy; all arrays over it share the copy."""
    owner, memory = owner_of(array), memory_of(array)
    if memory is None:
        return array.copy("K")
    key = ("memory", id(owner))
    if key not in memo:
        memo[key] = owner, memory.copy()  # the owner is kept, so that no other array gets its id
    return np.ndarray(
        array.shape, array.dtype, memo[key][1], place_of(array), strides=array.strides
    )


# ---- strides --------------------------------------------------------------------------------
# NumPy gives any stride to a length of 1, and 0 to all lengths of an array without elements.
# torch's have rules, which `Tensor.stride` shows.


def with_steps(array, shape, steps):
    """Return the elements of an array in such a shape and with such strides, without a copy."""
    if array.shape == shape and array.strides == steps:
        return array
    return np.lib.stride_tricks.as_strided(array, shape, steps)


def row_by_row(array):
    """Return an array with the strides that torch gives to rows; it counts a length of 0 as 1."""
    steps = [array.itemsize]
    for length in reversed(array.shape[1:]):
        steps.insert(0, steps[0] * max(length, 1))
    return with_steps(array, array.shape, tuple(steps[: array.ndim]))


def cut(array, recipe):
    """Cut a view out of its base's array, as its recipe says: operator by operator."""
    if recipe is None:
        return array
    inner, forward, options = recipe
    return forward(cut(array, inner), **options)


def strides_of(tensor):
    """Return torch's strides of a tensor, in bytes."""
    array, base = tensor._array, tensor._base
    if array.size:
        return array.strides
    try:
        part = array if base is None else cut(row_by_row(base._array), tensor._recipe)
    except (IndexError, ValueError):  # the base has another shape now
        part = array
    return (part if part.shape == array.shape and part is not array else row_by_row(array)).strides
