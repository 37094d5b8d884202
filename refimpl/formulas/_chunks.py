"""Work through arrays in chunks that stay in the cache: float64 inside, rounded once."""

import math
from itertools import product
from operator import attrgetter

import numpy as np

from refimpl.threads import each

CHUNK = 1 << 17  # float64 entries, 1 MiB: the few arrays of a kernel stay in the cache
SHARED = 1 << 17  # entries from which threads share the work
SHARES = 4  # chunks at least: a core that is busy elsewhere leaves its share to the others
FEW = 64  # slices with fewer classes than this are turned, so that NumPy's inner loops are long
LINE = 64  # entries: no chunk is narrower where the classes are strided
SMALL = 8192  # entries: so many are worked on at once, with NumPy's own buffer size
# Entries of NumPy's buffer. NumPy copies an operand that it broadcasts along rows shorter than the
# buffer; with a short buffer there are no such rows.
BUFFER = 1024

# For few entries NumPy takes longer to find the dtype of a Python number than to compute; an array
# of rank 0 has its dtype.
ZERO, ONE, TWO = np.array(0.0), np.array(1.0), np.array(2.0)

transpose = attrgetter("T")

# By default glibc returns the memory of every chunk to the system, and the system clears it before
# it hands it out again. Once a block of this size has been freed, glibc keeps chunks for itself.
np.empty(16 * CHUNK)


def pointwise(f, dtype, arrays, *settings, **options):
    """Apply `f` to float64 copies of arrays of one shape, and round the result to `dtype`."""
    n = arrays[0].size
    if n < SHARED:
        wide = [np.asarray(a, np.float64) for a in arrays]
        return np.asarray(f(*wide, *settings, **options), dtype)
    out = np.empty(n, dtype)
    flat = [a.reshape(-1) for a in arrays]
    chunk = _chunk(n)

    def work(i):
        wide = [a[i : i + chunk].astype(np.float64) for a in flat]
        out[i : i + chunk] = f(*wide, *settings, **options)

    each(work, [(i,) for i in range(0, n, chunk)])
    return out.reshape(arrays[0].shape)


def _chunk(size):
    """Return how many entries of an array are worked on at once, whatever the threads are."""
    return min(CHUNK, size // SHARES if size >= SHARED else size)


def _parts(views):
    """Return the chunks of arrays (outer, classes, inner), the last of which is the input."""
    outer, classes, inner = views[-1].shape
    chunk, line = _chunk(views[-1].size), LINE
    if views[-1].itemsize == 8:  # pairs and their intermediate results are many arrays
        chunk, line = min(chunk, CHUNK // 4), LINE // 4
    rows = max(1, chunk // (classes * inner))
    columns = min(inner, max(line, chunk // classes))
    starts = product(range(0, outer, rows), range(0, inner, columns))
    return [[v[i : i + rows, :, j : j + columns] for v in views] for i, j in starts]


def over_chunks(kernel, dim, shape, *arrays, keep=False, kept=None):
    """Run ``kernel(*chunks)`` on the chunks of some arrays.

    Parameters
    ----------
    kernel : callable
        It takes a chunk of each array, viewed as (outer, classes, inner), and writes into those
        that are results. With `kept` it takes, in front, what an earlier run on the same chunk
        has returned.
    dim : int
        The axis of `shape` that holds the classes. No chunk divides it.
    shape : tuple
        Of the last array, the input; the others have it too, or length one along `dim`.
    keep : bool
        Whether to return, in a list, what the kernel has returned for each chunk.
    kept : list, optional
        Such a list of an earlier call over the same shape.
    """
    classes, size = shape[dim] if shape else 1, arrays[-1].size
    inner = math.prod(shape[dim + 1 :]) if dim + 1 < len(shape) else 1
    outer = size // (classes * inner)
    views = []
    if inner == 1 and classes < FEW:
        # The classes come first and the slices lie side by side. For (N, C, 1) and for (N, C) that
        # is a transpose, which costs less than the general way.
        if dim == 1 and len(shape) == 3:
            views.extend(map(transpose, arrays))
        elif dim == 1 and len(shape) == 2:
            for a in arrays:
                views.append(a.T[None])
        else:
            for a in arrays:
                views.append(a.reshape(1, outer, -1).swapaxes(1, 2))
        outer, inner = 1, outer
    else:
        for a in arrays:
            views.append(a.reshape(outer, -1, inner))
    if size <= SMALL:
        result = kernel(*views) if kept is None else kernel(kept[0], *views)
        return [result] if keep else None
    parts = _parts(views)
    if kept is not None:
        parts = [(earlier, *part) for earlier, part in zip(kept, parts, strict=True)]

    def work(*part):
        result = kernel(*part)
        return result if keep else None  # held by nobody, its memory serves the next chunk

    with np.errstate():  # the buffer size is reset when it ends
        np.setbufsize(BUFFER)
        return each(work, parts)


def filled(dtype, kernel, dim, x, *arrays):
    """Return an array of the shape of `x` that ``kernel(out, *arrays, x)`` has filled."""
    out = np.empty(x.shape, dtype)
    if x.size:
        over_chunks(kernel, dim, x.shape, out, *arrays, x)
    return out
