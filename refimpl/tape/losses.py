"""Losses that are squares near 0 and straight lines beyond: computed in float64, rounded once."""

import numpy as np

from refimpl.errors import silent
from refimpl.formulas._reduce import reduced, spread
from refimpl.tape.choosing import choose, clamp
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor


@silent
def _huber(x, target, reduction, bound, scale):
    """Return the losses: half the square of a difference up to the bound, beyond it a line."""
    d = np.subtract(x, target, dtype=np.float64)
    far = np.abs(d)
    losses = np.where(far < bound, 0.5 * d * d, bound * (far - 0.5 * bound)) / scale
    return reduced(losses, reduction, x.dtype)


@silent
def _slope(g, x, target, reduction, bound, scale, sign):
    d = np.subtract(x, target, dtype=np.float64)
    slope = sign * np.clip(d, -bound, bound) / scale * spread(g, reduction, d.size)
    return slope.astype(x.dtype if sign > 0 else target.dtype)


def _each(g, x, reduction):
    """Return the cotangent of each loss, of an array or of a tensor."""
    count = x.numel() if isinstance(x, Tensor) else x.size
    return g / count if reduction == "mean" else g


def _clipped(d, bound):
    return clamp(d, -bound, bound) if isinstance(d, Tensor) else np.clip(d, -bound, bound)


def _by_cotangent(s, g, x, target, reduction, bound, scale, sign):
    products = s * _clipped(x - target, bound) * (sign / scale)
    if reduction == "none":
        return products
    return products.sum() if reduction == "sum" else products.mean()


def _bend(s, g, x, target, reduction, bound, scale, sign):
    """Return what a change of the difference does to the slope: nothing beyond the bound."""
    return choose(abs(x - target) < bound, s * (_each(g, x, reduction) * (sign / scale)), 0.0)


def _loss(name):
    back = Operator(
        f"{name}BackwardBackward0",
        _slope,
        _by_cotangent,
        _bend,
        lambda *args, **options: -_bend(*args, **options),
    )
    return Operator(
        f"{name}Backward0",
        _huber,
        lambda g, x, target, **options: back(g, x, target, sign=1.0, **options),
        lambda g, x, target, **options: back(g, x, target, sign=-1.0, **options),
    )


huber_loss = _loss("HuberLoss")
smooth_l1_loss = _loss("SmoothL1Loss")
