"""Exact values at the edge of the numbers: limits, by mpmath along several paths.

An infinity stands for ever larger numbers, a zero for numbers ever closer to it from both sides.
What comes out is called the limit when it is the same on every path, once rounded. At the end of a
path infinities are past the largest float32, and zeros so near that their logarithm is too.
"""

from itertools import product

import mpmath
import numpy as np

from evidence.exact import FINE, rounded

FAR, FARTHER = mpmath.ldexp(1, 160), mpmath.ldexp(1, 170)
NEAR, NEARER = mpmath.ldexp(1, -(2**140)), mpmath.ldexp(1, -(2**150))


def approaches(value, low, high):
    """Return how one entry may be approached inside its domain, near and nearer."""
    if np.isinf(value):
        sign = int(np.sign(value))
        return [(sign * FAR, sign * FARTHER), (sign * 3 * FAR, sign * 3 * FARTHER)]
    x = mpmath.mpf(float(value))
    if x:
        return [(x, x)] if low <= x <= high else []
    return [side for side in ((NEAR, NEARER), (-NEAR, -NEARER)) if low <= side[0] <= high]


def rounds_to(value, dtype):
    """Round an exact value; past the largest number of the dtype it is infinite."""
    if abs(value) >= mpmath.mpf(2) ** np.finfo(dtype).maxexp:
        return np.dtype(dtype).type(np.copysign(np.inf, float(mpmath.sign(value))))
    return rounded(value, dtype)


def limit(function, x, dtype, domain=(-mpmath.inf, mpmath.inf)):
    """Return the limit of a function of arrays at the array `x`, or None where the paths disagree.

    The function takes and returns arrays of exact numbers.
    """
    if np.isnan(x).any():
        return None
    entries = [approaches(value, *domain) for value in x.ravel()]
    if not all(entries):
        return None
    found = set()
    with mpmath.workprec(FINE):
        for path in product(*entries):
            for point in zip(*path, strict=True) if path else [()]:
                values = function(np.array(point, object).reshape(x.shape))
                found.add(tuple(float(rounds_to(v, dtype)) for v in values.ravel()))
    return np.array(found.pop(), dtype).reshape(values.shape) if len(found) == 1 else None
