"""Every operator of the tape, crossed with every property."""

import numpy as np
import pytest

import refimpl
from evidence.calls import rows
from evidence.operators import RECORDS
from evidence.tape_operators import OPERATORS

STEP = 1e-5
every_row = pytest.mark.parametrize(
    "row", OPERATORS + rows(RECORDS.values()), ids=lambda row: row.name
)


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


def second_gradients(engine, row, create_graph=False):
    """Differentiate a mix of the first gradients, in the inputs and in the cotangent."""
    inputs = fed(engine, row)
    y = row.function(engine, *inputs)
    seed = seed_for(engine, y).requires_grad_()
    firsts = engine.autograd.grad(y, inputs, seed, create_graph=True, allow_unused=True)
    firsts = [g for g in firsts if g is not None and g.requires_grad]
    if not firsts:
        return [None] * (len(inputs) + 1)
    seeds = [seed_for(engine, g) for g in firsts]
    return engine.autograd.grad(
        firsts, [*inputs, seed], seeds, create_graph=create_graph, allow_unused=True
    )


# torch adds 1e-12 to the denominator p (1 - p) of the second derivative, whose terms may cancel.
LOOSE = "nn.functional.binary_cross_entropy,"


def assert_same(ours, theirs, row):
    """Both None or zero, or both close: some hundred roundings of float64 at most."""
    rtol, atol = (1e-9, 1e-10) if row.name.startswith(LOOSE) else (1e-12, 1e-13)
    assert len(ours) == len(theirs)
    for mine, its in zip(ours, theirs, strict=True):
        if mine is None or its is None:
            for other in (mine, its):
                assert other is None or not other.detach().numpy(force=True).any()
        else:
            assert mine.dtype.numpy.name == str(its.dtype).removeprefix("torch.")
            np.testing.assert_allclose(
                mine.detach().numpy(), its.detach().numpy(force=True), rtol=rtol, atol=atol
            )


@every_row
def test_value_shape_dtype_and_node_are_torchs(row, torch):
    ours = row.function(refimpl, *fed(refimpl, row))
    theirs = row.function(torch, *fed(torch, row))
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert repr(ours.dtype) == repr(theirs.dtype)
    assert ours.grad_fn.name() == theirs.grad_fn.name()
    assert type(ours.grad_fn).__name__ == type(theirs.grad_fn).__name__
    close = 1e-6 if ours.dtype is refimpl.float32 else 1e-13
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), close, close)


@every_row
def test_float32_prints_as_torch_does(row, torch):
    ours = row.function(refimpl, *fed(refimpl, row, "float32"))
    theirs = row.function(torch, *fed(torch, row, "float32"))
    assert repr(ours) == repr(theirs)


@every_row
def test_gradient_is_torchs(row, torch):
    assert_same(gradients(refimpl, row), gradients(torch, row), row)


@every_row
def test_second_gradient_is_torchs(row, torch):
    assert_same(second_gradients(refimpl, row), second_gradients(torch, row), row)


@every_row
def test_second_gradient_is_the_same_when_it_is_recorded(row):
    recorded = second_gradients(refimpl, row, create_graph=True)
    assert_same(recorded, second_gradients(refimpl, row), row)


@every_row
def test_gradient_is_that_of_finite_differences(row):
    inputs = fed(refimpl, row)
    y = row.function(refimpl, *inputs)
    if y.dtype is not refimpl.float64:
        pytest.skip("the result is rounded to float32: no differences can be taken")
    seed = seed_for(refimpl, y).numpy()
    found = refimpl.autograd.grad(y, inputs, refimpl.tensor(seed), allow_unused=True)
    for i, gradient in enumerate(found):
        slopes = np.zeros(row.samples[i].shape)
        for place in np.ndindex(slopes.shape):
            ends = []
            for step in (STEP, -STEP):
                moved = [sample.copy() for sample in row.samples]
                moved[i][place] += step
                value = row.function(refimpl, *(refimpl.tensor(each) for each in moved))
                ends.append((value.numpy() * seed).sum())
            slopes[place] = (ends[0] - ends[1]) / (2 * STEP)
        mine = np.zeros_like(slopes) if gradient is None else gradient.numpy()
        # The error of central differences is STEP**2 times third derivatives of up to some 100.
        np.testing.assert_allclose(mine, slopes, rtol=1e-7, atol=1e-7)
