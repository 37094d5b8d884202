"""What the losses share: the reduction and what it does to a cotangent."""

import numpy as np

from refimpl.formulas._checks import refuse


def reduced(losses, reduction, dtype, divisor=None):
    """Reduce float64 losses and round once; `divisor` replaces their number in a mean."""
    if reduction != "none":
        losses = losses.sum() / (_divisor(losses, divisor) if reduction == "mean" else 1)
    return np.asarray(losses, dtype)


def spread(cotangent, reduction, losses_size, divisor=None):
    """Return each loss's share of the cotangent, as float64."""
    g = np.asarray(cotangent, np.float64)
    if reduction == "mean":
        g = np.divide(g, losses_size if divisor is None else divisor)
    return g


def _divisor(losses, divisor):
    return np.float64(losses.size if divisor is None else divisor)


def shape_of(reduction, shape):
    """Return the shape of the reduced losses."""
    return shape if reduction == "none" else ()


def summed_to(a, shape, dtype):
    """Sum a broadcast gradient back to the shape it was broadcast from, and round once."""
    if a.shape != shape:
        a = a.sum(tuple(range(a.ndim - len(shape))))
        narrow = tuple(i for i, n in enumerate(shape) if n == 1 != a.shape[i])
        a = a.sum(narrow, keepdims=True)
    return np.asarray(a, dtype)


def gradient(a, x):
    """Return a broadcast gradient with the shape and dtype of `x`; integers have none."""
    return summed_to(a, x.shape, x.dtype) if x.dtype.kind == "f" else None


def broadcast_shape(name, x, target):
    """Return the common shape of the two, warning as torch does where they differ."""
    if x.shape == target.shape:
        return x.shape
    try:
        shape = np.broadcast_shapes(x.shape, target.shape)
    except ValueError:
        pairs = list(zip(x.shape[::-1], target.shape[::-1], strict=False))
        back = next(i for i, (a, b) in enumerate(pairs) if a != b and 1 not in (a, b))
        refuse(
            RuntimeError,
            f"The size of tensor a ({pairs[back][0]}) must match the size of tensor b "
            f"({pairs[back][1]}) at non-singleton dimension "
            f"{max(x.ndim, target.ndim) - 1 - back}",
            f"{name}: the input has shape {x.shape}, the target {target.shape}.",
        )
    return shape
