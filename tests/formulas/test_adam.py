"""Adam's step beside exact arithmetic, and at the edges of its numbers."""

import mpmath
import numpy as np
import pytest

from refimpl.formulas import adam, check_adam_settings

SETTINGS = [
    {},
    {"betas": (0.5, 0.9), "eps": 0.1},
    {"weight_decay": 0.1},
    {"weight_decay": 0.1, "decoupled_weight_decay": True},
    {"amsgrad": True, "maximize": True},
]


def exact(param, grad, state, step, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0,
          amsgrad=False, maximize=False, decoupled_weight_decay=False):  # fmt: skip
    """Return the step of one number, and its means, in mpmath."""
    m, v, greatest = state
    b1, b2, eta, decay = map(mpmath.mpf, (*betas, lr, weight_decay))
    g = -grad if maximize else grad
    if decoupled_weight_decay:
        param = param * (1 - eta * decay)
    else:
        g = g + decay * param
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    greatest = max(greatest, v) if amsgrad else v
    root = mpmath.sqrt(greatest / (1 - b2**step)) + mpmath.mpf(eps)
    return param - eta * m / (1 - b1**step) / root, m, v


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("step", [1, 2, 1000])
def test_a_step_is_the_textbook_formula(settings, step):
    rng = np.random.default_rng(step)
    param, grad, m = rng.normal(size=(3, 5))
    v, greatest = rng.uniform(0.1, 2, (2, 5))
    state = m, v, greatest if settings.get("amsgrad") else None
    new, (first, second, _) = adam(param, grad, state, step, **settings)
    with mpmath.workprec(300):
        for i in range(5):
            numbers = [mpmath.mpf(float(a[i])) for a in (param, grad, m, v, greatest)]
            true = exact(*numbers[:2], numbers[2:], step, **settings)
            # m and v are rounded before the parameter follows; some twenty roundings
            np.testing.assert_allclose(
                [new[i], first[i], second[i]], [float(t) for t in true], rtol=1e-14, atol=1e-16
            )


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_results_are_rounded_once(dtype):
    grad = np.array([0.5, -2.0, 3.0], dtype)
    narrow, state = adam(np.ones(3, dtype), grad, lr=0.1)
    assert narrow.dtype == dtype and all(a.dtype == dtype for a in state[:2])
    wide = 0.1 * grad.astype(float), 0.001 * grad.astype(float) ** 2
    for found, true in zip(state[:2], wide, strict=True):
        assert found.tolist() == true.astype(dtype).tolist()
    step = 0.1 * (state[0] / 0.1) / (np.sqrt(state[1] / 0.001, dtype=float) + 1e-8)
    np.testing.assert_allclose(narrow.astype(float), 1 - step, rtol=np.finfo(dtype).eps)


def test_the_first_step_is_as_long_as_the_learning_rate():
    grad = np.array([1e-3, 1.0, -1e3, -1e15])
    np.testing.assert_allclose(adam(np.zeros(4), grad, lr=0.25)[0], -0.25 * np.sign(grad), 1e-4)


def test_a_mean_of_squares_that_is_0_leaves_eps_alone():
    # docs/derivations/adam.md: half of float16's least number over 1 - 0.999, under a root
    bound = np.sqrt(2.0**-25 / 0.001)
    assert 0.00545 < bound < 0.00547
    for factor, long in ((0.99, True), (1.01, False)):
        new, state = adam(np.ones(1, np.float16), np.full(1, factor * bound, np.float16))
        assert (state[1] == 0).all() == long
        assert (abs(new - 1) > 100).all() == long


def test_gradients_at_the_edge():
    found, (m, v, _) = adam(np.zeros(3), np.array([0.0, np.inf, np.nan]))
    assert found[0] == 0 and np.isnan(found[1:]).all()
    assert m[1] == v[1] == np.inf


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"lr": -1.0}, "Invalid learning rate: -1.0"),
        ({"eps": -1.0}, "Invalid epsilon value: -1.0"),
        ({"betas": (1.0, 0.9)}, "Invalid beta parameter at index 0: 1.0"),
        ({"betas": (0.9, -0.1)}, "Invalid beta parameter at index 1: -0.1"),
        ({"weight_decay": -1.0}, "Invalid weight_decay value: -1.0"),
    ],
)
def test_settings_are_refused_with_advice(settings, text):
    for refuse in (check_adam_settings, lambda **options: adam(np.ones(1), np.ones(1), **options)):
        with pytest.raises(ValueError) as caught:
            refuse(**settings)
        assert str(caught.value) == text
        assert caught.value.__notes__[0].startswith("adam: ")


def test_nothing_is_written_into_the_arrays():
    arrays = np.ones(2), np.ones(2), np.zeros(2), np.zeros(2)
    for a in arrays:
        a.flags.writeable = False
    adam(*arrays[:2], (*arrays[2:], None), weight_decay=0.1)
