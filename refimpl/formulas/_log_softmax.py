r"""The logarithm of softmax. Derivation: :doc:`/derivations/log_softmax`."""

from functools import partial

import numpy as np

from refimpl.formulas import _paired as paired
from refimpl.formulas._checks import check_cotangent, check_logits, check_tangent
from refimpl.formulas._chunks import FEW, ONE, filled, over_chunks
from refimpl.formulas._double_double import divide, multiply, odd, subtract
from refimpl.formulas._exponentials import (
    bounded,
    centred,
    complements,
    farthest,
    folded,
    off,
    ordered,
    others,
    probabilities,
    rounded,
    shifted,
    split,
    total,
    widened,
)
from refimpl.formulas._formula import Formula
from refimpl.formulas._nearest import Role, closer, fill, fill_from, settle, unbounded
from refimpl.formulas._softmax import wide_probabilities


def _exact_value(logits, i):
    return logits.log_share(i)


def _slope_pairs(e, g):
    whole = paired.sum_of(g)
    left = multiply((g, 0.0), paired.complements(e))
    right = multiply(subtract(whole, (g, 0.0)), e.lifted())
    size = np.abs(left[0]) + paired.size_of(g) * e.lifted()[0]
    lifted = e.whole[0] * paired.LIFT, e.whole[1] * paired.LIFT
    return divide(subtract(left, right), lifted), e.unit * size / lifted[0], None


def _exact_slope(logits, i, g):
    whole = sum(g)
    weights = [-whole * (i == j) for j in range(len(g))]
    return logits.mean(weights).plus(g[i])


def _push_pairs(e, t):
    c, size = paired.deviations(e, t)
    return c, e.unit * size, None


def _exact_push(logits, i, t):
    return logits.mean([t[i] - v for v in t])


VALUE = Role(paired.log_probabilities, _exact_value, paired.log_probabilities_to_odd)
SLOPE = Role(_slope_pairs, _exact_slope)
PUSH = Role(_push_pairs, _exact_push)


def _log_softmax_kept(out, x):
    """Fill `out`, and return what its derivatives need."""
    if x.dtype.itemsize == 8:
        e = fill_from(VALUE, paired.exponentials(x), out, x)
        out += 0.0  # a zero is +0, as torch has it
        return e.slim()
    d, e, rest = split(x)
    log = np.log1p(rest)
    _round(out, x, off(x, farthest(x)), d, log, d - log)
    return e, rest


def _log_softmax(out, x):
    if x.dtype.itemsize == 8:
        _log_softmax_kept(out, x)
    else:
        d, m = shifted(x)
        e = np.exp(d)
        log = np.log1p(others(e, d))
        _round(out, x, off(x, farthest(x, m)), d, log, np.subtract(d, log, out=e))


def _round(out, x, off, d, log, s):
    """Round s, d minus the logarithm, to a narrow dtype, and decide what lies near a tie."""
    ties = rounded(s, off, out)
    if ties is not None:
        decide(ties, d, log, out)
        settle(VALUE, out, ties, x)
    out += 0.0


def decide(ties, d, log, out):
    """Decide where d is so near a tie that any value near the logarithm tells the side."""
    at = np.nonzero(ties)
    # A logarithm that has underflowed to 0 is still the reason why the result is not d.
    d, log = d[at], np.maximum(np.broadcast_to(log, d.shape)[at], 2.0**-1000)
    # With the factors the bounds of a logarithm that may be off by hundreds of units.
    low, high = (odd(d, -log * factor).astype(out.dtype) for factor in (1 + 2.0**-43, 1 - 2.0**-43))
    out[at] = low
    ties[at] = low != high


@Formula
def log_softmax(x, dim):
    r"""Take the logarithm of `softmax` without computing it.

    .. math:: y_i = x_i - \log \sum_j e^{x_j}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    dim : int
        The axis of the classes; negative counts from the end.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    IndexError
        Where `dim` is no axis of `x`.
    NotImplementedError
        For integers.

    Notes
    -----
    The logarithm is taken of 1 plus the sum without the winner's 1. Where the winner leads by more
    than 17 in float32 (37 in float64) torch returns 0 for it; the true value is minus the sum of
    the others, e.g. -4.14e-08 for the first entry of ``[17, 0]``.
    Every result is the nearest number of its dtype to the exact value, as of `softmax`.

    References
    ----------
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA J. Numer. Anal. 41 (2021) 2311-2330.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import log_softmax
    >>> log_softmax(np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-2.4076, -1.4076, -0.4076])
    >>> log_softmax(np.float32([17, 0]), dim=0)
    array([-4.1399375e-08, -1.7000000e+01], dtype=float32)
    """
    dim = check_logits("log_softmax", x, dim)
    return filled(x.dtype, _log_softmax, dim, x)


@log_softmax.keeps
def log_softmax_ahead(x, dim):
    dim = check_logits("log_softmax", x, dim)
    out = np.empty(x.shape, x.dtype)
    kept = over_chunks(_log_softmax_kept, dim, x.shape, out, x, keep=True) if x.size else []

    def pullback(cotangent):
        check_cotangent("log_softmax", cotangent, x.shape)
        by_x = np.empty(x.shape, x.dtype)
        if kept:
            over_chunks(_log_softmax_pull, dim, x.shape, by_x, cotangent, x, kept=kept)
        return by_x

    return out, pullback


def _log_softmax_pull(kept, out, g, x):
    if x.dtype.itemsize == 8:
        fill_from(SLOPE, kept, out, x, g)
        unbounded(_plain_slope, out, x, g)
        out += 0.0
        return
    if g.dtype.itemsize == 8:
        fill(SLOPE, out, x, g)
        unbounded(_plain_slope, out, x, g)
        out += 0.0
        return
    (e, rest), share = kept, off(x, farthest(x, least=FEW))
    size = np.abs(g)
    # The sum of g is off by a share of that of its sizes, a difference by one of the size of g.
    sums, reach = (total(a.astype(np.float64)) for a in (g, size))
    reach = reach * (2 * share)
    size = size * np.float64(2.0**-51)
    low = e * ((sums + reach) / (ONE + rest))
    low += size
    high = e * ((sums - reach) / (ONE + rest))
    high -= size
    ties = bounded(np.subtract, g, low, high, out)
    if ties is not None:
        rest = np.broadcast_to(rest, (x.shape[0], 1, x.shape[2]))
        ties = closer(partial(_slopes, share), out, ties, e, rest, g)
        settle(SLOPE, out, ties, x, g)
        unbounded(_plain_slope, out, x, g)
    out += 0.0  # what cancels is +0


def _plain_slope(x, g):
    _, e, rest = split(x)
    return (g * complements(e, rest) + e * (g - total(g))) / (1 + rest)


def _slopes(off, e, rest, g):
    """Return the numbers between which the gradient lies."""
    g = g.astype(np.float64)
    # g - p sum(g) would cancel where p is near 1: there 1 - p is the sum of the others.
    others = complements(e, rest)
    pull = g * others + e * (g - total(g))
    size = np.abs(g)
    reach = (size * others + e * total(size)) * (2 * off)
    return (pull - reach) / (1 + rest), (pull + reach) / (1 + rest)


def _log_softmax_vjp(out, g, x):
    if x.dtype.itemsize == 8:
        fill(SLOPE, out, x, g)
        unbounded(_plain_slope, out, x, g)
        out += 0.0
    else:
        _, e, rest = split(x)
        _log_softmax_pull((e, rest), out, g, x)


@log_softmax.role
def log_softmax_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `log_softmax`.

    .. math:: \bar x_i = \bar y_i - p_i \sum_j \bar y_j
                       = \bar y_i (1 - p_i) - p_i \sum_{j \ne i} \bar y_j,
              \qquad p = \mathrm{softmax}(x)

    Computed in the second form: the first cancels where one class has nearly all.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import log_softmax
    >>> log_softmax.vjp(np.array([-1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-0.91  ,  0.2447,  0.6652])
    """
    dim = check_logits("log_softmax", x, dim)
    check_cotangent("log_softmax", cotangent, x.shape)
    return filled(x.dtype, _log_softmax_vjp, dim, x, cotangent)


def _log_softmax_jvp(out, t, x):
    if x.dtype.itemsize == 8 or t.dtype.itemsize == 8:
        fill(PUSH, out, x, t)
        unbounded(_plain_push, out, x, t)
        return
    p, share = probabilities(x), off(x, 0)  # what is far below the maximum counts for nothing
    a = widened(t)
    mean = total(p * a)
    reach = folded(np.maximum, np.abs(a)) * (2 * share)
    ties = bounded(np.subtract, a, mean + reach, mean - reach, out)
    if ties is not None:
        settle(PUSH, out, closer(partial(_pushes, share), out, ties, p, t), x, t)
        unbounded(_plain_push, out, x, t)


def _plain_push(x, t):
    return centred(probabilities(x), t)


def _pushes(off, p, t):
    """Return the numbers between which the tangent lies."""
    c = centred(p, t)
    size = np.abs(c)
    reach = (size + total(p * size)) * off
    return c - reach, c + reach


@log_softmax.role
def log_softmax_jvp(tangent, x, dim):
    r"""Push a tangent forward through `log_softmax`.

    .. math:: \dot y_i = \dot x_i - \sum_j p_j \dot x_j, \qquad p = \mathrm{softmax}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import log_softmax
    >>> log_softmax.jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([ 0.91, -0.09, -0.09])
    """
    dim = check_logits("log_softmax", x, dim)
    check_tangent("log_softmax", tangent, x)
    return filled(x.dtype, _log_softmax_jvp, dim, x, tangent)


def _log_softmax_vjp_x(out, s, g, x):
    p = wide_probabilities(x)
    out[...] = -ordered(g.astype(np.float64)) * p * centred(p, s)
    out += 0.0  # torch has no -0 here


@log_softmax.role
def log_softmax_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `log_softmax.vjp`, to (cotangent, x).

    .. math:: \bar g_i = s_i - \langle s \rangle, \qquad
              \bar x_i = -p_i (s_i - \langle s \rangle) \sum_j g_j, \qquad
              \langle s \rangle = \sum_j p_j s_j

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import log_softmax
    >>> one = np.array([1.0, 0.0, 0.0])
    >>> for cotangent in log_softmax.vjp_vjp(one, one, np.array([1.0, 2.0, 3.0]), dim=0):
    ...     print(cotangent.round(4))
    [ 0.91 -0.09 -0.09]
    [-0.0819  0.022   0.0599]
    """
    dim = check_logits("log_softmax", x, dim)
    check_cotangent("log_softmax", cotangent, x.shape)
    check_cotangent("log_softmax_vjp", second_cotangent, x.shape)
    return (
        filled(cotangent.dtype, _log_softmax_jvp, dim, x, second_cotangent),
        filled(x.dtype, _log_softmax_vjp_x, dim, x, second_cotangent, cotangent),
    )
