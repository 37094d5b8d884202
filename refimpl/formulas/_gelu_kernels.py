"""The Gaussian error linear unit in float64: value, slope and bend, and those of its tanh form.

Far on the left each is a tiny power of e times an ordinary number. The power of e is kept as
mantissa and power of two until the end: it becomes subnormal before the product does. Where `x` is
infinite, x times a probability of 0 is nan, as in torch; the bends are 0 there.

The `quick` functions serve results of float32 and float16.
"""

import numpy as np

from refimpl.formulas._error_function import (
    normal,
    normal_density,
    quick_normal,
    quick_normal_density,
)
from refimpl.formulas._logistic import logistic
from refimpl.formulas._pairs import exponential, product, square, times_power_of_two

FAR = 45.0  # from here on the value is x or zero, the slope one or zero
LEAST = -800.0  # exp is zero from here on

# Printed by evidence/error_function_coefficients.py
LINEAR = (1.5957691216057308, -9.96930880911092e-17)
CUBIC = (0.07135481627260025, -6.175149918155315e-19)

# ---- x times the normal distribution --------------------------------------------------


def value(x):
    """Return x times the probability that a standard normal variable is below x."""
    below, _, k = normal(x)
    return times_power_of_two(x * below, k)


def slope(x):
    """Return that probability plus x times the normal density."""
    below, density, k = normal(x)
    return times_power_of_two(below + x * density, k)


def bend(x):
    """Return the normal density times 2 - x * x, exact also where that is nearly zero."""
    density, k = normal_density(x)
    s, rest = square(np.minimum(np.abs(x), FAR))
    return times_power_of_two(density * ((2 - s) - rest), k)


def quick_value(x):
    """Return what `value` does."""
    return x * quick_normal(x)[0]


def quick_slope(x):
    """Return what `slope` does."""
    below, density = quick_normal(x)
    return below + x * density


def quick_bend(x):
    """Return what `bend` does."""
    x = np.clip(x, -FAR, FAR)
    return quick_normal_density(x) * (2 - x * x)


# ---- the form with tanh ---------------------------------------------------------------


def tanh_value(x):
    """Return x * sigma(w), that is x * (1 + tanh(w / 2)) / 2; `_logit` has w."""
    share, k = _share(x, _tail(x))
    return times_power_of_two(x * share, k)


def tanh_slope(x):
    """Return sigma(w) * (1 + x * sigma(-w) * w'), the derivative of `tanh_value`."""
    tail = _tail(x)
    share, k = _share(x, tail)
    other = times_power_of_two(*_share(-x, tail))
    return times_power_of_two(share + x * share * other * _logit_slope(x), k)


def tanh_bend(x):
    """Return sigma(w) * sigma(-w) * (2 * w' + x * w'' - x * w' * w' * tanh(w / 2)); it is even."""
    mantissa, z, k = _tail(x)
    return times_power_of_two(mantissa / ((1 + z) * (1 + z)) * _inner_bend(x, z), k)


def quick_tanh_value(x):
    """Return what `tanh_value` does."""
    return x * logistic(_quick_logit(x))


def quick_tanh_slope(x):
    """Return what `tanh_slope` does."""
    w = _quick_logit(x)
    share = logistic(w)
    return share + x * share * logistic(-w) * _logit_slope(x)


def quick_tanh_bend(x):
    """Return what `tanh_bend` does."""
    z = np.exp(-np.abs(_quick_logit(x)))
    return z / ((1 + z) * (1 + z)) * _inner_bend(x, z)


def _tail(x):
    """Return (mantissa, z, k) with z = exp(-abs(w)) = mantissa * 2**k."""
    a = np.abs(x)
    w, rest = _logit(np.minimum(a, FAR))
    high, low, k = exponential(np.maximum(-w, LEAST), -rest)
    # Zero itself where it rounds to zero, so that times an infinite x it is nan.
    mantissa = (high + low) * (a <= FAR)
    return mantissa, times_power_of_two(mantissa, k), k


def _share(x, tail):
    """Return sigma(w) as a number times a power of two, which is 1 on the right."""
    mantissa, z, k = tail
    return np.where(x < 0, mantissa, 1) / (1 + z), np.where(x < 0, k, 0)


def _inner_bend(x, z):
    """Return the last factor of the bend, where z = exp(-abs(w))."""
    x = np.minimum(np.abs(x), FAR)
    slope = _logit_slope(x)
    return 2 * slope + 6 * CUBIC[0] * x * x - x * slope * slope * ((1 - z) / (1 + z))


def _logit(x):
    """Return w = sqrt(8 / pi) * (x + 0.044715 * x**3) as a pair."""
    s, s_rest = square(x)
    c, c_rest = product(s, CUBIC[0])
    c_rest = c_rest + s * CUBIC[1] + s_rest * CUBIC[0]
    # The sum of two and what its rounding took away, whichever of the two is the larger.
    factor = LINEAR[0] + c
    taken = factor - LINEAR[0]
    factor_rest = (LINEAR[0] - (factor - taken)) + (c - taken) + c_rest + LINEAR[1]
    w, w_rest = product(x, factor)
    return w, w_rest + x * factor_rest


def _quick_logit(x):
    return x * (LINEAR[0] + CUBIC[0] * x * x)


def _logit_slope(x):
    """Return w', the derivative of w; beyond FAR any number, which is multiplied by 0."""
    x = np.minimum(np.abs(x), FAR)
    return LINEAR[0] + 3 * CUBIC[0] * x * x
