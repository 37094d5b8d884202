r"""Cross entropy: of log-probabilities (nll_loss) and of logits.

Derivations: :doc:`/derivations/cross_entropy`, :doc:`/derivations/softmax_twice`.
"""

import math
import operator
from typing import NamedTuple

import numpy as np

from refimpl.errors import failure, silent, title
from refimpl.formulas._checks import (
    check_array,
    check_cotangent,
    check_floating,
    check_reduction,
    check_tangent,
    zeros_for_none,
)
from refimpl.formulas._losses import reduced, shape_of, spread
from refimpl.formulas._partition import (
    centred,
    complements,
    probabilities,
    scaled,
    settled,
    split,
    total,
)
from refimpl.formulas._slabs import along


class Call(NamedTuple):
    """A checked call: logits (N, C, D), what belongs to a sample (N, 1, D), to a class (C, 1)."""

    x: np.ndarray
    target: np.ndarray  # int64 classes (N, 1, D), 0 where ignored; or probabilities (N, C, D)
    counts: np.ndarray | bool  # which samples do, (N, 1, D)
    weight: np.ndarray | float  # of each class
    share: np.ndarray | None  # of each sample: its class's weight
    divisor: float  # of the mean
    smoothing: float
    plain: bool  # classes, not smoothed
    single: bool  # the losses are not reduced
    dtype: np.dtype
    shape: tuple  # of the losses before their reduction


def _check_weight(name, dtype, weight, classes):
    """Return the weights as float64 (C, 1)."""
    if weight is None:
        return 1.0
    check_array(name, "weight", 3, weight)
    if weight.shape != (classes,):
        raise failure(
            RuntimeError,
            f"weight tensor should be defined either for all {classes} classes or no classes "
            f"but got weight tensor of shape: {list(weight.shape)}",
            f"{name}: one weight per class, in the order of the classes.",
        )
    if weight.dtype != dtype:
        raise failure(
            RuntimeError,
            f"expected scalar type {title(dtype)} but found {title(weight.dtype)}",
            f"{name}: weight is {weight.dtype}, the input {dtype}; convert one of them.",
        )
    return weight.astype(np.float64).reshape(-1, 1)


def _check_sizes(name, x, target):
    """Let pass targets of one class per sample."""
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
        wanted = (x.shape[0], *x.shape[2:])
    if target.shape != wanted or target.ndim > max(1, x.ndim - 1):
        raise failure(
            RuntimeError,
            f"Expected target size {list(wanted)}, got {list(target.shape)}"
            if x.ndim > 2
            else "0D or 1D target tensor expected, multi-target not supported",
            f"{name}: the input has shape {x.shape}; the target is one class per sample.",
        )


def _by_class(name, x, target, weight, ignore_index, reduction, smoothing=0.0):
    _check_sizes(name, x, target)
    if (target.dtype.kind, target.dtype.itemsize) not in (("i", 8), ("u", 1)):
        raise failure(
            RuntimeError,
            f"expected target dtype to be Long or Byte, but got {title(target.dtype)}",
            f"{name}: classes are numbers; convert them with .astype(numpy.int64).",
        )
    batch, classes = x.shape[:2] if x.ndim > 1 else (1, x.size)
    inner = math.prod(x.shape[2:])
    wide = _check_weight(name, x.dtype, weight, classes)
    t = np.asarray(target, np.int64).reshape(batch, 1, inner)
    t, counts = _counting(name, t, classes, ignore_index)
    share = None if weight is None or not classes else wide[t, 0]
    if share is None:
        divisor = t.size if counts is True else np.sum(counts)
    else:
        divisor = np.sum(share * counts)
    shape = () if x.ndim == 1 else target.shape
    logits = x.reshape(batch, classes, inner)
    plain, single = not smoothing, reduction == "none"
    return Call(logits, t, counts, wide, share, divisor, smoothing, plain, single, x.dtype, shape)


def _counting(name, t, classes, ignore_index):
    """Return the classes with 0 for the ignored ones, and which count: True where all do."""
    unsigned = t.view(np.uint64)  # where a negative class is beyond every other
    if (
        ignore_index not in range(classes)
        and np.maximum.reduce(unsigned, None, initial=0) < classes
    ):
        return t, True
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


def _by_probability(name, x, target, weight, ignore_index, smoothing):
    if x.ndim == 0:
        _refuse_scalar(name)
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
    batch, classes = x.shape[:2] if x.ndim > 1 else (1, x.size)
    inner = math.prod(x.shape[2:])
    dtype = np.result_type(x, target)
    wide = _check_weight(name, dtype, weight, classes)
    logits, probs = (a.reshape(batch, classes, inner) for a in (x, target))
    shape = (batch, *x.shape[2:]) if x.ndim > 1 else ()
    samples = float(batch * inner)
    return Call(logits, probs, True, wide, None, samples, smoothing, False, False, dtype, shape)


def _refuse_scalar(name):
    raise failure(
        ValueError,
        "Expected 1 or more dimensions (got 0)",
        f"{name}: the input needs an axis of classes.",
    )


def _check(x, target, weight, ignore_index, reduction, label_smoothing):
    name = "cross_entropy"
    check_floating(name, "log_softmax_lastdim_kernel_impl", x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    if not 0 <= label_smoothing <= 1:
        raise failure(
            RuntimeError,
            f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}",
            f"{name}: it is the share of probability that is spread evenly over the classes.",
        )
    ignore_index = operator.index(ignore_index)
    if x.shape == target.shape:
        return _by_probability(name, x, target, weight, ignore_index, label_smoothing)
    if x.ndim == 0:
        _refuse_scalar(name)
    return _by_class(name, x, target, weight, ignore_index, reduction, label_smoothing)


def _has_classes(call):
    return call.target.dtype == np.int64


def _places(t, shape):
    """Return where the entries of the classes t (outer, 1, inner) stand in a flat array."""
    outer, classes, inner = shape
    at = t * inner
    at += np.arange(inner)
    if outer > 1:
        at += np.arange(outer).reshape(-1, 1, 1) * (classes * inner)
    return at


def _expected(target, shape, smoothing):
    """Return the probabilities that the target stands for, in float64."""
    if target.dtype == np.int64:
        target = np.arange(shape[1], dtype=np.int64).reshape(-1, 1) == target
    if smoothing:
        return target * np.float64(1 - smoothing) + smoothing / shape[1]
    return target.astype(np.float64)


def _plain_losses(call):
    def kernel(out, t, x):
        d, r, _, rest = split(x)
        at = _places(t, d.shape)
        out[...] = _plain_loss(call, d.reshape(-1)[at], r if r is None else r.reshape(-1)[at], rest)

    return kernel


def _plain_loss(call, d_t, r_t, rest):
    log = np.log1p(rest)
    if r_t is not None:
        return log - d_t - r_t
    return -settled(d_t, log, call.dtype) if call.single else log - d_t


def _plain_slopes(call):
    """Fill the logits' gradient with ``scale * (softmax - onehot)``, and the losses beside it."""

    def kernel(out, losses, t, scale, x):
        d, r, e, rest = split(x)
        at, flat_d, flat_e = _places(t, d.shape), d.reshape(-1), e.reshape(-1)
        losses[...] = _plain_loss(call, flat_d[at], r if r is None else r.reshape(-1)[at], rest)
        flat_e[at] = (flat_e[at] - 1) - rest  # a top's 1 - 1 is exactly 0
        flat_d[at] = 0  # the entry is no exponential any more
        scaled(d, r, e, scale / (1 + rest), out)

    return kernel


def _dense_losses(call):
    def kernel(out, target, x):
        d, r, _, rest = split(x)
        surprise = np.log1p(rest) - d if r is None else np.log1p(rest) - d - r
        out[...] = total(call.weight * _expected(target, d.shape, call.smoothing) * surprise)

    return kernel


def _losses(call):
    """Return the loss of every sample, float64, 0 where it does not count."""
    x = call.x
    losses = np.zeros((x.shape[0], 1, x.shape[2]))
    if x.size:
        kernel = (_plain_losses if call.plain else _dense_losses)(call)
        along(1, kernel, x.shape, losses, call.target, x)
    return _counted(call, losses)


def _counted(call, losses):
    """Weigh the losses and leave out those that do not count; smoothed ones are weighed already."""
    if call.plain and call.share is not None:
        losses = losses * call.share
    return losses if call.counts is True else np.where(call.counts, losses, 0)


@silent
def cross_entropy(x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    r"""Average the surprise of the targets under `softmax` of the logits.

    .. math:: \ell_n = -\sum_c w_c \, q_{nc} \log p_{nc}, \qquad
              p_n = \mathrm{softmax}(x_n), \qquad
              q_{nc} = (1 - \varepsilon) \, t_{nc} + \frac{\varepsilon}{C}

    where :math:`t_n` is the target's probabilities, or one at its class and zero elsewhere.
    The mean divides by the number of samples; beside classes by the sum of their weights.

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, shape (C,), (N, C) or (N, C, d1, ...)
        The logits.
    target : ndarray
        Classes: int64 or uint8, shape (), (N,) or (N, d1, ...), each in [0, C) or `ignore_index`.
        Probabilities: floating, the shape of `x`.
    weight : ndarray of shape (C,), optional
        A factor for each class.
    ignore_index : int
        Samples of this class count neither in the sum nor in the mean's divisor.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses of the samples.
    label_smoothing : float
        The share :math:`\varepsilon` of probability that is spread evenly over the classes.

    Returns
    -------
    ndarray
        Dtype of `x` (beside probabilities the wider of both); shape () or, unreduced, the samples'.

    Raises
    ------
    IndexError
        Where a class is outside [0, C).
    ValueError
        Where the batch sizes differ, or for an unknown reduction.
    RuntimeError
        For integers beside `x`'s own shape, a weight of another shape or dtype, a smoothing
        outside [0, 1], an `ignore_index` that is not negative beside probabilities.
    NotImplementedError
        For integer logits.

    Notes
    -----
    ``log1p`` of the sum of the others minus the target's distance from the maximum, in float64:
    a confident, right prediction has a small loss, where torch flushes it to 0.
    As in torch the mean over no sample is nan, and its gradient zero; an infinite logit gives nan.
    torch takes a smoothing below 0 for 0, which is refused here. At a smoothing of 1 torch gives
    nan where the target's logit is -inf (0 times inf); the loss is inf.

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception architecture
    for computer vision", CVPR (2016), section 7 (label smoothing).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import cross_entropy
    >>> logits = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    >>> cross_entropy(logits, np.array([0, 1]), reduction="none").round(4)
    array([0.4076, 1.0986])
    >>> cross_entropy(logits, np.array([0, 1])).round(4)
    np.float64(0.7531)
    >>> cross_entropy(logits, np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])).round(4)
    np.float64(1.0031)
    """
    call = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    losses = _losses(call).reshape(call.shape)
    return reduced(losses, reduction, call.dtype, call.divisor)


def _scale(call, cotangent, reduction):
    """Return the cotangent of every sample's loss, weighed, 0 where it does not count."""
    g = spread(cotangent, reduction, call.divisor)
    scale = np.empty((call.x.shape[0], 1, call.x.shape[2]))
    scale[...] = g.reshape(scale.shape) if reduction == "none" else g
    return _counted(call, scale)


def _dense_slopes(call):
    def kernel(out, _, target, scale, x):
        _, _, e, rest = split(x)
        v = call.weight * _expected(target, e.shape, call.smoothing)
        pull = e * (total(v) - v) - v * complements(e, rest)
        out[...] = pull * (scale / (1 + rest))

    return kernel


def _slopes(call, scale, dtype):
    """Return ``scale`` times the derivative of each loss by its logits, and the plain losses."""
    x = call.x
    out, losses = np.empty(x.shape, dtype), np.zeros(scale.shape)
    if x.size:
        kernel = (_plain_slopes if call.plain else _dense_slopes)(call)
        along(1, kernel, x.shape, out, losses, call.target, scale, x)
    return out, losses


def _surprise(call):
    """Return the derivative of each loss by its target, float64."""

    def kernel(out, x):
        d, r, _, rest = split(x)
        out[...] = np.log1p(rest) - d if r is None else np.log1p(rest) - d - r

    out = np.empty(call.x.shape)
    if out.size:
        along(1, kernel, out.shape, out, call.x)
    return (1 - call.smoothing) * call.weight * out


@silent
def cross_entropy_vjp(
    cotangent, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Pull a cotangent back through `cross_entropy`, to (x, target).

    .. math:: \bar x_{nc} = \bar\ell_n \Bigl(p_{nc} \sum_k w_k q_{nk} - w_c q_{nc}\Bigr), \qquad
              \bar t_{nc} = -\bar\ell_n (1 - \varepsilon) \, w_c \log p_{nc}

    where :math:`\bar\ell_n` is the cotangent divided as the reduction says. At the target's class
    :math:`p - 1` is taken as minus the sum of the others, so that nothing cancels.

    Parameters
    ----------
    cotangent : ndarray
        Of the shape of the loss.
    x, target, weight, ignore_index, reduction, label_smoothing
        As of `cross_entropy`.

    Returns
    -------
    tuple
        The gradients of `x` and of the target's probabilities; None for classes.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import cross_entropy_vjp
    >>> logits, target = np.array([[2.0, 1.0, 0.0]]), np.array([0])
    >>> cross_entropy_vjp(np.array(1.0), logits, target)[0].round(4)
    array([[-0.3348,  0.2447,  0.09  ]])
    """
    call = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    return _pull(call, cotangent, reduction, x, target)[1:]


def _pull(call, cotangent, reduction, x, target):
    """Return the plain losses before their weights, and the gradients of x and target."""
    check_cotangent("cross_entropy", cotangent, shape_of(reduction, call.shape))
    scale = _scale(call, cotangent, reduction)
    by_x, losses = _slopes(call, scale, x.dtype)
    by_target = None
    if not _has_classes(call):
        by_target = (scale * _surprise(call)).reshape(target.shape).astype(target.dtype)
    return losses, by_x.reshape(x.shape), by_target


@silent
def cross_entropy_value_and_vjp(
    cotangent, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Return `cross_entropy` and its gradients, beside classes in one pass over the logits.

    .. math:: (\ell, \bar x, \bar t) \text{ as of cross\_entropy and cross\_entropy\_vjp}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import cross_entropy_value_and_vjp
    >>> logits, target = np.array([[2.0, 1.0, 0.0]]), np.array([0])
    >>> loss, x_bar, _ = cross_entropy_value_and_vjp(np.array(1.0), logits, target)
    >>> print(loss.round(4), x_bar.round(4))
    0.4076 [[-0.3348  0.2447  0.09  ]]
    """
    call = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    losses, by_x, by_target = _pull(call, cotangent, reduction, x, target)
    losses = _counted(call, losses) if call.plain else _losses(call)
    value = reduced(losses.reshape(call.shape), reduction, call.dtype, call.divisor)
    return value, by_x, by_target


def _change(call, tangents, x, target):
    """Return the derivative of each loss along the tangents."""
    dx, dt = zeros_for_none("cross_entropy", tangents, (x, target))
    one = np.ones((call.x.shape[0], 1, call.x.shape[2]))
    slopes, _ = _slopes(call, _counted(call, one), np.float64)
    change = total(slopes * dx.reshape(slopes.shape))
    if not _has_classes(call):
        change += total(_surprise(call) * dt.reshape(slopes.shape))
    return change.reshape(call.shape)


@silent
def cross_entropy_jvp(
    tangents, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Push tangents of (x, target) forward through `cross_entropy`; None stands for zero.

    .. math:: \dot\ell_n = \sum_c \Bigl(p_{nc} \sum_k w_k q_{nk} - w_c q_{nc}\Bigr) \dot x_{nc}
                          - (1 - \varepsilon) \sum_c w_c \log p_{nc} \, \dot t_{nc}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import cross_entropy_jvp
    >>> tangents = np.array([[1.0, 0.0, 0.0]]), None
    >>> cross_entropy_jvp(tangents, np.array([[2.0, 1.0, 0.0]]), np.array([0])).round(4)
    np.float64(-0.3348)
    """
    call = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    return reduced(_change(call, tangents, x, target), reduction, call.dtype, call.divisor)


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
    r"""Pull cotangents (s, u) of both gradients back through `cross_entropy_vjp`.

    With :math:`\langle s \rangle_n = \sum_c p_{nc} s_{nc}` and
    :math:`v_{nc} = (1 - \varepsilon) w_c u_{nc}`, to (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad
              \bar x_{nc} = \bar\ell_n \Bigl[p_{nc} (s_{nc} - \langle s \rangle_n) \sum_k w_k q_{nk}
                          + p_{nc} \sum_k v_{nk} - v_{nc}\Bigr], \qquad
              \bar t_{nc} = -\bar\ell_n (1 - \varepsilon) w_c (s_{nc} - \langle s \rangle_n)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import cross_entropy_vjp_vjp
    >>> s = np.array([[1.0, 0.0, 0.0]]), None
    >>> logits, target = np.array([[2.0, 1.0, 0.0]]), np.array([0])
    >>> for cotangent in cross_entropy_vjp_vjp(s, np.array(1.0), logits, target)[:2]:
    ...     print(cotangent.round(4))
    -0.3348
    [[ 0.2227 -0.1628 -0.0599]]
    """
    call = _check(x, target, weight, ignore_index, reduction, label_smoothing)
    check_cotangent("cross_entropy", cotangent, shape_of(reduction, call.shape))
    change = _change(call, second_cotangents, x, target)
    by_cotangent = reduced(change, reduction, cotangent.dtype, call.divisor)
    s, u = zeros_for_none("cross_entropy_vjp", second_cotangents, (x, target))
    scale = _scale(call, cotangent, reduction)
    p = probabilities(call.x) if x.size else np.empty(call.x.shape)
    centre = centred(p, s.reshape(p.shape))
    expected = call.weight * _expected(call.target, p.shape, call.smoothing)
    by_x = p * centre * (1 if call.plain else total(expected))
    by_target = None
    if not _has_classes(call):
        factor = (1 - call.smoothing) * call.weight
        v = factor * u.reshape(p.shape)
        by_x += p * total(v) - v
        by_target = (-scale * factor * centre).reshape(target.shape).astype(target.dtype)
    return by_cotangent, (scale * by_x).reshape(x.shape).astype(x.dtype), by_target


def _check_nll(x, target, weight, ignore_index, reduction):
    name = "nll_loss"
    check_floating(name, "nll_loss_out_frame", x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    if x.ndim == 0:
        _refuse_scalar(name)
    return _by_class(name, x, target, weight, operator.index(ignore_index), reduction)


def _nll(call, x, reduction, dtype):
    picked = np.zeros(call.target.shape)
    if x.size:
        picked = x.reshape(-1)[_places(call.target, call.x.shape)].astype(np.float64)
    losses = _counted(call, -picked).reshape(call.shape)
    return reduced(losses, reduction, dtype, call.divisor)


@silent
def nll_loss(x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Average the negated log-probabilities of the target classes.

    .. math:: \ell_n = -w_{t_n} x_{n t_n}

    The mean divides by the sum of the targets' weights.

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, shape (C,), (N, C) or (N, C, d1, ...)
        Log-probabilities, as of `log_softmax`; nothing is checked about their sum.
    target : ndarray of int64 or uint8, shape (), (N,) or (N, d1, ...)
        Classes, each in [0, C) or `ignore_index`.
    weight : ndarray of shape (C,), optional
        A factor for each class.
    ignore_index : int
        Samples of this class count neither in the sum nor in the mean's divisor.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses of the samples.

    Returns
    -------
    ndarray
        Dtype of `x`; shape () or, unreduced, that of the target.

    Raises
    ------
    IndexError
        Where a class is outside [0, C).
    ValueError
        Where the batch sizes differ, or for an unknown reduction.
    RuntimeError
        For a target of another dtype or shape, or such a weight.
    NotImplementedError
        For integer `x`.

    Notes
    -----
    The sum is taken in float64 and rounded once. As in torch the mean over no sample is nan, and
    its gradient zero.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning", MIT Press (2016), section 5.5
    (maximum likelihood).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import nll_loss
    >>> log_probs = np.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    >>> nll_loss(log_probs, np.array([0, 2]), reduction="none").round(4)
    array([0.6931, 0.2231])
    >>> nll_loss(log_probs, np.array([0, 2])).round(4)
    np.float64(0.4581)
    """
    call = _check_nll(x, target, weight, ignore_index, reduction)
    return _nll(call, x, reduction, x.dtype)


@silent
def nll_loss_vjp(cotangent, x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Pull a cotangent back through `nll_loss`, to x.

    .. math:: \bar x_{nc} = -\bar\ell_n \, w_{t_n} [c = t_n]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import nll_loss_vjp
    >>> log_probs = np.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    >>> nll_loss_vjp(np.array(1.0), log_probs, np.array([0, 2]))
    array([[-0.5,  0. ,  0. ],
           [ 0. ,  0. , -0.5]])
    """
    call = _check_nll(x, target, weight, ignore_index, reduction)
    check_cotangent("nll_loss", cotangent, shape_of(reduction, call.shape))
    out = np.zeros(x.size, x.dtype)
    if x.size:
        out[_places(call.target, call.x.shape)] = -_scale(call, cotangent, reduction)
    return out.reshape(x.shape)


@silent
def nll_loss_jvp(tangent, x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Push a tangent forward through `nll_loss`, which is linear.

    .. math:: \dot\ell_n = -w_{t_n} \dot x_{n t_n}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import nll_loss_jvp
    >>> log_probs = np.log([[0.5, 0.25, 0.25]])
    >>> nll_loss_jvp(np.array([[1.0, 0.0, 0.0]]), log_probs, np.array([0]))
    array(-1.)
    """
    call = _check_nll(x, target, weight, ignore_index, reduction)
    check_tangent("nll_loss", tangent, x)
    return _nll(call, tangent, reduction, x.dtype)


@silent
def nll_loss_vjp_vjp(
    second_cotangent, cotangent, x, target, weight=None, ignore_index=-100, reduction="mean"
):
    r"""Pull a cotangent back through `nll_loss_vjp`, to (cotangent, x).

    .. math:: \bar g_n = -w_{t_n} s_{n t_n}, \qquad \bar x = 0

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.cross_entropy import nll_loss_vjp_vjp
    >>> s, log_probs = np.array([[1.0, 0.0, 0.0]]), np.log([[0.5, 0.25, 0.25]])
    >>> nll_loss_vjp_vjp(s, np.array(1.0), log_probs, np.array([0]))
    (array(-1.), array([[0., 0., 0.]]))
    """
    call = _check_nll(x, target, weight, ignore_index, reduction)
    check_cotangent("nll_loss", cotangent, shape_of(reduction, call.shape))
    check_cotangent("nll_loss_vjp", second_cotangent, x.shape)
    return _nll(call, second_cotangent, reduction, cotangent.dtype), np.zeros(x.shape, x.dtype)
