r"""The log-partition. Derivation: :doc:`/derivations/logsumexp`."""

import numpy as np

from refimpl.formulas._checks import check_cotangent, check_dim, check_tangent, floating_dtype
from refimpl.formulas._chunks import filled, over_chunks
from refimpl.formulas._exponentials import (
    centred,
    exponentials,
    others,
    probabilities,
    scaled,
    shifted,
    total,
)
from refimpl.formulas._formula import Formula


def _logsumexp(out, x):
    d, r, m = shifted(x)
    # Near zero m and the logarithm cancel, so a float64 result needs more digits in between.
    e = np.exp(d) if r is None else exponentials(d.astype(np.longdouble), r)
    # Of an infinite maximum, x - m is nan; the log-partition is that maximum itself.
    out[...] = np.where(np.isinf(m), m, m + np.log1p(others(e, d)))


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
    Computed as the maximum plus ``log1p`` of the sum without the winner's 1. Near zero the two
    cancel, and the error is then to be measured by the larger of them. For float64 both are taken
    in ``numpy.longdouble``, which is slower, and rounded once; where that is no wider than float64
    (Windows, Apple's processors) the error is up to one and a half units in the last place.
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
    # Under a maximum of +inf torch has exp(x - max): nan at the infinities and 0 elsewhere.
    d, r, m = shifted(x)
    e = exponentials(d, r)
    # As in `probabilities`: only float64 needs the sum without its 1.
    s = total(e) if r is None else 1 + others(e, d)
    out[...] = g * scaled(d, r, e, 1 / np.where(m == np.inf, 1, s))


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
    p = np.empty(t.shape)  # float64, whatever is returned: it is rounded after the sum
    _logsumexp_vjp(p, 1, x)
    out[...] = total(np.multiply(p, t, out=p))


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
    p = probabilities(x)
    out[...] = g * p * centred(p, s)


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
