r"""Numbers as unevaluated sums of two float64. Derivation: :doc:`/derivations/double_double`.

A pair (high, low) stands for high + low and carries about twice the digits of one float64. Only
additions, subtractions, multiplications, divisions and moves of bits are used. IEEE 754 fixes the
result of each of them, so that pairs have the same bits on every machine.

Sources: D. E. Knuth (two_sum), T. J. Dekker (fast_two_sum, two_product), G. W. Veltkamp (halves);
T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005);
M. Joldes, J.-M. Muller, V. Popescu, "Tight and rigorous error bounds for basic building blocks of
double-word arithmetic", ACM Trans. Math. Softw. 44 (2017). P. T. P. Tang, "Table-driven
implementation of the exponential function", ACM Trans. Math. Softw. 15 (1989).
"""

import functools
from typing import NamedTuple

import numpy as np

SPLITTER = 2.0**27 + 1  # of Veltkamp: cuts the 53 bits of a float64 into 26 and 27 bits


def two_sum(a, b):
    """Return the rounded a + b and its rounding error."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def two_diff(a, b):
    """Return the rounded a - b and its rounding error."""
    d = a - b
    t = d - a
    r = d - t
    np.subtract(a, r, out=r)
    t += b
    r -= t
    return d, r


def fast_two_sum(a, b):
    """Return the rounded a + b and its rounding error, where a is 0 or not smaller than b."""
    s = a + b
    return s, b - (s - a)


def upper_half(x):
    """Return `x` rounded to 26 bits, so that a product of two such numbers is exact."""
    scaled = SPLITTER * x
    return scaled - (scaled - x)


def two_product(a, b):
    """Return the rounded a * b and its rounding error."""
    high_a, high_b = upper_half(a), upper_half(b)
    low_a, low_b = a - high_a, b - high_b
    p = a * b
    return p, ((high_a * high_b - p) + high_a * low_b + low_a * high_b) + low_a * low_b


def add(a, b):
    """Return the sum of two pairs; the relative error is below 2**-104 unless they cancel."""
    s, e = two_sum(a[0], b[0])
    t, f = two_sum(a[1], b[1])
    s, e = fast_two_sum(s, e + t)
    return fast_two_sum(s, e + f)


def negative(a):
    """Return minus a pair."""
    return -a[0], -a[1]


def subtract(a, b):
    """Return the difference of two pairs."""
    return add(a, negative(b))


def multiply(a, b):
    """Return the product of two pairs; the relative error is below 2**-102."""
    p, e = two_product(a[0], b[0])
    return fast_two_sum(p, e + (a[0] * b[1] + a[1] * b[0]))


def divide(a, b):
    """Return the quotient of two pairs; the relative error is below 2**-101."""
    q = a[0] / b[0]
    p, e = two_product(q, b[0])
    # a - q * b: the first difference is exact, because q is the rounded quotient.
    rest = ((a[0] - p) - e) + (a[1] - q * b[1])
    return fast_two_sum(q, rest / b[0])


def total(a, long=False):
    """Sum pairs over axis 1; the error is below 2**-76 of the sum of the sizes, if long 2**-90.

    The terms are cut at multiples of a unit so large that all their sums are exact: then the order
    of NumPy's sum does not matter. What is cut off is summed in the same way, with smaller units.
    """
    high, low = a
    digits = high.shape[1].bit_length()
    size = np.maximum.reduce(np.abs(high), 1, keepdims=True)
    # Three times the power of two that is not above the size, and room for so many terms.
    anchor = ((size.view(np.int64) & EXPONENT) + ((digits + 1) << 52)).view(np.float64) * 1.5
    part = high + anchor
    part -= anchor
    s, e = np.add.reduce(part, 1, keepdims=True), 0.0
    left = np.subtract(high, part, out=part)
    if long or digits > 13:
        left, low = two_sum(left, low)
    else:
        left += low
    for n in range(1 if digits <= 7 and not long else 2):
        if n and (long or digits > 13):
            left += low
        anchor = anchor * 2.0 ** (digits - 52)
        part = left + anchor
        part -= anchor
        s, f = two_sum(s, np.add.reduce(part, 1, keepdims=True))
        e = e + f
        left -= part
    s, e = fast_two_sum(s, e)
    if not np.isfinite(s).all():
        infinite = ~np.isfinite(size)
        s = np.where(infinite, np.add.reduce(high, 1, keepdims=True), s)
        e = np.where(infinite, 0.0, e)
    return s, e


EXPONENT = np.int64(0x7FF << 52)


def odd(high, low):
    """Return high + low rounded to odd: rounded once more it is what the exact sum is."""
    s, rest = fast_two_sum(high, low)
    bits = s.view(np.int64)
    step = np.where((rest < 0) == (s < 0), 1, -1)
    return np.where((rest != 0) & (bits & 1 == 0), bits + step, bits).view(np.float64)


STEPS = 4096  # the table has the powers of two between 1 and 2 in so many steps
MAGIC = (
    1.5 * 2.0**52
)  # added to a number below 2**51 it leaves the nearest integer in the last bits
MAGIC_BITS = 0x4338 << 48
GRID = 1.5 * 2.0**13  # in the same way, the nearest multiple of 2**-39
# Exponentials below exp(LEAST) count as exp(LEAST), about 2**-1472. Beside them, and with factors
# up to 2**398, the difference is below the smallest number; `_nearest` sees to larger factors.
LEAST = -1020.0


class Table(NamedTuple):
    """What the exponential needs of 2 ** (j / STEPS), and of log(2) / STEPS."""

    high: np.ndarray  # 26 bits
    low: np.ndarray  # the rest
    whole: np.ndarray  # the nearest float64
    rest: np.ndarray  # the rest of that
    inverse: float  # STEPS / log(2)
    step: tuple  # log(2) / STEPS as three numbers: 30 bits, 30 bits, the rest


@functools.cache
def table():
    """Compute the table in integers of 200 bits; it is needed once two digits are doubled."""
    bits = 200
    # log(2) = 2 artanh(1/3)
    log2 = sum((2 << bits) // (k * 3**k) for k in range(1, 130, 2))
    step = log2 // STEPS
    root = term = 1 << bits
    for k in range(1, 24):  # exp(step) by its series
        term = (term * step >> bits) // k
        root += term
    powers = [1 << bits]
    for _ in range(STEPS - 1):
        powers.append(powers[-1] * root >> bits)
    high = [_leading(p, 26) for p in powers]
    whole = [_leading(p, 53) for p in powers]
    first = _leading(step, 30)
    second = _leading(step - first, 30)
    scale = 2.0**-100  # a number of 200 bits after the point is within the reach of a float64

    def floats(numbers):
        return np.array([n / (1 << 100) for n in numbers]) * scale

    return Table(
        floats(high),
        floats([p - h for p, h in zip(powers, high, strict=True)]),
        floats(whole),
        floats([p - w for p, w in zip(powers, whole, strict=True)]),
        (STEPS << bits) / log2,
        tuple(floats([first, second, step - first - second])),
    )


def _leading(n, bits):
    """Return a positive integer rounded to so many leading bits."""
    drop = n.bit_length() - bits
    return (n + (1 << drop - 1)) >> drop << drop


def power_of_two(bits):
    """Return 2**k, of the bits of ``STEPS * k + j`` plus MAGIC, where j is from 0 to STEPS - 1."""
    return (((bits >> STEPS.bit_length() - 1) << 52) + (1023 << 52)).view(np.float64)


def _reduced(d, r, t):
    """Return the bits of the number of steps in d + r, and what is left as three parts.

    The first is a multiple of 2**-39 and less than 2**-13, the second at most 2**-40, the third
    less than 2**-42.
    """
    first, second, third = t.step
    n = d * t.inverse
    n += MAGIC
    bits = n.view(np.int64).copy()
    n -= MAGIC
    low = n * first
    np.subtract(d, low, out=low)  # exact
    b = n * second  # exact
    high = low - b
    high += GRID
    high -= GRID
    low -= high
    low -= b  # exact
    n *= third
    return bits, high, low, np.subtract(r, n, out=n)


def _quick(d, r, high, low, bits):
    """Fill in a pair from 1 to 2 and the bits of its power: exp(d + r), but for 2**-77 of it.

    This is the inner loop of all float64 results. It is written in place: 4096 numbers and their
    intermediate results stay in the cache.
    """
    t = table()
    bits[...], s, rest, least = _reduced(d, r, t)
    rest += least
    j = bits & (STEPS - 1)
    x = s + rest
    grown = x * (1 / 120)  # exp(x) - 1 - x, by Horner
    grown += 1 / 24
    grown *= x
    grown += 1 / 6
    grown *= x
    grown += 1 / 2
    grown *= x
    grown *= x
    grown += rest
    np.add(s, grown, out=x)
    x += 1.0
    x *= t.low.take(j, mode="wrap")
    a = t.high.take(j, mode="wrap")
    grown *= a
    grown += x
    s *= a  # exact: 26 bits times 26 bits
    np.add(a, s, out=high)
    a -= high
    a += s
    grown += a
    np.add(high, grown, out=x)
    np.subtract(high, x, out=low)
    low += grown
    high[...] = x


BLOCK = 4096


def exponential(d, r):
    """Return ((high, low), bits) with exp(d + r) = (high + low) * power_of_two(bits).

    The relative error is below 2**-77; d is from LEAST to 0, and r is the rest of a pair.
    """
    high, low, bits = np.empty(d.shape), np.empty(d.shape), np.empty(d.shape, np.int64)
    if d.size <= BLOCK:
        _quick(d, r, high, low, bits)
        return (high, low), bits
    flat = [a.reshape(-1) for a in (d, np.broadcast_to(r, d.shape), high, low, bits)]
    for i in range(0, d.size, BLOCK):
        _quick(*(a[i : i + BLOCK] for a in flat))
    return (high, low), bits


def _grown(high, low, least):
    """Return exp of three parts as of `_reduced`, less 1, as a pair: but for 2**-100 of it."""
    s, rest = fast_two_sum(high, low)
    s = fast_two_sum(s, rest + least)
    x = s[0]
    # The terms up to the fourth are added as pairs, what comes after them is below 2**-60.
    y = fast_two_sum(1 / 24, x * (1 / 120 + x * (1 / 720 + x / 5040)) + FOURTH)
    y = add((1 / 6, SIXTH), multiply(s, y))
    y = add((1 / 2, 0.0), multiply(s, y))
    return add(s, multiply(multiply(s, s), y))


# What the nearest float64 lacks of 1/6 and of 1/24, whose digits repeat.
SIXTH, FOURTH = 2.0**-54 / 6, 2.0**-54 / 24


def long_exponential(d, r):
    """Return what `exponential` does, but for 2**-96 of it; it takes five times as long."""
    t = table()
    bits, *parts = _reduced(d, r, t)
    j = bits & (STEPS - 1)
    power = t.whole[j], t.rest[j]
    return add(power, multiply(power, _grown(*parts))), bits


def inverse(y):
    """Return exp(-y) and exp(-y) - 1 as pairs, for y from 0 to 700."""
    t = table()
    bits, *parts = _reduced(-y, 0.0, t)
    j, scale = bits & (STEPS - 1), power_of_two(bits)
    power = t.whole[j] * scale, t.rest[j] * scale
    change = multiply(power, _grown(*parts))
    return add(power, change), add(add((power[0], 0.0), (-1.0, power[1])), change)


ROOT_HALF = 0x3FE6A09E << 32  # bits of a number just below the root of 1/2
LOG2 = 0.6931471805599453


def _about_log1p(z):
    """Return log(1 + z) to 45 bits, z at least 0: where `logarithm` starts from."""
    u = 1 + z
    k = (u.view(np.int64) - ROOT_HALF) >> 52
    f = u * power_of_two((-k << 12) + MAGIC_BITS)
    s = np.where(k == 0, z / (2 + z), (f - 1) / (f + 1))
    w = s * s
    series = 1 / 15 + w / 17
    for n in (13, 11, 9, 7, 5, 3, 1):
        series = 1 / n + w * series
    return k * LOG2 + 2 * s * series


def log1p(z):
    """Return log(1 + z) of a pair from 2**-900 to 2**60; the relative error is below 2**-88.

    With a first value y and the exact change that is missing::

        log(1 + z) = y + log(1 + c),    1 + c = (1 + z) exp(-y),    c = z exp(-y) + (exp(-y) - 1)
    """
    y = _about_log1p(z[0])
    decay, less = inverse(y)
    c = add(multiply(z, decay), less)
    # c is below 2**-44: the third term of the series would change nothing.
    return fast_two_sum(y, c[0] + (c[1] - c[0] * c[0] / 2))
