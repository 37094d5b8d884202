r"""Functions of each entry, rounded to the nearest number.

Derivation: :doc:`/derivations/double_double`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from refimpl.formulas._chunks import CHUNK, SHARED
from refimpl.formulas._double_double import exponential, long_exponential, multiply
from refimpl.formulas._exponentials import rounded
from refimpl.formulas._later import many_digits
from refimpl.formulas._nearest import HUGE, nearest
from refimpl.formulas._paired import FARTHEST
from refimpl.threads import each

# The share of a result that NumPy's functions and a few operations may be off, and exp(beta * x)
# by the rounding of its argument, which is at most some hundred.
OFF = 2.0**-45
BLOCK = CHUNK // 8  # of float64: pairs and their intermediate results are many arrays


class Entry(NamedTuple):
    """One result of a function of each entry."""

    pairs: Callable  # of x, its rest, an exponential and settings: value, error and power
    exact: Callable  # of x as a fraction, digits and settings: an interval
    takes: Callable = lambda *settings: True  # whether both know the function of these settings


def scaled(value, error, power, factor):
    """Multiply what `Entry.pairs` returns by numbers."""
    value = multiply(value, (factor, np.zeros(np.shape(factor))))
    error = 2 * error if isinstance(error, float) else error * np.abs(factor)
    return value, error, power


def apply(entry, plain, dtype, arrays, settings):
    """Return the nearest numbers of ``factor * function(x)``.

    Parameters
    ----------
    entry : Entry
        The function.
    plain : callable
        It computes the same by NumPy in float64: of narrow results near enough, of infinite and
        undefined arguments exactly.
    arrays : tuple of ndarray
        x, or the factor and x.
    settings : tuple
        Further arguments.
    """
    n, shape = arrays[-1].size, arrays[-1].shape
    wide = max(a.dtype.itemsize for a in arrays) == 8
    out, flat = np.empty(n, dtype), [a.reshape(-1) for a in arrays]
    if n <= BLOCK:
        _fill(entry, plain, out, flat, settings, wide)
        return out.reshape(shape)
    block = BLOCK if wide else CHUNK

    def work(i):
        part = [a[i : i + block] for a in flat]
        _fill(entry, plain, out[i : i + block], part, settings, wide)

    starts = [(i,) for i in range(0, n, block)]
    if n < SHARED:
        for start in starts:
            work(*start)
    else:
        each(work, starts)
    return out.reshape(shape)


def _fill(entry, plain, out, arrays, settings, wide):
    arrays = [a.astype(np.float64) for a in arrays]
    if not entry.takes(*settings):
        out[...] = plain(*arrays, *settings)
        return
    if wide:
        out[...], open_ = _by_pairs(entry, exponential, out.dtype, arrays, settings)
        finite = np.isfinite(arrays[0]) & np.isfinite(arrays[-1])
        if not finite.all():
            out[~finite] = plain(*(a[~finite] for a in arrays), *settings)
            open_ &= finite
        stages = (long_exponential,)
    else:
        value = plain(*arrays, *settings)
        open_ = rounded(value, OFF, out)
        if open_ is None:
            return
        open_ &= np.isfinite(value)
        stages = exponential, long_exponential
    if open_.any():
        decide(entry, out, open_.nonzero()[0], arrays, settings, stages)


def _by_pairs(entry, exp, dtype, arrays, settings):
    found = entry.pairs(arrays[-1], np.zeros(arrays[-1].shape), exp, *settings)
    if len(arrays) == 1:
        return nearest(*found, dtype)
    out, doubtful = nearest(*scaled(*found, arrays[0]), dtype)
    if (power := found[2]) is not None:
        doubtful |= (np.abs(arrays[0]) > HUGE) & (power <= FARTHEST) & (out != 0)
    return out, doubtful


def decide(entry, out, at, arrays, settings, stages=(exponential, long_exponential)):
    """Compute some entries again; return how many took more digits than pairs have."""
    for exp in stages:
        out[at], left = _by_pairs(entry, exp, out.dtype, [a[at] for a in arrays], settings)
        at = at[left]
        if not at.size:
            return 0
    for i in at.tolist():
        *factor, x = (many_digits.Fraction(float(a[i])) for a in arrays)

        def enclosed(digits, x=x, factor=factor):
            found = entry.exact(x, digits, *settings)
            return found.times(factor[0]) if factor else found

        out[i] = many_digits.nearest(enclosed, out.dtype)
    return at.size
