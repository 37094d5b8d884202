"""The order in which torch fills a tensor: that of its memory."""

from refimpl import streams


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
