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
    top, rest = _fma_parts(a, b, c)
    return np.where(np.isfinite(top), top + rest, a * b + c)


@np.errstate(all="ignore")
def fma64_to_odd(a, b, c):
    """Return ``a * b + c`` of float64 arrays rounded to odd: rounded again to float32 or float16,
    it is as if it had been rounded once."""
    top, rest = _fma_parts(a, b, c)
    return np.where(np.isfinite(top), _add_to_odd(top, rest), a * b + c)


def _fma_parts(a, b, c):
    high, low = _two_product(a, b)
    middle, small = _two_sum(c, low)
    top, rest = _two_sum(high, middle)
    return top, _add_to_odd(small, rest)


@np.errstate(all="ignore")
def mean64(a, b, place, last):
    """Return ``(a * (last - place) + b * place) / last`` of float64, rounded once.

    The numerator and the quotient are kept in two float64 each.
    """
    top, rest = _mean_parts(a, b, place, last)
    return top + rest


@np.errstate(all="ignore")
def mean64_to_odd(a, b, place, last):
    """Return `mean64` rounded to odd, as `fma64_to_odd`."""
    top, rest = _mean_parts(a, b, place, last)
    return np.where(np.isfinite(top), _add_to_odd(top, rest), top)


def _mean_parts(a, b, place, last):
    scale = 2.0 ** -np.frexp(np.maximum(np.abs(a), np.abs(b)))[1]  # so that nothing overflows
    high, low = _two_product(last - place, a * scale)
    other_high, other_low = _two_product(place, b * scale)
    top, rest = _two_sum(high, other_high)
    rest = rest + (low + other_low)
    quotient = top / last
    product, error = _two_product(quotient, last)
    left = ((top - product) - error) + rest
    first, second = _two_sum(quotient, left / last)
    return first / scale, second / scale


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
