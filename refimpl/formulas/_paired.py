r"""Exponentials of logits relative to their maximum, as pairs of float64.

The names of `_exponentials`, with pairs in place of numbers. Exponentials may be as small as
2**-1074, and pairs of such numbers would have lost their second half. So they are lifted: all are
multiplied by 2**512, sums of them too.
"""

from typing import NamedTuple

import numpy as np

from refimpl.formulas._chunks import ONE, ZERO
from refimpl.formulas._double_double import (
    LEAST,
    divide,
    exponential,
    fast_two_sum,
    log1p,
    multiply,
    odd,
    power_of_two,
    subtract,
    total,
    two_diff,
    two_sum,
    upper_half,
)
from refimpl.formulas._exponentials import folded

LIFT, DROP = 2.0**512, 2.0**-512
LIFTED = 512 << 12
FARTHEST = 2.0**-960  # the power of exp(LEAST), 2**-1472, lifted
QUICK, LONG = 2.0**-74, 2.0**-92  # what the results of the two exponentials may be off by


class Exponentials(NamedTuple):
    """Of a chunk of logits (outer, classes, inner)."""

    d: np.ndarray
    r: np.ndarray
    m: np.ndarray
    value: tuple  # exp(d + r) is this pair times the power, lifted
    power: np.ndarray
    top: np.ndarray  # where d is 0
    rest: tuple  # lifted
    whole: tuple  # 1 + rest, not lifted
    unit: float  # the relative error of value, rest, whole and of their quotients is below this

    def slim(self):
        """Return what derivatives need; the rest would only take memory."""
        return self._replace(d=None, r=None, m=None)

    def lifted(self):
        """Return the exponentials as pairs, times `LIFT`."""
        return self.value[0] * self.power, self.value[1] * self.power


def exponentials(x, exp=exponential):
    """Return the `Exponentials` of logits; `exp` is one of the two of `_double_double`."""
    w = np.asarray(x, np.float64, "C")
    m = folded(np.maximum, w)
    d, r = two_diff(w, m)
    least = np.minimum.reduce(d, None)
    if not least > -np.inf:
        np.copyto(r, 0, where=np.isnan(r))  # of infinite logits the error is inf - inf
    if least > LEAST:
        value, bits = exp(d, r)
    else:  # the rest of a large difference is large
        value, bits = exp(np.maximum(d, LEAST), np.where(d > LEAST, r, 0.0))
    bits += LIFTED
    power = power_of_two(bits)
    if not least > -np.inf:
        np.copyto(power, 0, where=d == -np.inf)
        value = tuple(np.where(d == -np.inf, 0, v) for v in value)
    top = d == ZERO
    high, low = value[0] * power, value[1] * power
    rest = total((_without(top, high), low))
    s, e = two_sum(ONE, rest[0] * DROP)
    unit = QUICK if exp is exponential else LONG
    return Exponentials(d, r, m, value, power, top, rest, (s, e + rest[1] * DROP), unit)


def _without(top, high):
    """Put 0 in place of one maximum in each slice, whose exponential is the 1 of the sum."""
    tops, slices = top.ravel().nonzero()[0], high.shape[0] * high.shape[2]
    high.ravel()[tops] = 0.0
    if tops.size != slices or high.shape[2] * high.shape[0] > 1 and not _one_each(top):
        # Others with the same logit belong to the rest.
        more = np.add.reduce(top, 1, np.float64, keepdims=True) - 1
        first = np.arange(high.shape[1]).reshape(-1, 1) == top.argmax(1)[:, None]
        np.copyto(high, LIFT, where=top & ~first & (more > 0))
    return high


def _one_each(top):
    return bool(np.logical_and.reduce(np.logical_or.reduce(top, 1), None))


def log_sum(e):
    """Return the logarithm of `whole`, lifted."""
    z = e.rest[0] * DROP, e.rest[1] * DROP
    log = log1p(z)
    small = z[0] < 2.0**-200  # there log(1 + z) is z
    return tuple(np.where(small, a, LIFT * b) for a, b in zip(e.rest, log, strict=True))


def at_top(e, a):
    """Return, of each slice, the entry of `a` at the first of the largest logits."""
    return np.take_along_axis(a, e.top.argmax(1)[:, None], 1)


def sum_of_products(e, a):
    """Return the sum over the classes of exponential times `a`, a pair, lifted."""
    return total(multiply(e.lifted(), a))


def deviations(e, a):
    """Return a minus its mean under softmax as pairs, and the size of what may cancel."""
    h = two_diff(a, at_top(e, a))  # the entry of the maximum is 0 and takes no digits
    mean = divide(sum_of_products(e, h), (e.whole[0] * LIFT, e.whole[1] * LIFT))
    size = total((e.lifted()[0] * np.abs(h[0]), np.zeros(h[0].shape)))[0] * DROP / e.whole[0]
    return subtract(h, mean), np.abs(h[0]) + size


def probabilities(e):
    """Return softmax as pairs, to be multiplied by the power."""
    return quotients(e, e.value)


UPPER = np.int64(-1 << 27)  # bits of the upper half of a float64


def quotients(e, value):
    """Return pairs divided by the sum of the exponentials."""
    if e.unit < QUICK:
        return divide(value, e.whole)
    # The first half of the quotient has 26 bits. Times the halves of the divisor it is exact, and
    # so is what is left of the dividend but for 2**-77.
    whole, rest = e.whole
    inverse = ONE / whole
    upper = upper_half(whole)
    q = value[0] * inverse
    bits = q.view(np.int64)
    bits &= UPPER
    left = value[0] - q * upper
    product = q * (whole - upper)
    left -= product
    left -= np.multiply(q, rest, out=product)
    left += value[1]
    left *= inverse
    return fast_two_sum(q, left)


def complements(e):
    """Return, for each class, the sum of all other classes' exponentials, lifted."""
    single = e.top & (np.add.reduce(e.top, 1, keepdims=True) == 1)
    others = subtract((e.whole[0] * LIFT, e.whole[1] * LIFT), e.lifted())
    return tuple(np.where(single, a, b) for a, b in zip(e.rest, others, strict=True))


def scaled(a, factor):
    """Return pairs times numbers."""
    return multiply(a, (factor, 0.0))


def sum_of(a):
    """Return the sum of numbers over the classes, as pairs."""
    return total((a, np.zeros(a.shape)))


def size_of(a):
    """Return the sum of numbers over the classes without their signs."""
    return sum_of(np.abs(a))[0]


def log_probabilities(e):
    """Return d + r minus the logarithm of the sum, its error bound, and a power or None."""
    lifted = log_sum(e)
    log = lifted[0] * DROP, lifted[1] * DROP
    high, low = two_diff(e.d, log[0])
    low += e.r - log[1]
    error = e.unit * log[0] + 2.0**-104 * np.abs(high)
    return _deep_logs(e, lifted, (high, low), error)


def log_probabilities_to_odd(e):
    """Return the same for ties: the logarithm may be far below the last digit of r."""
    lifted = log_sum(e)
    log = lifted[0] * DROP, lifted[1] * DROP
    high, low = two_diff(e.d, log[0])
    low, least = two_sum(low, e.r)
    least -= log[1]
    error = e.unit * log[0] + 2.0**-52 * np.abs(least)
    # Rounded to odd, low tells on which side of a tie the sum of the three is: unless the sign of
    # the third is in doubt.
    error = np.where(np.abs(least) > error, error, error + 2.0**-52 * np.abs(low))
    return _deep_logs(e, lifted, (high, odd(low, least)), error)


def _deep_logs(e, lifted, value, error):
    """Return the arguments, and a power where a logarithm is too small not to be lifted.

    Minus such a logarithm is the result for the largest logit. The logarithm of 0 is -inf.
    """
    if not np.minimum.reduce(value[0], None) > -np.inf:
        none = np.isinf(value[0])
        value = value[0], np.where(none, 0.0, value[1])
        error = np.where(none, 0.0, error)
    if np.minimum.reduce(lifted[0], None) > LIFT * 2.0**-900:
        return value, error, None
    few = e.top & (lifted[0] < LIFT * 2.0**-900)
    high, low = (np.where(few, -a, b) for a, b in zip(lifted, value, strict=True))
    return (high, low), np.where(few, e.unit * lifted[0], error), np.where(few, 1.0, LIFT)
