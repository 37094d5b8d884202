"""Broadcasting: which shapes fit together, and how a cotangent is summed to a smaller shape."""

import numpy as np

from refimpl import errors
from refimpl.tape.record import Operator

SHORT = 64  # entries: NumPy sums rows of fewer slowly


def check_broadcast(a, b):
    """Raise torch's error where two shapes do not fit together."""
    for i in range(-1, -1 - min(len(a), len(b)), -1):
        if a[i] != b[i] and a[i] != 1 and b[i] != 1:
            advice = (
                f"The shapes are {tuple(a)} and {tuple(b)}; two lengths fit when they are equal "
                "or one of them is 1."
            )
            raise errors.sizes_differ(a[i], b[i], max(len(a), len(b)) + i, advice)


def total(x, axes, keepdims=False):
    """Return a sum in float64; a tall matrix is turned, for NumPy is slow on short rows."""
    if axes is not None and x.ndim == 2 and x.shape[1] < SHORT < x.shape[0]:
        x = x.astype(np.float64, order="F")
    return np.add.reduce(x, axes, np.float64, None, keepdims)


def summed_to(x, shape):
    """Sum an array over the axes that broadcasting from `shape` has added or repeated."""
    added = x.ndim - len(shape)
    axes = tuple(range(added))
    if x.shape[added:] != shape:
        lengths = (1,) * added + shape
        axes = tuple([i for i, n in enumerate(lengths) if n != x.shape[i]])
    summed = np.asarray(total(x, axes), x.dtype)
    return summed if summed.shape == shape else summed.reshape(shape)


def _repeated(x, shape):
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


sum_to = Operator(
    "SumBackward1",
    summed_to,
    lambda g, x, shape: repeat(padded(g, ndim=x.ndim), shape=tuple(x.shape)),
    saves=((),),
)
padded = Operator(
    "ViewBackward0",
    lambda x, ndim: x.reshape((1,) * (ndim - x.ndim) + x.shape),
    lambda g, x, ndim: sum_to(g, shape=tuple(x.shape)),
    saves=((),),
)
repeat = Operator(
    "ExpandBackward0",
    _repeated,
    lambda g, x, shape: like(g, x),
    saves=((),),
)


def like(cotangent, x):
    """Undo broadcasting: sum a cotangent over the dimensions along which `x` was repeated."""
    if cotangent.shape == x.shape:
        return cotangent
    return sum_to(cotangent, shape=tuple(x.shape))
