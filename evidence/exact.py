"""Exact numbers by mpmath, and how far a rounded result is from them.

The functions compute at the precision in force. What cancels is written so that it does not: no
number of bits helps ``log(sum)`` where one logit is far ahead, so the sum of the other
exponentials is kept by itself.
"""

import functools
import math
from typing import NamedTuple

import mpmath
import numpy as np

PREC = 320  # bits of the values that results are compared with
FINE = 400  # bits where differences are taken, and limits


def mpfs(a):
    """Return the entries of an array as a list of exact mpmath numbers."""
    return [v if isinstance(v, mpmath.mpf) else mpmath.mpf(float(v)) for v in np.ravel(a)]


def array(a):
    """Return an array of the same shape whose entries are exact mpmath numbers."""
    return np.array(mpfs(a), object).reshape(np.shape(a))


def mapped(function, *arrays, **options):
    """Apply a function of numbers to arrays that broadcast; return an array of exact numbers.

    Arrays among the options take part; other options go to every call as they are.
    """
    fields = {name: value for name, value in options.items() if isinstance(value, np.ndarray)}
    same = {name: value for name, value in options.items() if name not in fields}
    spread = np.broadcast_arrays(*map(array, (*arrays, *fields.values())))
    values = []
    for entries in zip(*map(np.ravel, spread), strict=True):
        own = dict(zip(fields, entries[len(arrays) :], strict=True))
        values.append(function(*entries[: len(arrays)], **own, **same))
    return array(np.array(values, object).reshape(spread[0].shape))


def _rows(a, dim):
    """Return the lines of an array along an axis, as lists of exact numbers, and its shape.

    The shape is the one with that axis last; a number counts as a line of length one.
    """
    moved = np.moveaxis(np.atleast_1d(array(a)), dim, -1)
    *outer, length = moved.shape
    return [list(row) for row in moved.reshape(math.prod(outer), length)], moved.shape


def along(function, dim, *arrays):
    """Apply a function of rows along one axis of arrays that have one shape.

    Its results, lists of the same length, lie along that axis again.
    """
    rows, shapes = zip(*(_rows(a, dim) for a in arrays), strict=True)
    values = [function(*row) for row in zip(*rows, strict=True)]
    found = array(np.array(values, object).reshape(shapes[0]))
    return np.moveaxis(found, -1, dim).reshape(np.shape(arrays[0]))


def reduced(function, dim, a, keepdim=False):
    """Apply a function of a row that returns one number along an axis of an array."""
    rows, shape = _rows(a, dim)
    found = array(np.array([function(row) for row in rows], object).reshape(shape[:-1]))
    return np.expand_dims(found, dim) if keepdim else found


def minus(a, b):
    """Return a - b rounded to odd: the last bit is odd where digits were cut off.

    Rounded again to a dtype it is what the exact difference is; rounding to nearest could make a
    tie of what is none, where `b` is far below the last bit of `a`.
    """
    below, above = (mpmath.fsub(a, b, rounding=way) for way in "fc")
    return below if below.bc == mpmath.mp.prec else above


def times(factor, function, *arguments):
    """Return factor * function(*arguments), and 0 where the factor is 0 whatever comes after."""
    return factor * function(*arguments) if factor else mpmath.mpf(0)


def logistic(x):
    """Return 1 / (1 + exp(-x)) of a number."""
    return 1 / (1 + mpmath.exp(-x))


def log_logistic(x):
    """Return the logarithm of `logistic`."""
    return -mpmath.log1p(mpmath.exp(-x))


def bell(x):
    """Return the slope of the error function."""
    return 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x)


class Partition(NamedTuple):
    """A row of logits: exponentials relative to one top, and the sum of all the others."""

    top: int
    d: list
    e: list
    others: mpmath.mpf

    def rests(self):
        """Return, for each class, the sum of the other exponentials."""
        others = self.others
        return [others if i == self.top else (others - v) + 1 for i, v in enumerate(self.e)]


def partition(row):
    """Split a row of logits at its (first) top."""
    x = mpfs(row)
    top = max(range(len(x)), key=x.__getitem__)
    d = [v - x[top] for v in x]
    e = [mpmath.exp(v) for v in d]
    others = mpmath.fsum(v for i, v in enumerate(e) if i != top)
    return Partition(top, d, e, others)


def ulp(value, dtype):
    """Return the spacing of `dtype` at an exact value, subnormal numbers included."""
    info = np.finfo(dtype)
    exponent = mpmath.frexp(value)[1] - 1 if value else info.minexp
    return mpmath.ldexp(1, max(exponent, info.minexp) - info.nmant)


def rounded(value, dtype):
    """Round an exact value once, to nearest, ties to even."""
    step = mpmath.frexp(ulp(value, dtype))[1] - 1
    n = int(mpmath.nint(mpmath.ldexp(value, -step)))  # nint sends ties to the even neighbour
    return np.dtype(dtype).type(float(mpmath.ldexp(n, step)))


class Errors(NamedTuple):
    """How far results are from the exact values."""

    ulp: float  # the largest error, in units of the last place
    correct: float  # share that is the exact value rounded once
    flushed: int  # zeros where the rounded exact value is not zero

    def __str__(self):
        return f"{self.ulp:.6g} ULP, {self.correct:.4f} correctly rounded, {self.flushed} flushed"


def precise(function):
    """Let a function compute with `PREC` bits."""

    @functools.wraps(function)
    def with_prec(*arguments):
        with mpmath.workprec(PREC):
            return function(*arguments)

    return with_prec


@precise
def errors(results, exact, scale=None):
    """Compare results with the exact values; `scale` replaces their magnitudes in the ULP."""
    results = np.asarray(results)
    worst, correct, flushed = mpmath.mpf(0), 0, 0
    values = list(zip(mpfs(results), exact, scale or exact, strict=True))
    for ours, true, size in values:
        nearest = mpmath.mpf(float(rounded(true, results.dtype)))
        worst = max(worst, abs(ours - true) / ulp(size, results.dtype))
        correct += ours == nearest
        flushed += ours == 0 and nearest != 0
    return Errors(float(worst), correct / len(values), flushed)
