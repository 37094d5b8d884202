r"""The affine map. Derivation: :doc:`/derivations/linear`."""

import math
from functools import partial

import numpy as np

from refimpl.errors import failure, not_expandable, title
from refimpl.formulas._checks import (
    ARRAYS,
    FLOATING,
    check_array,
    check_cotangent,
    check_floating,
    zeros_for_none,
)
from refimpl.formulas._formula import Formula


def _check(x, weight, bias):
    """Raise what is wrong with a call, if anything is."""
    if not isinstance(x, ARRAYS) or x.dtype.char not in FLOATING:
        check_floating("linear", "addmm_impl_cpu_", x)
    if not isinstance(weight, ARRAYS):
        check_array("linear", "weight", 2, weight)
    check_ranks(x, weight)
    check_matrix(weight)
    if x.shape[-1] != weight.shape[1]:
        rows = math.prod(x.shape[:-1])
        raise failure(
            RuntimeError,
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{x.shape[-1]} and "
            f"{weight.shape[1]}x{weight.shape[0]})",
            f"linear: the input has {x.shape[-1]} features, the weight takes {weight.shape[1]}.",
        )
    for a in (weight,) if bias is None else (weight, bias):
        if a.dtype != x.dtype:
            raise failure(
                RuntimeError,
                f"mat1 and mat2 must have the same dtype, but got {title(x.dtype)} and "
                f"{title(a.dtype)}",
                "linear: convert one of them with .astype.",
            )
    if bias is not None and bias.shape != weight.shape[:1]:
        found = bias.shape[-1] if bias.ndim else 1
        advice = f"linear: the bias has shape {bias.shape}, expected {weight.shape[:1]}."
        raise not_expandable(weight.shape[0], found, 1, advice=advice)


def check_ranks(x, weight):
    """Refuse what has no dimension."""
    if x.ndim == 0 or weight.ndim == 0:
        raise failure(
            RuntimeError,
            "both arguments to linear need to be at least 1D, "
            f"but they are {x.ndim}D and {weight.ndim}D",
            "linear: the input has its features last, the weight is (out, in).",
        )


def check_matrix(weight):
    """Refuse a weight of another rank than 2."""
    if weight.ndim != 2:
        raise failure(
            RuntimeError,
            f"t() expects a tensor with <= 2 dimensions, but self is {weight.ndim}D"
            if weight.ndim > 2
            else f"mat2 must be a matrix, got {weight.ndim}-D tensor",
            f"linear: the weight has shape {tuple(weight.shape)}, expected (out, in).",
        )


def _wide(*arrays):
    return [np.asarray(a, np.float64) for a in arrays]


def _leading(a, axis, n):
    """Keep so few leading bits that `n` products of two such numbers add without rounding."""
    # A product has twice the bits of its factors, a sum of n of them log2(n) more: 53 fit.
    bits = (53 - n.bit_length()) // 2
    _, exponent = np.frexp(np.abs(a).max(axis, keepdims=True))
    # Beside so large a number only the leading bits survive; subtracting it leaves them alone.
    shift = np.ldexp(1.5, exponent + 52 - bits)
    return (a + shift) - shift


def _product(a, b, dtype):
    """Multiply matrices for a result in `dtype`.

    A narrow dtype needs no care. In float64 the leading halves are multiplied without rounding
    and the rest, smaller by 2**-20 or so, is added: an entry is then rounded once or twice, not
    once for each of its terms. Where that overflows, or a factor is not finite, the plain product
    is returned.
    """
    n = a.shape[-1]
    if dtype != np.float64 or n == 0:
        # The factors are copies without gaps: `dot` gives the same bits, with less to find out.
        return a.dot(b) if a.ndim == 2 else a @ b
    plain = a @ b
    a1, b1 = _leading(a, -1, n), _leading(b, -2, n)
    y = a1 @ b1 + (a1 @ (b - b1) + (a - a1) @ b)
    return np.where(np.isfinite(y), y, plain)


def _rows(a):
    return a.reshape(math.prod(a.shape[:-1]), a.shape[-1])


@partial(Formula, inputs=3)
def linear(x, weight, bias=None):
    r"""Map features affinely, the last axis by one matrix.

    .. math:: y = x W^\top + b

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, shape (..., in)
        The features.
    weight : ndarray of shape (out, in)
        The matrix; dtype of `x`.
    bias : ndarray of shape (out,), optional
        What is added; dtype of `x`.

    Returns
    -------
    ndarray
        Shape (..., out), dtype of `x`.

    Raises
    ------
    RuntimeError
        Where shapes or dtypes do not fit.
    NotImplementedError
        For integers.

    Notes
    -----
    The products are summed in float64 and rounded once; for float64 itself the leading halves of
    the factors are multiplied apart, where nothing rounds. Sums may cancel: the error is then
    within one unit in the last place of the largest term, not of the result. torch also takes a
    weight of rank 1 and integers, which this refuses.

    References
    ----------
    K. Ozaki, T. Ogita, S. Oishi, S. M. Rump, "Error-free transformations of matrix multiplication
    by using fast routines of matrix multiplication and its applications", Numer. Algorithms 59
    (2012) 95-118.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import linear
    >>> weight, bias = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([0.5, 0.0])
    >>> linear(np.array([[3.0, 4.0]]), weight, bias)
    array([[11.5, -4. ]])
    """
    _check(x, weight, bias)
    y = _product(np.asarray(x, np.float64), np.asarray(weight, np.float64).T, x.dtype)
    return np.asarray(y if bias is None else y + bias, x.dtype)


@linear.role
def linear_vjp(cotangent, x, weight, bias=None):
    r"""Pull a cotangent back through `linear`, to (x, weight, bias).

    .. math:: \bar x = \bar y W, \qquad \bar W = \bar y^\top x, \qquad \bar b = \sum_n \bar y_n

    The leading axes are summed over; without a bias its gradient is None.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import linear
    >>> weight, bias = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([0.5, 0.0])
    >>> for gradient in linear.vjp(np.array([[1.0, 1.0]]), np.array([[3.0, 4.0]]), weight, bias):
    ...     print(gradient)
    [[1. 1.]]
    [[3. 4.]
     [3. 4.]]
    [1. 1.]
    """
    _check(x, weight, bias)
    check_cotangent("linear", cotangent, (*x.shape[:-1], weight.shape[0]))
    g, x64, w = _wide(cotangent, x, weight)
    return (
        np.asarray(_product(g, w, x.dtype), x.dtype),
        np.asarray(_product(_rows(g).T, _rows(x64), x.dtype), x.dtype),
        None if bias is None else np.asarray(_rows(g).sum(0), x.dtype),
    )


@linear.role
def linear_jvp(tangents, x, weight, bias=None):
    r"""Push tangents of (x, weight, bias) forward through `linear`; None stands for zero.

    .. math:: \dot y = \dot x W^\top + x \dot W^\top + \dot b

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import linear
    >>> weight, bias = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([0.5, 0.0])
    >>> linear.jvp((np.array([[1.0, 0.0]]), None, None), np.array([[3.0, 4.0]]), weight, bias)
    array([[1., 0.]])
    """
    _check(x, weight, bias)
    dx, dw, db = zeros_for_none("linear", tangents, (x, weight, bias))
    x64, w, dx, dw = _wide(x, weight, dx, dw)
    dy = _product(dx, w.T, x.dtype) + _product(x64, dw.T, x.dtype)
    return np.asarray(dy if bias is None else dy + db, x.dtype)


@linear.role
def linear_vjp_vjp(second_cotangents, cotangent, x, weight, bias=None):
    r"""Pull cotangents (s, U, v) of the three gradients back through `linear.vjp`.

    To (cotangent, x, weight, bias), with :math:`g = \bar y`:

    .. math:: \bar g = s W^\top + x U^\top + v, \qquad \bar x = g U, \qquad
              \bar W = g^\top s, \qquad \bar b = 0

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import linear
    >>> x, weight, g = np.array([[3.0, 4.0]]), np.array([[1.0, 2.0]]), np.array([[1.0]])
    >>> linear.vjp_vjp((np.array([[1.0, 0.0]]), None, None), g, x, weight)
    (array([[1.]]), array([[0., 0.]]), array([[1., 0.]]), None)
    """
    _check(x, weight, bias)
    check_cotangent("linear", cotangent, (*x.shape[:-1], weight.shape[0]))
    sx, sw, sb = zeros_for_none("linear_vjp", second_cotangents, (x, weight, bias))
    g, x64, w, sx, sw = _wide(cotangent, x, weight, sx, sw)
    dg = _product(sx, w.T, x.dtype) + _product(x64, sw.T, x.dtype)
    return (
        np.asarray(dg if bias is None else dg + sb, cotangent.dtype),
        np.asarray(_product(g, sw, x.dtype), x.dtype),
        np.asarray(_product(_rows(g).T, _rows(sx), x.dtype), x.dtype),
        None if bias is None else np.zeros(bias.shape, bias.dtype),
    )
