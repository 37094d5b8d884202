"""The exact values, by mpmath at 320 bits, and how far a rounded result is from them.

A formula that cancels is written so that it does not: 320 bits mean nothing to ``log(sum)`` once
the winner's margin exceeds 222, so everything goes through the sum of the others.
"""

import functools
from typing import NamedTuple

import mpmath
import numpy as np

PREC = 320


def _precise(f):
    @functools.wraps(f)
    def at_320_bits(*args):
        with mpmath.workprec(PREC):
            return f(*args)

    return at_320_bits


def mpfs(a):
    """Return the entries of an array as exact mpmath numbers."""
    return [mpmath.mpf(float(v)) for v in np.asarray(a).ravel()]


class Partition(NamedTuple):
    """A row of logits: exponentials relative to one top, and the sum of all the others."""

    top: int
    d: list
    e: list
    others: mpmath.mpf


def partition(row):
    """Split a row of logits at its (first) top."""
    x = mpfs(row)
    top = max(range(len(x)), key=x.__getitem__)
    d = [v - x[top] for v in x]
    e = [mpmath.exp(v) for v in d]
    others = mpmath.fsum(v for i, v in enumerate(e) if i != top)
    return Partition(top, d, e, others)


@_precise
def softmax(row):
    p = partition(row)
    return [v / (1 + p.others) for v in p.e]


@_precise
def log_softmax(row):
    p = partition(row)
    log = mpmath.log1p(p.others)
    # exact: 320 bits would swallow a log of e**-1400 and leave a tie that is none
    return [mpmath.fsub(v, log, exact=True) for v in p.d]


@_precise
def logsumexp(row):
    p = partition(row)
    return mpfs(row)[p.top] + mpmath.log1p(p.others)


def _rests(p):
    """Return, for each class, the sum of the other exponentials."""
    return [p.others if i == p.top else (p.others - v) + 1 for i, v in enumerate(p.e)]


@_precise
def softmax_vjp(cotangent, row):
    p, g = partition(row), mpfs(cotangent)
    s = 1 + p.others
    h = [v - g[p.top] for v in g]
    mean = mpmath.fsum(e * v for e, v in zip(p.e, h, strict=True)) / s
    return [e / s * (v - mean) for e, v in zip(p.e, h, strict=True)]


@_precise
def log_softmax_vjp(cotangent, row):
    p, g = partition(row), mpfs(cotangent)
    whole = mpmath.fsum(g)
    rest = _rests(p)
    return [
        (v * r - e * (whole - v)) / (1 + p.others) for v, r, e in zip(g, rest, p.e, strict=True)
    ]


@_precise
def cross_entropy(row, target):
    p = partition(row)
    return mpmath.fsub(mpmath.log1p(p.others), p.d[target], exact=True)


@_precise
def cross_entropy_vjp(row, target):
    p = partition(row)
    rest = _rests(p)[target]
    return [(-rest if i == target else e) / (1 + p.others) for i, e in enumerate(p.e)]


def _logistic(x):
    return 1 / (1 + mpmath.exp(-x))


POINTWISE = {
    "sigmoid": _logistic,
    "logsigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "softplus": lambda x: mpmath.mpf(x) if x > 20 else mpmath.log1p(mpmath.exp(x)),
    "tanh": mpmath.tanh,
    "relu": lambda x: max(x, mpmath.mpf(0)),
}

SLOPES = {
    "sigmoid": lambda x: _logistic(x) * _logistic(-x),
    "logsigmoid": lambda x: _logistic(-x),
    "softplus": lambda x: mpmath.mpf(1) if x > 20 else _logistic(x),
    "tanh": lambda x: mpmath.sech(x) ** 2,
    "relu": lambda x: mpmath.mpf(x > 0),
}


@_precise
def pointwise(name, x):
    return [POINTWISE[name](v) for v in mpfs(x)]


@_precise
def slope(name, x):
    return [SLOPES[name](v) for v in mpfs(x)]


def ulp(value, dtype):
    """Return the spacing of `dtype` at an exact value, subnormal numbers included."""
    info = np.finfo(dtype)
    exponent = mpmath.frexp(value)[1] - 1 if value else info.minexp
    return mpmath.ldexp(1, max(exponent, info.minexp) - info.nmant)


@_precise
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


@_precise
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
