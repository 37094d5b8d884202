r"""Cross entropy of logits.

Derivations: :doc:`/derivations/cross_entropy`, :doc:`/derivations/softmax_twice`.

A target of plain classes picks one entry of each sample. Any other target, probabilities or
smoothed classes, weighs all of them. Each of the two has a kernel for the losses, which returns
what the gradient needs, and one for the gradient.
"""

import math
from functools import partial

import numpy as np

from refimpl.formulas import _cross_entropy_pairs as pairs
from refimpl.formulas import _cross_entropy_unbounded as unbounded
from refimpl.formulas import _few as few
from refimpl.formulas._checks import FLOATING, check_cotangent, zeros_for_none
from refimpl.formulas._chunks import FEW, ONE, over_chunks
from refimpl.formulas._exponentials import (
    bounded,
    centred,
    complements,
    farthest,
    off,
    places,
    rounded,
    shifted,
    split,
    total,
)
from refimpl.formulas._formula import Formula
from refimpl.formulas._log_softmax import decide
from refimpl.formulas._nearest import settle
from refimpl.formulas._reduce import reduced, shape_of
from refimpl.formulas._softmax import wide_probabilities
from refimpl.formulas._targets import cross_entropy_call

# By how much a loss or a gradient in float64 may be off, of its size: exponentials and sums of
# NumPy, of the classes and of the samples.
OFF = 2.0**-44

# Of more logits than this the tape keeps sums and no exponentials: these would take twice the
# memory of float32 logits, and about as long to be written and read as to be computed again.
LARGE = 1 << 20


def is_wide(call):
    """Tell whether results are float64, or are reduced in a way that asks for pairs at once."""
    one_by_one = call.reduction == "none" and not (call.plain and call.share is None)
    return call.dtype.itemsize == 8 or one_by_one


def _all_finite(a):
    """Tell whether no number is infinite or nan; where a sum of large ones is, tell that one is."""
    return math.isfinite(np.add.reduce(a, None) if a.ndim else a)


def counted(call, losses):
    """Weigh one number for each sample by its class, and leave out the ignored ones."""
    if call.share is not None and not call.smoothing:  # smoothed losses are weighed already
        losses = losses * call.share
    return losses if call.counts is True else np.where(call.counts, losses, 0)


def scale_of(call, cotangent):
    """Return the cotangent of every sample's loss, weighed, 0 where it is ignored.

    Where it is the same for all samples it is a number.
    """
    g = np.float64(cotangent)  # of an array too
    if call.reduction == "mean":
        g = g / np.float64(call.divisor)
    if call.reduction != "none" and call.share is None and call.counts is True:
        return g
    scale = np.empty(call.layout)
    scale[...] = g.reshape(call.layout) if call.reduction == "none" else g
    return scale if call.share is None and call.counts is True else counted(call, scale)


def _plain_losses(call, losses, t, x):
    """Fill in the losses of classes; return the exponentials and where the classes stand."""
    d, e, rest = split(x)
    at = places(t, d.shape)
    log, d_t = np.log1p(rest), d.ravel()[at]
    np.subtract(log, d_t, out=losses)
    if call.reduction == "none":
        losses[...] = _nearest_losses(call, losses, d_t, log, t, x)
    return e, rest, at


def _less_target(e, rest, at):
    """Take 1 + rest from the exponentials of the targets."""
    flat = e.ravel()
    flat[at] = (flat[at] - ONE) - rest  # nothing cancels: a maximum's e - 1 is exactly 0
    return e


def _plain_kept(call, losses, t, x):
    """Fill in the losses; return what softmax - onehot needs, times 1 + rest."""
    e, rest, at = _plain_losses(call, losses, t, x)
    return _less_target(e, rest, at), rest, at


def _plain_sums(call, losses, t, x):
    """Do what `_plain_kept` does, without the exponentials."""
    return None, *_plain_losses(call, losses, t, x)[1:]


def _nearest_losses(call, losses, d_t, log, t, x):
    """Return the losses rounded to the dtype of the call."""
    out = np.empty(losses.shape, call.dtype)
    ties = rounded(losses, off(x), out)
    if ties is None:
        return out
    log_probs = -out
    decide(ties, d_t, log, log_probs)
    out = -log_probs
    settle(pairs.plain_loss(call), out, ties, x, t)
    return out


def _plain_pull(kept, out, scale, x):
    """Fill in ``scale * (softmax - onehot)``; return where ties are near."""
    e, rest, at = kept
    if e is None:
        e = _less_target(np.exp(shifted(x)[0]), rest, at)
    factor = scale / (ONE + rest)
    if e.size <= FEW:
        e, factor = e * factor, None
    ties = rounded(e, off(x, farthest(x)) + 2.0**-49, out, factor)
    out += 0.0  # torch has no -0 here: neither of ignored samples nor of what is too small
    return ties


def _pull_evenly(scale, kept, out, x):
    """Do what `_plain_pull` does with one scale for all samples."""
    return _plain_pull(kept, out, scale, x)


def _decide(call, role, cotangent, out, ties):
    """Compute entries of a gradient again that lie near a tie."""
    if any(found is not None for found in ties):
        arrays = call.target, *pairs.scales(call, cotangent), call.logits
        kernel = partial(_decided, role(call), role is not pairs.target_slope)
        over_chunks(kernel, 1, out.shape, out, *arrays, kept=ties)


def _decided(role, unsigned, ties, out, *arrays):
    *arrays, x = arrays
    if ties is not None:
        settle(role, out, ties, x, *arrays)
        if unsigned:
            out += 0.0


def _expected(call, target, classes):
    """Return, in float64, the probabilities that the target stands for, times the weights."""
    if call.has_classes:
        target = np.arange(classes, dtype=np.int64).reshape(-1, 1) == target
    if call.smoothing:
        q = target * np.float64(1 - call.smoothing) + call.smoothing / classes
    else:
        q = target.astype(np.float64)
    return call.weight * q


def _dense_losses(call, losses, target, x):
    """Fill in the losses; return the exponentials and the surprise of each class."""
    d, e, rest = split(x)
    surprise = np.log1p(rest) - d
    losses[...] = total(_expected(call, target, d.shape[1]) * surprise)
    return e, rest, surprise


def _dense_pull(call, kept, by_x, target, scale, x):
    """Fill in the gradient of the logits; return where ties are near."""
    e, rest, _ = kept
    v = _expected(call, target, e.shape[1])
    # p sum(v) - v without its cancelling part: class i itself is left out of both terms.
    others, size = complements(e, rest), np.abs(v)
    pull = e * (total(v) - v) - v * others
    reach = (e * total(size) + size * others) * OFF
    factor = scale / (1 + rest)
    by_x[...] = (pull - reach) * factor
    by_x += 0.0  # a zero is +0, as torch has it
    return by_x != ((pull + reach) * factor).astype(by_x.dtype)


def _target_pull(call, kept, by_target, scale, x):
    """Fill in the gradient of the target's probabilities, their log_probs with a minus."""
    # 0.0 - x and -x differ in the sign of zero alone; torch prints that of the former.
    y = -scale * ((1 - call.smoothing) * call.weight * (0.0 - kept[2]))
    return rounded(y, off(x) + 2.0**-49, by_target)


def _dense_gradients(call, cotangent, kept, scale, dtype, target_dtype):
    """Return the gradients of the logits and of the target, None for smoothed classes."""
    x = call.logits
    by_x = np.empty(x.shape, dtype)
    by_target = None if call.has_classes else np.empty(x.shape, target_dtype)
    scale = np.broadcast_to(scale, call.layout)
    if kept:
        pull, arrays = partial(_dense_pull, call), (by_x, call.target, scale, x)
        ties = over_chunks(pull, 1, x.shape, *arrays, kept=kept, keep=True)
        _decide(call, pairs.dense_slope, cotangent, by_x, ties)
        if by_target is not None:
            pull = partial(_target_pull, call)
            ties = over_chunks(pull, 1, x.shape, by_target, scale, x, kept=kept, keep=True)
            _decide(call, pairs.target_slope, cotangent, by_target, ties)
    return by_x, by_target


def _plain_gradients(call, cotangent, kept, scale, dtype, _):
    """Return the gradient of the logits beside classes, and None."""
    by_x = np.empty(call.logits.shape, dtype)
    if kept:
        if scale.ndim:
            arrays = by_x, scale, call.logits
            ties = over_chunks(_plain_pull, 1, by_x.shape, *arrays, kept=kept, keep=True)
        else:
            evenly = partial(_pull_evenly, scale)
            arrays = by_x, call.logits
            ties = over_chunks(evenly, 1, by_x.shape, *arrays, kept=kept, keep=True)
        _decide(call, pairs.plain_slope, cotangent, by_x, ties)
        _weightless(call, by_x, scale)
    return by_x, None


def _wide_gradients(call, cotangent, kept, scale, *dtypes):
    """Return both gradients by pairs."""
    by_x, by_target = pairs.gradients(call, cotangent, kept, *dtypes)
    if by_x.size:
        _weightless(call, by_x, scale)
    return by_x, by_target


def _gradients(ordinary, call, cotangent, kept, fine, *dtypes):
    """Return the gradients, by torch's steps of samples that infinities or nan stand beside.

    `fine` says that none stand there but for those of the cotangent.
    """
    scale = scale_of(call, cotangent)
    if fine and _all_finite(cotangent) or not kept:
        return ordinary(call, cotangent, kept, scale, *dtypes)
    open_ = unbounded.open_samples(call, scale)
    plain = unbounded.gradients(call, scale, *dtypes)
    if open_.all():
        return plain
    found = ordinary(call, cotangent, kept, scale, *dtypes)
    return tuple(
        None if a is None else np.where(open_ | np.isnan(a), b, a)
        for a, b in zip(found, plain, strict=True)
    )


def _is_fine(call, losses):
    """Tell whether nothing is infinite or nan that the gradients are made of, logits apart.

    Beside plain classes such logits give nan in any case.
    """
    if call.share is not None and not (call.divisor and math.isfinite(call.divisor)):
        return False
    return call.plain or _all_finite(losses)


def _plain_both(call, losses, by_x, t, scale, x):
    return _plain_pull(_plain_kept(call, losses, t, x), by_x, scale, x)


def _both(call, cotangent, *dtypes):
    """Return losses and gradients: of plain classes in one pass."""
    scale = scale_of(call, cotangent)
    if not call.plain or not _is_fine(call, None) or not _all_finite(cotangent):
        losses, kept = _losses(call, keep=True)
        ordinary = _plain_gradients if call.plain else _dense_gradients
        fine = _is_fine(call, losses)
        return losses, *_gradients(ordinary, call, cotangent, kept, fine, *dtypes)
    losses, by_x = np.zeros(call.layout), np.empty(call.logits.shape, dtypes[0])
    if by_x.size:
        scale = np.broadcast_to(scale, call.layout)
        arrays = losses, by_x, call.target, scale, call.logits
        both = partial(_plain_both, call)
        ties = over_chunks(both, 1, by_x.shape, *arrays, keep=True)
        _decide(call, pairs.plain_slope, cotangent, by_x, ties)
        _weightless(call, by_x, scale)
    return losses, by_x, None


def _losses(call, keep=False):
    """Return a loss for each sample, before its weight, and what the gradient needs."""
    losses, x = np.zeros(call.layout), call.logits
    if not x.size:
        return losses, []
    kernel = _dense_losses
    if call.plain:
        kernel = _plain_kept if keep and x.size <= LARGE else _plain_sums
    arrays = losses, call.target, x
    return losses, over_chunks(partial(kernel, call), 1, x.shape, *arrays, keep=keep)


def _lacks_classes(call):
    """Tell whether there is no class; torch's smoothing then divides by 0."""
    return call.has_classes and not call.logits.shape[1]


def _reduced(call, losses):
    """Return the result: the losses weighed, reduced and rounded once."""
    if call.smoothing and _lacks_classes(call):
        return np.full(shape_of(call.reduction, call.shape), np.nan, call.dtype)
    if call.reduction == "none":
        losses = counted(call, losses)
        return _negated(call, reduced(losses.reshape(call.shape), "none", call.dtype))
    size = losses
    if call.share is not None or call.counts is not True or not call.plain:
        losses = counted(call, losses)
        size = np.abs(losses)
    # Of one number Python's own arithmetic takes less time.
    loss = float(reduced(losses, call.reduction, np.float64, call.divisor))
    whole = loss
    if size is not losses:
        whole = float(reduced(size, call.reduction, np.float64, call.divisor))
    kind, reach = call.dtype.type, OFF * whole
    narrow = kind(loss + reach)
    if kind(loss - reach) != narrow:  # of inf and nan, too
        narrow = pairs.value(call) if math.isfinite(loss) else unbounded.value(call)
    narrow = np.asarray(narrow)
    return narrow if call.has_classes else _negated(call, narrow)


def _wide_value(call, found=None):
    """Return the result by pairs."""
    if call.smoothing and _lacks_classes(call):
        return np.full(shape_of(call.reduction, call.shape), np.nan, call.dtype)
    loss = pairs.value(call, found)
    if not _all_finite(loss):
        loss = np.where(np.isfinite(loss), loss, unbounded.value(call))
    return _negated(call, loss) if call.reduction == "none" or not call.has_classes else loss


def _negated(call, loss):
    """Return a loss of 0 as torch has it: -0 where it negates the result itself."""
    if np.count_nonzero(loss) == loss.size:
        return loss
    if call.has_classes and (call.smoothing or call.reduction != "none" or not call.shape):
        return loss
    zero = loss == 0
    if call.counts is not True:
        zero &= call.counts.reshape(call.shape)
    if call.share is not None:
        zero &= call.share.reshape(call.shape) > 0
    return np.where(zero, -loss, loss)


def _plain_change(call, dx):
    """Return the derivative of narrow losses of classes; None where it may lie near a tie."""
    change, size, x = np.zeros(call.layout), np.zeros(call.layout), call.logits
    if x.size:
        over_chunks(_changes, 1, x.shape, change, size, call.target, dx.reshape(x.shape), x)
    change, size = counted(call, change), np.abs(counted(call, size))
    size += OFF * np.abs(change)
    change, size = (reduced(a, call.reduction, np.float64, call.divisor) for a in (change, size))
    out = np.empty(change.shape, call.dtype)
    if not np.isfinite(change).all() or bounded(np.add, change, -size, size, out) is not None:
        return None
    return out.reshape(shape_of(call.reduction, call.shape))


def _changes(change, size, t, dx, x):
    """Fill in the mean of dx under softmax, less its entry of the class, and its error bound."""
    _, e, rest = split(x)
    h = dx - np.take_along_axis(dx, t, 1).astype(np.float64)
    h *= e
    whole = ONE + rest
    change[...] = total(h) / whole
    size[...] = total(np.abs(h, out=h)) * (2 * off(x, farthest(x, least=FEW))) / whole


def _change(call, dx, dt):
    """Return the derivative of the losses along tangents of the logits and the target."""
    found = None
    if call.plain and max(call.dtype.itemsize, call.logits.itemsize, dx.itemsize) < 8:
        found = _plain_change(call, dx)
    parts = dx, dt, call.divisor, None if call.plain else call.weight
    if found is None and all(np.isfinite(a).all() for a in parts if a is not None):
        return pairs.change(call, dx, dt)
    return _infinite_change(call, dx, dt) if found is None else found


def _infinite_change(call, dx, dt):
    """Do the same where a tangent is infinite or nan: the result is too, or arithmetic tells."""
    one = counted(call, np.ones(call.layout))
    by_x, by_target = _both(call._replace(reduction="none"), one, np.float64, np.float64)[1:]
    change = total(by_x * dx.reshape(by_x.shape))
    if by_target is not None:
        change += total(by_target * dt.reshape(by_x.shape))
    return reduced(change.reshape(call.shape), call.reduction, call.dtype, call.divisor)


def _weightless(call, by_x, scale):
    """Give the target's entry of a sample without weight torch's sign: that of -scale."""
    if call.plain and call.share is not None and not call.share.all():
        none = (call.share == 0) & call.counts
        flat, at = by_x.reshape(-1), places(call.target, by_x.shape)[none]
        flat[at] = np.where(np.isnan(flat[at]), np.nan, -scale[none])


def _shaped(gradient, like):
    """Return a gradient in the shape of what it belongs to."""
    return None if gradient is None else gradient.reshape(like.shape)


@partial(Formula, inputs=2)
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
        Dtype of `x` (beside probabilities the widest of `x`, `target` and `weight`); shape () or,
        unreduced, the samples'.

    Raises
    ------
    IndexError
        Where a class is outside [0, C).
    ValueError
        Where the batch sizes differ, or for an unknown reduction.
    RuntimeError
        For integers beside `x`'s own shape, a weight of another shape, beside classes one of
        another dtype, a smoothing outside [0, 1], an `ignore_index` that is not negative beside
        probabilities.
    NotImplementedError
        For integer logits.

    Notes
    -----
    The logarithm of 1 plus the other exponentials, plus the target's distance below the maximum: a
    confident, right prediction has a small loss, where torch flushes it to 0. Losses, gradients
    and tangents are the nearest numbers of their dtype, as of `softmax`; the sum of weights that
    divides a mean is taken to 32 digits.
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
    >>> from refimpl.formulas import cross_entropy
    >>> logits = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    >>> cross_entropy(logits, np.int64([0, 1]), reduction="none").round(4)
    array([0.4076, 1.0986])
    >>> cross_entropy(logits, np.int64([0, 1])).round(4)
    np.float64(0.7531)
    >>> cross_entropy(logits, np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])).round(4)
    np.float64(1.0031)
    """
    call = cross_entropy_call(x, target, weight, ignore_index, reduction, label_smoothing)
    return _wide_value(call) if is_wide(call) else _reduced(call, _losses(call)[0])


@cross_entropy.keeps
def cross_entropy_ahead(
    x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    call = cross_entropy_call(x, target, weight, ignore_index, reduction, label_smoothing)
    small = x.ndim == 2 and call.even and few.is_few(x)
    ordinary = _plain_gradients if call.plain else _dense_gradients
    if small:
        losses, kept = few.cross_entropy(x, call.target)
        loss = _reduced(call, losses)
    elif is_wide(call):
        ordinary, found = _wide_gradients, pairs.losses(call, keep=True)
        losses, kept = found[0][0], found[2]
        loss = _wide_value(call, found)
    else:
        losses, kept = _losses(call, keep=True)
        loss = _reduced(call, losses)
    fine = small or _is_fine(call, losses)

    def pullback(cotangent):
        fits = type(cotangent) is np.ndarray and cotangent.shape == loss.shape
        if not fits or cotangent.dtype.char not in FLOATING:
            check_cotangent("cross_entropy", cotangent, loss.shape)
        if small:
            return _small_gradient(call, cotangent, kept, x), None
        found = _gradients(ordinary, call, cotangent, kept, fine, x.dtype, target.dtype)
        return _shaped(found[0], x), _shaped(found[1], target)

    return loss, pullback


def _small_gradient(call, cotangent, kept, x):
    """Return the gradient of few small logits."""
    scale = scale_of(call, cotangent)
    by_x = few.cross_entropy_pull(kept, scale, x.dtype) if math.isfinite(scale) else None
    return _both(call, cotangent, x.dtype, None)[1].reshape(x.shape) if by_x is None else by_x


@cross_entropy.role
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
    >>> from refimpl.formulas import cross_entropy
    >>> logits, target = np.array([[2.0, 1.0, 0.0]]), np.int64([0])
    >>> cross_entropy.vjp(np.array(1.0), logits, target)[0].round(4)
    array([[-0.3348,  0.2447,  0.09  ]])
    """
    arguments = weight, ignore_index, reduction, label_smoothing
    return cross_entropy_value_and_vjp(cotangent, x, target, *arguments)[1:]


@cross_entropy.role
def cross_entropy_value_and_vjp(
    cotangent, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Return `cross_entropy` and its gradients, beside classes in one pass over the logits.

    .. math:: (\ell, \bar x, \bar t) \text{ as of cross\_entropy and cross\_entropy\_vjp}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import cross_entropy
    >>> logits, target = np.array([[2.0, 1.0, 0.0]]), np.int64([0])
    >>> loss, x_bar, _ = cross_entropy.value_and_vjp(np.array(1.0), logits, target)
    >>> print(loss.round(4), x_bar.round(4))
    0.4076 [[-0.3348  0.2447  0.09  ]]
    """
    call = cross_entropy_call(x, target, weight, ignore_index, reduction, label_smoothing)
    check_cotangent("cross_entropy", cotangent, shape_of(reduction, call.shape))
    if is_wide(call):
        found = pairs.losses(call, keep=True)
        fine = _is_fine(call, found[0][0])
        arguments = call, cotangent, found[2], fine, x.dtype, target.dtype
        loss, (by_x, by_target) = _wide_value(call, found), _gradients(_wide_gradients, *arguments)
    else:
        losses, by_x, by_target = _both(call, cotangent, x.dtype, target.dtype)
        loss = _reduced(call, losses)
    return loss, _shaped(by_x, x), _shaped(by_target, target)


@cross_entropy.role
def cross_entropy_jvp(
    tangents, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Push tangents of (x, target) forward through `cross_entropy`; None stands for zero.

    .. math:: \dot\ell_n = \sum_c \Bigl(p_{nc} \sum_k w_k q_{nk} - w_c q_{nc}\Bigr) \dot x_{nc}
                          - (1 - \varepsilon) \sum_c w_c \log p_{nc} \, \dot t_{nc}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import cross_entropy
    >>> tangents = np.array([[1.0, 0.0, 0.0]]), None
    >>> cross_entropy.jvp(tangents, np.array([[2.0, 1.0, 0.0]]), np.int64([0])).round(4)
    np.float64(-0.3348)
    """
    call = cross_entropy_call(x, target, weight, ignore_index, reduction, label_smoothing)
    dx, dt = zeros_for_none("cross_entropy", tangents, (x, target))
    return _change(call, dx, dt)


@cross_entropy.role
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
    r"""Pull cotangents (s, u) of both gradients back through `cross_entropy.vjp`.

    With :math:`\langle s \rangle_n = \sum_c p_{nc} s_{nc}` and
    :math:`v_{nc} = (1 - \varepsilon) w_c u_{nc}`, to (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad
              \bar x_{nc} = \bar\ell_n \Bigl[p_{nc} (s_{nc} - \langle s \rangle_n) \sum_k w_k q_{nk}
                          + p_{nc} \sum_k v_{nk} - v_{nc}\Bigr], \qquad
              \bar t_{nc} = -\bar\ell_n (1 - \varepsilon) w_c (s_{nc} - \langle s \rangle_n)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import cross_entropy
    >>> s = np.array([[1.0, 0.0, 0.0]]), None
    >>> logits, target = np.array([[2.0, 1.0, 0.0]]), np.int64([0])
    >>> for cotangent in cross_entropy.vjp_vjp(s, np.array(1.0), logits, target)[:2]:
    ...     print(cotangent.round(4))
    -0.3348
    [[ 0.2227 -0.1628 -0.0599]]
    """
    call = cross_entropy_call(x, target, weight, ignore_index, reduction, label_smoothing)
    check_cotangent("cross_entropy", cotangent, shape_of(reduction, call.shape))
    s, u = zeros_for_none("cross_entropy_vjp", second_cotangents, (x, target))
    by_cotangent = _change(call._replace(dtype=cotangent.dtype), s, u)
    scale = scale_of(call, cotangent)
    shape = call.logits.shape
    p = wide_probabilities(call.logits) if x.size else np.empty(shape)
    centre = centred(p, s.reshape(shape))
    by_x = p * centre
    if not call.plain:
        by_x *= total(_expected(call, call.target, shape[1]))
    by_target = None
    if not call.has_classes:
        factor = (1 - call.smoothing) * call.weight
        v = factor * u.reshape(shape)
        by_x += p * total(v) - v
        by_target = (-scale * factor * centre).reshape(target.shape).astype(target.dtype)
    return by_cotangent, (scale * by_x).reshape(x.shape).astype(x.dtype), by_target
