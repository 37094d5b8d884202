r"""The log-partition. Derivation: :doc:`/derivations/logsumexp`."""

import numpy as np

from refimpl.formulas import _paired as paired
from refimpl.formulas._checks import check_cotangent, check_dim, check_tangent, floating_dtype
from refimpl.formulas._chunks import FEW, filled, over_chunks
from refimpl.formulas._double_double import divide, multiply, two_sum
from refimpl.formulas._exponentials import (
    bounded,
    centred,
    farthest,
    folded,
    off,
    others,
    probabilities,
    rounded,
    shifted,
    split,
    total,
)
from refimpl.formulas._formula import Formula
from refimpl.formulas._nearest import Role, fill, settle, unbounded
from refimpl.formulas._softmax import wide_probabilities


def _value_pairs(e):
    log = tuple(a * paired.DROP for a in paired.log_sum(e))
    high, low = two_sum(e.m, log[0])
    error = e.unit * log[0] + 2.0**-104 * np.abs(high)
    return (high, low + log[1]), error, None


def _exact_value(logits, i):
    return logits.log_sum().plus(logits.top)


def _slope_pairs(e, g):
    y = multiply(paired.probabilities(e), (g, 0.0))
    return y, 2 * e.unit, e.power


def _exact_slope(logits, i, g):
    return logits.mean([g[0] * (i == j) for j in range(len(logits.logits))])


def _push_pairs(e, t):
    whole = e.whole[0] * paired.LIFT, e.whole[1] * paired.LIFT
    size = paired.sum_of_products(e, (np.abs(t), 0.0))[0] / whole[0]
    return divide(paired.sum_of_products(e, (t, 0.0)), whole), e.unit * size, None


def _exact_push(logits, i, t):
    return logits.mean(t)


VALUE = Role(_value_pairs, _exact_value)
SLOPE = Role(_slope_pairs, _exact_slope)
PUSH = Role(_push_pairs, _exact_push)


def _logsumexp(out, x):
    if x.dtype.itemsize == 8:
        fill(VALUE, out, x)
        m = folded(np.maximum, x)
    else:
        d, m = shifted(x)
        log = np.log1p(others(np.exp(d), d))
        # Near zero m and the logarithm cancel. Their sum is rounded.
        reach = log * (2 * off(x)) + np.abs(m) * 2.0**-51
        ties = bounded(np.add, m, log - reach, log + reach, out)
        if ties is not None:
            settle(VALUE, out, ties, x)
    # Of an infinite maximum, x - m is nan; the log-partition is that maximum itself.
    np.copyto(out, m, where=np.isinf(m), casting="same_kind")


def _check_logsumexp(x, dim, keepdim):
    """Return x as a float array, dim from the front, the result's shape and that with keepdim."""
    x = np.asarray(x, floating_dtype("logsumexp", x))
    dim = check_dim("logsumexp", x, dim)
    kept = (*x.shape[:dim], 1, *x.shape[dim + 1 :]) if x.shape else ()
    return x, dim, kept if keepdim else x.shape[:dim] + x.shape[dim + 1 :], kept


@Formula
def logsumexp(x, dim, keepdim=False):
    r"""Take the log-partition along one axis, a smooth maximum.

    .. math:: y = \log \sum_j e^{x_j}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits; integers become float32, as in torch.
    dim : int
        The axis that is summed over; negative counts from the end.
    keepdim : bool
        Keep that axis with length one.

    Returns
    -------
    ndarray
        Shape of `x` without the axis `dim`, dtype of `x`.

    Raises
    ------
    IndexError
        Where `dim` is no axis of `x`.

    Notes
    -----
    The maximum plus the logarithm of 1 plus the sum without the winner's 1. Near zero the two
    cancel. Every result is the nearest number of its dtype to the exact value all the same, as of
    `softmax`.
    An empty axis gives -inf, the logarithm of an empty sum; so does a slice of -inf. torch takes
    several axes at once, which this does not.

    References
    ----------
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA J. Numer. Anal. 41 (2021) 2311-2330.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import logsumexp
    >>> logsumexp(np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]), dim=1).round(4)
    array([3.4076, 1.0986])
    >>> logsumexp(np.array([-np.inf, -np.inf]), dim=0)
    array(-inf)
    """
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    out = np.full(kept, -np.inf, x.dtype)
    if x.size:
        over_chunks(_logsumexp, dim, x.shape, out, x)
    return out.reshape(shape)


def _logsumexp_vjp(out, g, x):
    if x.dtype.itemsize == 8 or g.dtype.itemsize == 8:
        fill(SLOPE, out, x, g)
        unbounded(_plain_slope, out, x, g)
        whole = folded(np.maximum, x.astype(np.float64))
        e = None
    else:
        d, whole = shifted(x)
        e = np.exp(d)
        ties = rounded(e, off(x) + 2.0**-52, out, g / total(e))
        if ties is not None:
            settle(SLOPE, out, ties, x, g)
    # Under a maximum of +inf torch has exp(x - max): nan at the infinities and 0 elsewhere.
    # A logit of -inf has 0 times the cotangent, with the sign that this has.
    least = np.minimum.reduce(x, None)
    if least == -np.inf or np.logical_or.reduce(whole == np.inf, None):
        away = (x < np.inf) & (whole == np.inf) | (x == -np.inf) & (whole > -np.inf)
        np.copyto(out, g * 0.0, where=away, casting="same_kind")


@logsumexp.role
def logsumexp_vjp(cotangent, x, dim, keepdim=False):
    r"""Pull a cotangent back through `logsumexp`: its gradient is `softmax`.

    .. math:: \bar x_i = \bar y \, \frac{e^{x_i}}{\sum_j e^{x_j}}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import logsumexp
    >>> logsumexp.vjp(np.array(1.0), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([0.09  , 0.2447, 0.6652])
    """
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    check_cotangent("logsumexp", cotangent, shape)
    return filled(x.dtype, _logsumexp_vjp, dim, x, cotangent.reshape(kept))


def _logsumexp_jvp(out, t, x):
    if x.dtype.itemsize == 8 or t.dtype.itemsize == 8:
        fill(PUSH, out, x, t)
        unbounded(_plain_push, out, x, t)
        return
    _, e, rest = split(x)
    mean = total(e * t) / (1 + rest)
    share = off(x, farthest(x, least=FEW))
    reach = total(e * np.abs(t)) / (1 + rest) * (2 * share)  # e is float64
    ties = bounded(np.add, mean, -reach, reach, out)
    if ties is not None:
        settle(PUSH, out, ties, x, t)
    unbounded(_plain_push, out, x, t)


def _plain_slope(x, g):
    return g * probabilities(x)


def _plain_push(x, t):
    _, e, rest = split(x)
    return total(e * t) / (1 + rest)


@logsumexp.role
def logsumexp_jvp(tangent, x, dim, keepdim=False):
    r"""Push a tangent forward through `logsumexp`: its mean under `softmax`.

    .. math:: \dot y = \sum_j p_j \dot x_j, \qquad p = \mathrm{softmax}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import logsumexp
    >>> logsumexp.jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    np.float64(0.09)
    """
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    check_tangent("logsumexp", tangent, x)
    out = np.zeros(kept, x.dtype)
    if x.size:
        over_chunks(_logsumexp_jvp, dim, x.shape, out, tangent, x)
    return out.reshape(shape)


def _logsumexp_vjp_x(out, s, g, x):
    p = wide_probabilities(x)
    out[...] = g * p * centred(p, s)
    out += 0.0  # torch has no -0 here


@logsumexp.role
def logsumexp_vjp_vjp(second_cotangent, cotangent, x, dim, keepdim=False):
    r"""Pull a cotangent back through `logsumexp.vjp`, to (cotangent, x).

    .. math:: \bar g = \langle s \rangle = \sum_j p_j s_j, \qquad
              \bar x_i = g \, p_i (s_i - \langle s \rangle), \qquad p = \mathrm{softmax}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import logsumexp
    >>> s, x = np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0])
    >>> for cotangent in logsumexp.vjp_vjp(s, np.array(1.0), x, dim=0):
    ...     print(cotangent.round(4))
    0.09
    [ 0.0819 -0.022  -0.0599]
    """
    forward = logsumexp_jvp(second_cotangent, x, dim, keepdim)
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    check_cotangent("logsumexp", cotangent, shape)
    return (
        forward.astype(cotangent.dtype),
        filled(x.dtype, _logsumexp_vjp_x, dim, x, second_cotangent, cotangent.reshape(kept)),
    )
