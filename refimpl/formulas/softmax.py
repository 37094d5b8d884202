r"""Softmax, its logarithm, softmin, and the log-partition they share.

Derivations: :doc:`/derivations/softmax`, :doc:`/derivations/log_softmax`,
:doc:`/derivations/logsumexp`.
"""

import numpy as np

from refimpl.errors import failure, silent, title
from refimpl.formulas._checks import (
    check_cotangent,
    check_dim,
    check_floating,
    check_tangent,
    floating_dtype,
)
from refimpl.formulas._partition import (
    centred,
    complements,
    exponentials,
    others,
    probabilities,
    scaled,
    settled,
    shifted,
    split,
    total,
)
from refimpl.formulas._slabs import along


def _check(name, x, dim):
    check_floating(name, f"{name.replace('softmin', 'softmax')}_lastdim_kernel_impl", x)
    return check_dim(name, x, dim)


def _fill(dtype, kernel, dim, x, *arrays):
    out = np.empty(x.shape, dtype)
    return along(dim, kernel, x.shape, out, *arrays, x) if x.size else out


def _softmax(out, x):
    probabilities(x, out)


@silent
def softmax(x, dim, dtype=None):
    r"""Turn logits into probabilities along one axis.

    .. math:: y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    dim : int
        The axis that sums to one; negative counts from the end.
    dtype : dtype, optional
        What the result is rounded to, by default the dtype of `x`. float64 keeps all that was
        computed: the `probs` from which `softmax_vjp` can start.

    Returns
    -------
    ndarray
        Shape of `x`, of that dtype.

    Raises
    ------
    IndexError
        Where `dim` is no axis of `x`; a 0-d array has the axes -1 and 0.
    NotImplementedError
        For integers, as `x` or as `dtype`.

    Notes
    -----
    The maximum is subtracted first. float16 and float32 are computed in float64 and rounded once,
    so the result is the correctly rounded one. In float64 the rounding error of ``x - max`` is fed
    back into the exponential: without it exp(-700) is off by hundreds of units in the last place,
    with it all is within 6.
    torch gives ``softmax([17, 0])[0]`` as 1 in float32; the correctly rounded value is 0.99999994.
    As in torch a slice whose maximum is infinite, or that holds nan, gives nan throughout.

    References
    ----------
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA J. Numer. Anal. 41 (2021) 2311-2330.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmax
    >>> softmax(np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]]), dim=1).round(4)
    array([[0.09  , 0.2447, 0.6652],
           [0.3333, 0.3333, 0.3333]])
    >>> softmax(np.float32([17, 0]), dim=0)
    array([9.9999994e-01, 4.1399375e-08], dtype=float32)
    """
    dim = _check("softmax", x, dim)
    dtype = x.dtype if dtype is None else np.dtype(dtype)
    if dtype.char not in "efd":
        raise failure(
            NotImplementedError,
            f"\"softmax_lastdim_kernel_impl\" not implemented for '{title(dtype)}'",
            f"softmax: dtype is {dtype}; probabilities are float16, float32 or float64.",
        )
    return _fill(dtype, _softmax, dim, x)


def _softmax_vjp(out, g, x):
    p = probabilities(x)
    out[...] = np.multiply(p, centred(p, g), out=p)


def _softmax_vjp_from(out, g, p):
    out[...] = p * centred(p, g)


@silent
def softmax_vjp(cotangent, x, dim, probs=None):
    r"""Pull a cotangent back through `softmax`.

    .. math:: \bar x_i = y_i \Bigl(\bar y_i - \sum_j y_j \bar y_j\Bigr),
              \qquad y = \mathrm{softmax}(x)

    Parameters
    ----------
    cotangent : ndarray
        Of the shape of `x`.
    x, dim
        As of `softmax`.
    probs : ndarray of float64, optional
        ``softmax(x, dim, np.float64)``, where it was kept; else it is computed again.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    RuntimeError
        Where `probs` has another shape than `x`, or was rounded to another dtype than float64.

    Notes
    -----
    Starts from the input or from the float64 output: the rounded float32 output would cost a third
    of the last digits and flush small gradients to zero. The mean is subtracted twice, because the
    first difference carries the rounding of the mean.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmax_vjp
    >>> softmax_vjp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([ 0.0819, -0.022 , -0.0599])
    """
    dim = _check("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    if probs is None:
        return _fill(x.dtype, _softmax_vjp, dim, x, cotangent)
    if probs.shape != x.shape or probs.dtype != np.float64:
        raise failure(
            RuntimeError,
            f"softmax_vjp: expected probs of shape {x.shape} and dtype float64, "
            f"but got {probs.shape} and {probs.dtype}",
            "softmax_vjp: keep softmax(x, dim, numpy.float64); a rounded result is not enough.",
        )
    out = np.empty(x.shape, x.dtype)
    return along(dim, _softmax_vjp_from, x.shape, out, cotangent, probs) if x.size else out


def _softmax_value_and_vjp(out, by_x, g, x):
    p = probabilities(x)
    out[...] = p
    by_x[...] = np.multiply(p, centred(p, g), out=p)


@silent
def softmax_value_and_vjp(cotangent, x, dim):
    r"""Return `softmax` and its gradient, in one pass over the logits.

    .. math:: (y, \bar x) \text{ as of softmax and softmax\_vjp}

    For whoever knows the cotangent when the value is computed, as a backward pass does that
    computes the forward pass again instead of keeping it: the exponentials are taken once.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmax_value_and_vjp
    >>> one, logits = np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0])
    >>> y, x_bar = softmax_value_and_vjp(one, logits, dim=0)
    >>> print(y.round(4), x_bar.round(4))
    [0.09   0.2447 0.6652] [ 0.0819 -0.022  -0.0599]
    """
    dim = _check("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    value, by_x = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    if x.size:
        along(dim, _softmax_value_and_vjp, x.shape, value, by_x, cotangent, x)
    return value, by_x


@silent
def softmax_jvp(tangent, x, dim):
    r"""Push a tangent forward through `softmax`; its Jacobian is symmetric.

    .. math:: \dot y_i = y_i \Bigl(\dot x_i - \sum_j y_j \dot x_j\Bigr)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmax_jvp
    >>> softmax_jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([ 0.0819, -0.022 , -0.0599])
    """
    dim = _check("softmax", x, dim)
    check_tangent("softmax", tangent, x)
    return _fill(x.dtype, _softmax_vjp, dim, x, tangent)


def _softmax_vjp_x(out, s, g, x):
    p = probabilities(x)
    out[...] = p * centred(p, centred(p, s) * centred(p, g))


@silent
def softmax_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `softmax_vjp`, to (cotangent, x).

    With the mean :math:`\langle a \rangle = \sum_j y_j a_j`, `s` the second cotangent and
    :math:`g = \bar y`:

    .. math:: \bar g_i = y_i (s_i - \langle s \rangle), \qquad
              \bar x_i = y_i \bigl[(s_i - \langle s \rangle)(g_i - \langle g \rangle)
                         - \mathrm{cov}(s, g)\bigr]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmax_vjp_vjp
    >>> one = np.array([1.0, 0.0, 0.0])
    >>> for cotangent in softmax_vjp_vjp(one, one, np.array([1.0, 2.0, 3.0]), dim=0):
    ...     print(cotangent.round(4))
    [ 0.0819 -0.022  -0.0599]
    [ 0.0672 -0.0181 -0.0491]
    """
    dim = _check("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    check_cotangent("softmax_vjp", second_cotangent, x.shape)
    return (
        _fill(cotangent.dtype, _softmax_vjp, dim, x, second_cotangent),
        _fill(x.dtype, _softmax_vjp_x, dim, x, second_cotangent, cotangent),
    )


@silent
def softmax_jacobian(x, dim):
    r"""Write the derivative of `softmax` out as a matrix.

    .. math:: J_{ij} = \frac{\partial y_i}{\partial x_j} = y_i (\delta_{ij} - y_j)

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    dim : int
        The axis of the classes.

    Returns
    -------
    ndarray
        Dtype of `x`. The axis of the C classes is moved to the end and doubled: (..., C, C).

    Raises
    ------
    IndexError, NotImplementedError
        As `softmax`.

    Notes
    -----
    Symmetric, and each row sums to zero: shifting all logits changes nothing. Every entry is
    accurate, also :math:`1 - y_j` at a y near one. `softmax_vjp` never forms this matrix.

    References
    ----------
    B. Gao, L. Pavel, "On the properties of the softmax function with application in game theory
    and reinforcement learning", arXiv:1704.00805 (2017), proposition 2.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmax_jacobian
    >>> softmax_jacobian(np.log([1.0, 2.0, 5.0]), dim=0).round(4)
    array([[ 0.1094, -0.0312, -0.0781],
           [-0.0312,  0.1875, -0.1562],
           [-0.0781, -0.1562,  0.2344]])
    """
    dim = _check("softmax", x, dim)
    logits = np.moveaxis(x, dim, -1) if x.ndim else x.reshape(1)
    shape = (*logits.shape, logits.shape[-1])
    rows = np.broadcast_to(logits[..., None, :], shape)
    identity = np.broadcast_to(np.eye(shape[-1]), shape)
    return _fill(x.dtype, _softmax_vjp, rows.ndim - 1, rows, identity)


def _log_softmax(out, x):
    d, r, e, rest = split(x)
    log = np.log1p(rest)
    out[...] = settled(d, log, x.dtype, out=e) if r is None else d - (log - r)


@silent
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
    >>> from refimpl.formulas.softmax import log_softmax
    >>> log_softmax(np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-2.4076, -1.4076, -0.4076])
    >>> log_softmax(np.float32([17, 0]), dim=0)
    array([-4.1399375e-08, -1.7000000e+01], dtype=float32)
    """
    dim = _check("log_softmax", x, dim)
    return _fill(x.dtype, _log_softmax, dim, x)


def _log_softmax_vjp(out, g, x):
    _, _, e, rest = split(x)
    g = g.astype(np.float64)
    pull = g * complements(e, rest) - e * (total(g) - g)
    out[...] = pull / (1 + rest)


@silent
def log_softmax_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `log_softmax`.

    .. math:: \bar x_i = \bar y_i - p_i \sum_j \bar y_j
                       = \bar y_i (1 - p_i) - p_i \sum_{j \ne i} \bar y_j,
              \qquad p = \mathrm{softmax}(x)

    Computed in the second form: the first cancels where one class has nearly all.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import log_softmax_vjp
    >>> log_softmax_vjp(np.array([-1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-0.91  ,  0.2447,  0.6652])
    """
    dim = _check("log_softmax", x, dim)
    check_cotangent("log_softmax", cotangent, x.shape)
    return _fill(x.dtype, _log_softmax_vjp, dim, x, cotangent)


def _log_softmax_jvp(out, t, x):
    out[...] = centred(probabilities(x), t)


@silent
def log_softmax_jvp(tangent, x, dim):
    r"""Push a tangent forward through `log_softmax`.

    .. math:: \dot y_i = \dot x_i - \sum_j p_j \dot x_j, \qquad p = \mathrm{softmax}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import log_softmax_jvp
    >>> log_softmax_jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([ 0.91, -0.09, -0.09])
    """
    dim = _check("log_softmax", x, dim)
    check_tangent("log_softmax", tangent, x)
    return _fill(x.dtype, _log_softmax_jvp, dim, x, tangent)


def _log_softmax_vjp_x(out, s, g, x):
    p = probabilities(x)
    out[...] = -total(g.astype(np.float64)) * p * centred(p, s)


@silent
def log_softmax_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `log_softmax_vjp`, to (cotangent, x).

    .. math:: \bar g_i = s_i - \langle s \rangle, \qquad
              \bar x_i = -p_i (s_i - \langle s \rangle) \sum_j g_j, \qquad
              \langle s \rangle = \sum_j p_j s_j

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import log_softmax_vjp_vjp
    >>> one = np.array([1.0, 0.0, 0.0])
    >>> for cotangent in log_softmax_vjp_vjp(one, one, np.array([1.0, 2.0, 3.0]), dim=0):
    ...     print(cotangent.round(4))
    [ 0.91 -0.09 -0.09]
    [-0.0819  0.022   0.0599]
    """
    dim = _check("log_softmax", x, dim)
    check_cotangent("log_softmax", cotangent, x.shape)
    check_cotangent("log_softmax_vjp", second_cotangent, x.shape)
    return (
        _fill(cotangent.dtype, _log_softmax_jvp, dim, x, second_cotangent),
        _fill(x.dtype, _log_softmax_vjp_x, dim, x, second_cotangent, cotangent),
    )


def _softmin(out, x):
    probabilities(-x, out)


@silent
def softmin(x, dim):
    r"""Turn costs into probabilities along one axis: the least cost gets the largest share.

    .. math:: y_i = \frac{e^{-x_i}}{\sum_j e^{-x_j}}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The costs.
    dim : int
        The axis that sums to one; negative counts from the end.

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
    `softmax` of ``-x``, exactly: negation does not round.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning", MIT Press (2016), section 6.2.2.3
    (of softmax).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmin
    >>> softmin(np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([0.6652, 0.2447, 0.09  ])
    """
    dim = _check("softmin", x, dim)
    return _fill(x.dtype, _softmin, dim, x)


def _softmin_vjp(out, g, x):
    p = probabilities(-x)
    out[...] = -p * centred(p, g)


@silent
def softmin_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `softmin`.

    .. math:: \bar x_i = -y_i \Bigl(\bar y_i - \sum_j y_j \bar y_j\Bigr),
              \qquad y = \mathrm{softmin}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmin_vjp
    >>> softmin_vjp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-0.2227,  0.1628,  0.0599])
    """
    dim = _check("softmin", x, dim)
    check_cotangent("softmin", cotangent, x.shape)
    return _fill(x.dtype, _softmin_vjp, dim, x, cotangent)


@silent
def softmin_jvp(tangent, x, dim):
    r"""Push a tangent forward through `softmin`; its Jacobian is symmetric.

    .. math:: \dot y_i = -y_i \Bigl(\dot x_i - \sum_j y_j \dot x_j\Bigr)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmin_jvp
    >>> softmin_jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-0.2227,  0.1628,  0.0599])
    """
    dim = _check("softmin", x, dim)
    check_tangent("softmin", tangent, x)
    return _fill(x.dtype, _softmin_vjp, dim, x, tangent)


def _softmin_vjp_x(out, s, g, x):
    _softmax_vjp_x(out, s, g, -x)


@silent
def softmin_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `softmin_vjp`, to (cotangent, x).

    .. math:: \bar g_i = -y_i (s_i - \langle s \rangle), \qquad
              \bar x_i = y_i \bigl[(s_i - \langle s \rangle)(g_i - \langle g \rangle)
                         - \mathrm{cov}(s, g)\bigr]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import softmin_vjp_vjp
    >>> one = np.array([1.0, 0.0, 0.0])
    >>> for cotangent in softmin_vjp_vjp(one, one, np.array([1.0, 2.0, 3.0]), dim=0):
    ...     print(cotangent.round(4))
    [-0.2227  0.1628  0.0599]
    [-0.0736  0.0538  0.0198]
    """
    dim = _check("softmin", x, dim)
    check_cotangent("softmin", cotangent, x.shape)
    check_cotangent("softmin_vjp", second_cotangent, x.shape)
    return (
        _fill(cotangent.dtype, _softmin_vjp, dim, x, second_cotangent),
        _fill(x.dtype, _softmin_vjp_x, dim, x, second_cotangent, cotangent),
    )


def _logsumexp(out, x):
    d, r, m = shifted(x)
    e = np.exp(d) if r is None else exponentials(d.astype(np.longdouble), r)
    out[...] = np.where(np.isinf(m), m, m + np.log1p(others(e, d)))


def _check_logsumexp(x, dim, keepdim):
    """Return x as a float array, dim from the front, the result's shape and that with keepdim."""
    x = np.asarray(x, floating_dtype("logsumexp", x))
    dim = check_dim("logsumexp", x, dim)
    kept = (*x.shape[:dim], 1, *x.shape[dim + 1 :]) if x.shape else ()
    return x, dim, kept if keepdim else x.shape[:dim] + x.shape[dim + 1 :], kept


@silent
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
    >>> from refimpl.formulas.softmax import logsumexp
    >>> logsumexp(np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]), dim=1).round(4)
    array([3.4076, 1.0986])
    >>> logsumexp(np.array([-np.inf, -np.inf]), dim=0)
    array(-inf)
    """
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    out = np.full(kept, -np.inf, x.dtype)
    if x.size:
        along(dim, _logsumexp, x.shape, out, x)
    return out.reshape(shape)


def _logsumexp_vjp(out, g, x):
    # Under a maximum of +inf torch has exp(x - max): nan at the infinities and 0 elsewhere.
    d, r, m = shifted(x)
    e = exponentials(d, r)
    s = total(e) if r is None else 1 + others(e, d)
    out[...] = g * scaled(d, r, e, 1 / np.where(m == np.inf, 1, s))


@silent
def logsumexp_vjp(cotangent, x, dim, keepdim=False):
    r"""Pull a cotangent back through `logsumexp`: its gradient is `softmax`.

    .. math:: \bar x_i = \bar y \, \frac{e^{x_i}}{\sum_j e^{x_j}}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import logsumexp_vjp
    >>> logsumexp_vjp(np.array(1.0), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([0.09  , 0.2447, 0.6652])
    """
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    check_cotangent("logsumexp", cotangent, shape)
    return _fill(x.dtype, _logsumexp_vjp, dim, x, cotangent.reshape(kept))


def _logsumexp_jvp(out, t, x):
    p = np.empty(t.shape)
    _logsumexp_vjp(p, 1, x)
    out[...] = total(np.multiply(p, t, out=p))


@silent
def logsumexp_jvp(tangent, x, dim, keepdim=False):
    r"""Push a tangent forward through `logsumexp`: its mean under `softmax`.

    .. math:: \dot y = \sum_j p_j \dot x_j, \qquad p = \mathrm{softmax}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import logsumexp_jvp
    >>> logsumexp_jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    np.float64(0.09)
    """
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    check_tangent("logsumexp", tangent, x)
    out = np.zeros(kept, x.dtype)
    if x.size:
        along(dim, _logsumexp_jvp, x.shape, out, tangent, x)
    return out.reshape(shape)


def _logsumexp_vjp_x(out, s, g, x):
    p = probabilities(x)
    out[...] = g * p * centred(p, s)


@silent
def logsumexp_vjp_vjp(second_cotangent, cotangent, x, dim, keepdim=False):
    r"""Pull a cotangent back through `logsumexp_vjp`, to (cotangent, x).

    .. math:: \bar g = \langle s \rangle = \sum_j p_j s_j, \qquad
              \bar x_i = g \, p_i (s_i - \langle s \rangle), \qquad p = \mathrm{softmax}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softmax import logsumexp_vjp_vjp
    >>> s, x = np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0])
    >>> for cotangent in logsumexp_vjp_vjp(s, np.array(1.0), x, dim=0):
    ...     print(cotangent.round(4))
    0.09
    [ 0.0819 -0.022  -0.0599]
    """
    forward = logsumexp_jvp(second_cotangent, x, dim, keepdim)
    x, dim, shape, kept = _check_logsumexp(x, dim, keepdim)
    check_cotangent("logsumexp", cotangent, shape)
    return (
        forward.astype(cotangent.dtype),
        _fill(x.dtype, _logsumexp_vjp_x, dim, x, second_cotangent, cotangent.reshape(kept)),
    )
