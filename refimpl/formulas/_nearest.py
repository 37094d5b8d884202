r"""The nearest number of a dtype, of values with error bounds.

Derivation: :doc:`/derivations/double_double`.

A `Role` computes one result of a formula as pairs of float64, with a bound of the error. Entries
whose bound leaves two neighbours possible are computed again with the longer exponential, and the
few that this leaves open with as many digits as it takes.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from refimpl.formulas._chunks import FEW
from refimpl.formulas._double_double import exponential, long_exponential, odd
from refimpl.formulas._later import many_digits
from refimpl.formulas._paired import DROP, FARTHEST, exponentials

FLOOR = 2.0**-1060  # errors of the products of subnormal numbers
NORMAL = 2.0**-1022
DEEP = 2.0**-900
HUGE = 2.0**380  # times an exponential that is left out it may be seen
AT_ONCE = 1 << 16  # entries that are computed again together


class Role(NamedTuple):
    """One result of a formula."""

    pairs: Callable  # of exponentials and arrays: a pair, a bound of its error, a power or None
    exact: Callable  # of a slice of logits, a place, and the slices of the arrays: an interval
    careful: Callable | None = None  # in place of `pairs` where these leave results open


def nearest(value, error, power, dtype):
    """Return the pairs rounded, and where the error bound leaves two results possible.

    A pair stands for itself times the power, which is a power of two times `LIFT`. The bound is an
    array, or a number if it is relative.
    """
    if dtype.itemsize == 8:
        return _nearest_float64(value, error, power)
    high, low = value
    if isinstance(error, float):
        error = error * np.abs(high)
    error = error + np.where(error > 0, FLOOR, 0)
    first, second = (odd(high, low + e) for e in (error, -error))
    if power is not None:
        first, second = (a * power * DROP for a in (first, second))
    first, second = first.astype(dtype), second.astype(dtype)
    return first, first != second


def _nearest_float64(value, error, power):
    high, low = value
    if isinstance(error, float):
        # Near a tie, low is at least 2**-54 of high, and its error this share of it.
        out = low * (1 + error * 2.0**55)
        out += high
        doubtful, out, least = out != high, high, 0.0
    else:
        out = high + (low + error)
        doubtful, least = out != high + (low - error), error
        if not high.all():  # the bound, a zero that is positive, takes the sign of -0
            out = np.where(high == 0, high, out)
    if np.minimum.reduce(np.abs(out), None, initial=np.inf) < DEEP:
        # Products of numbers so small may have lost their second half.
        doubtful |= (np.abs(out) < DEEP) & (np.abs(out) + least > 0)
    if power is not None:
        out = _times(out, power)
    if not np.isfinite(np.add.reduce(out, None)):  # a step may overflow, and the result not
        doubtful |= ~np.isfinite(out)
    if power is not None and not np.minimum.reduce(np.abs(out), None, initial=np.inf) >= NORMAL:
        error = error * np.abs(high) if isinstance(error, float) else error
        _subnormal(value, error, power, out, doubtful)
    return out, doubtful


def _times(out, power):
    """Multiply by a power of two that is lifted; a product in between must not overflow."""
    scale = power * DROP
    if np.minimum.reduce(scale, None, initial=1.0) >= NORMAL:
        return out * scale
    return np.where(scale >= NORMAL, out * scale, out * power * DROP)


def _subnormal(value, error, power, out, doubtful):
    """Round once where the result has fewer digits than a pair's first half."""
    small = (np.abs(out) < NORMAL).reshape(-1).nonzero()[0]
    power, high, low, error = (
        np.broadcast_to(a, out.shape).reshape(-1)[small] for a in (power, *value, error)
    )
    first, second = (odd(high, low + e) * power * DROP for e in (error, -error))
    out.reshape(-1)[small] = np.where(high == 0, high, first)  # of a zero the sign stays
    # Rounding to odd needs two digits more than the result has.
    doubtful.reshape(-1)[small] |= (first != second) | (np.abs(first) > NORMAL / 2)


def fill(role, out, x, *arrays):
    """Fill `out` with the nearest numbers; `arrays` lie beside the logits x."""
    fill_from(role, exponentials(x), out, x, *arrays)


def fill_from(role, e, out, x, *arrays):
    """Do what `fill` does, with the exponentials of x; return these."""
    wide = [np.asarray(a, np.float64) for a in arrays]
    out[...], doubtful = _found(role.pairs, e, wide, out.dtype)
    settle(role, out, doubtful, x, *arrays)
    return e


def _found(pairs, e, arrays, dtype):
    """Return what `nearest` does; exponentials that count as `FARTHEST` decide nothing."""
    out, doubtful = nearest(*pairs(e, *arrays), dtype)
    if arrays and np.minimum.reduce(e.power, None, initial=1.0) <= FARTHEST:
        if any(np.maximum.reduce(np.abs(a), None, initial=0) > HUGE for a in arrays):
            far = (e.power > 0) & (e.power <= FARTHEST)
            doubtful |= (out != 0) & far.any(1, keepdims=True)
    return out, doubtful


def settle(role, out, doubtful, x, *arrays):
    """Decide the doubtful entries of `out`; those of slices that are not finite stay."""
    for at in _doubtful_slices(doubtful, x.shape[1]):
        _again(role, out, doubtful, at, x, arrays)


def closer(bounds, out, doubtful, *arrays):
    """Decide what lies between the same two float64 numbers; return what then is doubtful.

    ``bounds(*rows)`` gives the numbers, of slices of the arrays.
    """
    for at in _doubtful_slices(doubtful, arrays[0].shape[1]):
        low, high = (a.astype(out.dtype) for a in bounds(*_slices(at, *arrays)))
        left = low != high
        left |= (low == 0) & (np.signbit(low) != np.signbit(high))
        _decide(out, doubtful, at, low, left)
    return doubtful


def unbounded(plain, out, x, *arrays):
    """Fill in the results of slices beside whose logits stand infinities or nan.

    No such result has neighbours to choose from: ``plain(x, *arrays)`` computes it in float64.
    """
    fine = [np.isfinite(a) for a in arrays]
    if all(map(np.all, fine)):
        return
    open_ = ~np.logical_and.reduce([a.all(1) for a in np.broadcast_arrays(*fine)])
    for at in _doubtful_slices(np.broadcast_to(open_[:, None], out.shape), x.shape[1]):
        found = plain(*(a.astype(np.float64) for a in _slices(at, x, *arrays)))
        out[at[0], :, at[1]] = found[..., 0] if len(found) == len(at[0]) else found[0].T


def _doubtful_slices(doubtful, classes):
    """Yield places of slices that have a doubtful entry, not too many at once."""
    outer, inner = np.nonzero(np.logical_or.reduce(doubtful, 1))
    count = max(1, AT_ONCE // classes)
    for i in range(0, outer.size, count):
        yield outer[i : i + count], inner[i : i + count]


def _slices(at, *arrays):
    """Return slices of arrays as (n, classes, 1), or where they are short as (1, classes, n)."""
    rows = [a[at[0], :, at[1]] for a in arrays]
    if rows[0].shape[1] < FEW:
        return [row.T[None] for row in rows]
    return [row[:, :, None] for row in rows]


def _decide(out, doubtful, at, found, left):
    """Write what was found of slices, but for what is left; return where slices have some left."""
    found, left = (a[..., 0] if len(a) == len(at[0]) else a[0].T for a in (found, left))
    mine = doubtful[at[0], :, at[1]]
    out[at[0], :, at[1]] = np.where(mine & ~left, found, out[at[0], :, at[1]])
    left = mine & left
    doubtful[at[0], :, at[1]] = left
    return np.logical_or.reduce(left, 1)


def _finite(out, x, *arrays):
    """Tell which results of slices are finite as their inputs are; logits may be minus infinity."""
    fine = np.isfinite(x.max(1))
    for a in arrays:
        fine = fine & np.isfinite(a).all(1)
    return fine[:, None] & (np.isfinite(out) | np.isfinite(x.min(1))[:, None])


def _again(role, out, doubtful, at, x, arrays):
    """Compute some slices again, with more digits."""
    doubtful[at[0], :, at[1]] &= _finite(*(a[at[0], :, at[1]] for a in (out, x, *arrays)))
    pairs = role.careful or role.pairs
    for exp in (exponential, long_exponential):
        wide, *rest = (a.astype(np.float64) for a in _slices(at, x, *arrays))
        found = _found(pairs, exponentials(wide, exp), rest, out.dtype)
        open_ = _decide(out, doubtful, at, *found)
        if not open_.any():
            return
        at = at[0][open_], at[1][open_]
    for n, i in zip(*np.nonzero(doubtful[at[0], :, at[1]]), strict=True):
        columns = [a[at[0][n], :, at[1][n]].astype(np.float64) for a in (x, *arrays)]
        out[at[0][n], i, at[1][n]] = _decided(role, i, columns, out.dtype)


def _decided(role, i, columns, dtype):
    logits, *rest = (column.tolist() for column in columns)
    fractions = [[many_digits.Fraction(v) for v in column] for column in rest]

    def enclosed(digits):
        return role.exact(many_digits.Slice(logits, digits), i, *fractions)

    return many_digits.nearest(enclosed, dtype)
