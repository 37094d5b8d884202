r"""The logistic sigmoid and its logarithm. Derivation: :doc:`/derivations/sigmoid`."""

from functools import partial

from refimpl.formulas import _logistic_pairs as pairs
from refimpl.formulas._checks import check_floating, floating_dtype
from refimpl.formulas._formula import Entries, elementwise
from refimpl.formulas._later import many_digits
from refimpl.formulas._logistic import bend, log_logistic, logistic, slope
from refimpl.formulas._pointwise import Entry

_check_sigmoid = partial(floating_dtype, "sigmoid")


def _exact_sigmoid(x, digits):
    return many_digits.Slice([x, 0], digits).share(0)


def _exact_slope(x, digits):
    both = many_digits.Slice([x, 0], digits)
    return both.share(0).times(both.share(1))


def _exact_logsigmoid(x, digits):
    return many_digits.Slice([x, 0], digits).log_share(0)


def _exact_complement(x, digits):
    return _exact_sigmoid(-x, digits)


def _complement_pairs(x, rest, exp):
    return pairs.logistic(-x, -rest, exp)


@elementwise(
    slope,
    bend,
    "sigmoid_backward_cpu",
    _check_sigmoid,
    nearest=Entries(Entry(pairs.logistic, _exact_sigmoid), Entry(pairs.bell, _exact_slope)),
    slope_tex=r"\sigma(x) \, \sigma(-x)",
    bend_tex=r"-\sigma'(x) \tanh(x / 2)",
)
def sigmoid(x):
    r"""Squash the real line into (0, 1).

    .. math:: y = \sigma(x) = \frac{1}{1 + e^{-x}}

    Parameters
    ----------
    x : ndarray of any shape
        Integers and booleans become float32, as in torch.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    NotImplementedError
        For complex numbers.

    Notes
    -----
    Only exp(-abs(x)) is formed, which cannot overflow; in the left tail the result is that
    exponential, down to the subnormal numbers. Value and slope are the nearest numbers of their
    dtype, float64 too: near 0 a few float32 inputs lie so near a tie that float64 inside is not
    enough, and are decided with more digits.
    The slope is taken from the input, for the output's 1 has lost the right tail, whose slope torch
    gives as 0.

    References
    ----------
    D. R. Cox, "The regression analysis of binary sequences",
    J. R. Stat. Soc. B 20 (1958) 215-242.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import sigmoid
    >>> sigmoid(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0])).round(4)
    array([0.    , 0.2689, 0.5   , 0.7311, 1.    ])
    >>> one, x = np.ones(3), np.array([-1.0, 0.0, 1.0])
    >>> sigmoid.vjp(one, x).round(4)
    array([0.1966, 0.25  , 0.1966])
    >>> sigmoid.jvp(one, x).round(4)
    array([0.1966, 0.25  , 0.1966])
    >>> for cotangent in sigmoid.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [0.1966 0.25   0.1966]
    [ 0.0909 -0.     -0.0909]
    """
    return logistic(x)


def _check_logsigmoid(x):
    check_floating("logsigmoid", "log_sigmoid_cpu", x)
    return x.dtype


@elementwise(
    lambda x: logistic(-x),
    lambda x: -slope(x),
    "log_sigmoid_cpu",
    _check_logsigmoid,
    nearest=Entries(
        Entry(pairs.log_logistic, _exact_logsigmoid), Entry(_complement_pairs, _exact_complement)
    ),
    slope_tex=r"\sigma(-x)",
    bend_tex=r"-\sigma(x) \, \sigma(-x)",
    plus_zero=True,
)
def logsigmoid(x):
    r"""Take the logarithm of `sigmoid` without computing it.

    .. math:: y = \log \frac{1}{1 + e^{-x}} = \min(x, 0) - \log(1 + e^{-|x|})

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    NotImplementedError
        For integers, as in torch.

    Notes
    -----
    Value and slope are the nearest numbers of their dtype. The right tail is minus exp(-x) and
    never flushed before
    the dtype's own numbers end; beyond them ``logsigmoid(200)`` is +0 in float32, as in torch.

    References
    ----------
    M. Maechler, "Accurately computing log(1 - exp(-abs(a)))", vignette of the R package Rmpfr
    (2012).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import logsigmoid
    >>> logsigmoid(np.array([-1000.0, -1.0, 0.0, 1.0])).round(4)
    array([-1.0000e+03, -1.3133e+00, -6.9310e-01, -3.1330e-01])
    >>> logsigmoid(np.float32([20, 200]))
    array([-2.0611537e-09,  0.0000000e+00], dtype=float32)
    >>> one, x = np.ones(3), np.array([-1.0, 0.0, 1.0])
    >>> logsigmoid.vjp(one, x).round(4)
    array([0.7311, 0.5   , 0.2689])
    >>> logsigmoid.jvp(one, x).round(4)
    array([0.7311, 0.5   , 0.2689])
    >>> for cotangent in logsigmoid.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [0.7311 0.5    0.2689]
    [-0.1966 -0.25   -0.1966]
    """
    return log_logistic(x)
