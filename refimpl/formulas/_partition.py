"""The log-partition: what softmax, log_softmax, logsumexp and cross entropy share."""

import math

import numpy as np

from refimpl.formulas._slabs import FEW


def two_diff(a, b):
    """Return the rounded a - b and its rounding error (Knuth's TwoSum with -b)."""
    d = a - b
    t = d - a
    return d, (a - (d - t)) - (b + t)


def total(a, axis):
    """Sum along `axis`, pairwise whichever axis it is: NumPy does so on the last one only."""
    while a.shape[axis] > FEW and a.strides[axis] != a.itemsize:
        half = a.shape[axis] // 2
        front, back, odd = np.split(a, [half, 2 * half], axis)
        a = front + back
        if odd.size:
            np.add(a.take([0], axis), odd, out=np.split(a, [1], axis)[0])
    return a.sum(axis, keepdims=True)


def shifted(x, axis):
    """Return float64 ``x - max``, its rounding error (float64 input only, else 0) and the max."""
    w = x.astype(np.float64, order="C")
    m = w.max(axis, keepdims=True)
    if x.dtype.itemsize < 8:
        return np.subtract(w, m, out=w), None, m
    d, r = two_diff(w, m)
    r[np.isnan(r)] = 0
    return d, r, m


def exponentials(d, r):
    """Return exp(d + r); without the residual r, exp(-700) would be off by hundreds of ULP."""
    e = np.exp(d)
    if r is not None:
        e += e * r
    return e


def others(e, d, axis):
    """Return the mask of the tops and the sum of all exponentials but one top's 1."""
    top = d == 0
    rest = np.where(top, 0, e)
    return top, total(rest, axis) + (np.count_nonzero(top, axis=axis, keepdims=True) - 1)


def probabilities(x, axis):
    """Return softmax in float64."""
    d, r, _ = shifted(x, axis)
    e = exponentials(d, r)
    e /= total(e, axis)
    return e


def centred(p, a, axis):
    """Return a minus its mean under p; twice, for the first mean is rounded."""
    a = a - total(p * a, axis)
    return a - total(p * a, axis)


def split(x, axis):
    """Return d, r, exponentials, tops, and the sum of the exponentials but one top's."""
    d, r, _ = shifted(x, axis)
    e = exponentials(d, r)
    return d, r, e, *others(e, d, axis)


def size_along(shape, dim):
    """Return `shape` with length one along `dim`."""
    return (*shape[:dim], 1, *shape[dim + 1 :])


def count(shape):
    """Return the number of entries."""
    return math.prod(shape)
