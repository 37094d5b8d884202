"""Softmax and cross entropy of a few narrow logits in rows, as small examples have them.

For so few numbers a call of NumPy takes longer than what it computes. So nothing is asked here that
only matters for large arrays or large logits: neither how they lie, nor how to cut them, nor what
their maximum is. All functions work in float64 on a matrix (samples, classes). Where an error bound
does not decide what a result is rounded to, they return None, and the general way follows.
"""

import functools
import math

import numpy as np

from refimpl.formulas._chunks import FEW, ONE, ZERO
from refimpl.formulas._exponentials import ends

# Logits whose squares sum to less are below 64. No exponential is near the ends of float64 then,
# and a difference of two logits is off by at most 2**-47, by which its exponential is off.
SAFE = 4096.0
# Of its size: the exponential, 64 sums, a quotient, two products.
OFF = 2.0**-45


def is_few(x):
    """Tell whether logits in rows are few, narrow and small."""
    if not 0 < x.size <= FEW or x.dtype.itemsize == 8:
        return False
    flat = x.ravel()
    return flat.dot(flat) < SAFE


def nearest(low, high, dtype):
    """Return what both ends are rounded to; None where they differ."""
    first, second = low.astype(dtype), high.astype(dtype)
    return first if first.tobytes() == second.tobytes() else None


def softmax(x):
    """Return softmax, in float64 and rounded."""
    p = np.exp(x.astype(np.float64, "C"))
    p /= np.add.reduce(p, 1, None, None, True)
    low, high = ends(OFF)
    return p, nearest(p * low, p * high, x.dtype)


def softmax_pull(p, g, dtype):
    """Return the gradient of softmax, rounded."""
    a = g.astype(np.float64, "C")
    flat = a.ravel()
    largest = math.sqrt(flat.dot(flat))  # or more
    a -= np.add.reduce(p * a, 1, None, None, True)
    a *= p
    # The probabilities are off by a share of themselves, the mean by one of the largest size.
    reach = p * (largest * (4 * OFF))
    return nearest(a - reach, a + reach, dtype) if largest < math.inf else None


@functools.lru_cache
def starts(rows, classes):
    """Return where the rows of a flat matrix begin."""
    return np.arange(0, rows * classes, classes)


def cross_entropy(x, t):
    r"""Return the losses of classes t, and what their gradient needs.

    With r the sum of :math:`e^{x_j - x_t}` over the other classes a loss is log(1 + r), and nothing
    cancels. The gradient needs softmax - onehot times 1 + r, and 1 + r.
    """
    wide = x.astype(np.float64, "C")
    at = t.ravel() + starts(*x.shape)
    e = np.exp(wide - wide.ravel()[at].reshape(-1, 1))
    flat = e.ravel()
    flat[at] = ZERO
    rest = np.add.reduce(e, 1)
    flat[at] = -rest
    return np.log1p(rest), (e, (rest + ONE).reshape(-1, 1))


def cross_entropy_pull(kept, scale, dtype):
    """Return the gradient of cross entropy for one scale of all samples, rounded."""
    e, whole = kept
    low, high = ends(OFF)
    v = e * (scale / whole)
    gradient = nearest(v * low, v * high, dtype)
    if gradient is not None:
        gradient += 0.0  # torch has no -0 here
    return gradient
