r"""Cross entropy, of logits and of log-probabilities."""

import operator
from typing import NamedTuple

import numpy as np

from refimpl.formulas._checks import (
    check_array,
    check_cotangent,
    check_floating,
    check_reduction,
    check_tangent,
    refuse,
    silent,
    torch_name,
    zeros_for_none,
)
from refimpl.formulas._losses import reduced, shape_of, spread
from refimpl.formulas._partition import probabilities, size_along, split, total
from refimpl.formulas._slabs import along


class Setting(NamedTuple):
    """A checked call: logits as (N, C, d1, ...), what belongs to a sample as (N, 1, d1, ...)."""

    x: np.ndarray
    classes: np.ndarray | None  # the classes, 0 where ignored; None beside probabilities
    probs: np.ndarray | None  # class probabilities; None beside classes
    valid: np.ndarray | None  # whether the sample counts; None: all do
    weight: np.ndarray | float  # of each class, float64
    share: np.ndarray | float  # of each sample: its class's weight, 0 where ignored
    divisor: float  # of the mean
    smoothing: float
    dtype: np.dtype
    shape: tuple  # of the losses before their reduction


def _batched(a):
    return a[None] if a.ndim == 1 else a


def _check_weight(name, x, weight, classes):
    if weight is None:
        return
    check_array(name, "weight", 3, weight)
    if weight.shape != (classes,):
        refuse(
            RuntimeError,
            f"weight tensor should be defined either for all {classes} classes or no classes "
            f"but got weight tensor of shape: {list(weight.shape)}",
            f"{name}: one weight per class, in the order of the classes.",
        )
    if weight.dtype != x.dtype:
        refuse(
            RuntimeError,
            f"expected scalar type {torch_name(x.dtype)} but found {torch_name(weight.dtype)}",
            f"{name}: weight is {weight.dtype}, the input {x.dtype}; convert one of them.",
        )


def _check_classes(name, x, target, ignore_index):
    """Return the classes of batched `x` as int64 (N, 1, d1, ...) and which of them count."""
    spatial = x.shape[2:]
    if target.ndim and target.shape[0] != x.shape[0] or (target.ndim == 0 and x.shape[0] != 1):
        refuse(
            ValueError,
            f"Expected input batch_size ({x.shape[0]}) to match target batch_size "
            f"({target.shape[0] if target.ndim else 0}).",
            f"{name}: the input has shape {x.shape}, the target {target.shape}.",
        )
    wanted = (x.shape[0], *spatial)
    if (target.shape or (1,)) != wanted:
        refuse(
            RuntimeError,
            f"Expected target size {list(wanted)}, got {list(target.shape)}"
            if spatial
            else "0D or 1D target tensor expected, multi-target not supported",
            f"{name}: the input has shape {x.shape}, so the target is one class per sample.",
        )
    if target.dtype not in (np.int64, np.uint8):
        refuse(
            RuntimeError,
            f"expected target dtype to be Long or Byte, but got {torch_name(target.dtype)}",
            f"{name}: classes are numbers; convert them with .astype(numpy.int64).",
        )
    t = target.astype(np.int64).reshape(x.shape[0], 1, *spatial)
    valid = t != ignore_index
    outside = t[valid & ((t < 0) | (t >= x.shape[1]))]
    if outside.size:
        refuse(
            IndexError,
            f"Target {outside[0]} is out of bounds.",
            f"{name}: {x.shape[1]} classes are numbered from 0 to {x.shape[1] - 1}; "
            f"only ignore_index={ignore_index} may stand outside.",
        )
    return np.where(valid, t, 0), valid


def _by_class(name, x, target, weight, ignore_index, smoothing=0.0):
    batched = _batched(x)
    if x.ndim == 1 and target.ndim == 1 and target.size != 1:
        refuse(
            ValueError,
            f"For 1D input, 1D target must have size 1, but got target size: {target.size}",
            f"{name}: an input of shape {x.shape} is one sample; its target is one class.",
        )
    _check_weight(name, x, weight, batched.shape[1])
    classes, valid = _check_classes(name, batched, target, ignore_index)
    if weight is None:
        wide, share = 1.0, valid.astype(np.float64)
    else:
        wide = _per_class(weight, batched)
        share = np.where(valid, weight.astype(np.float64)[classes], 0) if weight.size else 0 * valid
    shape = () if x.ndim == 1 else target.shape
    divisor = share.sum()
    return Setting(batched, classes, None, valid, wide, share, divisor, smoothing, x.dtype, shape)


def _per_class(weight, x):
    return weight.astype(np.float64).reshape(-1, *[1] * (x.ndim - 2))


def _by_probability(x, target, weight, ignore_index, smoothing):
    name = "cross_entropy"
    if target.dtype.kind != "f":
        refuse(
            RuntimeError,
            "Expected floating point type for target with class probabilities, "
            f"got {torch_name(target.dtype)}",
            f"{name}: the target has the input's shape {x.shape}, so it holds probabilities.",
        )
    if x.ndim == 0:
        refuse(
            IndexError,
            "Dimension specified as 1 but tensor has no dimensions",
            f"{name}: the input needs an axis of classes.",
        )
    if ignore_index >= 0:
        refuse(
            RuntimeError,
            "ignore_index is not supported for floating point target",
            f"{name}: give a sample that shall not count the probabilities zero.",
        )
    check_floating(name, "log_softmax_lastdim_kernel_impl", target, "target", 2)
    dtype = np.result_type(x, target)
    x, target = _batched(x), _batched(target)
    if weight is not None and weight.dtype.kind == "f":
        dtype = np.result_type(dtype, weight)
        _check_weight(name, weight, weight, x.shape[1])
    else:
        _check_weight(name, x, weight, x.shape[1])
    wide = 1.0 if weight is None else _per_class(weight, x)
    shape = (x.shape[0], *x.shape[2:])
    samples = float(np.prod(shape))
    return Setting(x, None, target, None, wide, 1.0, samples, smoothing, dtype, shape)


def _check(x, target, weight, ignore_index, reduction, label_smoothing):
    name = "cross_entropy"
    check_floating(name, "log_softmax_lastdim_kernel_impl", x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    ignore_index = operator.index(ignore_index)
    if not 0 <= label_smoothing <= 1:
        refuse(
            RuntimeError,
            f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}",
            f"{name}: it is the share of probability spread evenly over the classes.",
        )
    if x.shape == target.shape:
        setting = _by_probability(x, target, weight, ignore_index, label_smoothing)
        return setting._replace(shape=()) if x.ndim == 1 else setting
    if x.ndim == 0:
        refuse(
            ValueError,
            "Expected 1 or more dimensions (got 0)",
            f"{name}: the input needs an axis of classes.",
        )
    return _by_class(name, x, target, weight, ignore_index, label_smoothing)


def _expected(target, x, smoothing):
    """Return the probabilities that the target stands for, in float64."""
    if target.shape != x.shape or target.dtype.kind != "f":
        numbers = np.arange(x.shape[1]).reshape(-1, *[1] * (x.ndim - 2))
        target = numbers == target
    if smoothing:
        return target * np.float64(1 - smoothing) + smoothing / x.shape[1]
    return target.astype(np.float64)


def _is_plain(setting):
    return setting.probs is None and not setting.smoothing


def _target(setting):
    return setting.classes if setting.probs is None else setting.probs


def _losses(setting):
    """Return the loss of every sample, float64 (N, 1, d1, ...)."""

    def plain(axis, out, x, t):
        d, r, _, _, rest = split(x, axis)
        at_target = np.take_along_axis(d, t, axis)
        if r is not None:
            at_target = at_target + np.take_along_axis(r, t, axis)
        np.subtract(np.log1p(rest), at_target, out=out)

    def dense(axis, out, x, target):
        v = setting.weight * _expected(target, x, setting.smoothing)
        d, r, _, _, rest = split(x, axis)
        surprise = np.log1p(rest) - d
        if r is not None:
            surprise -= r
        out[...] = total(v * surprise, axis)

    x = setting.x
    losses = np.zeros(size_along(x.shape, 1))
    if x.size:
        along(1, plain if _is_plain(setting) else dense, x.shape, losses, x, _target(setting))
    if _is_plain(setting):
        losses *= setting.share
    if setting.valid is not None:
        losses[~setting.valid] = 0
    return losses


@silent
def cross_entropy(x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    r"""Average the surprise of the targets under `softmax` of the logits."""
    setting = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    losses = _losses(setting).reshape(setting.shape)
    return reduced(losses, reduction, setting.dtype, setting.divisor)


def _scale(setting, cotangent, reduction):
    """Return the cotangent of every sample's loss, its weight or 0 where ignored included."""
    samples = size_along(setting.x.shape, 1)
    g = spread(cotangent, reduction, None, setting.divisor)
    g = np.broadcast_to(g if g.ndim == 0 else g.reshape(samples), samples)
    if setting.valid is None:
        return g
    return np.where(setting.valid, g * setting.share if _is_plain(setting) else g, 0)


def _slopes(setting, scale, dtype):
    """Return ``scale`` times the derivative of each sample's loss by its logits."""

    def plain(axis, out, x, t, c):
        _, _, e, top, rest = split(x, axis)
        e_t = np.take_along_axis(e, t, axis)
        top_t = np.take_along_axis(top, t, axis)
        np.put_along_axis(e, t, np.where(top_t, -rest, e_t - (1 + rest)), axis)
        np.multiply(e, c / (1 + rest), out=out, casting="same_kind")

    def dense(axis, out, x, target, c):
        v = setting.weight * _expected(target, x, setting.smoothing)
        _, _, e, top, rest = split(x, axis)
        complement = np.where(top, rest, (1 + rest) - e)
        pull = e * (total(v, axis) - v) - v * complement
        np.multiply(pull, c / (1 + rest), out=out, casting="same_kind")

    x = setting.x
    out = np.empty(x.shape, dtype)
    if x.size:
        along(1, plain if _is_plain(setting) else dense, x.shape, out, x, _target(setting), scale)
    return out


def _surprise(setting):
    """Return the derivative of each sample's loss by its target, float64."""

    def kernel(axis, out, x):
        d, r, _, _, rest = split(x, axis)
        out[...] = np.log1p(rest) - d if r is None else np.log1p(rest) - d - r

    out = np.empty(setting.x.shape)
    if out.size:
        along(1, kernel, out.shape, out, setting.x)
    return (1 - setting.smoothing) * setting.weight * out


@silent
def cross_entropy_vjp(
    cotangent, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Pull a cotangent back through `cross_entropy`, to (x, target)."""
    setting = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    check_cotangent("cross_entropy", cotangent, shape_of(reduction, setting.shape))
    scale = _scale(setting, cotangent, reduction)
    by_x = _slopes(setting, scale, x.dtype).reshape(x.shape)
    if setting.probs is None:
        return by_x, None
    by_target = scale * _surprise(setting)
    return by_x, by_target.reshape(target.shape).astype(target.dtype)


@silent
def cross_entropy_jvp(
    tangents, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Push tangents of (x, target) forward through `cross_entropy`."""
    setting = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    change = _change(setting, tangents, x, target).reshape(setting.shape)
    return reduced(change, reduction, setting.dtype, setting.divisor)


def _change(setting, tangents, x, target):
    dx, dt = zeros_for_none("cross_entropy", tangents, (x, target))
    one = np.ones(size_along(setting.x.shape, 1))
    slopes = _slopes(setting, _scale(setting, one, "sum"), np.float64)
    change = total(slopes * dx.reshape(slopes.shape), 1)
    if setting.probs is not None:
        change = change + total(_surprise(setting) * dt.reshape(slopes.shape), 1)
    return change


@silent
def cross_entropy_vjp_vjp(
    second_cotangents,
    cotangent,
    x,
    target,
    weight=None,
    ignore_index=-100,
    reduction="mean",
    label_smoothing=0.0,
):
    r"""Pull cotangents of both gradients back through `cross_entropy_vjp`."""
    setting = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    check_cotangent("cross_entropy", cotangent, shape_of(reduction, setting.shape))
    change = _change(setting, second_cotangents, x, target).reshape(setting.shape)
    by_cotangent = reduced(change, reduction, cotangent.dtype, setting.divisor)
    sx, st = zeros_for_none("cross_entropy_vjp", second_cotangents, (x, target))
    sx, st = sx.reshape(setting.x.shape), st
    scale = _scale(setting, cotangent, reduction)
    p = probabilities(setting.x, 1) if setting.x.size else np.empty(setting.x.shape)
    expected = setting.weight * _expected(_target(setting), setting.x, setting.smoothing)
    mass = 1 if _is_plain(setting) else total(expected, 1)
    centre = sx - total(p * sx, 1)
    by_x = scale * mass * p * centre
    by_target = None
    if setting.probs is not None:
        factor = (1 - setting.smoothing) * setting.weight
        u = factor * st.reshape(setting.x.shape)
        by_x = by_x + scale * (p * total(u, 1) - u)
        by_target = (-scale * factor * centre).reshape(target.shape).astype(target.dtype)
    return by_cotangent, by_x.reshape(x.shape).astype(x.dtype), by_target


def _check_nll(x, target, weight, ignore_index, reduction):
    check_floating("nll_loss", "nll_loss_out_frame", x)
    check_array("nll_loss", "target", 2, target)
    check_reduction("nll_loss", reduction)
    if x.ndim == 0:
        refuse(
            ValueError,
            "Expected 1 or more dimensions (got 0)",
            "nll_loss: the input needs an axis of classes.",
        )
    return _by_class("nll_loss", x, target, weight, operator.index(ignore_index))


@silent
def nll_loss(x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Average the negated log-probabilities of the target classes."""
    s = _check_nll(x, target, weight, ignore_index, reduction)
    return _nll(s, s.x, reduction, s.dtype)


def _nll(setting, x, reduction, dtype):
    if x.size:
        picked = np.take_along_axis(x, setting.classes, 1)
        losses = np.where(setting.valid, -setting.share * picked, 0).reshape(setting.shape)
    else:
        losses = np.zeros(setting.shape)
    return reduced(losses, reduction, dtype, setting.divisor)


@silent
def nll_loss_vjp(cotangent, x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Pull a cotangent back through `nll_loss`."""
    setting = _check_nll(x, target, weight, ignore_index, reduction)
    check_cotangent("nll_loss", cotangent, shape_of(reduction, setting.shape))
    out = np.zeros(setting.x.shape, x.dtype)
    if out.size:
        pull = -_scale(setting, cotangent, reduction)
        np.put_along_axis(out, setting.classes, pull.astype(x.dtype), 1)
    return out.reshape(x.shape)


@silent
def nll_loss_jvp(tangent, x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Push a tangent forward through `nll_loss`."""
    setting = _check_nll(x, target, weight, ignore_index, reduction)
    check_tangent("nll_loss", tangent, x)
    return _nll(setting, tangent.reshape(setting.x.shape), reduction, x.dtype)


@silent
def nll_loss_vjp_vjp(
    second_cotangent, cotangent, x, target, weight=None, ignore_index=-100, reduction="mean"
):
    r"""Pull a cotangent back through `nll_loss_vjp`: the loss is linear in `x`."""
    setting = _check_nll(x, target, weight, ignore_index, reduction)
    check_cotangent("nll_loss", cotangent, shape_of(reduction, setting.shape))
    check_cotangent("nll_loss_vjp", second_cotangent, x.shape)
    second = second_cotangent.reshape(setting.x.shape)
    return _nll(setting, second, reduction, cotangent.dtype), np.zeros(x.shape, x.dtype)
