"""Every reduction, over every kind of dimensions, kept or not, beside torch: value and gradient.

The elements are small whole numbers with ties and zeros, where slopes have to be chosen.
"""

import importlib
import inspect
from itertools import product

import numpy as np
import pytest

import refimpl
from tests.conftest import both_engines

CUBE = np.random.default_rng(7).integers(-2, 3, (2, 3, 4)).astype(np.float64)
ORDERS = (0, 0.5, 1, 1.5, 2, 3, float("inf"), float("-inf"), "fro")
SEVERAL = {
    "sum": lambda T, x, **along: T.sum(x, **along),
    "mean": lambda T, x, **along: T.mean(x, **along),
    "amax": lambda T, x, **along: T.amax(x, **along),
    "amin": lambda T, x, **along: T.amin(x, **along),
    "var": lambda T, x, **along: T.var(x, **along),
    "std": lambda T, x, **along: T.std(x, **along),
    "var of all": lambda T, x, **along: T.var(x, correction=0, **along),
    "logsumexp": lambda T, x, **along: T.logsumexp(x, **along),
    "all": lambda T, x, **along: T.all(x, **along),
    "any": lambda T, x, **along: T.any(x, **along),
    **{f"norm {p}": lambda T, x, p=p, **along: T.norm(x, p, **along) for p in ORDERS},
}
SINGLE = {
    "prod": lambda T, x, **along: T.prod(x, **along),
    "max": lambda T, x, **along: T.max(x, **along)[0],
    "min": lambda T, x, **along: T.min(x, **along)[0],
    "index of max": lambda T, x, **along: T.max(x, **along)[1],
    "index of min": lambda T, x, **along: T.min(x, **along)[1],
    "argmax": lambda T, x, **along: T.argmax(x, **along),
    "argmin": lambda T, x, **along: T.argmin(x, **along),
}
REDUCTIONS = SEVERAL | SINGLE
DIMS = (0, 1, -1, (0,), (1, 2), (-3, 2), (0, 1, 2))
CASES = [
    (name, dim)
    for name, dim in product(REDUCTIONS, DIMS)
    if (name in SEVERAL or not isinstance(dim, tuple)) and (name, dim) != ("norm fro", (0, 1, 2))
]
WHOLE = ("sum", "mean", "prod", "amax", "amin", "var", "std", "norm 0", "norm 3", "argmax", "all")


def observed(T, reduce, **along):
    """Return a reduction as an array, and the gradient of its weighted sum where it has one."""
    x = T.tensor(CUBE, requires_grad=True)
    y = reduce(T, x * 1, **along)
    if not y.requires_grad:
        return y.numpy(), None
    weights = T.arange(1.0, y.numel() + 1, dtype=T.float64).reshape(y.shape)
    (y * weights).sum().backward()
    return y.detach().numpy(), None if x.grad is None else x.grad.numpy()


def assert_as_torch(torch, reduce, **along):
    for found, wanted in zip(
        observed(refimpl, reduce, **along), observed(torch, reduce, **along), strict=True
    ):
        assert (found is None) == (wanted is None)
        if wanted is not None:  # the two add in another order: a few units in the last place
            np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-15, strict=True)


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize(("name", "dim"), CASES)
def test_along_dimensions(torch, name, dim, keepdim):
    assert_as_torch(torch, REDUCTIONS[name], dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("name", WHOLE)
def test_over_all_elements(torch, name):
    assert_as_torch(torch, REDUCTIONS[name])


@both_engines
def test_the_norm_of_a_matrix_has_two_dimensions(engine):
    module = importlib.import_module(engine)
    cube = module.tensor(CUBE)
    text = r"^linalg\.matrix_norm: dim must be a 2-tuple\. Got 0 1 -1"
    with pytest.raises(RuntimeError, match=text):
        module.norm(cube, dim=(0, 1, -1))
    assert module.norm(cube, 2, dim=(0, 1, -1)).shape == ()


@pytest.mark.parametrize("name", ["var", "std"])
@pytest.mark.parametrize("correction", [0, 1, 2])
def test_corrections(torch, name, correction):
    def reduce(T, x, **along):
        return getattr(T, name)(x, correction=correction, **along)

    assert_as_torch(torch, reduce)
    assert_as_torch(torch, reduce, dim=1, keepdim=True)
    assert_as_torch(torch, reduce, dim=(0, 2))


def test_no_reduction_with_a_dimension_is_missing():
    """The table holds every function of refimpl that keeps dimensions on demand."""
    public = {name: getattr(refimpl, name) for name in refimpl.__all__}
    keeping = {
        name
        for name, value in public.items()
        if inspect.isfunction(value) and "keepdim" in inspect.signature(value).parameters
    }
    assert keeping == {name.split()[0] for name in REDUCTIONS} - {"index"}


@both_engines
@pytest.mark.parametrize("p", [1.5, 2, 3])
def test_the_gradient_of_the_norm_of_zeros_is_zero(engine, p):
    module = importlib.import_module(engine)
    x = module.zeros(2, requires_grad=True)
    module.norm(x, p).backward()
    assert str(x.grad) == "tensor([0., 0.])"
