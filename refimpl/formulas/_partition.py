"""The log-partition: what softmax, log_softmax, logsumexp and cross entropy share.

Everything works on slabs (outer, classes, inner) and reduces over the classes, axis 1.
"""

import math

import numpy as np

from refimpl.formulas._slabs import FEW

# Bits that float64 has more than float16 and float32, by the size of the narrower type.
DROPPED = {2: 42, 4: 29}

# Below exp(DEEP), nearly the smallest normal float64, an exponential has lost bits.
DEEP = -700.0


def two_diff(a, b):
    """Return the rounded a - b and its rounding error (Knuth's TwoSum with -b)."""
    d = a - b
    t = d - a
    return d, (a - (d - t)) - (b + t)


def total(a):
    """Sum over the classes, pairwise also where they are strided: NumPy is not pairwise there."""
    while a.shape[2] > 1 and a.shape[1] > FEW:
        half = a.shape[1] // 2
        s = a[:, :half] + a[:, half : 2 * half]
        if a.shape[1] % 2:
            s[:, :1] += a[:, -1:]
        a = s
    return np.add.reduce(a, 1, keepdims=True)


def shifted(x):
    """Return float64 ``x - max``, its rounding error for float64 `x` (else None), and the max."""
    w = x.astype(np.float64, order="C")
    m = np.maximum.reduce(w, 1, keepdims=True)
    if x.dtype.itemsize < 8:
        return np.subtract(w, m, out=w), None, m
    d, r = two_diff(w, m)
    if math.isnan(np.add.reduce(r, None)):
        np.copyto(r, 0, where=np.isnan(r))
    return d, r, m


def exponentials(d, r):
    """Return exp(d + r); without r, the rounding of d alone would cost hundreds of ULP."""
    e = np.exp(d)
    if r is not None:
        e += e * r
    return e


def others(e, d):
    """Sum the exponentials but for the 1 of one top: a sum with that 1 loses the rest's digits."""
    top = d == 0
    tops = top.reshape(-1).nonzero()[0]
    flat = e.reshape(-1)
    flat[tops] = 0
    rest = total(e)
    flat[tops] = 1
    if tops.size != rest.size or math.isnan(np.add.reduce(rest, None)):  # ties, or infinite logits
        rest += np.add.reduce(top, 1, np.float64, keepdims=True) - 1
    return rest


def split(x):
    """Return d, r, the exponentials, and their sum without one top's 1."""
    d, r, _ = shifted(x)
    e = exponentials(d, r)
    return d, r, e, others(e, d)


def scaled(d, r, e, factor):
    """Return ``e * factor``; a product of square roots keeps what a subnormal `e` has lost."""
    p = np.multiply(e, factor, out=e)
    if r is not None:
        deep = (d < DEEP).reshape(-1).nonzero()[0]
        if deep.size:
            h = np.exp(d.reshape(-1)[deep] / 2) * (1 + r.reshape(-1)[deep] / 2)
            p.reshape(-1)[deep] = h * (h * _at(deep, factor, p.shape))
    return p


def _at(flat, a, shape):
    """Return the entries at flat places of `shape`, to which `a` broadcasts."""
    return np.broadcast_to(a, shape)[np.unravel_index(flat, shape)]


def probabilities(x):
    """Return softmax in float64."""
    d, r, _ = shifted(x)
    if r is None:
        e = np.exp(d, out=d)
        return np.multiply(e, 1 / total(e), out=e)
    e = exponentials(d, r)
    return scaled(d, r, e, 1 / (1 + others(e, d)))


def complements(d, e, rest):
    """Return, for each class, the sum of all the others' exponentials."""
    return np.where(d == 0, rest, (1 + rest) - e)


def centred(p, a):
    """Return a minus its mean under p; twice, for the first mean is rounded."""
    c = a.astype(np.float64)
    product = p * c
    c -= total(product)
    np.multiply(p, c, out=product)
    c -= total(product)
    return c


def settled(d, log, dtype):
    """Return ``d - log`` in float64, moved off the ties of the narrower `dtype`.

    A logarithm of a sum of exponentials is irrational, so no tie is one exactly: the residual says
    on which side the difference lies, and where the logarithm has underflowed it is below.
    """
    s = d - log
    dropped = DROPPED[dtype.itemsize]
    low = s.view(np.int64) & ((1 << dropped) - 1)
    ties = (low == 1 << (dropped - 1)).reshape(-1).nonzero()[0]
    if ties.size:
        _, residual = two_diff(_at(ties, d, s.shape), _at(ties, log, s.shape))
        flat = s.reshape(-1)
        flat[ties] = np.nextafter(flat[ties], np.where(residual > 0, np.inf, -np.inf))
    return s
