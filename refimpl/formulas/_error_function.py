"""The error function and the normal distribution, in float64.

Near zero ``erf(x) = x + x * p(x * x)`` with a polynomial p. Far out ``erfc(y)`` is ``exp(-y * y)``
times a function that changes slowly, ``(LEVEL + q(t)) / (y + SHIFT)``, with a polynomial q of
``t = (y - CENTRE) / (y + CENTRE)`` that stays below a tenth of LEVEL. The square, its exponential
and the quotient are computed as pairs, so hardly more than the last rounding is lost.

The `quick` functions serve results of float32 and float16: without pairs, within some 1e-15.
"""

import numpy as np

from refimpl.formulas._pairs import exponential, product, square, times_power_of_two, upper_half

SMALLEST = 15 / 32  # just below the y where erfc is one half; from there on 1 - erf(y) cancels
BORDER = 3 / 4  # of the first formula; its error grows with y
LARGEST = 28.0  # erfc is zero from 27.3 on
ZERO_DENSITY = 39.0  # and the normal density from 38.6 on
SHIFT, LEVEL, CENTRE = 9 / 16, 5 / 8, 2.5
# Of the quick functions, whose quotient serves from 0 on; beyond 10.1 float32 has only zeros left.
QUICK_CENTRE, QUICK_END = 4.0, 10.5

# Printed by evidence/error_function_coefficients.py
SQRT_HALF = (0.7071067811865476, -4.833646656726457e-17)
SLOPE_AT_ZERO = (1.1283791670955126, 1.533545961316588e-17)
DENSITY_AT_ZERO = (0.3989422804014327, -2.49232720227773e-17)
NEAR = (  # within 8.3e-19
    1.1472499701094691e-08,
    -1.5940066854661717e-07,
    1.643068417974155e-06,
    -1.4924196305569617e-05,
    0.00012055289567541706,
    -0.0008548326188759752,
    0.005223977615420539,
    -0.026866170644428485,
    0.11283791670952596,
    -0.37612638903183715,
    0.1283791670955126,
)
FAR = (  # within 1.3e-18
    1.1937017772073589e-08,
    -1.0316819029575445e-08,
    -7.043331556308204e-08,
    7.056310598660331e-09,
    2.717383246024742e-07,
    2.711187422813399e-07,
    -7.734384114202272e-07,
    -2.1039130089446663e-06,
    1.1927291589687858e-06,
    1.1205735252417005e-05,
    3.6048181168290003e-06,
    -5.559762800155158e-05,
    -4.637597281829079e-05,
    0.0003080073217363891,
    0.00026020667681063637,
    -0.002136294452047991,
    0.0003007985360777129,
    0.016130840311334237,
    -0.04898836932706732,
    0.07100039373793551,
    -0.03378019521071025,
    -0.08441192741301301,
    0.020594489937252214,
)
QUICK = (  # within 1.2e-16
    -1.267417853561854e-07,
    -5.708281772515756e-07,
    1.210662112405386e-07,
    2.931098083154784e-06,
    -5.369306648907864e-06,
    -1.2333355549203068e-05,
    7.387973177892339e-05,
    -9.469374641359088e-05,
    -0.0003802433551549139,
    0.0024660403058095184,
    -0.007845100820974706,
    0.01778101106219527,
    -0.031208991863476473,
    0.042922179025261284,
    -0.043709334430870835,
    0.023782413583705836,
    0.02135980598370152,
    -0.0860023114677918,
    6.0025414342595555e-05,
)


def erf(x):
    """Return the error function, the integral of 2 / sqrt(pi) * exp(-t * t) from 0 to x."""
    x = np.asarray(x)
    y = np.asarray(_erf_near(x))
    outside = np.asarray(np.abs(x) > BORDER)
    far = x[outside]
    y[outside] = np.copysign(1 - _erfc_far(np.abs(far)), far)
    return y


def erfc(x):
    """Return 1 - erf(x), without the cancellation."""
    x = np.asarray(x)
    y = np.asarray(1 - _erf_near(x))
    outside = np.asarray((x > SMALLEST) | (x < -BORDER))
    far = x[outside]
    tail = _erfc_far(np.abs(far))
    y[outside] = np.where(far > 0, tail, 2 - tail)
    return y


def erf_slope(x):
    """Return 2 / sqrt(pi) * exp(-x * x); the slope of erfc is minus this."""
    return times_power_of_two(*_bell(x))


def erf_bend(x):
    """Return the derivative of `erf_slope`, -2 * x * erf_slope(x)."""
    bell, k = _bell(x)
    return times_power_of_two(-2 * np.clip(x, -LARGEST, LARGEST) * bell, k)


def normal(x):
    """Return (below, density, k) with the distribution below * 2**k and the density density * 2**k.

    `k` is zero outside the left tail. There a caller first multiplies by its own factor and then by
    the power of two: the product is rounded once where it is subnormal.
    """
    power = _density_power(x)
    a = np.minimum(np.abs(x), ZERO_DENSITY)
    y, y_rest = product(a, SQRT_HALF[0])
    tail = _quotient(y, y_rest + a * SQRT_HALF[1], power) / 2
    density, k = _times(DENSITY_AT_ZERO, power), power[2]
    left = (x < 0) & (y > SMALLEST)
    right = 1 - times_power_of_two(tail, k)
    middle = (1 + _erf_near(np.copysign(y, x))) / 2
    return (
        np.where(left, tail, np.where(y > SMALLEST, right, middle)),
        np.where(left, density, times_power_of_two(density, k)),
        np.where(left, k, 0),
    )


def normal_distribution(x):
    """Return the probability that a standard normal variable is below x."""
    below, _, k = normal(x)
    return times_power_of_two(below, k)


def normal_density(x):
    """Return (density, k) with exp(-x * x / 2) / sqrt(2 * pi) = density * 2**k."""
    power = _density_power(x)
    return _times(DENSITY_AT_ZERO, power), power[2]


# ---- for results of float32 and float16 -----------------------------------------------


def quick_erf(x):
    """Return what `erf` does."""
    tail = _quick_tail(x, np.exp(-x * x))
    return np.where(np.abs(x) > BORDER, np.copysign(1 - tail, x), _erf_near(x))


def quick_erfc(x):
    """Return what `erfc` does."""
    tail = _quick_tail(x, np.exp(-x * x))
    return np.abs(2 * (x < 0) - tail)  # 2 - tail or tail, in a third of the time of a choice


def quick_erf_slope(x):
    """Return what `erf_slope` does."""
    return SLOPE_AT_ZERO[0] * np.exp(-x * x)


def quick_erf_bend(x):
    """Return what `erf_bend` does."""
    x = np.clip(x, -LARGEST, LARGEST)
    return -2 * x * quick_erf_slope(x)


def quick_normal(x):
    """Return the probability that a standard normal variable is below x, and its density at x."""
    power = np.exp(-x * x / 2)
    tail = _quick_tail(x * SQRT_HALF[0], power) / 2
    return np.abs((x >= 0) - tail), DENSITY_AT_ZERO[0] * power  # 1 - tail, or tail on the left


def quick_normal_density(x):
    """Return that density alone."""
    return DENSITY_AT_ZERO[0] * np.exp(-x * x / 2)


def _quick_tail(y, power):
    """Return erfc(abs(y)); `power` is exp of minus the square."""
    y = np.minimum(np.abs(y), QUICK_END)
    slow = _polynomial(QUICK, (y - QUICK_CENTRE) / (y + QUICK_CENTRE))
    return power * (LEVEL + slow) / (y + SHIFT)


# ---- parts ----------------------------------------------------------------------------


def _density_power(x):
    a = np.abs(x)
    s, rest = square(np.minimum(a, ZERO_DENSITY))
    high, low, k = exponential(-s / 2, -rest / 2)
    # Zero itself where it rounds to zero, so that times an infinite x it is nan.
    inside = a <= ZERO_DENSITY
    return high * inside, low * inside, k


def _bell(x):
    """Return the slope of erf as a number times a power of two."""
    s, rest = square(np.minimum(np.abs(x), LARGEST))
    power = exponential(-s, -rest)
    return _times(SLOPE_AT_ZERO, power), power[2]


def _times(constant, power):
    """Return constant * power / 2**k; the first product, of 26 bits each, is exact."""
    high, low, _ = power
    c = upper_half(constant[0])
    return high * c + (high * ((constant[0] - c) + constant[1]) + low * constant[0])


def _erf_near(x):
    """Return erf(x) for abs(x) <= BORDER, any number beyond it."""
    inside = np.clip(x, -BORDER, BORDER)
    return inside + inside * _polynomial(NEAR, inside * inside)


def _erfc_far(y):
    y = np.minimum(y, LARGEST)
    s, rest = square(y)
    power = exponential(-s, -rest)
    return times_power_of_two(_quotient(y, 0.0, power), power[2])


def _quotient(y, y_rest, power):
    """Return erfc(y + y_rest) / 2**k for y >= SMALLEST; `power` is exp of minus the square."""
    high, low, _ = power
    slow = _polynomial(FAR, (y - CENTRE) / (y + CENTRE))
    # The numerator is above + above_rest, its first part exact: 26 bits times the 3 of LEVEL.
    above, above_rest = high * LEVEL, high * slow + low * (LEVEL + slow)
    below = y + SHIFT
    below_rest = (SHIFT - (below - y)) + y_rest
    # Of the quotient 26 bits, so that it times either half of `below` is exact; then the rest.
    q = upper_half((above + above_rest) / below)
    half = upper_half(below)
    remainder = (above - q * half) - q * (below - half) + (above_rest - q * below_rest)
    return q + remainder / below


def _polynomial(coefficients, x):
    first, second, *others = coefficients
    y = first * x
    y += second
    for c in others:
        y *= x
        y += c
    return y
