"""Every operator of the tape, crossed with every property."""

import warnings

import numpy as np
import pytest

import refimpl
from tests.tape.table import OPERATORS

torch = pytest.importorskip("torch", reason="torch is not installed")

rows = pytest.mark.parametrize("row", OPERATORS, ids=lambda row: row.name)


def fed(engine, row, dtype="float64", requires_grad=True):
    dtype = getattr(engine, dtype)
    return [
        engine.tensor(sample.tolist(), dtype=dtype, requires_grad=requires_grad)
        for sample in row.samples
    ]


def seed_for(engine, y):
    """Return a cotangent that is the same on both engines."""
    count = max(y.numel(), 1)
    values = np.cos(np.arange(count) + 0.5).reshape(tuple(y.shape))
    return engine.tensor(values.tolist(), dtype=y.dtype)


def gradients(engine, row):
    inputs = fed(engine, row)
    y = row.function(engine, *inputs)
    return engine.autograd.grad(y, inputs, seed_for(engine, y), allow_unused=True)


def second_gradients(engine, row):
    """Differentiate a mix of the first gradients, in the inputs and in the cotangent."""
    inputs = fed(engine, row)
    y = row.function(engine, *inputs)
    seed = seed_for(engine, y).requires_grad_()
    firsts = engine.autograd.grad(y, inputs, seed, create_graph=True, allow_unused=True)
    firsts = [g for g in firsts if g is not None and g.requires_grad]
    if not firsts:
        return []
    return engine.autograd.grad(
        firsts, [*inputs, seed], [seed_for(engine, g) for g in firsts], allow_unused=True
    )


def assert_same(ours, theirs, rtol=1e-12, atol=1e-13):
    """Both None or zero, or both close: some hundred roundings of float64 at most."""
    assert len(ours) == len(theirs)
    for mine, its in zip(ours, theirs, strict=True):
        if mine is None or its is None:
            for other in (mine, its):
                assert other is None or not other.detach().numpy().any()
        else:
            assert mine.dtype.numpy.name == str(its.dtype).removeprefix("torch.")
            np.testing.assert_allclose(
                mine.detach().numpy(), its.detach().numpy(), rtol=rtol, atol=atol
            )


@rows
def test_value_shape_dtype_and_node_are_torchs(row):
    ours = row.function(refimpl, *fed(refimpl, row))
    theirs = row.function(torch, *fed(torch, row))
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert repr(ours.dtype) == repr(theirs.dtype)
    assert ours.grad_fn.name() == theirs.grad_fn.name()
    assert type(ours.grad_fn).__name__ == type(theirs.grad_fn).__name__
    close = 1e-6 if ours.dtype is refimpl.float32 else 1e-13
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), close, close)


@rows
def test_float32_prints_as_torch_does(row):
    ours = row.function(refimpl, *fed(refimpl, row, "float32"))
    theirs = row.function(torch, *fed(torch, row, "float32"))
    assert repr(ours) == repr(theirs)


@rows
def test_gradient_is_torchs(row):
    assert_same(gradients(refimpl, row), gradients(torch, row))


@rows
def test_second_gradient_is_torchs(row):
    assert_same(second_gradients(refimpl, row), second_gradients(torch, row))
