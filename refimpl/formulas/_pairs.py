"""Numbers as sums of two float64, where one alone would lose digits.

``exp(-x * x)`` multiplies the rounding error of the square by the square itself: at x = 27 that
costs nine bits. So squares, products and exponentials can be had as pairs, a number and the rest.
"""

import functools

import numpy as np

STEPS = 64  # the exponential's table has the powers of two between 1 and 2 in so many steps
SPLITTER = 2.0**27 + 1  # of Veltkamp: cuts the 53 bits of a float64 into 26 and 27 bits


def upper_half(x):
    """Return `x` rounded to 26 bits, so that a product of two such numbers is exact."""
    scaled = SPLITTER * x
    return scaled - (scaled - x)


def product(a, b):
    """Return a * b exactly, as the rounded product and what rounding took away."""
    high_a, high_b = upper_half(a), upper_half(b)
    low_a, low_b = a - high_a, b - high_b
    p = a * b
    return p, ((high_a * high_b - p) + high_a * low_b + low_a * high_b) + low_a * low_b


def square(x):
    """Return x * x exactly, as the rounded square and what rounding took away."""
    high = upper_half(x)
    low = x - high
    s = x * x
    return s, ((high * high - s) + 2 * high * low) + low * low


@functools.cache
def _powers_of_two():
    """Return 2 ** (j / STEPS) as 26 bits and the rest, and log(2) / STEPS in two parts."""
    import decimal  # an import of the package does not wait for it

    with decimal.localcontext(prec=50):
        step = decimal.Decimal(2).ln() / STEPS
        exact = [(j * step).exp() for j in range(STEPS)]
        high = upper_half(np.array(exact, np.float64))
        low = np.array([e - decimal.Decimal(h) for e, h in zip(exact, high, strict=True)])
        # A count of steps has at most 17 bits and this 24, so their product is exact.
        step_high = np.float64(np.float32(step))
        step_low = float(step - decimal.Decimal(float(step_high)))
    return high, low.astype(np.float64), step_high, step_low


def exponential(x, rest=0.0):
    """Return (high, low, k) with exp(x + rest) = (high + low) * 2**k to 58 bits; abs(x) <= 800.

    `high` has 26 bits and lies from 1 to 2; `low` is less than a hundredth of it.
    """
    powers_high, powers_low, step_high, step_low = _powers_of_two()
    n = np.rint(x / (step_high + step_low))
    r = ((x - n * step_high) - n * step_low) + rest
    # |r| <= log(2) / 128: the first term that is left out is below 2**-64.
    grown = r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r / 720)))))
    n = n.astype(np.int64)
    j = n & (STEPS - 1)
    high, low = powers_high[j], powers_low[j]
    return high, low + (high + low) * grown, n >> (STEPS.bit_length() - 1)


def times_power_of_two(x, k):
    """Return x * 2**k, rounded once where it becomes subnormal; `k` from -2000 to 2000."""
    half = k >> 1
    return (x * _power_of_two(half)) * _power_of_two(k - half)


def _power_of_two(k):
    # The bits of a float64 whose exponent is k: in half the time of NumPy's ldexp.
    return ((k + 1023) << 52).view(np.float64)
