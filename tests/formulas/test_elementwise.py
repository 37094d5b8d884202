"""Sigmoid, logsigmoid, tanh, relu and softplus at the points that decide."""

import math

import numpy as np
import pytest

from refimpl.formulas import (
    logsigmoid,
    relu,
    sigmoid,
    softplus,
    tanh,
)


def test_sigmoid_at_zero_is_one_half():
    assert sigmoid(np.float64(0)) == 0.5


def test_softplus_crosses_zero_at_the_height_of_log_two_over_beta():
    assert softplus(np.array(0.0), beta=4.0) * 4.0 == math.log(2)


def test_the_left_tail_of_sigmoid_ends_with_the_subnormal_numbers():
    assert sigmoid(np.float64(-744)) == math.exp(-744) > 0
    assert sigmoid(np.float64(-746)) == 0


def test_the_slopes_of_the_right_tails_are_not_flushed():
    assert sigmoid.vjp(np.float32(1), np.float32(50)) == np.float32(math.exp(-50))
    assert tanh.vjp(np.float32(1), np.float32(20)) == np.float32(4 * math.exp(-40))


def test_logsigmoid_is_a_small_negative_number_and_then_torchs_positive_zero():
    assert logsigmoid(np.float32(100)) == np.float32(-math.exp(-100))
    assert not np.signbit(logsigmoid(np.float32(200)))


def test_relu_keeps_negative_zero_and_nan():
    y = relu(np.array([-0.0, np.nan, -1.0]))
    assert np.signbit(y[0])
    assert np.isnan(y[1])
    assert not np.signbit(y[2])


def test_relu_has_slope_zero_at_its_corner_and_lets_nan_through():
    x = np.array([0.0, -0.0, np.nan])
    np.testing.assert_array_equal(relu.vjp(np.ones(3), x), [0, 0, 1])


def test_relu_of_integers_stays_integer():
    assert relu(np.array([-2, 3])).dtype == np.int64


@pytest.mark.parametrize("formula", [sigmoid, tanh])
@pytest.mark.parametrize("kind", [np.int64, np.uint8, bool])
def test_integers_become_float32(formula, kind):
    assert formula(np.array([0, 1], kind)).dtype == np.float32


def test_softplus_beyond_the_threshold_is_the_line():
    x = np.array([19.9, 20.0, 20.1])
    np.testing.assert_array_equal(softplus(x) == x, [False, False, True])
    np.testing.assert_array_equal(softplus.vjp(np.ones(3), x) == 1, [False, False, True])
    bend = softplus.vjp_vjp(np.ones(3), np.ones(3), x)[1]
    np.testing.assert_array_equal(bend == 0, [False, False, True])


def test_softplus_does_not_overflow_under_a_high_threshold():
    assert softplus(np.float32(99), threshold=100.0) == np.float32(99)


def test_more_than_a_slab_gives_what_its_parts_give():
    x = np.linspace(-9, 9, 7 * 30_001).reshape(7, -1)
    np.testing.assert_array_equal(sigmoid(x)[3], sigmoid(x[3]))
