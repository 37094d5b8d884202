"""The benchmarks time like with like."""

import numpy as np
import pytest

from tests.conftest import NO_TORCH

pytest.importorskip("torch", reason=NO_TORCH)

import torch

import refimpl
from benchmarks.bench_formulas import BUILDERS, FLOORS, logits
from benchmarks.programs import OPERATIONS, recorded


def arrays(result):
    """Flatten what a call returns into arrays."""
    if isinstance(result, tuple):
        return [a for part in result if part is not None for a in arrays(part)]
    return [result.detach().numpy() if isinstance(result, torch.Tensor) else np.asarray(result)]


def computed(operator, library, dim):
    """Run a timed call on a small case."""
    result = BUILDERS[operator][library](*logits((6, 6), dim, "float64"), dim)()
    return [a.reshape(6, 6) if a.size == 36 else a for a in arrays(result)]


@pytest.mark.parametrize("dim", [-1, 0])
@pytest.mark.parametrize(
    ("operator", "library"),
    [
        (operator, library)
        for operator, builders in BUILDERS.items()
        for library in builders
        if library not in {"refimpl", "onnx", *FLOORS}  # onnx: see tox run -e benchmarks
    ],
)
def test_all_that_is_timed_computes_the_same(operator, library, dim):
    ours, theirs = computed(operator, "refimpl", dim), computed(operator, library, dim)
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)  # a few roundings of sums of six


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_recorded_operation_and_its_array_function_give_the_same(name):
    operation, function = OPERATIONS[name]
    small = np.random.default_rng(0).uniform(0.5, 2, size=(7, 3)).astype(np.float32)
    result = recorded(refimpl, small, operation)()
    assert result.grad_fn is not None
    wanted = function(small, small)
    np.testing.assert_allclose(result.detach().numpy(), wanted, rtol=3e-7)  # roundings of float32
