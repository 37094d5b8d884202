"""The order in which torch fills a tensor: that of its memory."""

import numpy as np

from refimpl import streams
from refimpl.tape.indexing import in_order
from refimpl.tape.views import is_dense


def empty_like(array, dtype):
    """Return an array of the shape whose dimensions lie in memory as those of torch's `empty_like`.

    NumPy's lie otherwise where the array repeats elements or leaves gaps.
    """
    if is_dense(array):
        return np.empty_like(array, dtype)
    return in_order(np.empty(array.shape, dtype), array.strides)


def turned_to_memory(array):
    """Return a view whose elements come in the order of the memory, in which torch fills."""
    order = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
    return array.transpose(order)


def fill_normal(array, mean, std, stream):
    turned = turned_to_memory(array)
    contiguous = array.flags.c_contiguous
    turned[...] = streams.normal(
        stream, mean, std, turned.shape, array.dtype, contiguous=contiguous
    )
