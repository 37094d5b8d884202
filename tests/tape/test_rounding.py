"""In float16 and float32 the tape computes in float64 and rounds once."""

import numpy as np
import pytest

import refimpl as torch

rng = np.random.default_rng(5)
NARROW = [torch.float16, torch.float32]
# Elements that rounding on the way would move: thirds, sevenths, and exponents that are no squares.
POSITIVE = rng.uniform(0.1, 3, 4000)
SIGNED = rng.normal(0, 2, (40, 100))

ELEMENTWISE = {
    "pow 1.7": lambda x: x**1.7,
    "pow 3": lambda x: x**3,
    "pow -0.5": lambda x: x**-0.5,
    "pow -2": lambda x: x**-2,
    "pow of tensors": lambda x: x ** x.flip(0),
    "number to a power": lambda x: 1.3**x,
    "exp": torch.exp,
    "log": torch.log,
    "log1p": torch.log1p,
    "sqrt": torch.sqrt,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}
REDUCTIONS = {
    "sum": lambda x, **dim: x.sum(**dim),
    "mean": lambda x, **dim: x.mean(**dim),
    "var": lambda x, **dim: x.var(**dim),
    "std": lambda x, **dim: x.std(**dim),
    "norm": lambda x, **dim: x.norm(**dim),
    "norm 0.5": lambda x, **dim: x.norm(0.5, **dim),
    "norm 3": lambda x, **dim: x.norm(3, **dim),
}


def once(function, narrow):
    """Return the function of the same numbers in float64, rounded to the narrow dtype."""
    return function(narrow.double()).to(narrow.dtype)


@pytest.mark.parametrize("dtype", NARROW, ids=repr)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_function_of_each_element_is_rounded_once(name, dtype):
    x = torch.tensor(POSITIVE, dtype=dtype)
    found = ELEMENTWISE[name](x)
    assert found.dtype is dtype
    assert torch.equal(found, once(ELEMENTWISE[name], x))


@pytest.mark.parametrize("dtype", NARROW, ids=repr)
@pytest.mark.parametrize("options", [{}, {"dim": 0}, {"dim": 1, "keepdim": True}], ids=str)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_reduction_is_rounded_once(name, options, dtype):
    x = torch.tensor(SIGNED, dtype=dtype)
    found = REDUCTIONS[name](x, **options)
    assert found.dtype is dtype
    assert torch.equal(found, once(lambda wide: REDUCTIONS[name](wide, **options), x))


@pytest.mark.parametrize("dtype", NARROW, ids=repr)
def test_a_product_is_rounded_once(dtype):
    x = torch.tensor(1 + SIGNED / 64, dtype=dtype)
    assert torch.equal(x.prod(1), once(lambda wide: wide.prod(1), x))
