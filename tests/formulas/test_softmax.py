"""Softmax, log_softmax, softmin, logsumexp: points, limits, ties and layouts."""

import math
import tracemalloc

import mpmath
import numpy as np
import pytest

from evidence import exact
from refimpl.formulas import (
    log_softmax,
    logsumexp,
    softmax,
    softmax_jacobian,
    softmin,
)

RNG = np.random.default_rng(1)


def test_equal_logits_share_equally():
    np.testing.assert_array_equal(softmax(np.full(4, 7.0), 0), np.full(4, 0.25))


def test_a_shift_that_does_not_round_changes_nothing():
    x = RNG.integers(-9, 9, (5, 6)).astype(float)
    np.testing.assert_array_equal(softmax(x, 1), softmax(x + 4096, 1))


def test_the_winner_keeps_its_distance_from_one():
    assert softmax(np.float32([17, 0]), 0)[0] == np.float32(0.99999994)
    assert log_softmax(np.float32([17, 0]), 0)[0] == np.float32(-math.log1p(math.exp(-17)))


def test_a_float64_winner_with_a_margin_of_700_is_not_flushed():
    assert log_softmax(np.array([700.0, 0.0]), 0)[0] == -math.exp(-700)


def test_an_exponential_of_a_large_rounded_difference_keeps_its_digits():
    # 700.1 - 0.2 rounds; without its residual the result is off by hundreds of units
    x = np.array([700.1, 0.2])
    with mpmath.workprec(200):
        true = mpmath.exp(mpmath.mpf(0.2) - mpmath.mpf(700.1))
    assert softmax(x, 0)[1] == pytest.approx(float(true), rel=6 * 2**-52, abs=0)


def test_a_subnormal_probability_is_rounded_once():
    # exp(-744.1) is 1.4 smallest numbers, its share of 2.5 still 0.56; 1 / 2.5 would round to 0
    x = np.array([0.0, 0.0, math.log(0.5), -744.1])
    assert softmax(x, 0)[3] == 5e-324


# Found by search: the share of the last is within 1e-27 of a tie, below it and above.
NEAR_TIES = [
    [0.0, -29.941601349085012, -745.1332191019411],
    [0.0, -29.941601349085015, -745.1332191019411],
    [0.0, -30.84968503690901, -744.0346068132731],
    [0.0, -30.849685036909012, -744.0346068132731],
    [0.0, -31.02881694179407, -737.5318167673574],
    [0.0, -31.028816941794073, -737.5318167673574],
]


@pytest.mark.parametrize("x", NEAR_TIES)
def test_a_subnormal_probability_beside_a_tie_is_the_nearest(x):
    with mpmath.workprec(2000):
        e = [mpmath.exp(v) for v in x]
        true = exact.rounded(e[2] / sum(e), np.float64)
    assert softmax(np.array(x), 0)[2] == true


def test_a_subnormal_probability_is_rounded_once_beside_a_nan_slice():
    x = np.array([[0.0, 0.0, math.log(0.5), -744.1], [np.nan, 0.0, 0.0, 0.0]])
    assert softmax(x, 1)[0, 3] == 5e-324


@pytest.mark.parametrize("dim", [0, 1])
def test_a_float64_logit_of_minus_infinity_takes_nothing_from_the_others(dim):
    x = np.array([[0.0, -np.inf, 1.0], [0.5, 2.0, -np.inf]])
    x = x if dim else x.T.copy()
    finite = np.where(np.isinf(x), -2000.0, x)
    for formula in (softmax, log_softmax):
        there = np.isfinite(x)
        np.testing.assert_array_equal(formula(x, dim)[there], formula(finite, dim)[there])


def test_the_gradient_of_a_sure_log_softmax_keeps_its_digits():
    # 1 - p of the winner is the share of the other: taken as a difference it would be 0
    gradient = log_softmax.vjp(np.array([1.0, 0.0]), np.array([40.0, 0.0]), 0)
    assert gradient[0] == pytest.approx(math.exp(-40), rel=4 * 2**-52, abs=0)


@pytest.mark.parametrize("shape", [(3, 5), (7, 100), (2, 70_000), (300, 300), (40_000, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_axis_gives_what_its_slices_give(shape, dtype):
    x = RNG.normal(0, 5, shape).astype(dtype)
    by_row = np.stack([softmax(row, 0) for row in x[:50]])
    limit = dict(rtol=8 * np.finfo(dtype).eps)  # sums in another order
    np.testing.assert_allclose(softmax(x, 1)[:50], by_row, **limit)
    np.testing.assert_allclose(softmax(x.T.copy(), 0).T, softmax(x, 1), **limit)


@pytest.mark.parametrize("shape", [(5, 1), (1, 5), (5, 1, 1), (1, 5, 1), (1, 1, 5)])
@pytest.mark.parametrize("formula", [softmax, log_softmax, logsumexp])
def test_axes_of_length_one_change_nothing(formula, shape):
    x, dim = RNG.normal(size=5), shape.index(5)
    y = formula(x, 0)
    cotangent = RNG.normal(size=y.shape)
    there = formula(x.reshape(shape), dim)
    np.testing.assert_array_equal(there.reshape(y.shape), y)
    slope = formula.vjp(cotangent.reshape(there.shape), x.reshape(shape), dim)
    np.testing.assert_array_equal(slope.reshape(5), formula.vjp(cotangent, x, 0))


def test_the_jacobian_is_symmetric_and_its_rows_sum_to_zero():
    j = softmax_jacobian(RNG.normal(size=(2, 5, 3)), 1)
    assert j.shape == (2, 3, 5, 5)
    np.testing.assert_allclose(j, np.swapaxes(j, -1, -2), rtol=1e-14)
    np.testing.assert_allclose(j.sum(-1), 0, atol=1e-16)


def test_the_jacobian_applies_as_vjp_and_jvp_do():
    x, v = RNG.normal(size=(2, 6))
    j = softmax_jacobian(x, 0)
    np.testing.assert_allclose(j @ v, softmax.jvp(v, x, 0), atol=1e-16)
    np.testing.assert_allclose(v @ j, softmax.vjp(v, x, 0), atol=1e-16)


@pytest.mark.parametrize("shape", [(0,), (3, 0), ()])
def test_the_jacobian_of_no_classes_is_empty_and_of_one_is_zero(shape):
    j = softmax_jacobian(np.zeros(shape), -1)
    assert j.shape == ((*shape, shape[-1]) if shape else (1, 1))
    assert not j.any()


def test_softmin_is_softmax_of_the_negated_costs():
    x = RNG.normal(size=(4, 5))
    np.testing.assert_array_equal(softmin(x, 0), softmax(-x, 0))


def test_the_gradient_at_30_0_0_is_not_flushed():
    x = np.float32([30, 0, 0])
    first = softmax.vjp(np.float32([1, 0, 0]), x, 0)[0]
    assert first == np.float32(2 * math.exp(-30) / (1 + 2 * math.exp(-30)) ** 2)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("dim", [0, 1])
def test_value_and_gradient_in_one_pass_are_those_of_two(dtype, dim):
    x, g = RNG.normal(0, 3, (2, 70, 9)).astype(dtype)
    value, gradient = softmax.value_and_vjp(g, x, dim)
    np.testing.assert_array_equal(value, softmax(x, dim), strict=True)
    np.testing.assert_array_equal(gradient, softmax.vjp(g, x, dim), strict=True)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("dim", [0, 1])
@pytest.mark.parametrize("formula", [softmax, log_softmax])
def test_a_pullback_over_several_chunks_is_the_vjp(formula, dtype, dim):
    x, g = RNG.normal(0, 3, (2, 700, 300)).astype(dtype)
    value, pullback = formula.value_and_pullback(x, dim)
    np.testing.assert_array_equal(value, formula(x, dim), strict=True)
    np.testing.assert_array_equal(pullback(g), formula.vjp(g, x, dim), strict=True)


def test_logsumexp_counts_ties():
    assert logsumexp(np.zeros(8), 0) == math.log(8)


def test_logsumexp_of_nothing_is_minus_infinity():
    np.testing.assert_array_equal(logsumexp(np.empty((2, 0)), 1), [-np.inf, -np.inf])


def test_logsumexp_of_integers_is_float32():
    y = logsumexp(np.array([[0, 0]]), 1)
    assert y.dtype == np.float32
    assert y[0] == np.float32(math.log(2))


def test_a_tie_beside_a_nan_slice_is_still_counted():
    x = np.array([[0.0, 0.0], [np.nan, 1.0]])
    np.testing.assert_array_equal(log_softmax(x, 1)[0], [-math.log(2)] * 2)


@pytest.mark.parametrize("formula", [softmax, log_softmax])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("dim", [0, 1])
def test_memory_beyond_the_result_stays_small(formula, dtype, dim):
    x = np.zeros((2048, 4096), dtype)  # what each thread works on is a small part of it
    tracemalloc.start()
    formula(x, dim)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 1.25 * x.nbytes


@pytest.mark.parametrize("formula", [softmax, log_softmax, softmin], ids=lambda each: each.name)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("rows", [2, 200])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("at", [0, 1])
def test_a_cotangent_that_is_no_number_harms_its_own_row(formula, dtype, rows, bad, at):
    stream = np.random.default_rng(3)
    x, g = (stream.normal(size=(rows, 3)).astype(dtype) for _ in range(2))
    alone = formula.vjp(g, x, 1)
    g[at, 0] = bad
    found = formula.vjp(g, x, 1)
    others = np.arange(rows) != at
    assert found[others].tobytes() == alone[others].tobytes()
    assert np.isnan(found[at]).any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("sign", [1, -1])
def test_beside_an_infinite_second_cotangent_the_others_have_their_limits(sign, dtype):
    x, g = np.zeros((2, 3), dtype), np.ones((2, 3), dtype)
    s = np.array([[sign * math.inf, 0, 0], [1, 2, 3]], dtype)
    by_g, by_x = log_softmax.vjp_vjp(s, g, x, 1)
    assert by_g[0, 1:].tolist() == [-sign * math.inf] * 2  # of s_i - s_0 / 3
    assert by_x[0, 1:].tolist() == [sign * math.inf] * 2
    assert np.isfinite(by_g[1]).all() and np.isfinite(by_x[1]).all()
    by_x = logsumexp.vjp_vjp(s, g[:, 0], x, 1)[1]
    assert by_x[0, 1:].tolist() == [-sign * math.inf] * 2
    assert np.isfinite(by_x[1]).all()
