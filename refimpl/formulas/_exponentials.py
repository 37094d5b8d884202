"""Exponentials of logits relative to their maximum, and their sums, for float16 and float32.

Softmax, log_softmax, logsumexp and cross entropy share them. All functions work on one chunk
(outer, classes, inner) in float64 and reduce over the classes, axis 1. The names:

    m      the maximum of each slice
    d      x - m, exactly: narrow numbers leave room in float64
    e      exp(d), at most 1
    rest   the sum of e over a slice, without one entry of the maximum, whose e is exactly 1

Rounded once to the narrow dtype, such float64 values are nearly always the nearest numbers. Near a
tie they may not be: `near_ties` and `apart` find these entries, and `refimpl.formulas._nearest`
decides them. Results of float64 are computed as pairs (`_paired`).
"""

import functools
import math

import numpy as np

from refimpl.formulas._chunks import FEW, ONE, SMALL, ZERO

# Rounding a float64 to float16 or float32 looks at these bits of it, by the size of the narrow
# type: the others are shifted out. If then only the first bit is set, the number is a tie: it lies
# exactly halfway between two narrow numbers.
KEPT = {2: 22, 4: 35}
TIE = np.iinfo(np.int64).min
SMALLEST = {2: 2.0**-14, 4: 2.0**-126}  # the smallest normal number of the narrow type

PLACES = np.arange(SMALL).reshape(1, 1, -1)


def folded(ufunc, a):
    """Reduce over the classes; by halves where they are strided.

    There NumPy's own reduction is slow, and it sums one by one: the error grows with the number of
    classes. By halves it grows with its logarithm.
    """
    while a.shape[1] > FEW and a.shape[2] > 1:
        half = a.shape[1] // 2
        s = ufunc(a[:, :half], a[:, half : 2 * half])
        if a.shape[1] % 2:
            s[:, :1] = ufunc(s[:, :1], a[:, -1:])
        a = s
    return ufunc.reduce(a, 1, keepdims=True)


def ordered(a):
    """Sum over the classes in an order of our own: NumPy's may depend on the processor."""
    while a.shape[1] > 1:
        half = a.shape[1] // 2
        s = a[:, :half] + a[:, half : 2 * half]
        if a.shape[1] % 2:
            s[:, :1] += a[:, -1:]
        a = s
    return a


def total(a):
    """Sum over the classes."""
    return folded(np.add, a)


def widened(a):
    """Return a narrow array in float64, row by row in memory."""
    # Pieces of rows that lie far apart are gathered first: to convert them there takes longer.
    if a.size > SMALL:
        a = np.ascontiguousarray(a)
    return a.astype(np.float64, "C")


def rounded(v, factor, off, out):
    """Round ``v * factor``, of which a share may be off, into the narrow `out`.

    Return where that share decides between two numbers; None stands for nowhere, the rule.
    """
    off += 2.0**-51  # the two factors are rounded as well
    # Both ends of what the product may be are rounded while they are computed.
    far = out.size > SMALL and not out.flags.c_contiguous
    low = np.empty(out.shape, out.dtype) if far else out  # gathered here, and scattered at once
    high = np.empty(out.shape, out.dtype)
    np.multiply(v, factor * (1 - off), out=low, casting="same_kind")
    np.multiply(v, factor * (1 + off), out=high, casting="same_kind")
    if far:
        out[...] = low
    doubtful = np.not_equal(low, high)
    return doubtful if np.logical_or.reduce(doubtful, None) else None


def shifted(x):
    """Return d and m."""
    w = widened(x)
    m = folded(np.maximum, w)
    return np.subtract(w, m, out=w), m


def others(e, d):
    """Return rest: added to the 1 of the maximum, small terms would lose their digits."""
    top, flat = np.equal(d, ZERO), e.ravel()  # both lie row by row in memory: ravel copies nothing
    tops = top.ravel().nonzero()[0]
    flat[tops] = ZERO
    rest = folded(np.add, e)
    flat[tops] = ONE
    sums = rest.ravel()
    # One maximum in each slice is the rule. Where it is reached twice, all but one of its entries
    # belong to the rest; a slice with infinite logits has no entry with d == 0.
    if tops.size != sums.size or math.isnan(sums.dot(sums)):
        rest += np.add.reduce(top, 1, np.float64, keepdims=True) - 1
    return rest


def off(x):
    """Return by how much e / sum(e) may be off in float64, of its size.

    An exponential of NumPy has no proven bound and counts for 4 units in the last place; a sum of
    two numbers for half a unit. Classes that lie side by side in memory NumPy adds in pairs of
    blocks, each by eight sums of 16 terms. Others are added by halves and, the last 64, one by one.
    """
    _, classes, inner = x.shape
    sums = min(classes, FEW) if inner > 1 or classes < FEW else 20 + classes.bit_length()
    return (12 + sums // 2) * 2.0**-52


@functools.cache
def _bits_near_ties(off, size):
    """Return what `near_ties` compares bits with: of few entries a number takes more time."""
    kept = KEPT[size]
    # A unit in the last place is at most 2**-52 of a number.
    reach = int(off * 2.0**53)
    numbers = reach, kept, TIE + (2 * reach << kept)
    return *(np.array(n) for n in numbers), np.array(SMALLEST[size])


def near_ties(v, off, dtype):
    """Return where values that may be off by a share of their size lie near a tie of a dtype.

    None stands for nowhere, the rule.
    """
    reach, kept, limit, least = _bits_near_ties(off, dtype.itemsize)
    dropped = v.view(np.int64) + reach
    dropped <<= kept
    near = dropped < limit
    size = np.abs(v, out=dropped.view(np.float64))  # the memory is reused
    small = size < least
    if np.count_nonzero(small):
        # Numbers below the smallest normal one are as far apart as that and its neighbour.
        steps = np.abs(v) / (least * np.finfo(dtype).eps)
        close = np.abs(steps - np.floor(steps) - 0.5) <= off * steps
        np.copyto(near, close, where=small)
    return near if np.count_nonzero(near) else None


def split(x):
    """Return d, e and rest."""
    d, _ = shifted(x)
    e = np.exp(d)
    return d, e, others(e, d)


def places(t, shape):
    """Return where the entries of the classes t (outer, 1, inner) stand in a flat array."""
    outer, classes, inner = shape
    at = np.multiply(t, np.array(inner))
    at += np.arange(inner) if inner > SMALL else PLACES[..., :inner]
    if outer > 1:
        at += np.arange(outer).reshape(-1, 1, 1) * (classes * inner)
    return at


def shares(x):
    """Return e, and the factor that makes it softmax."""
    d, _ = shifted(x)
    # Any order of the sum is exact enough to be rounded to float16 or float32.
    e = np.exp(d, out=d)
    return e, np.divide(ONE, folded(np.add, e))


def probabilities(x):
    """Return softmax."""
    e, factor = shares(x)
    return np.multiply(e, factor, out=e)


def complements(e, rest):
    """Return, for each class, the sum of all other classes' e."""
    return rest + (ONE - e)


def centred(p, a):
    """Return a minus its mean under p; twice, because the first mean is rounded."""
    add_up = ordered if a.dtype.itemsize == 8 else total
    c = widened(a)
    product = p * c
    c -= add_up(product)
    np.multiply(p, c, out=product)
    c -= add_up(product)
    return c
