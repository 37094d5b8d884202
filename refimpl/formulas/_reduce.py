"""What the losses share: reductions, and gradients of broadcast inputs."""

import warnings

import numpy as np

from refimpl.errors import check_broadcast, size
from refimpl.formulas._checks import check_reduction, common_dtype


def reduced(losses, reduction, dtype, divisor=None):
    """Reduce float64 losses and round once; a mean divides by `divisor`, or by their number."""
    if reduction != "none":
        whole = np.add.reduce(losses.reshape(-1))  # in C order, also where the memory has another
        if reduction == "mean":
            whole = whole / (losses.size if divisor is None else divisor)
        losses = whole
    return np.asarray(losses, dtype)


def spread(cotangent, reduction, divisor):
    """Return the float64 cotangent of each loss before the reduction."""
    g = np.float64(cotangent)  # of an array too
    return g / np.float64(divisor) if reduction == "mean" else g


def shape_of(reduction, shape):
    """Return the shape that losses of `shape` have after the reduction."""
    return shape if reduction == "none" else ()


def gradient(a, x):
    """Sum a broadcast gradient back to the shape of `x` and round it; integers have none."""
    if x.dtype.kind != "f":
        return None
    if a.shape != x.shape:
        a = a.sum(tuple(range(a.ndim - x.ndim)))
        a = a.sum(tuple(i for i, n in enumerate(x.shape) if n == 1 != a.shape[i]), keepdims=True)
    return np.asarray(a, x.dtype)


def broadcast_shape(name, x, y):
    """Return the common shape of the two."""
    if x.shape == y.shape:
        return x.shape
    check_broadcast(
        x.shape, y.shape, f"{name}: the shapes {x.shape} and {y.shape} do not broadcast."
    )
    return np.broadcast_shapes(x.shape, y.shape)


def check_pair(name, kernel, x, target, reduction, stacklevel=4):
    """Return the common dtype and shape of input and target; warn where their shapes differ."""
    check_reduction(name, reduction)
    dtype = common_dtype(name, kernel, x, target)
    if x.shape != target.shape:
        warnings.warn(
            f"Using a target size ({size(target.shape)}) that is different to the input size "
            f"({size(x.shape)}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=stacklevel,
        )
    return dtype, broadcast_shape(name, x, target)
