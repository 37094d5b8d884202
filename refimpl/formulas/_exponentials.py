"""Exponentials of logits relative to their maximum, and their sums.

Softmax, log_softmax, logsumexp and cross entropy share them. All functions work on one chunk
(outer, classes, inner) in float64 and reduce over the classes, axis 1. The names:

    m      the maximum of each slice
    d, r   x - m rounded, and the rounding error of that (None where it is zero)
    e      exp(d + r), at most 1
    rest   the sum of e over a slice, without one entry of the maximum, whose e is exactly 1
"""

import math

import numpy as np

from refimpl.formulas._chunks import FEW, ONE, SMALL, ZERO

# Rounding a float64 to float16 or float32 looks at these bits of it, by the size of the narrow
# type: the others are shifted out. If then only the first bit is set, the number is a tie: it lies
# exactly halfway between two narrow numbers.
KEPT = {2: 22, 4: 35}
TIE = np.iinfo(np.int64).min

# Below exp(DEEP), nearly the smallest normal float64, an exponential has lost bits.
DEEP = -700.0

PLACES = np.arange(SMALL).reshape(1, 1, -1)


def two_diff(a, b):
    """Return the rounded a - b and its rounding error (Knuth's TwoSum with -b)."""
    d = a - b
    t = d - a
    r = d - t
    np.subtract(a, r, out=r)
    t += b
    r -= t
    return d, r


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


def total(a):
    """Sum over the classes."""
    return folded(np.add, a)


def shifted(x):
    """Return d, r and m."""
    if x.dtype.itemsize < 8:
        w = x.astype(np.float64, "C")
        m = folded(np.maximum, w)
        return np.subtract(w, m, out=w), None, m  # exact: narrow numbers leave room in float64
    w = np.asarray(x, np.float64, order="C")  # a copy, unless it is so already
    m = folded(np.maximum, w)
    d, r = two_diff(w, m)
    if not np.minimum.reduce(d, None) > -np.inf:
        np.copyto(r, 0, where=np.isnan(r))  # of infinite logits the error is inf - inf
    return d, r, m


def exponentials(d, r):
    """Return e. Without r the rounding of d would cost hundreds of units in the last place."""
    e = np.exp(d)
    if r is not None:
        e += e * r  # exp(d + r) = exp(d) (1 + r), up to r squared
    return e


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


def split(x):
    """Return d, r, e and rest."""
    d, r, _ = shifted(x)
    e = np.exp(d) if r is None else exponentials(d, r)
    return d, r, e, others(e, d)


def scaled(d, r, e, factor, out=None):
    """Put ``e * factor`` into `out`, or in place; where e is nearly zero, from exp(d / 2) squared.

    There e has lost bits, and its square root has not.
    """
    p = np.multiply(e, factor, out=e if out is None else out, casting="same_kind")
    if r is not None and not np.minimum.reduce(d, None) >= DEEP:
        deep = (d < DEEP).reshape(-1).nonzero()[0]
        h = np.exp(d.reshape(-1)[deep] / 2) * (1 + r.reshape(-1)[deep] / 2)
        p[np.unravel_index(deep, p.shape)] = h * (h * _at(deep, factor, p.shape))
    return p


def deep_parts(d, r):
    """Return d and r if `scaled` needs them, and (None, None) if no e has lost bits."""
    if r is None or np.minimum.reduce(d, None) >= DEEP:
        return None, None
    return d, r


def places(t, shape):
    """Return where the entries of the classes t (outer, 1, inner) stand in a flat array."""
    outer, classes, inner = shape
    at = np.multiply(t, np.array(inner))
    at += np.arange(inner) if inner > SMALL else PLACES[..., :inner]
    if outer > 1:
        at += np.arange(outer).reshape(-1, 1, 1) * (classes * inner)
    return at


def _at(flat, a, shape):
    """Return the entries at flat places of `shape`, to which `a` broadcasts."""
    return np.broadcast_to(a, shape)[np.unravel_index(flat, shape)]


def probabilities(x, out=None):
    """Return softmax, or put it into `out`."""
    d, r, _ = shifted(x)
    if r is None:
        # Any order of the sum is exact enough to be rounded to float16 or float32.
        e = np.exp(d, out=d)
        factor = np.divide(ONE, folded(np.add, e))
        return np.multiply(e, factor, out=e if out is None else out, casting="same_kind")
    e = exponentials(d, r)
    return scaled(d, r, e, np.divide(ONE, ONE + others(e, d)), out)


def complements(e, rest):
    """Return, for each class, the sum of all other classes' e."""
    return rest + (ONE - e)


def centred(p, a):
    """Return a minus its mean under p; twice, because the first mean is rounded."""
    c = a.astype(np.float64, "C")
    product = p * c
    c -= folded(np.add, product)
    np.multiply(p, c, out=product)
    c -= folded(np.add, product)
    return c


def settled(d, log, dtype, out=None):
    """Return ``d - log``, so that rounding it to the narrow `dtype` rounds the exact difference.

    The float64 difference may lie exactly halfway between two narrow numbers. The exact one cannot,
    because a logarithm of a sum of exponentials is irrational. Its side is that of the rounding
    error; where the logarithm has underflowed to 0, the exact difference is smaller.
    """
    s = np.subtract(d, log, out=out)
    dropped = s.view(np.int64) << KEPT[dtype.itemsize]
    if np.minimum.reduce(dropped, None) == TIE:
        ties = (dropped == TIE).reshape(-1).nonzero()[0]
        _, residual = two_diff(_at(ties, d, s.shape), _at(ties, log, s.shape))
        flat = s.reshape(-1)
        flat[ties] = np.nextafter(flat[ties], np.where(residual > 0, np.inf, -np.inf))
    return s
