r"""The logarithm of softmax. Derivation: :doc:`/derivations/log_softmax`."""

import numpy as np

from refimpl.formulas._checks import check_cotangent, check_logits, check_tangent
from refimpl.formulas._chunks import filled, over_chunks
from refimpl.formulas._exponentials import (
    centred,
    complements,
    probabilities,
    settled,
    split,
    total,
)
from refimpl.formulas._formula import Formula


def _unsigned(out, r):
    """Make the zeros positive that narrow numbers have for what is too small for them."""
    if r is None:
        out += 0.0


def _log_softmax(out, x):
    d, r, e, rest = split(x)
    log = np.log1p(rest)
    # log - r first: both are small beside d, so d is rounded once.
    out[...] = settled(d, log, x.dtype, out=e) if r is None else d - (log - r)
    _unsigned(out, r)


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
    The logarithm is taken as ``log1p`` of the sum without the winner's 1. Where the winner leads
    by more than 17 in float32 (37 in float64) torch returns 0 for it; the true value is minus the
    sum of the others, e.g. -4.14e-08 for the first entry of ``[17, 0]``.
    float16 and float32 results are correctly rounded: a float64 value that would tie in the
    narrower type is moved to the side on which the exact value lies.

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


def _log_softmax_kept(out, x):
    """Fill `out`, and return the exponentials and the sums of the others."""
    d, r, e, rest = split(x)
    log = np.log1p(rest)
    out[...] = settled(d, log, x.dtype) if r is None else d - (log - r)
    _unsigned(out, r)
    return e, rest


def _log_softmax_pull(kept, out, g, x):
    e, rest = kept
    g = g.astype(np.float64)
    # g - p sum(g) would cancel where p is near 1: there 1 - p is the sum of the others.
    pull = g * complements(e, rest) + e * (g - total(g))  # in this order: what cancels is +0
    out[...] = pull / (1 + rest)


def _log_softmax_vjp(out, g, x):
    _, _, e, rest = split(x)
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
    out[...] = centred(probabilities(x), t)


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
    p = probabilities(x)
    out[...] = -total(g.astype(np.float64)) * p * centred(p, s)


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
