"""Exponentials of logits relative to their maximum, and their sums, for float16 and float32.

Softmax, log_softmax, logsumexp and cross entropy share them. All functions work on one chunk
(outer, classes, inner) in float64 and reduce over the classes, axis 1. The names:

    m      the maximum of each slice
    d      x - m; exact in float64 unless a logit is tiny beside m, and off by half a unit then
    e      exp(d), at most 1
    rest   the sum of e over a slice, without one entry of the maximum, whose e is exactly 1

Rounded once to the narrow dtype, such float64 values are nearly always the nearest numbers. Near a
tie they may not be: `rounded` and `bounded` find these entries, and `refimpl.formulas._nearest`
decides them. Results of float64 are computed as pairs (`_paired`).
"""

import functools
import math

import numpy as np

from refimpl.formulas._chunks import FEW, ONE, SMALL, ZERO

FAR = 193  # below the maximum a probability times any cotangent of float32 is 0

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


@functools.cache
def ends(off):
    """Return both ends of what 1 may be; NumPy multiplies by an array sooner than by a number."""
    off += 2.0**-51  # what a value is multiplied by is rounded as well
    return np.array(1 - off), np.array(1 + off)


def rounded(v, off, out, factor=None):
    """Round v, or ``v * factor``, of which a share may be off, into the narrow `out`.

    Return where that share decides between two numbers; None stands for nowhere, the rule.
    """
    low, high = ends(off)
    if factor is not None:
        low, high = low * factor, high * factor
    elif out.size <= FEW:
        return between(v * low, v * high, out)
    # Both ends of what the product may be are rounded while they are computed.
    return bounded(np.multiply, v, low, high, out)


def between(low, high, out):
    """Round two ends of what few results may be; return where they differ."""
    first = low.astype(out.dtype)
    out[...] = first
    return differing(first, high.astype(out.dtype))


def bounded(ufunc, v, low, high, out):
    """Round two ends of what results may be, the first into `out`; return where they differ."""
    far = out.size > SMALL and not out.flags.c_contiguous
    first = np.empty(out.shape, out.dtype) if far else out  # gathered here, and scattered at once
    second = np.empty(out.shape, out.dtype)
    ufunc(v, low, first)
    ufunc(v, high, second)
    if far:
        out[...] = first
    return differing(first, second)


def differing(first, second):
    """Return where two narrow arrays differ, zeros by their signs too; None stands for nowhere."""
    if first.size <= FEW and first.tobytes() == second.tobytes():
        return None
    bits = f"i{first.itemsize}"
    doubtful = np.not_equal(first.view(bits), second.view(bits))
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


def farthest(x, m=None, least=SMALL):
    """Return how large x - m may be where it is rounded, up to `FAR`.

    It is rounded beside a tiny x alone, and is about -m then. Among `least` numbers or fewer the
    largest m takes longer to find than it spares.
    """
    if x.size <= least:
        return FAR
    top = np.maximum.reduce(x if m is None else m, None)
    return max(0, int(top) + 1) if top < FAR else FAR


def off(x, far=FAR):
    """Return by how much e / sum(e) may be off in float64, of its size.

    An exponential of NumPy has no proven bound and counts for 4 units in the last place; a sum of
    two numbers for half a unit. Where x - m is rounded, its exponential is off by as much as half a
    unit of x - m, which is at most `far`. Classes that lie side by side in memory NumPy adds in
    pairs of blocks, each by eight sums of 16 terms. Others are added by halves and, the last 64,
    one by one.
    """
    return _off(x.shape, far)


@functools.lru_cache
def _off(shape, far):
    _, classes, inner = shape
    sums = min(classes, FEW) if inner > 1 or classes < FEW else 20 + classes.bit_length()
    return (12 + sums // 2 + (far + 1) // 2) * 2.0**-52


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
    """Return e, the factor that makes it softmax, and m."""
    d, m = shifted(x)
    # Any order of the sum is exact enough to be rounded to float16 or float32.
    e = np.exp(d, out=d)
    return e, np.divide(ONE, folded(np.add, e)), m


def probabilities(x):
    """Return softmax."""
    d, _ = shifted(x)
    e = np.exp(d, out=d)
    whole = folded(np.add, e)
    if e.size <= FEW:
        return np.divide(e, whole, out=e)
    return np.multiply(e, np.divide(ONE, whole), out=e)


def complements(e, rest):
    """Return, for each class, the sum of all other classes' e."""
    return rest + (ONE - e)


def centred(p, a):
    """Return a minus its mean under p; twice, because the first mean is rounded.

    Beside an infinity the second mean is nan, and would make nan of what the first left as it is.
    """
    add_up = ordered if a.dtype.itemsize == 8 else total
    c = widened(a)
    product = p * c
    c -= add_up(product)
    np.multiply(p, c, out=product)
    left = add_up(product)
    c -= np.where(np.isfinite(left), left, 0)
    return c
