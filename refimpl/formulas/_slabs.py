"""Work through arrays in slabs that stay in the cache: float64 inside, rounded once."""

import math

import numpy as np

SLAB = 1 << 17  # float64 entries, 1 MiB: the few arrays of a kernel stay in the cache
FEW = 64  # slices shorter than this are worked on classes first
LINE = 64  # entries: no slab is narrower where the classes are strided
BUFFER = 1024  # entries; along rows shorter than its buffer NumPy copies what it broadcasts
SMALL = 8192  # entries; so many are worked on at once, with NumPy's own buffer

# glibc hands the memory of every slab back to the system, which zeroes it again for the next one,
# until glibc has seen so large a block freed.
np.empty(16 * SLAB)


def pointwise(f, dtype, *arrays):
    """Apply `f`, from float64 arrays to a float64 array, and round the result to `dtype`."""
    shape, n = arrays[0].shape, arrays[0].size
    if n <= SLAB:
        return np.asarray(f(*[np.asarray(a, np.float64) for a in arrays]), dtype)
    out = np.empty(n, dtype)
    flat = [a.reshape(-1) for a in arrays]
    for i in range(0, n, SLAB):
        out[i : i + SLAB] = f(*[a[i : i + SLAB].astype(np.float64) for a in flat])
    return out.reshape(shape)


def along(dim, kernel, shape, out, *arrays):
    """Run ``kernel(out, *arrays)`` on slabs (outer, classes, inner); `dim` holds the classes.

    The slabs are views of arrays of that shape, or of length one along `dim`; `out` is filled.
    They are half as large where the last array, the input, is float64: its residuals lie beside.
    """
    classes = shape[dim] if shape else 1
    outer, inner = math.prod(shape[:dim]), math.prod(shape[dim + 1 :])
    if inner == 1 and classes < FEW:
        views = [a.reshape(1, outer, -1).swapaxes(1, 2) for a in (out, *arrays)]
        outer, inner = 1, outer
    else:
        views = [a.reshape(outer, -1, inner) for a in (out, *arrays)]
    slab = SLAB // 2 if arrays[-1].itemsize == 8 else SLAB
    if out.size <= SMALL:
        kernel(*views)
        return out
    rows = max(1, slab // (classes * inner))
    columns = min(inner, max(LINE, slab // classes))
    with np.errstate():  # and with it ends what is set inside
        np.setbufsize(BUFFER)
        for i in range(0, outer, rows):
            for j in range(0, inner, columns):
                kernel(*[v[i : i + rows, :, j : j + columns] for v in views])
    return out
