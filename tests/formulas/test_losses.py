"""The losses and linear at the points that decide."""

import math

import mpmath
import numpy as np
import pytest

from evidence import exact
from refimpl.formulas import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    kl_div,
    linear,
    mse_loss,
    nll_loss,
)

LOGITS = np.random.default_rng(2).normal(size=(5, 3, 4))
TARGET = np.random.default_rng(3).integers(0, 3, (5, 4))


def test_equal_logits_cost_the_logarithm_of_the_classes():
    assert cross_entropy(np.zeros((2, 8)), np.array([0, 5])) == math.log(8)


def test_a_confident_right_answer_has_a_small_loss_and_gradient_not_zero():
    x, t = np.float32([[60, 0]]), np.array([0])
    small = np.float32(math.exp(-60))
    assert cross_entropy(x, t) == small
    np.testing.assert_array_equal(cross_entropy.vjp(np.float32(1), x, t)[0], [[-small, small]])


@pytest.mark.parametrize("smoothing", [0.0, 0.25])
def test_all_targets_ignored_the_mean_is_nan_and_the_gradient_zero(smoothing):
    t = np.full(2, -100)
    options = dict(label_smoothing=smoothing)
    assert np.isnan(cross_entropy(np.ones((2, 3)), t, **options))
    gradient = cross_entropy.vjp(np.array(1.0), np.ones((2, 3)), t, **options)[0]
    np.testing.assert_array_equal(gradient, np.zeros((2, 3)))


def test_one_hot_probabilities_give_what_classes_give():
    one_hot = np.moveaxis(np.eye(3)[TARGET], -1, 1)
    np.testing.assert_allclose(
        cross_entropy(LOGITS, one_hot), cross_entropy(LOGITS, TARGET), rtol=1e-15
    )


@pytest.mark.parametrize("target", [TARGET, np.abs(LOGITS)], ids=["classes", "probabilities"])
@pytest.mark.parametrize("smoothing", [0.0, 0.5])
def test_value_and_gradients_in_one_pass_are_those_of_two(target, smoothing):
    options = dict(weight=np.array([1.0, 2.0, 3.0]), label_smoothing=smoothing)
    value, *gradients = cross_entropy.value_and_vjp(np.array(1.5), LOGITS, target, **options)
    assert value == cross_entropy(LOGITS, target, **options)
    alone = cross_entropy.vjp(np.array(1.5), LOGITS, target, **options)
    for a, b in zip(gradients, alone, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("smoothing", [0.0, 0.25])
def test_beside_probabilities_a_wide_weight_makes_a_wide_loss(smoothing):
    x, target = LOGITS[0, :, :1].T.astype(np.float32), np.float32([[0.25, 0.5, 0.25]])
    weight = np.array([1.0, 2.0, 1 / 3])
    loss = cross_entropy(x, target, weight, label_smoothing=smoothing)
    with mpmath.workdps(40):
        total = mpmath.fsum(mpmath.exp(float(each)) for each in x[0])
        expected = [float(p) * (1 - smoothing) + mpmath.mpf(smoothing) / 3 for p in target[0]]
        surprise = [mpmath.log(total) - float(each) for each in x[0]]
        parts = zip(map(mpmath.mpf, weight), expected, surprise, strict=True)
        wanted = float(mpmath.fsum(w * q * s for w, q, s in parts))
    assert loss.dtype == np.float64
    assert loss == wanted
    gradients = cross_entropy.vjp(np.float64(1), x, target, weight, label_smoothing=smoothing)
    assert [each.dtype for each in gradients[:2]] == [np.float32, np.float32]


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_])
def test_a_weight_of_integers_is_the_floating_one(dtype):
    x, target, weight = LOGITS[0].T, np.abs(LOGITS[0].T), np.array([1, 0, 1])
    for loss in (cross_entropy, binary_cross_entropy_with_logits):
        assert loss(x, target, weight.astype(dtype)) == loss(x, target, weight.astype(float))


def test_classes_may_be_bytes():
    assert nll_loss(LOGITS, TARGET.astype(np.uint8)) == nll_loss(LOGITS, TARGET)


def test_an_ignored_sample_may_be_nan():
    x = np.array([[np.nan, 0.0], [0.0, 0.0]])
    assert cross_entropy(x, np.array([-100, 1])) == math.log(2)


def test_no_sample_means_nan_and_sums_to_zero():
    x, t = np.empty((0, 3)), np.empty(0, np.int64)
    assert np.isnan(cross_entropy(x, t))
    assert cross_entropy(x, t, reduction="sum") == 0
    assert cross_entropy(x, t, reduction="none").shape == (0,)


def test_a_wrong_certainty_costs_100_and_has_the_gradient_1e12():
    x, t = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    np.testing.assert_array_equal(binary_cross_entropy(x, t, reduction="none"), [100, 100])
    np.testing.assert_array_equal(
        binary_cross_entropy.vjp(np.ones(2), x, t, reduction="none")[0], [-1e12, 1e12]
    )


def test_logits_keep_the_small_loss_of_a_right_answer():
    x = np.array([-50.0, 50.0])
    losses = binary_cross_entropy_with_logits(x, np.array([0.0, 1.0]), reduction="none")
    np.testing.assert_array_equal(losses, [math.exp(-50)] * 2)


def test_kl_div_of_a_distribution_with_itself_is_zero():
    p = np.array([[0.25, 0.75, 0.0]])
    assert kl_div(np.log([[0.25, 0.75, 0.5]]), p, reduction="batchmean") == 0


def test_kl_div_at_a_target_of_zero_is_zero_with_a_gradient_of_nan():
    x, t = np.array([-1.0]), np.array([0.0])
    assert kl_div(x, t, reduction="sum") == 0
    assert np.isnan(kl_div.vjp(np.array(1.0), x, t, reduction="sum")[1])


def test_mse_loss_warns_where_the_sizes_differ_and_broadcasts():
    with pytest.warns(UserWarning, match=r"Using a target size \(torch.Size\(\[1\]\)\)"):
        assert mse_loss(np.array([1.0, 3.0]), np.array([1.0])) == 2


def test_mse_loss_gives_an_integer_target_no_gradient():
    assert mse_loss.vjp(np.array(1.0), np.ones(2), np.ones(2, np.int64))[1] is None


def test_linear_of_no_features_is_the_bias():
    y = linear(np.empty((2, 0)), np.empty((3, 0)), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(y, [[1, 2, 3]] * 2)


def test_linear_of_no_samples_has_gradients_of_zero():
    x, w = np.empty((0, 2)), np.ones((3, 2))
    gradients = linear.vjp(np.empty((0, 3)), x, w, np.ones(3))
    assert [g.shape for g in gradients] == [(0, 2), (3, 2), (3,)]
    assert not any(g.any() for g in gradients)


def test_a_float32_sum_that_cancels_keeps_the_small_term():
    x, w = np.float32([[1e8, 1, -1e8]]), np.ones((1, 3), np.float32)
    assert linear(x, w) == 1


@pytest.mark.parametrize("smoothing", [0.0, 0.25])
@pytest.mark.parametrize("far", [2.0**-20, 2.0**-70, 2.0**-100])
def test_a_tangent_of_the_target_keeps_the_difference_of_logits_that_nearly_agree(far, smoothing):
    x, t, dt = np.array([[far, 0.0]]), np.array([[0.5, 0.5]]), np.array([[1.0, -1.0]])
    assert cross_entropy.jvp((None, dt), x, t, label_smoothing=smoothing) == -far * (1 - smoothing)


# Found by search: a third of the loss of the first class is within 1e-30 of a tie, above and below.
@pytest.mark.parametrize("last", [-35.98619376946872, -35.98619376946873])
def test_a_mean_has_the_nearest_gradient_of_its_target_beside_a_tie(last):
    x = [0.0, 0.5, last]
    found = cross_entropy.vjp(np.array(1.0), np.tile(x, (3, 1)), np.eye(3))[1]
    with mpmath.workprec(400):
        true = exact.rounded(mpmath.log(sum(map(mpmath.exp, x))) / 3, np.float64)
    assert (found[:, 0] == true).all()


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("function", [mse_loss, kl_div, binary_cross_entropy_with_logits], ids=str)
def test_complex_numbers_beside_floats_are_refused_in_either_place(function, place):
    pair = [np.full(2, 0.5), np.full(2, 0.5)]
    pair[place] = pair[place].astype(complex)
    with pytest.raises(RuntimeError, match="Complex"):  # in torch's words
        function(*pair)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("target", [[0, 1], [[0.75, 0.25], [0.0, 1.0]]])
@pytest.mark.parametrize("cotangent", [np.inf, -np.inf, np.nan])
def test_an_infinite_cotangent_of_cross_entropy_reaches_its_sample_alone(dtype, target, cotangent):
    x = np.array([[1.0, 2.0], [3.0, 4.0]], dtype)
    target = np.array(target) if target == [0, 1] else np.array(target, dtype)
    by = np.array([cotangent, 2.0], dtype)
    found = cross_entropy.vjp(by, x, target, reduction="none")[0]
    kept = cross_entropy.value_and_pullback(x, target, reduction="none")[1](by)[0]
    finite = cross_entropy.vjp(np.array([1.0, 2.0], dtype), x, target, reduction="none")[0]
    np.testing.assert_array_equal(found[1], finite[1])
    np.testing.assert_array_equal(kept, found)
    assert not np.isfinite(found[0]).any()
