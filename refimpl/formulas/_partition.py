"""The log-partition: what softmax, log_softmax, logsumexp and cross entropy share.

Everything works on slabs (outer, classes, inner) and reduces over the classes, axis 1.
"""

import math

import numpy as np

from refimpl.formulas._slabs import FEW

# Bits of a float64 that its rounding to float16 or float32 looks at, by the size of the latter;
# those below are dropped, and a lone 1 in front of them is a tie.
KEPT = {2: 22, 4: 35}
TIE = np.iinfo(np.int64).min

# Below exp(DEEP), nearly the smallest normal float64, an exponential has lost bits.
DEEP = -700.0


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
    """Reduce over the classes, by halves where they are strided.

    There NumPy's own reduction is slow, and its sum not pairwise.
    """
    while a.shape[2] > 1 and a.shape[1] > FEW:
        half = a.shape[1] // 2
        s = ufunc(a[:, :half], a[:, half : 2 * half])
        if a.shape[1] % 2:
            s[:, :1] = ufunc(s[:, :1], a[:, -1:])
        a = s
    return ufunc.reduce(a, 1, keepdims=True)


def total(a):
    """Sum over the classes."""
    return folded(np.add, a)


def wide(a):
    """Return `a` in float64 and in C order, whatever the slab's; a copy where it is not so yet."""
    return np.asarray(a, np.float64, order="C")


def shifted(x):
    """Return float64 ``x - max``, its rounding error for float64 `x` (else None), and the max."""
    w = wide(x)
    m = folded(np.maximum, w)
    if x.dtype.itemsize < 8:
        return np.subtract(w, m, out=w), None, m
    d, r = two_diff(w, m)
    if not np.minimum.reduce(d, None) > -np.inf:
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
    if tops.size != rest.size or math.isnan(np.vdot(rest, rest)):  # ties, or infinite logits
        rest += np.add.reduce(top, 1, np.float64, keepdims=True) - 1
    return rest


def split(x):
    """Return d, r, the exponentials, and their sum without one top's 1."""
    d, r, _ = shifted(x)
    e = exponentials(d, r)
    return d, r, e, others(e, d)


def scaled(d, r, e, factor, out=None):
    """Put ``e * factor`` into `out`, or in place; square roots keep what a subnormal `e` lost."""
    p = np.multiply(e, factor, out=e if out is None else out, casting="same_kind")
    if r is not None:
        if not np.minimum.reduce(d, None) >= DEEP:
            deep = (d < DEEP).reshape(-1).nonzero()[0]
            h = np.exp(d.reshape(-1)[deep] / 2) * (1 + r.reshape(-1)[deep] / 2)
            p[np.unravel_index(deep, p.shape)] = h * (h * _at(deep, factor, p.shape))
    return p


def _at(flat, a, shape):
    """Return the entries at flat places of `shape`, to which `a` broadcasts."""
    return np.broadcast_to(a, shape)[np.unravel_index(flat, shape)]


def probabilities(x, out=None):
    """Return softmax in float64, or put it into `out`."""
    d, r, _ = shifted(x)
    if r is None:
        e = np.exp(d, out=d)
        return scaled(d, r, e, 1 / total(e), out)
    e = exponentials(d, r)
    return scaled(d, r, e, 1 / (1 + others(e, d)), out)


def complements(e, rest):
    """Return, for each class, the sum of all the others' exponentials; a top's `e` is exactly 1."""
    return rest + (1 - e)


def centred(p, a):
    """Return a minus its mean under p, in float64; twice, for the first mean is rounded."""
    c = np.array(a, np.float64, order="C")
    product = p * c
    c -= total(product)
    np.multiply(p, c, out=product)
    c -= total(product)
    return c


def settled(d, log, dtype, out=None):
    """Return ``d - log`` in float64, moved off the ties of the narrower `dtype`.

    A logarithm of a sum of exponentials is irrational, so no tie is one exactly: the residual says
    on which side the difference lies, and where the logarithm has underflowed it is below.
    """
    s = np.subtract(d, log, out=out)
    dropped = s.view(np.int64) << KEPT[dtype.itemsize]
    if np.minimum.reduce(dropped, None) == TIE:
        ties = (dropped == TIE).reshape(-1).nonzero()[0]
        _, residual = two_diff(_at(ties, d, s.shape), _at(ties, log, s.shape))
        flat = s.reshape(-1)
        flat[ties] = np.nextafter(flat[ties], np.where(residual > 0, np.inf, -np.inf))
    return s
