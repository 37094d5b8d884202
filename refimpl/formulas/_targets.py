"""Targets of the losses over classes: what cross_entropy and nll_loss ask of them.

A call is checked once and laid out: logits as (samples, classes, places), what belongs to a sample
as (samples, 1, places), what belongs to a class as (classes, 1).
"""

import math
from typing import NamedTuple

import numpy as np

from refimpl.errors import LONG, as_float, as_length, dim_out_of_range, failure, title
from refimpl.formulas._checks import (
    ARRAYS,
    FLOATING,
    REDUCTIONS,
    check_array,
    check_floating,
    check_reduction,
)
from refimpl.formulas._chunks import FEW

CLASSES = (np.dtype(np.int64), np.dtype(np.uint8))


class Call(NamedTuple):
    """A checked call of a loss over classes."""

    logits: np.ndarray  # (N, C, D)
    target: np.ndarray  # int64 classes (N, 1, D), 0 where ignored; or probabilities (N, C, D)
    counts: np.ndarray | bool  # (N, 1, D), False where ignored; True if all samples count
    weight: np.ndarray | float  # of each class
    share: np.ndarray | None  # (N, 1, D), of each sample the weight of its class
    divisor: float  # of the mean
    smoothing: float
    reduction: str
    dtype: np.dtype  # of the result
    shape: tuple  # of the losses before their reduction
    has_classes: bool  # the target holds classes, not probabilities
    plain: bool  # classes that are not smoothed
    layout: tuple  # (N, 1, D), of one number for each sample

    @property
    def even(self):
        """Whether one loss is asked of classes that all count alike."""
        return (
            self.plain and self.share is None and self.counts is True and self.reduction != "none"
        )


def _check_weight(name, dtype, weight, classes, before=""):
    """Return the weights as float64 (C, 1); `before` stands before torch's text."""
    if weight is None:
        return 1.0
    check_array(name, "weight", 3, weight)
    if weight.shape != (classes,):
        raise failure(
            RuntimeError,
            f"{before}weight tensor should be defined either for all {classes} classes or no "
            f"classes but got weight tensor of shape: {list(weight.shape)}",
            f"{name}: one weight per class, in the order of the classes.",
        )
    if dtype is not None and weight.dtype != dtype:
        raise failure(
            RuntimeError,
            f"expected scalar type {title(dtype)} but found {title(weight.dtype)}",
            f"{name}: weight is {weight.dtype}, the input {dtype}; convert one of them.",
        )
    return weight.astype(np.float64).reshape(-1, 1)


def _other_sizes(name, x, target, wanted):
    """Return torch's error for a target of another shape; it has another text for images."""
    advice = f"{name}: the input has shape {x.shape}; the target is one class per sample."
    if x.ndim < 3:
        text = "0D or 1D target tensor expected, multi-target not supported"
    elif x.ndim != 4:
        text = f"Expected target size {list(wanted)}, got {list(target.shape)}"
    elif target.ndim == 3:
        text = f"size mismatch (got input: {list(x.shape)} , target: {list(target.shape)}"
    else:
        text = (
            "only batches of spatial targets supported (3D tensors) but got targets of dimension: "
            f"{target.ndim}"
        )
    return failure(RuntimeError, text, advice)


def _no_batch(name, x, target):
    """Return torch's error for one class beside a batch of none."""
    if x.ndim == 4:
        return _other_sizes(name, x, target, ())
    if x.ndim > 2:
        kind, text = RuntimeError, "ArrayRef: invalid slice, N = 1; size = 0"
    elif target.dtype not in CLASSES:
        return _no_classes(name, target)
    else:
        kind, text = IndexError, "Dimension specified as 0 but tensor has no dimensions"
    return failure(
        kind, text, f"{name}: the input has shape {x.shape}; make the target one of (0,)."
    )


def _check_sizes(name, x, target):
    """Raise unless the target has one class for each sample."""
    if x.ndim == 1:
        if target.ndim == 1 and target.size != 1:
            raise failure(
                ValueError,
                f"For 1D input, 1D target must have size 1, but got target size: {target.size}",
                f"{name}: an input of shape {x.shape} is one sample; its target is one class.",
            )
        wanted = (1,) * target.ndim
    else:
        batch = target.shape[0] if target.ndim else 0
        if x.shape[0] != batch:
            raise failure(
                ValueError,
                f"Expected input batch_size ({x.shape[0]}) to match target batch_size ({batch}).",
                f"{name}: the input has shape {x.shape}, the target {target.shape}.",
            )
        if not target.ndim:
            raise _no_batch(name, x, target)
        wanted = (x.shape[0], *x.shape[2:])
    if target.shape != wanted or target.ndim > max(1, x.ndim - 1):
        raise _other_sizes(name, x, target, wanted)


def _no_classes(name, target):
    return failure(
        RuntimeError,
        f"expected target dtype to be Long or Byte, but got {title(target.dtype)}",
        f"{name}: classes are numbers; convert them with .astype(numpy.int64).",
    )


def classes_call(name, x, target, weight, ignore_index, reduction, smoothing=0.0):
    """Check and lay out a call with one class for each sample."""
    shape, rank = x.shape, x.ndim
    if rank == 1 and target.ndim < 2 and target.dtype not in CLASSES:
        raise _no_classes(name, target)
    if rank != 2 or target.shape != shape[:1]:
        _check_sizes(name, x, target)
    if target.dtype not in CLASSES:
        raise _no_classes(name, target)
    if x.dtype.char not in FLOATING:
        _check_weight(name, None, weight, x.shape[1] if rank > 1 else x.size)
        kernel = "nll_loss" if rank < 3 else "nll_loss2d_forward"
        check_floating(name, f"{kernel}_out_frame", x)
    batch, classes = shape[:2] if rank > 1 else (1, x.size)
    wide = 1.0 if weight is None else _check_weight(name, x.dtype, weight, classes)
    layout = (batch, 1, 1 if rank < 3 else math.prod(shape[2:]))
    if not classes and target.size and rank > 2 and rank != 4:
        raise failure(
            RuntimeError,
            f"size mismatch (got input: [{batch}, 0, 0, 0] , target: [{batch}, 1, {layout[2]}]",
            f"{name}: the input has shape {shape}, and so no class to choose.",
        )
    t, counts = np.asarray(target, np.int64).reshape(layout), True
    if 0 < t.size <= FEW:  # of few numbers Python's own extremes take less time
        few = t.ravel().tolist()
        outside = min(few) < 0 or max(few) >= classes
    else:
        unsigned = t.view(np.uint64)  # there a negative class is larger than all others
        outside = np.maximum.reduce(unsigned, None, initial=0) >= classes
    if outside or 0 <= ignore_index < classes:
        t, counts = _counting(name, t, classes, ignore_index)
    if weight is None or not classes:
        share = None
        divisor = t.size if counts is True else np.sum(counts)
    else:
        share = wide[t, 0]
        divisor = np.sum(share * counts)
    return Call(
        x.reshape(batch, classes, layout[2]),
        t,
        counts,
        wide,
        share,
        divisor,
        smoothing,
        reduction,
        x.dtype,
        () if rank == 1 else target.shape,
        True,
        not smoothing,
        layout,
    )


def _counting(name, t, classes, ignore_index):
    """Return the classes with 0 for the ignored ones, and which samples count."""
    counts = t != ignore_index
    outside = counts & ((t < 0) | (t >= classes))
    if outside.any():
        raise failure(
            IndexError,
            f"Target {t[outside][0]} is out of bounds.",
            f"{name}: {classes} classes are numbered from 0 to {classes - 1}; "
            f"only ignore_index={ignore_index} may stand outside.",
        )
    return np.where(counts, t, 0), counts


def probabilities_call(name, x, target, weight, ignore_index, reduction, smoothing):
    """Check and lay out a call with a probability for each class."""
    if target.dtype.char not in "efd":
        raise failure(
            RuntimeError,
            "Expected floating point type for target with class probabilities, "
            f"got {title(target.dtype)}",
            f"{name}: the target has the input's shape {x.shape}, so it holds probabilities.",
        )
    if ignore_index >= 0:
        raise failure(
            RuntimeError,
            "ignore_index is not supported for floating point target",
            f"{name}: give a sample that shall not count the probabilities zero.",
        )
    if x.ndim == 0:
        raise failure(
            IndexError,
            "Dimension specified as 1 but tensor has no dimensions",
            f"{name}: the input needs an axis of classes.",
        )
    batch, classes = x.shape[:2] if x.ndim > 1 else (1, x.size)
    smoothing = smoothing if classes else 0.0  # there is nothing to spread over
    inner = math.prod(x.shape[2:])
    if not x.size and x.dtype.char not in FLOATING:  # torch's kernel is not asked
        x = x.astype(target.dtype)
    dtype = np.result_type(x, target)
    wide = _check_weight(name, None, weight, classes, "cross_entropy: ")
    if weight is not None and weight.dtype.kind == "f":  # as where torch multiplies by it
        dtype = np.result_type(dtype, weight)
    _check_logits(name, x)
    logits, probs = (a.reshape(batch, classes, inner) for a in (x, target))
    shape = (batch, *x.shape[2:]) if x.ndim > 1 else ()
    samples = float(batch * inner) if classes else 0.0  # torch divides elements by classes
    return Call(
        logits,
        probs,
        True,
        wide,
        None,
        samples,
        smoothing,
        reduction,
        dtype,
        shape,
        False,
        False,
        (batch, 1, inner),
    )


def refuse_scalar(name):
    """Raise torch's error for an input without an axis of classes."""
    raise failure(
        ValueError,
        "Expected 1 or more dimensions (got 0)",
        f"{name}: the input needs an axis of classes.",
    )


def cross_entropy_call(x, target, weight, ignore_index, reduction, label_smoothing):
    """Check and lay out a call of cross_entropy."""
    name = "cross_entropy"
    # These checks find out what is wrong; a call of the common kind is not sent through them.
    if not isinstance(x, ARRAYS):
        check_array(name, "input", 1, x)
    if not isinstance(target, ARRAYS):
        check_array(name, "target", 2, target)
    if reduction not in REDUCTIONS:
        check_reduction(name, reduction)
    if type(label_smoothing) is not float:
        label_smoothing = as_float(label_smoothing, f"{name}_loss", "label_smoothing", 6)
    if not 0 <= label_smoothing <= 1:
        raise failure(
            RuntimeError,
            f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}",
            f"{name}: it is the share of probability that is spread evenly over the classes.",
        )
    if type(ignore_index) is not int or not -LONG <= ignore_index < LONG:
        ignore_index = as_length(ignore_index, f"{name}_loss", "ignore_index", 5)
    if x.shape == target.shape:
        return probabilities_call(name, x, target, weight, ignore_index, reduction, label_smoothing)
    if x.ndim == 0:
        raise dim_out_of_range(1, 0, f"{name}: the input needs an axis of classes.")
    if x.dtype.char not in FLOATING:
        _check_logits(name, x)
    return classes_call(name, x, target, weight, ignore_index, reduction, label_smoothing)


def _check_logits(name, x):
    """Raise unless the logits are floating, as the softmax over their classes does."""
    if x.size and x.dtype.char not in FLOATING:
        check_floating(name, f"log_softmax{'_lastdim' * (x.ndim < 3)}_kernel_impl", x)


def nll_loss_call(x, target, weight, ignore_index, reduction):
    """Check and lay out a call of nll_loss."""
    name = "nll_loss"
    check_array(name, "input", 1, x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    if x.ndim == 0:
        refuse_scalar(name)
    ignore_index = as_length(ignore_index, f"{name}_nd", "ignore_index", 5)
    return classes_call(name, x, target, weight, ignore_index, reduction)
