"""Integer draws: randint, random, randperm."""

import numpy as np

from refimpl.streams._check import check_bounds, checked_dtype, checked_shape


def randint(generator, low, high, shape, dtype=np.int64):
    """Draw integers of [low, high), as ``torch.randint``."""
    shape, count = checked_shape("randint", shape)
    dtype = checked_dtype("random_from_to_kernel_cpu", dtype, "fiub")
    if not (-(2**63) <= low < 2**63 and -(2**63) <= high < 2**63):
        raise ValueError("Overflow when unpacking long long")
    if low >= high:
        raise RuntimeError(
            f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
        )
    least, most = _whole_range(dtype)
    check_bounds("from", low, least, most, dtype)
    check_bounds("to - 1", high - 1, least, most, dtype)
    width = high - low
    words = (generator.words if width < 2**28 else generator.long_words)(count)
    offset = np.uint64(low % 2**64)
    return (words % np.uint64(width) + offset).view(np.int64).astype(dtype).reshape(shape)


def _whole_range(dtype):
    """Return the integers that the dtype holds without a gap."""
    if dtype.kind == "b":
        return 0, 1
    if dtype.kind == "f":
        digits = np.finfo(dtype).nmant + 1
        return -(2**digits), 2**digits
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


def random(generator, shape, dtype=np.int64):
    """Draw integers from 0 to the largest of the dtype, as ``Tensor.random_()``."""
    shape, count = checked_shape("random", shape)
    dtype = checked_dtype("random_kernel_cpu", dtype, "fiub")
    draw = generator.long_words if dtype.itemsize == 8 else generator.words
    width = np.uint64(_whole_range(dtype)[1] + 1)
    return (draw(count) % width).astype(dtype).reshape(shape)


def randperm(generator, n, dtype=np.int64):
    """Draw a permutation of 0 .. n-1, as ``torch.randperm``."""
    checked_shape("randperm", n)
    dtype = checked_dtype("randperm", dtype, "fiu")
    steps = max(n - 1, 0)
    left = np.arange(n, n - steps, -1, dtype=np.uint64)
    picks = (generator.words(steps) % left).tolist()
    p = list(range(n))
    for i, pick in enumerate(picks):
        j = i + pick
        p[i], p[j] = p[j], p[i]
    return np.array(p, dtype=dtype)
