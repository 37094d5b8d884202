r"""The fused multiply-add, :math:`ab + c` rounded once, from operations that round each time.

torch's kernels use the processor's instruction; NumPy has none.

References
----------
S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms
using rounding to odd", IEEE Trans. Computers 57 (2008) 462-471.

T. J. Dekker, "A floating-point technique for extending the available precision",
Numerische Mathematik 18 (1971) 224-242.
"""

import numpy as np


@np.errstate(all="ignore")
def fma32(a, b, c):
    """Return ``a * b + c`` of float32 arrays, rounded once to float32.

    The product is exact in float64. Rounding the sum to float64 spoils the second rounding
    only where it lands half way between two float32; there it is rounded to odd instead.
    Results below 2**-126 are left out of this: no draw has them.
    """
    product = np.multiply(a, b, dtype=np.float64)
    total = product + c
    half_way = total.view(np.int64) & 0x1FFFFFFF == 0x10000000
    if half_way.any():
        addend = np.broadcast_to(c, total.shape)[half_way].astype(np.float64)
        total[half_way] = _add_to_odd(product[half_way], addend)
    return total.astype(np.float32)


@np.errstate(all="ignore")
def fma64(a, b, c):
    """Return ``a * b + c`` of float64 arrays, rounded once.

    Where a step overflows (an operand or a result within 2**-26 of the largest float64, or
    infinite) the two roundings of NumPy stay.
    """
    high, low = _two_product(a, b)
    middle, small = _two_sum(c, low)
    top, rest = _two_sum(high, middle)
    return np.where(np.isfinite(top), top + _add_to_odd(small, rest), a * b + c)


def _add_to_odd(x, y):
    """Return the sum where it is exact, else that of its two neighbours whose last bit is 1."""
    total, error = _two_sum(x, y)
    bits = total.view(np.int64)
    outwards = (error > 0) == (total > 0)
    to_odd = np.where(outwards, np.int64(1), np.int64(-1))
    return (bits + to_odd * ((bits & 1 == 0) & (error != 0))).view(np.float64)


def _two_sum(x, y):
    total = x + y
    of_y = total - x
    return total, (x - (total - of_y)) + (y - of_y)


def _two_product(x, y):
    product = x * y
    x_high, y_high = _upper_half(x), _upper_half(y)
    x_low, y_low = x - x_high, y - y_high
    error = ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low
    return product, error


def _upper_half(x):
    """Round to 26 significant bits; 26 more and a sign hold the rest."""
    bits = np.asarray(x, dtype=np.float64).view(np.int64)
    return (bits + 0x4000000 & ~0x7FFFFFF).view(np.float64)
