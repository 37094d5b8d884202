"""The log-partition: what softmax, log_softmax, logsumexp and cross entropy share.

Everything works on slabs (outer, classes, inner) and reduces over the classes, axis 1.
"""

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
    tops = np.flatnonzero(d == 0)
    flat = e.reshape(-1)
    flat[tops] = 0
    rest = total(e)
    flat[tops] = 1
    if tops.size != rest.size or np.isnan(rest).any():  # ties, or a slice that is not finite
        rest += np.add.reduce(d == 0, 1, np.float64, keepdims=True) - 1
    return rest


def split(x):
    """Return d, r, the exponentials, and their sum without one top's 1."""
    d, r, _ = shifted(x)
    e = exponentials(d, r)
    return d, r, e, others(e, d)


def scaled(d, r, e, factor):
    """Return ``e * factor``; a product of square roots keeps what a subnormal `e` has lost."""
    p = e * factor
    if r is not None:
        deep = np.nonzero(d < DEEP)
        h = np.exp(d[deep] / 2) * (1 + r[deep] / 2)
        p[deep] = h * (h * np.broadcast_to(factor, p.shape)[deep])
    return p


def probabilities(x):
    """Return softmax in float64."""
    d, r, _ = shifted(x)
    e = exponentials(d, r)
    return scaled(d, r, e, 1 / (total(e) if r is None else 1 + others(e, d)))


def complements(d, e, rest):
    """Return, for each class, the sum of all the others' exponentials."""
    return np.where(d == 0, rest, (1 + rest) - e)


def centred(p, a):
    """Return a minus its mean under p; twice, for the first mean is rounded."""
    product = p * a
    c = a - total(product)
    np.multiply(p, c, out=product)
    c -= total(product)
    return c


def settled(a, b, dtype):
    """Return ``a - b`` in float64, moved off a tie of the narrower `dtype` that is none exactly.

    With the margin 40.5 - 2**-30 rounded to float64, a second rounding would take the wrong side.
    """
    s = a - b
    dropped = DROPPED[dtype.itemsize]
    low = s.view(np.int64) & ((1 << dropped) - 1)
    ties = np.nonzero(low == 1 << (dropped - 1))
    if ties[0].size:
        _, residual = two_diff(*(np.broadcast_to(v, s.shape)[ties] for v in (a, b)))
        moved = np.nextafter(s[ties], np.copysign(np.inf, residual))
        s[ties] = np.where(residual == 0, s[ties], moved)
    return s
