"""Whole numbers of a range, once its bounds are checked, and the ranges of the dtypes."""

import math

import numpy as np

from refimpl.errors import failure
from refimpl.streams._check import checked_dtype


def whole(generator, low, width, shape, dtype):
    """Draw `width` integers from `low` on; what `randint` does once it has checked."""
    draw = generator.words if width < 2**28 else generator.long_words
    offset = np.uint64(low % 2**64)  # the sum wraps round to int64, as torch's does
    drawn = draw(math.prod(shape)) % np.uint64(width) + offset
    return drawn.view(np.int64).astype(dtype).reshape(shape)


def all_longs(generator, shape, dtype):
    """Draw any integer of 64 bits, as ``random_(-(2**63), None)``."""
    kernel = "random_full_64_bits_range_kernel_cpu"
    if not math.prod(shape):
        return np.empty(shape, dtype)
    checked_dtype(kernel, dtype, "iu" if dtype.itemsize == 2 else "fiu")
    if dtype.kind != "f" and dtype.itemsize < 8:
        raise failure(RuntimeError, f"{kernel} handles only int64, double, float and bfloat16")
    words = generator.long_words(math.prod(shape))
    return words.view(np.int64).astype(dtype).reshape(shape)


def whole_numbers(dtype):
    """Return the ends of the range of whole numbers that the dtype holds without a gap."""
    if dtype.kind == "b":
        return 0, 1
    if dtype.kind == "f":
        greatest = 2 ** (np.finfo(dtype).nmant + 1)
        return -greatest, greatest
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
