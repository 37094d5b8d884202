"""Numbers near the ends of float64: no step overflows, and nothing too small is seen."""

import mpmath
import numpy as np
import pytest

from refimpl import formulas

ENDS = [1e155, 1e160, 1e200, 1e308]
LARGE = [1e115, 1e125, 1e160, 1e200, 1e300]
FUNCTIONS = {
    "sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), lambda x: mpmath.sech(x / 2) ** 2 / 4),
    "logsigmoid": (lambda x: -mpmath.log1p(mpmath.exp(-x)), lambda x: 1 / (1 + mpmath.exp(x))),
    "softplus": (
        lambda x: x if x > 20 else mpmath.log1p(mpmath.exp(x)),
        lambda x: mpmath.mpf(1) if x > 20 else 1 / (1 + mpmath.exp(-x)),
    ),
    "tanh": (mpmath.tanh, lambda x: mpmath.sech(x) ** 2),
}


@pytest.fixture(autouse=True)
def exact():
    with mpmath.workprec(9000):  # exp(-3000) beside 1
        yield


@pytest.mark.parametrize("size", ENDS)
@pytest.mark.parametrize(
    ("name", "limits"),
    [("sigmoid", (0, 1)), ("logsigmoid", (None, -0.0)), ("softplus", (0, None)), ("tanh", (-1, 1))],
)
def test_a_function_of_a_huge_number_is_its_limit_or_the_number(name, limits, size):
    wanted = [-size if limits[0] is None else limits[0], size if limits[1] is None else limits[1]]
    assert getattr(formulas, name)(np.array([-size, size])).tolist() == wanted


@pytest.mark.parametrize("factor", LARGE)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_huge_cotangent_is_multiplied_by_the_slope(name, factor):
    x = np.array([3.0, -3.0, 0.25, -400.0, 700.0, -1019.0, 1021.0, 1300.0, -1300.0, 1500.0])
    slopes = [FUNCTIONS[name][1](mpmath.mpf(each)) for each in x.tolist()]
    found = getattr(formulas, name).vjp(np.full(x.shape, factor), x)
    assert found.tolist() == [float(slope * mpmath.mpf(factor)) for slope in slopes]


@pytest.mark.parametrize("beta", [1e-300, -1e-300, 1e-160, 1e300])
def test_softplus_of_an_extreme_beta(beta):
    x = np.array([-2.0, 0.0, 3.0, 1e-300])
    z = [mpmath.mpf(beta) * mpmath.mpf(each) for each in x.tolist()]
    wanted = [
        each if product > 20 else float(mpmath.log1p(mpmath.exp(product)) / mpmath.mpf(beta))
        for each, product in zip(x.tolist(), z, strict=True)
    ]
    assert formulas.softplus(x, beta).tolist() == wanted


def softmax(x):
    """Return the exact probabilities; what lies 10**6 below the maximum is 0."""
    d = [mpmath.mpf(each) - mpmath.mpf(max(x)) for each in x]
    e = [mpmath.exp(each) if each > -1e6 else mpmath.mpf(0) for each in d]
    return [each / mpmath.fsum(e) for each in e]


ROWS = [
    [1.0, 2.0, 3.0],
    [0.0, -1021.0, -1100.0],
    [-700.0, 0.0, 3.0],
    [0.0, -1400.0, -2900.0],
    [1e200, 0.0, -1e200],
    [1e308, -1e308, 0.0],
    [1e308, -1e307, 0.0],
    [1e19, 1000.0, -1000.0],
    [1e20, 8000.0, 0.0],
]


@pytest.mark.parametrize("factor", LARGE)
@pytest.mark.parametrize("row", ROWS)
def test_gradients_by_huge_cotangents_are_the_nearest_numbers(row, factor):
    x, g = np.array(row), np.array([0.25, 0.5, -0.625]) * factor
    p, weights = softmax(row), [mpmath.mpf(each) for each in g.tolist()]
    mean = mpmath.fsum(a * b for a, b in zip(p, weights, strict=True))
    total = mpmath.fsum(weights)
    pulled = [a * (b - mean) for a, b in zip(p, weights, strict=True)]
    assert formulas.softmax.vjp(g, x, 0).tolist() == [float(each) for each in pulled]
    pulled = [b - a * total for a, b in zip(p, weights, strict=True)]
    assert formulas.log_softmax.vjp(g, x, 0).tolist() == [float(each) for each in pulled]
    found = formulas.logsumexp.vjp(np.array(factor), x, 0)
    assert found.tolist() == [float(each * mpmath.mpf(factor)) for each in p]
    (found, _) = formulas.cross_entropy.vjp(np.array(factor), x[None], np.array([1]), None, -100)
    pulled = [(each - (i == 1)) * mpmath.mpf(factor) for i, each in enumerate(p)]
    assert (found[0] + 0.0).tolist() == [float(each) + 0.0 for each in pulled]


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_the_loss_of_a_class_far_below_is_the_distance(reduction):
    x, targets = np.array([[1e308, -1e307, 0.0]]), np.array([2])
    assert formulas.cross_entropy(x, targets, reduction=reduction).item() == 1e308


@pytest.mark.parametrize("factor", [[3.0, 2.0, 1.0], [-1.0, -2.0, 4.0]])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_zero_of_the_gradient_has_the_sign_of_its_factor(dtype, factor):
    x, g = np.array([1.0, -np.inf, -np.inf], dtype), np.array(factor, dtype)
    signs = np.signbit(formulas.softmax.vjp(g, x, 0)[1:])
    assert signs.tolist() == [each < factor[0] for each in factor[1:]]


@pytest.mark.parametrize("row", [[1e19, 1000.0], [1e20, 8000.0], [1e22, 1e6], [1e308, -1e307]])
def test_what_rounding_takes_from_a_large_difference_does_not_count(row):
    x = np.array(row)
    assert formulas.softmax(x, 0).tolist() == [1.0, 0.0]
    assert formulas.logsumexp(x, 0) == row[0]
    assert formulas.log_softmax(x, 0).tolist() == [0.0, row[1] - row[0]]
