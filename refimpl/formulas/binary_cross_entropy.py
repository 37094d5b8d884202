r"""Cross entropy of two classes, of probabilities and of logits."""

import numpy as np

from refimpl.formulas._checks import (
    check_array,
    check_cotangent,
    check_floating,
    check_reduction,
    common_dtype,
    refuse,
    silent,
    size,
    torch_name,
    zeros_for_none,
)
from refimpl.formulas._losses import gradient, reduced, shape_of, spread
from refimpl.formulas.sigmoid import _logsigmoid, _sigmoid, _slope

FLOOR = -100.0  # torch's bound for the logarithms
EPSILON = 1e-12  # torch's bound for x (1 - x) under the gradient


def _factor(name, argument, position, a, shape):
    """Return a weight as float64, checked to broadcast to `shape`."""
    if a is None:
        return np.float64(1)
    check_floating(name, name, a, argument, position)
    try:
        fits = np.broadcast_shapes(a.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        refuse(
            RuntimeError,
            f"output with shape {list(shape)} doesn't match the broadcast shape {list(a.shape)}",
            f"{name}: {argument} broadcasts to the input's shape {shape}.",
        )
    return a.astype(np.float64)


def _check(x, target, weight, reduction):
    name = "binary_cross_entropy"
    check_floating(name, name, x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    if x.shape != target.shape:
        refuse(
            ValueError,
            f"Using a target size ({size(target.shape)}) that is different to the input size "
            f"({size(x.shape)}) is deprecated. Please ensure they have the same size.",
            f"{name}: one target for each input; reshape or broadcast it yourself.",
        )
    if x.dtype != target.dtype:
        refuse(
            RuntimeError,
            f"Found dtype {torch_name(target.dtype)} but expected {torch_name(x.dtype)}",
            f"{name}: convert the target with .astype.",
        )
    for what, a in (("input", x), ("target", target)):
        if not np.all((a >= 0) & (a <= 1)):
            refuse(
                RuntimeError,
                f"all elements of {what} should be between 0 and 1",
                f"{name}: it takes probabilities; for logits there is "
                "binary_cross_entropy_with_logits.",
            )
    w = _factor(name, "weight", 3, weight, x.shape)
    return x.astype(np.float64), target.astype(np.float64), w


@silent
def binary_cross_entropy(x, target, weight=None, reduction="mean"):
    r"""Average the surprise of targets in [0, 1] under the probabilities `x`."""
    p, t, w = _check(x, target, weight, reduction)
    log_p, log_q = np.maximum(np.log(p), FLOOR), np.maximum(np.log1p(-p), FLOOR)
    return reduced(-w * (t * log_p + (1 - t) * log_q), reduction, x.dtype)


def _slopes(p, t):
    return (p - t) / np.maximum(p * (1 - p), EPSILON), np.log1p(-p) - np.log(p)


@silent
def binary_cross_entropy_vjp(cotangent, x, target, weight=None, reduction="mean"):
    r"""Pull a cotangent back through `binary_cross_entropy`, to (x, target)."""
    p, t, w = _check(x, target, weight, reduction)
    check_cotangent("binary_cross_entropy", cotangent, shape_of(reduction, x.shape))
    by_x, by_target = _slopes(p, t)
    g = w * spread(cotangent, reduction, x.size)
    return gradient(g * by_x, x), gradient(g * by_target, target)


@silent
def binary_cross_entropy_jvp(tangents, x, target, weight=None, reduction="mean"):
    r"""Push tangents of (x, target) forward through `binary_cross_entropy`."""
    p, t, w = _check(x, target, weight, reduction)
    dx, dt = zeros_for_none("binary_cross_entropy", tangents, (x, target))
    return reduced(w * _along(_slopes(p, t), (dx, dt), tangents), reduction, x.dtype)


def _along(slopes, directions, given):
    """Add up slope times direction, leaving out what was not given: 0 * inf is nan."""
    terms = [s * d for s, d, g in zip(slopes, directions, given, strict=True) if g is not None]
    return sum(terms, np.zeros(np.shape(slopes[0])))


@silent
def binary_cross_entropy_vjp_vjp(
    second_cotangents, cotangent, x, target, weight=None, reduction="mean"
):
    r"""Pull cotangents of both gradients back through `binary_cross_entropy_vjp`."""
    p, t, w = _check(x, target, weight, reduction)
    check_cotangent("binary_cross_entropy", cotangent, shape_of(reduction, x.shape))
    name = "binary_cross_entropy_vjp"
    sx, st = zeros_for_none(name, second_cotangents, (x, target))
    g = w * spread(cotangent, reduction, x.size)
    change = w * _along(_slopes(p, t), (sx, st), second_cotangents)
    spread_ = p * (1 - p)
    bounded = np.maximum(spread_, EPSILON)
    by_x = ((p * p - 2 * p * t + t) / (bounded * bounded), -1 / spread_)
    return (
        reduced(change, reduction, cotangent.dtype),
        gradient(g * _along(by_x, (sx, st), second_cotangents), x),
        gradient(g * (-1 / bounded) * sx, target),
    )


def _check_logits(x, target, weight, reduction, pos_weight):
    name = "binary_cross_entropy_with_logits"
    check_floating(name, "log_sigmoid_cpu", x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    if x.shape != target.shape:
        refuse(
            ValueError,
            f"Target size ({size(target.shape)}) must be the same as input size ({size(x.shape)})",
            f"{name}: one target for each logit; reshape or broadcast it yourself.",
        )
    if target.dtype.kind != "f":
        refuse(
            RuntimeError,
            f"result type {torch_name(x.dtype)} can't be cast to the desired output type "
            f"{torch_name(target.dtype)}",
            f"{name}: targets are probabilities; convert them with .astype.",
        )
    dtype = common_dtype(name, name, x, target)
    w = _factor(name, "weight", 3, weight, x.shape)
    c = _factor(name, "pos_weight", 6, pos_weight, x.shape)
    return x.astype(np.float64), target.astype(np.float64), w, c, dtype


@silent
def binary_cross_entropy_with_logits(x, target, weight=None, reduction="mean", pos_weight=None):
    r"""Average the surprise of targets in [0, 1] under `sigmoid` of the logits."""
    z, t, w, c, dtype = _check_logits(x, target, weight, reduction, pos_weight)
    curve = np.log1p(np.exp(-np.abs(z)))
    exact = (1 - t) * np.maximum(z, 0) + c * t * np.maximum(-z, 0) + (1 - t + c * t) * curve
    as_torch = (1 - t) * z - (1 - t + c * t) * np.minimum(z, 0)
    return reduced(w * np.where(np.isinf(z), as_torch, exact), reduction, dtype)


def _logits_slopes(z, t, c):
    by_z = (1 - t) * _sigmoid(z) - c * t * _sigmoid(-z)
    return by_z, -z - (c - 1) * _logsigmoid(z)


@silent
def binary_cross_entropy_with_logits_vjp(
    cotangent, x, target, weight=None, reduction="mean", pos_weight=None
):
    r"""Pull a cotangent back through `binary_cross_entropy_with_logits`, to (x, target)."""
    z, t, w, c, _ = _check_logits(x, target, weight, reduction, pos_weight)
    check_cotangent("binary_cross_entropy_with_logits", cotangent, shape_of(reduction, x.shape))
    by_x, by_target = _logits_slopes(z, t, c)
    g = w * spread(cotangent, reduction, x.size)
    return gradient(g * by_x, x), gradient(g * by_target, target)


@silent
def binary_cross_entropy_with_logits_jvp(
    tangents, x, target, weight=None, reduction="mean", pos_weight=None
):
    r"""Push tangents of (x, target) forward through `binary_cross_entropy_with_logits`."""
    z, t, w, c, dtype = _check_logits(x, target, weight, reduction, pos_weight)
    name = "binary_cross_entropy_with_logits"
    dx, dt = zeros_for_none(name, tangents, (x, target))
    return reduced(w * _along(_logits_slopes(z, t, c), (dx, dt), tangents), reduction, dtype)


@silent
def binary_cross_entropy_with_logits_vjp_vjp(
    second_cotangents, cotangent, x, target, weight=None, reduction="mean", pos_weight=None
):
    r"""Pull cotangents of both gradients back through the vjp of the loss."""
    z, t, w, c, _ = _check_logits(x, target, weight, reduction, pos_weight)
    name = "binary_cross_entropy_with_logits"
    check_cotangent(name, cotangent, shape_of(reduction, x.shape))
    sx, st = zeros_for_none(f"{name}_vjp", second_cotangents, (x, target))
    g = w * spread(cotangent, reduction, x.size)
    change = w * _along(_logits_slopes(z, t, c), (sx, st), second_cotangents)
    mixed = -_sigmoid(z) - c * _sigmoid(-z)
    by_x = ((1 - t + c * t) * _slope(z), mixed)
    return (
        reduced(change, reduction, cotangent.dtype),
        gradient(g * _along(by_x, (sx, st), second_cotangents), x),
        gradient(g * mixed * sx, target),
    )
