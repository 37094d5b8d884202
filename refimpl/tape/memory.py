"""Which memory an array lies in, and copies that lie in one memory as their originals do."""

import math

import numpy as np


def owner_of(array):
    """Return the array that owns the memory in which an array lies."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def place_of(array):
    """Return how many bytes behind the beginning of its memory an array begins."""
    return array.ctypes.data - owner_of(array).ctypes.data


def laid_anew(array, shape):
    """Return rows of a shape that begin where an array begins, or None where there is no room."""
    memory = owner_of(array).ravel("K")
    needed = math.prod(shape) * array.itemsize
    if not np.may_share_memory(memory, array) or place_of(array) + needed > memory.nbytes:
        return None
    return np.ndarray(shape, array.dtype, memory, place_of(array))


def deep_copy(array, memo):
    """Copy the memory of an array once for each deep copy; all arrays over it share the copy."""
    owner = owner_of(array)
    key = ("memory", id(owner))
    if key not in memo:
        # The owner is kept, so that no other array gets its id.
        memo[key] = owner, owner.ravel("K").copy()
    return np.ndarray(
        array.shape, array.dtype, memo[key][1], place_of(array), strides=array.strides
    )
