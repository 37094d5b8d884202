"""Few logits in rows take a way of their own: to the same bits as many, and within its bounds."""

import mpmath as mp
import numpy as np
import pytest

from refimpl.formulas import _few as few
from refimpl.formulas import cross_entropy, softmax

SHAPES = [(1, 1), (7, 3), (1, 64), (64, 1), (2, 32), (5, 12)]
MANY = 200  # copies of a row: more than this way takes


def matrices(dtype):
    """Return matrices of normal logits of three spreads, all small enough for this way."""
    rng = np.random.default_rng(5)
    for shape in SHAPES:
        for spread in (0.1, 1.0, 5.0):
            x = rng.normal(0, spread, shape).astype(dtype)
            x[0, 0] = 0
            assert few.is_few(x)
            yield x, rng


def alone(function, x, *arrays):
    """Return the results of rows by the way of many: each row stands among copies of it."""
    found = []
    for row in zip(x, *arrays, strict=True):
        many = [np.repeat(part[None], MANY, 0) for part in row]
        assert not few.is_few(many[0])
        found.append(function(*many)[0])
    return np.array(found)


@pytest.fixture
def counted(monkeypatch):
    """Count how often the bounds decide, and how often not."""
    seen = []

    def nearest(low, high, dtype):
        seen.append(few_nearest(low, high, dtype))
        return seen[-1]

    few_nearest = few.nearest
    monkeypatch.setattr(few, "nearest", nearest)
    return seen


@pytest.mark.parametrize("off", [few.OFF, 2.0**-20], ids=["as it is", "too wide"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_softmax_and_its_gradient_have_the_bits_of_many_rows(dtype, off, monkeypatch, counted):
    monkeypatch.setattr(few, "OFF", off)
    for x, rng in matrices(dtype):
        g = rng.normal(0, 1, x.shape).astype(dtype)
        y, pullback = softmax.ahead(x, 1)
        assert y.dtype == dtype and y.flags.c_contiguous
        np.testing.assert_array_equal(y, alone(lambda x: softmax(x, 1), x))
        np.testing.assert_array_equal(
            pullback(g), alone(lambda x, g: softmax.vjp(g, x, 1), x, g), strict=True
        )
    undecided = sum(found is None for found in counted)
    # The gradient of a single class is 0, which no bound decides.
    single = 3 * sum(classes == 1 for _, classes in SHAPES)
    assert undecided > single if off == 2.0**-20 else undecided == single


@pytest.mark.parametrize("off", [few.OFF, 2.0**-20], ids=["as it is", "too wide"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_cross_entropy_and_its_gradient_have_the_bits_of_many_rows(
    dtype, reduction, off, monkeypatch, counted
):
    monkeypatch.setattr(few, "OFF", off)
    for x, rng in matrices(dtype):
        t = rng.integers(0, x.shape[1], len(x))
        g = np.array(0.75, dtype)
        loss, pullback = cross_entropy.ahead(x, t, reduction=reduction)
        # Classes of equal weights take the way of many.
        equal = {"weight": np.ones(x.shape[1], dtype), "reduction": reduction}
        wanted, other = cross_entropy.ahead(x, t, **equal)
        assert loss.dtype == dtype
        np.testing.assert_array_equal(loss, wanted, strict=True)
        by_x, none = pullback(g)
        assert none is None
        np.testing.assert_array_equal(by_x, other(g)[0], strict=True)
        assert not np.signbit(by_x[by_x == 0]).any()
    assert any(found is None for found in counted) == (off == 2.0**-20)


def test_the_bounds_hold_beside_mpmath():
    rng = np.random.default_rng(6)
    worst = 0
    with mp.workprec(120):
        for spread in (1, 4):
            x = rng.normal(0, spread, (8, 8)).astype(np.float32)
            x[:, 0], x[:, 1] = 1e-9 * x[:, 1], 15.0  # a difference that is rounded
            assert few.is_few(x)
            p, t = few.softmax(x)[0], np.arange(8)
            losses, (e, whole) = few.cross_entropy(x, t)
            for i, row in enumerate(x.astype(float)):
                exact = [mp.exp(each) for each in row]
                total = mp.fsum(exact)
                rest = mp.fsum(exact[:i] + exact[i + 1 :])
                loss = mp.log1p(rest / exact[i])
                by_x = [each / total for each in exact]
                by_x[i] = -rest / total
                pairs = [*zip(p[i], [each / total for each in exact], strict=True)]
                pairs += [(losses[i], loss), *zip(e[i] / whole[i], by_x, strict=True)]
                worst = max(worst, *(abs(mp.mpf(float(a)) / b - 1) for a, b in pairs))
    assert 2.0**-52 < worst < few.OFF / 4


@pytest.mark.parametrize("number", [64.0, np.nan, np.inf, -np.inf])
def test_large_logits_and_what_is_no_number_take_the_general_way(number):
    x = np.float32([[number, 0.0], [1.0, 2.0]])
    assert not few.is_few(x)
    assert not few.is_few(np.float32([[0.0] * 65])) and not few.is_few(np.float64([[0.0]]))
    assert not few.is_few(np.empty((0, 3), np.float32))
    y, pullback = softmax.value_and_pullback(x, 1)
    np.testing.assert_array_equal(y, softmax(x, 1))
    g = np.float32([[1.0, 2.0], [3.0, 5.0]])
    np.testing.assert_array_equal(pullback(g), softmax.vjp(g, x, 1))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_row_of_a_cotangent_that_is_no_number_leaves_the_others_alone(number):
    x, g = np.float32([[0.5, 0.0], [1.0, 2.0]]), np.float32([[number, 0.0], [1.0, 3.0]])
    gradient = softmax.value_and_pullback(x, 1)[1](g)
    assert not np.isfinite(gradient[0]).any()
    np.testing.assert_array_equal(gradient[1:], softmax.vjp(g[1:], x[1:], 1))
    wide = g.astype(np.float64)
    np.testing.assert_array_equal(
        softmax.value_and_pullback(x, 1)[1](wide), softmax.vjp(wide, x, 1), strict=True
    )
