"""Nobody hears NumPy's warnings of overflow and of nan, not even who asks for them as errors."""

import numpy as np
import pytest

import refimpl
from evidence.tape_operators import OPERATORS

EDGES = [float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1.0, -2.5, 6e4]
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge", "isclose")
TITLES = [each[0] for each in OPERATORS]
BEYOND = {refimpl.float16: 1e10, refimpl.float32: 1e300, refimpl.float64: 1e300}


@pytest.mark.parametrize("dtype", BEYOND, ids=repr)
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons(name, dtype):
    compare = getattr(refimpl, name)
    x = refimpl.tensor(EDGES, dtype=dtype)
    most = refimpl.tensor([refimpl.finfo(dtype).max], dtype=dtype)
    with np.errstate(all="raise"):
        found = [compare(x, x.flip(0)), compare(most, -most)]
        if name != "isclose":  # which takes two tensors of one dtype
            found.append(compare(x, x.double() * 1e200))
            found += [compare(x, BEYOND[dtype]), compare(x, -BEYOND[dtype])]
    assert all(each.dtype is refimpl.bool for each in found)


def at_the_edges(array, dtype):
    """Return a tensor of the shape of an array that holds the edges again and again."""
    return refimpl.tensor(np.resize(EDGES, array.shape), dtype=dtype, requires_grad=True)


@pytest.mark.parametrize("dtype", [refimpl.float32, refimpl.float64], ids=repr)
@pytest.mark.parametrize(("operator", "arrays"), [each[1:] for each in OPERATORS], ids=TITLES)
def test_operators_and_their_gradients(operator, arrays, dtype):
    inputs = [at_the_edges(np.asarray(each), dtype) for each in arrays]
    with np.errstate(all="raise"):
        result = operator(refimpl, *inputs)
        if result.requires_grad:
            (result * refimpl.full(result.shape, 1e30)).sum().backward()


@pytest.mark.parametrize("decimals", [2, -2])
def test_rounding_of_the_largest_numbers(decimals):
    most = refimpl.tensor([refimpl.finfo(refimpl.float32).max])
    with np.errstate(all="raise"):
        found = refimpl.round(most, decimals=decimals)
    assert found.isinf().all() or decimals < 0
