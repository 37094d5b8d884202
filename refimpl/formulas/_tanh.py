r"""The hyperbolic tangent. Derivation: :doc:`/derivations/tanh`."""

from functools import partial

import numpy as np

from refimpl.formulas import _logistic_pairs as pairs
from refimpl.formulas._checks import floating_dtype
from refimpl.formulas._chunks import ONE, TWO
from refimpl.formulas._formula import Entries, elementwise
from refimpl.formulas._later import many_digits
from refimpl.formulas._pointwise import Entry

_check = partial(floating_dtype, "tanh")


def _slope(x):
    z = np.exp(-np.abs(x))
    sech = TWO * z / (ONE + z * z)
    return sech * sech


def _bend(x):
    return -2 * np.tanh(x) * _slope(x)


def _exact_tanh(x, digits):
    return many_digits.Slice([2 * x, 0], digits).mean([1, -1])


def _exact_slope(x, digits):
    both = many_digits.Slice([2 * x, 0], digits)
    return both.share(0).times(both.share(1)).times(4)


@elementwise(
    _slope,
    _bend,
    "tanh_backward_cpu",
    _check,
    nearest=Entries(Entry(pairs.tanh, _exact_tanh), Entry(pairs.bell_of_tanh, _exact_slope)),
    slope_tex=r"1 - \tanh^2 x = \mathrm{sech}^2 x",
    bend_tex=r"-2 \tanh x \, \mathrm{sech}^2 x",
)
def tanh(x):
    r"""Squash the real line into (-1, 1).

    .. math:: y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2 \sigma(2x) - 1

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
    Value and slope are the nearest numbers of their dtype.
    The slope is taken from the input: 1 - tanh(x)**2 would cancel in both tails, and in float32
    torch's slope is 0 beyond 9.01.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr, K.-R. Mueller, "Efficient BackProp", in Neural Networks: Tricks
    of the Trade, Springer (1998), section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import tanh
    >>> tanh(np.array([-1000.0, -1.0, 0.0, 1.0])).round(4)
    array([-1.    , -0.7616,  0.    ,  0.7616])
    >>> one, x = np.ones(3), np.array([-1.0, 0.0, 1.0])
    >>> tanh.vjp(one, x).round(4)
    array([0.42, 1.  , 0.42])
    >>> tanh.jvp(one, x).round(4)
    array([0.42, 1.  , 0.42])
    >>> for cotangent in tanh.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [0.42 1.   0.42]
    [ 0.6397 -0.     -0.6397]
    """
    return np.tanh(x)
