"""What differs between two engines in what is seen of a line."""

import numpy as np

from evidence.fuzz.session import Array

# refimpl rounds a result once, torch each step: some ten roundings, each of the largest term.
ULPS = {"float16": 8, "float32": 64, "float64": 64}
TAME = 1000.0  # terms up to here count as 1


def largest(seen, found=1.0):
    """Return the largest finite number among what is seen; what is tame counts as 1."""
    if isinstance(seen, Array):
        if seen.values.dtype.kind == "f":
            finite = np.abs(seen.values[np.isfinite(seen.values)])
            found = max(found, float(finite.max(initial=0)))
    elif isinstance(seen, dict):
        found = max([found, *map(largest, seen.values())])
    elif isinstance(seen, tuple):
        found = max([found, *map(largest, seen)])
    return 1.0 if found < TAME else found


def spans(seen):
    """Yield dtype, smallest and largest number of each array among what is seen."""
    if isinstance(seen, Array):
        values = seen.values
        if values.dtype.kind == "f":
            sizes = np.abs(values[values != 0]).astype(np.float64)
            sizes = sizes[~np.isnan(sizes)]
            finite = sizes[np.isfinite(sizes)]
            yield values.dtype.name, *((finite.min(), finite.max()) if finite.size else (1.0, 1.0))
            if finite.size < sizes.size:
                yield values.dtype.name, 1.0, np.inf
    elif isinstance(seen, (tuple, dict)):
        for each in seen.values() if isinstance(seen, dict) else seen:
            yield from spans(each)


def difference(ours, theirs, scale=1.0, dtypes=()):
    """Return in one word what differs between two lines as they are seen, or None.

    A number may be off by `ULPS` units of the narrowest of some dtypes, those of all that was seen
    before, beside itself or the largest of these numbers.
    """
    bounds = [ULPS[each] * float(np.finfo(each).eps) for each in dtypes]
    return _difference(ours, theirs, scale, max(bounds, default=0.0))


def _difference(ours, theirs, scale, bound):
    if bool(ours.error) != bool(theirs.error):
        return "refused here alone" if ours.error else "taken here alone"
    if ours.error:
        if ours.error == theirs.error:
            return None  # what is said on the way to an error does not count
        return "class of error" if ours.error[0] != theirs.error[0] else "text of error"
    return _of_values(ours.value, theirs.value, scale, bound) or (
        "warning" if ours.said != theirs.said else None
    )


def _of_values(ours, theirs, scale, bound):
    if type(ours) is not type(theirs):
        return "type"
    if isinstance(ours, Array):
        return _of_arrays(ours, theirs, scale, bound)
    if isinstance(ours, (tuple, dict)):
        return _of_collections(ours, theirs, scale, bound)
    if isinstance(ours, float):
        return _of_numbers(np.array(ours), np.array(theirs), scale, bound)
    return None if ours == theirs else "value"


def _of_collections(ours, theirs, scale, bound):
    if len(ours) != len(theirs):
        return "length"
    if isinstance(ours, dict):
        if list(ours) != list(theirs):
            return "names"
        ours, theirs = ours.values(), theirs.values()
    for mine, its in zip(ours, theirs, strict=True):
        found = _of_values(mine, its, scale, bound)
        if found:
            return found
    return None


def _of_arrays(ours, theirs, scale, bound):
    a, b = ours.values, theirs.values
    if ours.dtype != theirs.dtype or a.shape != b.shape:
        return "dtype" if ours.dtype != theirs.dtype else "shape"
    if a.dtype.kind == "f":
        found = _of_numbers(a, b, scale, bound)
    else:
        found = "value" if (a != b).any() else None
    for field in ("kind", "requires_grad", "is_leaf", "grad_fn"):
        if found is None and getattr(ours, field) != getattr(theirs, field):
            return field
    if found is None and a.tobytes() == b.tobytes() and ours.text != theirs.text:
        return "text"  # of numbers that differ in the last digits the texts may differ
    return found


def _of_numbers(a, b, scale, bound):
    with np.errstate(all="ignore"):
        a, b = a.astype(np.float64), b.astype(np.float64)
        finite = np.isfinite(a) & np.isfinite(b)
        if not ((a == b) | (np.isnan(a) & np.isnan(b)) | finite).all():
            return "value"
        if (np.abs(a - b) > bound * (np.abs(b) + scale))[finite].any():
            return "value"
        if ((a == 0) != (b == 0)).any():
            return None  # rounding leaves something of these zeros, and of others the sign
        zeros = (a == 0) & (b == 0)
        if (np.signbit(a) != np.signbit(b))[zeros].any():
            return "sign of zero"
    return None
