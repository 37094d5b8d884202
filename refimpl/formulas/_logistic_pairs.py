"""The logistic function, its logarithm and the hyperbolic tangent as pairs of float64.

Each function takes a number as a pair, ``x + rest``, and one of the two exponentials of
`_double_double`. It returns a pair, a bound of its error, relative if it is a number, and a power
as `_nearest.nearest` has it.
"""

import numpy as np

from refimpl.formulas._double_double import (
    LEAST,
    add,
    divide,
    exponential,
    fast_two_sum,
    inverse,
    log1p,
    power_of_two,
    two_diff,
    two_sum,
)
from refimpl.formulas._paired import DROP, LIFT, LIFTED, LONG, QUICK

SERIES = 2.0**-12  # from here on the quick tanh is x - x**3 / 3 + ...


def unit_of(exp):
    """Return the relative error of results by one of the exponentials."""
    return QUICK if exp is exponential else LONG


def _decay(x, rest, exp):
    """Return exp(-abs(x + rest)) as a pair and a lifted power, and 1 plus it."""
    d = -np.abs(x)
    rest = np.where(d > LEAST, np.where(x > 0, -rest, rest), 0.0)  # that of a large x is large
    value, bits = exp(np.maximum(d, LEAST), rest)
    power = power_of_two(bits + LIFTED)
    small = power * DROP
    s, e = two_sum(1.0, value[0] * small)
    return value, power, (s, e + value[1] * small)


def logistic(x, rest, exp):
    """Return 1 / (1 + exp(-x)), for negative x z / (1 + z) with z = exp(x)."""
    z, power, whole = _decay(x, rest, exp)
    negative = x < 0
    high, low = np.where(negative, z[0], 1.0), np.where(negative, z[1], 0.0)
    return divide((high, low), whole), unit_of(exp), np.where(negative, power, LIFT)


def bell(x, rest, exp):
    """Return the slope of `logistic`, z / (1 + z)**2."""
    z, power, whole = _decay(x, rest, exp)
    return divide(divide(z, whole), whole), unit_of(exp), power


def log_logistic(x, rest, exp):
    """Return min(x, 0) - log(1 + z)."""
    z, power, _ = _decay(x, rest, exp)
    small = power * DROP
    log = log1p((z[0] * small, z[1] * small))
    low_x = np.where(x < 0, x, 0.0)
    high, low = two_diff(low_x, log[0])
    low += np.where(x < 0, rest, 0.0) - log[1]
    error = unit_of(exp) * log[0] + 2.0**-104 * np.abs(high)
    # In the right tail log(1 + z) is z, which may be subnormal: taken with its power.
    tail = (x > 0) & (small < 2.0**-200)
    high, low = np.where(tail, -z[0], high), np.where(tail, -z[1], low)
    error = np.where(tail, unit_of(exp) * z[0], error)
    return (high, low), error, np.where(tail, power, LIFT)


def tanh(x, rest, exp):
    """Return (1 - z) / (1 + z) with z = exp(-2 abs(x)), and the sign of x."""
    size = np.abs(x)
    if exp is exponential:
        z, power, whole = _decay(2 * size, 0.0, exp)
        small = power * DROP
        top = add((1.0, 0.0), (-z[0] * small, -z[1] * small))
        error = 2 * QUICK / whole[0]
    else:
        e, less = inverse(2 * np.minimum(size, 300.0))
        top, whole = (-less[0], -less[1]), add((1.0, 0.0), e)
        error = 0.0
    high, low = divide(top, whole)
    if exp is exponential:
        square = size * size
        series = size * square * (-1 / 3 + square * (2 / 15 - square * (17 / 315)))
        near = size < SERIES
        s, e = fast_two_sum(size, series)
        high, low = np.where(near, s, high), np.where(near, e, low)
        error = np.where(near, QUICK * size, error)
    else:
        error = LONG * high
    sign = np.copysign(1.0, x)
    return (sign * high, sign * low), error, None


def bell_of_tanh(x, rest, exp):
    """Return the slope of `tanh`, 4 z / (1 + z)**2 with z = exp(-2 abs(x))."""
    value, error, power = bell(2 * x, 2 * rest, exp)
    return (4 * value[0], 4 * value[1]), error, power
