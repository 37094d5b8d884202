r"""Results to as many digits as their rounding takes.

Derivation: :doc:`/derivations/double_double`.

Where pairs of float64 leave open which of two neighbours is nearest, the entry is computed again
here, one by one and slowly, with `decimal` and with fractions. A result is an `Interval` that is
made smaller until all its numbers are rounded to the same one.

That ends, because ties are found exactly. All results are made of logarithms of sums of
exponentials, and of means of rational weights under softmax. By the theorem of Lindemann and
Weierstrass exponentials of different rational numbers are linearly independent over the algebraic
numbers. So such a mean is rational only where it is the same in every group of equal logits, and
the logarithm only of a sum that is 1.
"""

import decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np

TINY = -2000  # of less than 10**TINY only the sign is kept, or the fractions would be too long


class Interval(NamedTuple):
    """Numbers between two fractions, without the two; or one number, where they are equal."""

    low: Fraction
    high: Fraction

    def plus(self, other):
        """Add a number or another interval."""
        low, high = other if isinstance(other, Interval) else (other, other)
        return Interval(self.low + low, self.high + high)

    def times(self, other):
        """Multiply by a number or by another interval."""
        ends = other if isinstance(other, Interval) else (other, other)
        products = [a * b for a in self for b in ends]
        return Interval(min(products), max(products))


def exactly(number):
    """Return the interval of one number."""
    return Interval(Fraction(number), Fraction(number))


class Slice:
    """Exact logits, finite or minus infinity, of which one finite; and how many digits to use."""

    def __init__(self, logits, digits):
        logits = [x if isinstance(x, Fraction) else float(x) for x in logits]
        self.finite = [x != -np.inf for x in logits]
        self.logits = [Fraction(x) if f else None for x, f in zip(logits, self.finite, strict=True)]
        self.top = max(x for x in self.logits if x is not None)
        self.digits = digits
        self.groups = {}
        for i, x in enumerate(self.logits):
            if x is not None:
                self.groups.setdefault(x - self.top, []).append(i)
        with self.context():
            self.e = {d: (_decimal(d)).exp() for d in self.groups}
            self.rest = sum(
                (len(at) * self.e[d] for d, at in self.groups.items() if d), decimal.Decimal(0)
            )

    def context(self):
        """Return the arithmetic that is in force: digits, and exponents of any size."""
        return decimal.localcontext(
            prec=self.digits + 10, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX
        )

    def mean(self, weights):
        r"""Enclose :math:`\sum_j p_j w_j` of fractions, p = softmax of the logits."""
        tops = self.groups[Fraction(0)]
        base = sum((weights[j] for j in tops), Fraction(0)) / len(tops)
        excess = {
            d: sum((weights[j] for j in at), Fraction(0)) - len(at) * base
            for d, at in self.groups.items()
        }
        excess = {d: w for d, w in excess.items() if w}
        if not excess:
            return exactly(base)
        with self.context():
            whole = len(tops) + self.rest
            terms = [self.e[d] * _decimal(w) for d, w in excess.items()]
            size = sum(map(abs, terms)) / whole
            return self._around(sum(terms) / whole, size).plus(base)

    def share(self, i):
        """Enclose the probability of a class."""
        return self.mean([Fraction(int(i == j)) for j in range(len(self.logits))])

    def log_sum(self):
        """Enclose the logarithm of the sum of the exponentials relative to the largest."""
        more = len(self.groups[Fraction(0)]) - 1
        if len(self.groups) == 1 and not more:
            return exactly(0)
        far = 0 if more else -self.rest.adjusted()  # 1 + rest needs so many digits more
        if far > -TINY:
            return Interval(Fraction(0), Fraction(1, 10 ** (-TINY - 1)))
        with self.context() as context:
            context.prec += max(0, far)
            log = (1 + more + self.rest).ln()
            return self._around(log, log)

    def log_share(self, i):
        """Enclose the logarithm of the probability of a class."""
        return self.log_sum().times(-1).plus(self.logits[i] - self.top)

    def _around(self, value, size):
        """Return the numbers near a value that was computed from terms of that size."""
        error = size.scaleb(len(str(len(self.logits))) - self.digits)
        return Interval(_at_most(value - error), -_at_most(-value - error))


def _decimal(x):
    """Return a fraction as a decimal, in the arithmetic that is in force."""
    return decimal.Decimal(x.numerator) / x.denominator


def _at_most(x):
    """Return a fraction that is not above a decimal."""
    if x and x.adjusted() <= TINY:
        return Fraction(0) if x > 0 else Fraction(-1, 10**-TINY)
    return Fraction(x)


def rounded(x, dtype, toward=0):
    """Round a fraction to a dtype; a tie goes to the even neighbour, or up or down.

    `toward` is 1 or -1 where the number meant lies just above or below the fraction.
    """
    info = np.finfo(dtype)
    if not x:
        return 0.0
    exponent = max(_exponent(abs(x)), int(info.minexp)) - int(info.nmant)
    steps = x / Fraction(2) ** exponent
    n = round(steps)  # Python sends a tie to the even neighbour
    if toward and abs(steps - n) == Fraction(1, 2):
        n = int(steps + Fraction(toward, 2))
    largest = Fraction(float(info.max))
    value = n * Fraction(2) ** exponent
    return np.copysign(float(value) if abs(value) <= largest else np.inf, 1.0 if x > 0 else -1.0)


def _exponent(x):
    """Return the exponent of the largest power of two that is not above a positive fraction."""
    n = x.numerator.bit_length() - x.denominator.bit_length()
    return n if Fraction(2) ** n <= x else n - 1


def nearest(enclosed, dtype):
    """Return the number of a dtype that is nearest to what ``enclosed(digits)`` encloses."""
    digits = 40
    while True:
        low, high = enclosed(digits)
        if low == high:
            return rounded(low, dtype)
        below, above = rounded(low, dtype, 1), rounded(high, dtype, -1)
        if below == above:
            return below
        digits *= 3
