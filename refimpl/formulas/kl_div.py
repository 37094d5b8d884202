r"""The Kullback-Leibler divergence."""

import numpy as np

from refimpl.formulas._checks import (
    check_array,
    check_cotangent,
    check_reduction,
    common_dtype,
    refuse,
    silent,
    zeros_for_none,
)
from refimpl.formulas._losses import broadcast_shape, gradient, reduced, shape_of, spread

REDUCTIONS = ("none", "mean", "sum", "batchmean")


def _check(x, target, reduction):
    for argument, position, a in (("input", 1, x), ("target", 2, target)):
        check_array("kl_div", argument, position, a)
        if a.dtype.kind != "f":
            kind = "Complex" if a.dtype.kind == "c" else "Integral"
            refuse(
                RuntimeError,
                f"kl_div: {kind} inputs not supported.",
                f"kl_div: the {argument} is {a.dtype}; it takes float16, float32 and float64.",
            )
    dtype = common_dtype("kl_div", "kl_div", x, target)
    check_reduction("kl_div", reduction, REDUCTIONS)
    shape = broadcast_shape("kl_div", x, target)
    divisor = None
    if reduction == "batchmean":
        reduction, divisor = "mean", max(1, x.shape[0] if x.ndim else 1)
    return dtype, shape, reduction, divisor


def _terms(x, target, log_target):
    """Return t, its logarithm and the factor dt/d(target), in float64."""
    t = target.astype(np.float64)
    if log_target:
        p = np.exp(t)
        return p, t, p
    return t, np.log(t), np.float64(1)


@silent
def kl_div(x, target, reduction="mean", log_target=False):
    r"""Sum up how far log-probabilities lie from a target distribution."""
    dtype, _, reduction, divisor = _check(x, target, reduction)
    x = x.astype(np.float64)
    t, log_t, _ = _terms(x, target, log_target)
    if log_target:
        losses = t * (log_t - x)
    else:
        losses = np.where(t == 0, 0, t * log_t) - t * x
    return reduced(losses, reduction, dtype, divisor)


def _slopes(x, target, log_target):
    """Return the derivatives of a loss by x and by the target."""
    t, log_t, factor = _terms(x, target, log_target)
    slope = factor * (1 + (log_t - x.astype(np.float64)))
    return -t, slope if log_target else np.where(t == 0, np.nan, slope)


@silent
def kl_div_vjp(cotangent, x, target, reduction="mean", log_target=False):
    r"""Pull a cotangent back through `kl_div`, to (x, target)."""
    _, shape, reduction, divisor = _check(x, target, reduction)
    check_cotangent("kl_div", cotangent, shape_of(reduction, shape))
    by_x, by_target = _slopes(x, target, log_target)
    g = np.broadcast_to(spread(cotangent, reduction, _count(shape), divisor), shape)
    return gradient(g * by_x, x), gradient(g * by_target, target)


def _count(shape):
    return np.float64(np.prod(shape))


@silent
def kl_div_jvp(tangents, x, target, reduction="mean", log_target=False):
    r"""Push tangents of (x, target) forward through `kl_div`."""
    dtype, shape, reduction, divisor = _check(x, target, reduction)
    dx, dt = zeros_for_none("kl_div", tangents, (x, target))
    by_x, by_target = _slopes(x, target, log_target)
    change = by_x * dx
    if tangents[1] is not None:
        change = change + by_target * dt
    return reduced(np.broadcast_to(change, shape), reduction, dtype, divisor)


@silent
def kl_div_vjp_vjp(second_cotangents, cotangent, x, target, reduction="mean", log_target=False):
    r"""Pull cotangents of both gradients back through `kl_div_vjp`."""
    _, shape, reduction, divisor = _check(x, target, reduction)
    check_cotangent("kl_div", cotangent, shape_of(reduction, shape))
    sx, st = zeros_for_none("kl_div_vjp", second_cotangents, (x, target))
    by_x, by_target = _slopes(x, target, log_target)
    t, log_t, factor = _terms(x, target, log_target)
    g = np.broadcast_to(spread(cotangent, reduction, _count(shape), divisor), shape)
    change = by_x * sx
    bend = -factor * sx
    if second_cotangents[1] is not None:
        change = change + by_target * st
        bend = bend + st * (by_target + factor if log_target else 1 / t)
    return (
        reduced(np.broadcast_to(change, shape), reduction, cotangent.dtype, divisor),
        gradient(g * -factor * st, x),
        gradient(g * bend, target),
    )
