r"""Softplus, the integral of the sigmoid. Derivation: :doc:`/derivations/softplus`."""

import math
import numbers

import numpy as np

from refimpl.errors import failure, kind
from refimpl.formulas import _logistic_pairs as pairs
from refimpl.formulas._checks import check_floating
from refimpl.formulas._chunks import ONE, ZERO
from refimpl.formulas._double_double import divide, negative, two_product
from refimpl.formulas._formula import Entries, elementwise
from refimpl.formulas._later import many_digits
from refimpl.formulas._logistic import logistic, slope
from refimpl.formulas._paired import LIFT
from refimpl.formulas._pointwise import Entry


def _check(x, beta=1.0, threshold=20.0):
    for argument, value in (("beta", beta), ("threshold", threshold)):
        if not isinstance(value, (numbers.Real, np.bool_)):
            raise failure(
                TypeError,
                f"softplus(): argument '{argument}' must be Number, not {kind(value)}",
                f"softplus: {argument} is one real number for the whole input.",
            )
    check_floating("softplus", "softplus_cpu", x)
    return x.dtype


def _slope(x, beta=1.0, threshold=20.0):
    z = beta * x
    return np.where(z > threshold, ONE, logistic(z))


def _bend(x, beta=1.0, threshold=20.0):
    z = beta * x
    return np.where(z > threshold, ZERO, beta * slope(z))


def _value_pairs(x, rest, exp, beta, threshold):
    z = two_product(beta, x)
    # log(1 + exp(z)) is minus the logarithm of the logistic function of -z.
    value, error, power = pairs.log_logistic(-z[0], -z[1], exp)
    high, low = divide(negative(value), (float(beta), 0.0))
    past = z[0] > threshold
    high, low = np.where(past, x, high), np.where(past, 0.0, low)
    error = np.where(past, 0.0, error / abs(beta) + 2.0**-99 * np.abs(high))
    return (high, low), error, np.where(past, LIFT, power)


def _slope_pairs(x, rest, exp, beta, threshold):
    z = two_product(beta, x)
    (high, low), error, power = pairs.logistic(*z, exp)
    past = z[0] > threshold
    return (np.where(past, 1.0, high), np.where(past, 0.0, low)), error, np.where(past, LIFT, power)


def _past(x, beta, threshold):
    return float(beta) * float(x) > threshold


def _exact_value(x, digits, beta, threshold):
    if _past(x, beta, threshold):
        return many_digits.exactly(x)
    both = many_digits.Slice([many_digits.Fraction(beta) * x, 0], digits)
    return both.log_sum().plus(both.top).times(1 / many_digits.Fraction(beta))


def _exact_slope(x, digits, beta, threshold):
    if _past(x, beta, threshold):
        return many_digits.exactly(1)
    return many_digits.Slice([many_digits.Fraction(beta) * x, 0], digits).share(0)


def _takes(beta, threshold):
    """Tell whether there is a number to find: of other settings the limits are 0, inf and nan."""
    return bool(beta) and math.isfinite(beta)


@elementwise(
    _slope,
    _bend,
    "softplus_cpu",
    _check,
    nearest=Entries(
        Entry(_value_pairs, _exact_value, _takes), Entry(_slope_pairs, _exact_slope, _takes)
    ),
    slope_tex=r"\begin{cases} 1 & \beta x > \text{threshold} \\ "
    r"\sigma(\beta x) & \text{else} \end{cases}",
    bend_tex=r"\begin{cases} 0 & \beta x > \text{threshold} \\ "
    r"\beta \, \sigma(\beta x) \, \sigma(-\beta x) & \text{else} \end{cases}",
)
def softplus(x, beta=1.0, threshold=20.0):
    r"""Pass smoothly from 0 to `x` itself, with the sigmoid for a slope.

    .. math:: y = \begin{cases} x & \beta x > \text{threshold} \\
              \frac1\beta \log(1 + e^{\beta x}) & \text{else} \end{cases}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    beta : float
        How sharp the bend is; the ramp ``max(0, x)`` is the limit of large `beta`.
    threshold : float
        Bound on ``beta * x`` from which the bend counts as passed.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    NotImplementedError
        For integers, as in torch.
    TypeError
        Where `beta` or `threshold` is no real number.

    Notes
    -----
    With ``z = beta * x``, ``max(z, 0)`` and ``log1p(exp(-abs(z)))`` are added, whose exponential
    never exceeds 1. Value and slope are the nearest numbers of their dtype. Passing on to the
    identity drops ``log1p(exp(-threshold)) / beta``. With the defaults that is 2.1e-9, below what
    float32 resolves at 20 but not below what float64 does. A higher threshold costs torch its
    float32 exponential: ``softplus(99, threshold=100)`` is inf there and 99 here.

    References
    ----------
    C. Dugas, Y. Bengio et al., "Incorporating second-order functional knowledge for better option
    pricing", Advances in Neural Information Processing Systems 13 (2000) 472-478.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softplus
    >>> x = np.array([-2.0, 0.0, 2.0, 40.0])
    >>> softplus(x).round(4)
    array([ 0.1269,  0.6931,  2.1269, 40.    ])
    >>> softplus(x, beta=5.0).round(4)
    array([ 0.    ,  0.1386,  2.    , 40.    ])
    >>> one, x = np.ones(3), np.array([-3.0, 0.0, 30.0])
    >>> softplus.vjp(one, x).round(4)
    array([0.0474, 0.5   , 1.    ])
    >>> softplus.jvp(one, x).round(4)
    array([0.0474, 0.5   , 1.    ])
    >>> for cotangent in softplus.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [0.0474 0.5    1.    ]
    [0.0452 0.25   0.    ]
    """
    z = beta * x
    curve = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))  # +0 where it underflows
    return np.where(z > threshold, x, curve / beta)
