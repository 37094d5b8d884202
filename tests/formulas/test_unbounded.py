"""Losses and gradients beside infinities and nan: what torch's order of operations gives."""

import itertools

import numpy as np
import pytest

import refimpl
from refimpl.formulas import cross_entropy

BAD = (np.nan, np.inf, -np.inf)
WEIGHTS = [None, *([1.0, bad, 2.0] for bad in (*BAD, 0.0, -1.0))]
LOGITS = [[[1.0, bad, 3.0], [0.5, -1.0, 0.0]] for bad in (2.0, *BAD)]
PROBABILITIES = [[[0.2, bad, 0.5], [0.1, 0.1, 0.8]] for bad in (0.3, 0.0, *BAD)]
REDUCTIONS = ("mean", "sum", "none")
DTYPES = ("float32", "float64")


def outcome(engine, dtype, call, *arrays):
    """Return the loss and the gradients of what is floating, as one list of arrays."""
    dtype = getattr(engine, dtype)
    inputs = [engine.tensor(a) for a in arrays]
    inputs = [a.to(dtype).requires_grad_() if a.is_floating_point() else a for a in inputs]
    loss = call(engine, dtype, *inputs)
    loss.sum().backward()
    return [loss.detach().numpy(), *(a.grad.numpy() for a in inputs if a.requires_grad)]


def weights(engine, dtype, values):
    return None if values is None else engine.tensor(values, dtype=dtype)


def same(torch, call, *arrays):
    """Compare both engines: the rounding may differ, inf, nan and their signs may not."""
    for dtype in DTYPES:
        theirs, ours = (outcome(e, dtype, call, *arrays) for e in (torch, refimpl))
        for a, b in zip(theirs, ours, strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-6)  # torch's float32 cancels


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("target", [[1, 0], [-100, 1], *PROBABILITIES], ids=str)
def test_cross_entropy_beside_infinities_and_nan_is_that_of_torch(torch, target, smoothing):
    for logits, weight, reduction in itertools.product(LOGITS, WEIGHTS, REDUCTIONS):

        def call(engine, dtype, x, t, weight=weight, reduction=reduction):
            options = dict(weight=weights(engine, dtype, weight), label_smoothing=smoothing)
            return engine.nn.functional.cross_entropy(x, t, reduction=reduction, **options)

        same(torch, call, logits, target)


@pytest.mark.parametrize("factor", ["weight", "pos_weight"])
@pytest.mark.parametrize("target", PROBABILITIES, ids=str)
def test_binary_cross_entropy_beside_infinities_and_nan_is_that_of_torch(torch, target, factor):
    for logits, weight, reduction in itertools.product(LOGITS, WEIGHTS, REDUCTIONS):

        def call(engine, dtype, x, t, weight=weight, reduction=reduction):
            options = {factor: weights(engine, dtype, weight), "reduction": reduction}
            return engine.nn.functional.binary_cross_entropy_with_logits(x, t, **options)

        same(torch, call, logits, target)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
@pytest.mark.parametrize("cotangent", [*LOGITS[1:], [[1.0, -np.inf, np.inf], [np.inf, np.inf, 0]]])
def test_an_infinite_cotangent_gives_what_torchs_order_gives(torch, name, cotangent):
    for logits in LOGITS:

        def call(engine, dtype, x):
            y = getattr(engine.nn.functional, name)(x, dim=1)
            return y * engine.tensor(cotangent, dtype=dtype)

        same(torch, call, logits)


@pytest.mark.parametrize("target", [[1, 0], [-100, 1], PROBABILITIES[0]], ids=str)
def test_an_infinite_cotangent_of_cross_entropy_gives_what_torchs_order_gives(torch, target):
    for by, weight, smoothing in itertools.product(
        ([1.0, np.inf], [-np.inf, 2.0], [np.nan, np.inf]), WEIGHTS[-2:], (0.0, 0.1)
    ):

        def call(engine, dtype, x, t, by=by, weight=weight, smoothing=smoothing):
            options = dict(weight=weights(engine, dtype, weight), label_smoothing=smoothing)
            losses = engine.nn.functional.cross_entropy(x, t, reduction="none", **options)
            return losses * engine.tensor(by, dtype=dtype)

        same(torch, call, LOGITS[0], target)


@pytest.mark.parametrize("smoothing", [0.0, 0.5])
def test_samples_beside_a_bad_one_keep_their_bits(smoothing):
    target, bad = np.array([[0.75, 0.25], [0.5, 0.5]]), np.array([[np.nan, 0.25], [0.5, 0.5]])
    x, one = np.array([[1.0, 2.0], [3.0, 0.1]]), np.ones(2)
    options = dict(reduction="none", label_smoothing=smoothing)
    good = cross_entropy.value_and_vjp(one, x, target, **options)
    found = cross_entropy.value_and_vjp(one, x, bad, **options)
    for a, b in zip(good[:2], found[:2], strict=True):
        np.testing.assert_array_equal(a[1], b[1])
        assert np.isnan(b[0]).all()


@pytest.mark.parametrize("weight", WEIGHTS[1:4], ids=str)
@pytest.mark.parametrize("target", [[1, 0], *PROBABILITIES], ids=str)
def test_tangents_and_second_cotangents_beside_bad_weights_are_refused_by_nothing(weight, target):
    x, t, weight = np.array(LOGITS[0]), np.array(target), np.array(weight)
    direction = np.ones_like(x), None if t.dtype.kind == "i" else np.ones_like(x)
    for smoothing, reduction in itertools.product((0.0, 0.1), ("mean", "sum")):
        options = dict(weight=weight, label_smoothing=smoothing, reduction=reduction)
        change = cross_entropy.jvp(direction, x, t, **options)
        by_cotangent, by_x, _ = cross_entropy.vjp_vjp(direction, np.array(1.0), x, t, **options)
        assert by_x.shape == x.shape
        np.testing.assert_array_equal(change, by_cotangent)
        assert not np.isfinite(change)
