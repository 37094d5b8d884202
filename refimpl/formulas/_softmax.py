r"""Softmax and softmin. Derivation: :doc:`/derivations/softmax`."""

from functools import partial

import numpy as np

from refimpl.errors import silent
from refimpl.formulas import _few as few
from refimpl.formulas import _paired as paired
from refimpl.formulas._checks import check_cotangent, check_logits, check_tangent
from refimpl.formulas._chunks import FEW, filled, over_chunks
from refimpl.formulas._double_double import multiply
from refimpl.formulas._exponentials import (
    between,
    bounded,
    centred,
    farthest,
    folded,
    off,
    probabilities,
    rounded,
    shares,
    total,
    widened,
)
from refimpl.formulas._formula import Formula
from refimpl.formulas._nearest import Role, closer, fill, fill_from, settle, unbounded


def _value_pairs(e):
    y = paired.probabilities(e)
    return y, e.unit, e.power


def _exact_value(logits, i):
    return logits.share(i)


def _slope_pairs(e, g):
    y, (c, size) = paired.probabilities(e), paired.deviations(e, g)
    high, low = multiply(y, c)
    if not y[0].all():  # in the sum of the two halves a zero has lost its sign
        high = np.where(y[0] == 0, y[0] * c[0], high)
    return (high, low), e.unit * y[0] * size, e.power


def _exact_slope(logits, i, g):
    return logits.share(i).times(logits.mean([g[i] - v for v in g]))


VALUE = Role(_value_pairs, _exact_value)
SLOPE = Role(_slope_pairs, _exact_slope)


def _softmax(out, x):
    if x.dtype.itemsize == 8:
        fill(VALUE, out, x)
    elif x.size <= FEW:
        _softmax_kept(out, x)
    else:
        e, factor, m = shares(x)
        ties = rounded(e, off(x, farthest(x, m)), out, factor)
        if ties is not None:
            settle(VALUE, out, ties, x)


@Formula
def softmax(x, dim):
    r"""Turn logits into probabilities along one axis.

    .. math:: y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    dim : int
        The axis that sums to one; negative counts from the end.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    IndexError
        Where `dim` is no axis of `x`; a 0-d array has the axes -1 and 0.
    NotImplementedError
        For integers.

    Notes
    -----
    Every result is the nearest number of its dtype to the exact value, a tie the even one. float16
    and float32 are computed in float64, float64 as pairs of numbers that together have twice its
    digits; entries that then lie too near a tie are computed again, with as many digits as needed.
    A slice has the same bits wherever it lies, on every machine.
    torch gives ``softmax([17, 0])[0]`` as 1 in float32; the correctly rounded value is 0.99999994.
    As in torch a slice whose maximum is infinite, or that holds nan, gives nan throughout.

    References
    ----------
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA J. Numer. Anal. 41 (2021) 2311-2330.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmax
    >>> softmax(np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]]), dim=1).round(4)
    array([[0.09  , 0.2447, 0.6652],
           [0.3333, 0.3333, 0.3333]])
    >>> softmax(np.float32([17, 0]), dim=0)
    array([9.9999994e-01, 4.1399375e-08], dtype=float32)
    """
    return filled(x.dtype, _softmax, check_logits("softmax", x, dim), x)


@softmax.keeps
def softmax_ahead(x, dim):
    dim = check_logits("softmax", x, dim)
    out = kept = None
    if dim == 1 and x.ndim == 2 and few.is_few(x):
        p, out = few.softmax(x)
    if out is None:
        out = np.empty(x.shape, x.dtype)
        kept = over_chunks(_softmax_kept, dim, x.shape, out, x, keep=True) if x.size else []

    def pullback(cotangent):
        check_cotangent("softmax", cotangent, x.shape)
        by_x = few.softmax_pull(p, cotangent, x.dtype) if kept is None else None
        if by_x is None:
            by_x = np.empty(x.shape, x.dtype)
            if kept:
                over_chunks(_softmax_pull, dim, x.shape, by_x, cotangent, x, kept=kept)
            elif x.size:
                over_chunks(_softmax_vjp, dim, x.shape, by_x, cotangent, x)
        return by_x

    return out, pullback


def _softmax_kept(out, x):
    """Fill `out`, and return the probabilities as they were before rounding."""
    if x.dtype.itemsize == 8:
        return fill_from(VALUE, paired.exponentials(x), out, x).slim()
    p = probabilities(x)
    ties = rounded(p, off(x, farthest(x)), out)
    if ties is not None:
        settle(VALUE, out, ties, x)
    return p


def _softmax_pull(kept, out, g, x):
    if x.dtype.itemsize == 8:
        fill_from(SLOPE, kept, out, x, g)
        unbounded(_plain_slope, out, x, g)
    elif g.dtype.itemsize == 8:
        fill(SLOPE, out, x, g)
        unbounded(_plain_slope, out, x, g)
    else:
        share = off(x, farthest(x, least=FEW))
        ties = _rounded_pull(kept, out, g, share)
        if ties is not None:
            settle(SLOPE, out, closer(partial(_slopes, share), out, ties, kept, g), x, g)
            unbounded(_plain_slope, out, x, g)


def _rounded_pull(p, out, g, off):
    """Round the gradient into `out`; return where it may be another number, None for nowhere."""
    a = widened(g)
    product = p * a
    mean = total(product)
    # The probabilities are off by a share of themselves, the mean by one of the largest size.
    if out.size > FEW:
        reach = folded(np.maximum, np.abs(a)) * (4 * off)
        low = np.subtract(a, mean + reach, out=product)
        return bounded(np.multiply, p, low, np.subtract(a, mean - reach, out=a), out)
    largest = max(map(abs, a.ravel().tolist()))
    if largest != largest:  # where one row has nan, the others keep their own
        largest = folded(np.maximum, np.abs(a))
    reach = largest * (4 * off)
    a -= mean
    a *= p
    reach = p * reach
    return between(a - reach, a + reach, out)


def _slopes(off, p, g):
    """Return the numbers between which the gradient lies."""
    c = centred(p, g)
    size = np.abs(c)
    # The mean in c is off by a share of the products' sum, the probabilities of themselves.
    reach = (size + total(p * size)) * off
    return p * (c - reach), p * (c + reach)


def _plain_slope(x, g):
    p = probabilities(x)
    return p * (g - total(p * g))  # of inf - inf comes nan, in the classes of the infinities alone


def _softmax_vjp(out, g, x):
    if x.dtype.itemsize == 8:
        fill(SLOPE, out, x, g)
        unbounded(_plain_slope, out, x, g)
    else:
        _softmax_pull(probabilities(x), out, g, x)


@softmax.role
def softmax_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `softmax`.

    .. math:: \bar x_i = y_i \Bigl(\bar y_i - \sum_j y_j \bar y_j\Bigr),
              \qquad y = \mathrm{softmax}(x)

    Parameters
    ----------
    cotangent : ndarray
        Of the shape of `x`.
    x, dim
        As of `softmax`.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    RuntimeError
        Where the cotangent has another shape than `x`.

    Notes
    -----
    The nearest numbers, as of `softmax`. Starts from the input, the pullback of
    `value_and_pullback` from the probabilities before they were rounded: rounded ones would cost a
    third of the last digits in float32 and flush small gradients to zero.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmax
    >>> softmax.vjp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([ 0.0819, -0.022 , -0.0599])
    """
    dim = check_logits("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    return filled(x.dtype, _softmax_vjp, dim, x, cotangent)


def _softmax_value_and_vjp(out, by_x, g, x):
    _softmax_pull(_softmax_kept(out, x), by_x, g, x)


@softmax.role
def softmax_value_and_vjp(cotangent, x, dim):
    r"""Return `softmax` and its gradient, in one pass over the logits.

    .. math:: (y, \bar x) \text{ as of softmax and softmax\_vjp}

    For whoever knows the cotangent when the value is computed, as a backward pass does that
    computes the forward pass again instead of keeping it: the exponentials are taken once.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmax
    >>> one, logits = np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0])
    >>> y, x_bar = softmax.value_and_vjp(one, logits, dim=0)
    >>> print(y.round(4), x_bar.round(4))
    [0.09   0.2447 0.6652] [ 0.0819 -0.022  -0.0599]
    """
    dim = check_logits("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    value, by_x = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    if x.size:
        over_chunks(_softmax_value_and_vjp, dim, x.shape, value, by_x, cotangent, x)
    return value, by_x


@softmax.role
def softmax_jvp(tangent, x, dim):
    r"""Push a tangent forward through `softmax`; its Jacobian is symmetric.

    .. math:: \dot y_i = y_i \Bigl(\dot x_i - \sum_j y_j \dot x_j\Bigr)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmax
    >>> softmax.jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([ 0.0819, -0.022 , -0.0599])
    """
    dim = check_logits("softmax", x, dim)
    check_tangent("softmax", tangent, x)
    return filled(x.dtype, _softmax_vjp, dim, x, tangent)


def _softmax_vjp_x(out, s, g, x):
    # The covariance of s and g under p is the mean of their product: it is taken off by `centred`.
    p = wide_probabilities(x)
    out[...] = p * centred(p, centred(p, s) * centred(p, g))


def wide_probabilities(x):
    """Return softmax in float64."""
    if x.dtype.itemsize < 8:
        return probabilities(x)
    p = np.empty(x.shape)
    fill(VALUE, p, x)
    return p


@softmax.role
def softmax_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `softmax.vjp`, to (cotangent, x).

    With the mean :math:`\langle a \rangle = \sum_j y_j a_j`, `s` the second cotangent and
    :math:`g = \bar y`:

    .. math:: \bar g_i = y_i (s_i - \langle s \rangle), \qquad
              \bar x_i = y_i \bigl[(s_i - \langle s \rangle)(g_i - \langle g \rangle)
                         - \mathrm{cov}(s, g)\bigr]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmax
    >>> one = np.array([1.0, 0.0, 0.0])
    >>> for cotangent in softmax.vjp_vjp(one, one, np.array([1.0, 2.0, 3.0]), dim=0):
    ...     print(cotangent.round(4))
    [ 0.0819 -0.022  -0.0599]
    [ 0.0672 -0.0181 -0.0491]
    """
    dim = check_logits("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    check_cotangent("softmax_vjp", second_cotangent, x.shape)
    return (
        filled(cotangent.dtype, _softmax_vjp, dim, x, second_cotangent),
        filled(x.dtype, _softmax_vjp_x, dim, x, second_cotangent, cotangent),
    )


def _softmin(out, x):
    _softmax(out, -x)


@Formula
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
    >>> from refimpl.formulas import softmin
    >>> softmin(np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([0.6652, 0.2447, 0.09  ])
    """
    dim = check_logits("softmin", x, dim)
    return filled(x.dtype, _softmin, dim, x)


def _softmin_vjp(out, g, x):
    _softmax_vjp(out, g, -x)
    np.negative(out, out=out)


@softmin.role
def softmin_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `softmin`.

    .. math:: \bar x_i = -y_i \Bigl(\bar y_i - \sum_j y_j \bar y_j\Bigr),
              \qquad y = \mathrm{softmin}(x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmin
    >>> softmin.vjp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-0.2227,  0.1628,  0.0599])
    """
    dim = check_logits("softmin", x, dim)
    check_cotangent("softmin", cotangent, x.shape)
    return filled(x.dtype, _softmin_vjp, dim, x, cotangent)


@softmin.role
def softmin_jvp(tangent, x, dim):
    r"""Push a tangent forward through `softmin`; its Jacobian is symmetric.

    .. math:: \dot y_i = -y_i \Bigl(\dot x_i - \sum_j y_j \dot x_j\Bigr)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmin
    >>> softmin.jvp(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), dim=0).round(4)
    array([-0.2227,  0.1628,  0.0599])
    """
    dim = check_logits("softmin", x, dim)
    check_tangent("softmin", tangent, x)
    return filled(x.dtype, _softmin_vjp, dim, x, tangent)


def _softmin_vjp_x(out, s, g, x):
    _softmax_vjp_x(out, s, g, -x)


@softmin.role
def softmin_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `softmin.vjp`, to (cotangent, x).

    .. math:: \bar g_i = -y_i (s_i - \langle s \rangle), \qquad
              \bar x_i = y_i \bigl[(s_i - \langle s \rangle)(g_i - \langle g \rangle)
                         - \mathrm{cov}(s, g)\bigr]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmin
    >>> one = np.array([1.0, 0.0, 0.0])
    >>> for cotangent in softmin.vjp_vjp(one, one, np.array([1.0, 2.0, 3.0]), dim=0):
    ...     print(cotangent.round(4))
    [-0.2227  0.1628  0.0599]
    [-0.0736  0.0538  0.0198]
    """
    dim = check_logits("softmin", x, dim)
    check_cotangent("softmin", cotangent, x.shape)
    check_cotangent("softmin_vjp", second_cotangent, x.shape)
    return (
        filled(cotangent.dtype, _softmin_vjp, dim, x, second_cotangent),
        filled(x.dtype, _softmin_vjp_x, dim, x, second_cotangent, cotangent),
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
    accurate, also :math:`1 - y_j` at a y near one. `softmax.vjp` never forms this matrix.

    References
    ----------
    B. Gao, L. Pavel, "On the properties of the softmax function with application in game theory
    and reinforcement learning", arXiv:1704.00805 (2017), proposition 2.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softmax_jacobian
    >>> softmax_jacobian(np.log([1.0, 2.0, 5.0]), dim=0).round(4)
    array([[ 0.1094, -0.0312, -0.0781],
           [-0.0312,  0.1875, -0.1562],
           [-0.0781, -0.1562,  0.2344]])
    """
    dim = check_logits("softmax", x, dim)
    logits = np.moveaxis(x, dim, -1) if x.ndim else x.reshape(1)
    shape = (*logits.shape, logits.shape[-1])
    rows = np.broadcast_to(logits[..., None, :], shape)
    identity = np.broadcast_to(np.eye(shape[-1], dtype=x.dtype), shape)
    return filled(x.dtype, _softmax_vjp, rows.ndim - 1, rows, identity)
