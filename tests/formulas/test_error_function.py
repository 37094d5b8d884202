"""erf, erfc and the normal distribution against mpmath, in every binade and both tails."""

import math
from pathlib import Path

import mpmath
import numpy as np
import pytest

from evidence import error_function_coefficients as coefficients
from evidence.exact import PREC, mpfs, ulp
from refimpl.formulas import _error_function, _gelu_kernels, _pairs
from refimpl.formulas._error_function import (
    erf,
    erf_bend,
    erf_slope,
    erfc,
    normal_density,
    normal_distribution,
    quick_erf,
    quick_erf_bend,
    quick_erf_slope,
    quick_erfc,
    quick_normal,
    quick_normal_density,
)

# One half for the last rounding; the rest is the polynomial of erf near zero, whose own roundings
# count up to a third, and the rounding of 1 - erf to a number in the binade above.
CLOSE = 1.0
# Where the distribution is (1 + erf) / 2, erf has the rounding of x * sqrt(1/2) in it as well.
CLOSE_DISTRIBUTION = 1.5
BINADES = np.arange(-1074, 5)


def every_binade():
    """Return powers of two, and of each binade a number inside it, of both signs."""
    rng = np.random.default_rng(10)
    magnitudes = np.ldexp(
        np.concatenate([np.ones(BINADES.size), rng.uniform(1, 2, BINADES.size)]),
        np.tile(BINADES, 2),
    )
    return np.concatenate([magnitudes, -magnitudes])


def between(low, high, count=1000):
    return np.random.default_rng(11).uniform(low, high, count)


def worst(f, exact, x):
    """Return the largest error in units of the last place, subnormal ones included."""
    with np.errstate(all="ignore"):
        results = f(x)
    with mpmath.workprec(PREC):
        errors = []
        for ours, v in zip(mpfs(results), mpfs(x), strict=True):
            true = exact(v)
            errors.append(float(abs(ours - true) / ulp(true, np.float64)))
    return max(errors)


def bell(x):
    return 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x)


def distribution(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def density(x):
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def scaled_density(x):
    return _pairs.times_power_of_two(*normal_density(x))


@pytest.mark.parametrize(
    ("f", "exact", "x", "bound"),
    [
        pytest.param(erf, mpmath.erf, every_binade(), CLOSE, id="erf-every-binade"),
        pytest.param(erf, mpmath.erf, between(-6.5, 6.5), CLOSE, id="erf-until-it-is-one"),
        pytest.param(erf, mpmath.erf, between(-0.8, 0.8), CLOSE, id="erf-near-its-border"),
        pytest.param(erfc, mpmath.erfc, every_binade(), CLOSE, id="erfc-every-binade"),
        pytest.param(erfc, mpmath.erfc, between(-6.5, 1), CLOSE, id="erfc-left"),
        pytest.param(erfc, mpmath.erfc, between(0, 26.5), CLOSE, id="erfc-right-tail"),
        pytest.param(erfc, mpmath.erfc, between(26.5, 27.5), CLOSE, id="erfc-subnormal"),
        pytest.param(
            erf_slope,
            bell,
            np.concatenate([every_binade(), between(-27.3, 27.3)]),
            CLOSE,
            id="slope-of-erf",
        ),
        pytest.param(
            erf_bend,
            lambda x: -2 * x * bell(x),
            np.concatenate([every_binade(), between(-27.4, 27.4)]),
            CLOSE_DISTRIBUTION,  # one product more than the slope
            id="bend-of-erf",
        ),
        pytest.param(
            normal_distribution,
            distribution,
            np.concatenate([every_binade(), between(-38.7, 9)]),
            CLOSE_DISTRIBUTION,
            id="normal-distribution",
        ),
        pytest.param(
            scaled_density,
            density,
            np.concatenate([every_binade(), between(-38.7, 38.7)]),
            CLOSE,
            id="normal-density",
        ),
    ],
)
def test_every_result_is_within_its_bound_of_mpmath(f, exact, x, bound):
    assert worst(f, exact, x) <= bound


# The roundings of a dozen operations, and of the square: of a float32 it is exact in float64.
QUICK = {
    "erf": (quick_erf, mpmath.erf),
    "erfc": (quick_erfc, mpmath.erfc),
    "slope-of-erf": (quick_erf_slope, bell),
    "bend-of-erf": (quick_erf_bend, lambda x: -2 * x * bell(x)),
    "normal-distribution": (lambda x: quick_normal(x)[0], distribution),
    "normal-density": (lambda x: quick_normal(x)[1], density),
    "the-density-alone": (quick_normal_density, density),
}


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_result_is_ten_million_times_closer_than_float32_can_tell(name):
    f, exact = QUICK[name]
    x = np.concatenate([every_binade(), between(-14.4, 14.4)]).astype(np.float32).astype(float)
    with np.errstate(all="ignore"):
        results = f(x)
    with mpmath.workprec(PREC):
        for ours, v in zip(mpfs(results), mpfs(x), strict=True):
            true = exact(v)
            if abs(true) > 1e-46:  # all below are zero in float32
                assert abs(ours / true - 1) < 2.0**-24 * 1e-7, v


def test_quick_results_at_the_ends_are_those_of_float32():
    x = np.array([np.inf, -np.inf, 3e38, -3e38, 16, -16, np.nan])
    pairs = [
        (erf, quick_erf),
        (erfc, quick_erfc),
        (normal_distribution, QUICK["normal-distribution"][0]),
    ]
    pairs += [(erf_slope, quick_erf_slope), (erf_bend, quick_erf_bend)]
    for wide, quick in pairs:
        with np.errstate(all="ignore"):
            ours, true = quick(x).astype(np.float32), wide(x).astype(np.float32)
        np.testing.assert_array_equal(ours, true)


def test_erf_and_erfc_at_the_points_that_are_known():
    x = np.array([0.0, np.inf, -np.inf, 1e300, -1e300])
    np.testing.assert_array_equal(erf(x), [0, 1, -1, 1, -1])
    np.testing.assert_array_equal(erfc(x), [1, 0, 2, 0, 2])
    np.testing.assert_array_equal(normal_distribution(x), [0.5, 1, 0, 1, 0])
    np.testing.assert_array_equal(erf_slope(x), [2 / math.sqrt(math.pi), 0, 0, 0, 0])
    np.testing.assert_array_equal(erf_bend(x), np.zeros(5))


def test_nan_stays_nan():
    with np.errstate(invalid="ignore"):
        for f in (erf, erfc, erf_slope, erf_bend, normal_distribution, scaled_density):
            assert np.isnan(f(np.float64(np.nan)))


def test_erf_keeps_the_sign_of_zero():
    np.testing.assert_array_equal(np.signbit(erf(np.array([0.0, -0.0]))), [False, True])


def test_a_subnormal_number_grows_by_two_over_the_root_of_pi():
    tiny = np.array([1, 3, 8, 1000]) * 5e-324
    np.testing.assert_array_equal(erf(tiny), np.array([1, 3, 9, 1128]) * 5e-324)


def test_erf_is_odd_to_the_bit():
    x = np.concatenate([every_binade(), between(-7, 7)])
    np.testing.assert_array_equal(erf(-x), -erf(x))


def test_erf_and_erfc_add_up_to_one():
    x = between(-7, 7)
    # Each is within one unit of its last place, and neither unit is above that of 2.
    np.testing.assert_allclose(erf(x) + erfc(x), 1, rtol=0, atol=4 * np.finfo(float).eps)


@pytest.mark.parametrize("f", [erf, normal_distribution, lambda x: -erfc(x)])
def test_none_of_them_ever_falls_back(f):
    # Steps of 2**-13: the true values differ by more than the errors wherever they differ.
    x = np.arange(-40, 40, 2.0**-13)
    with np.errstate(all="ignore"):
        assert (np.diff(f(x)) >= 0).all()


@pytest.mark.parametrize("border", [_error_function.BORDER, _error_function.SMALLEST])
def test_the_two_formulas_meet(border):
    x = border + np.arange(-4, 5) * np.spacing(border)
    # Neighbours differ by their own error and by the slope, at most 1.13 times the spacing of x.
    steps = np.abs(np.diff([erf(x), erfc(x)]))
    assert steps.max() <= 3 * np.spacing(1.0)


def test_the_right_tail_ends_with_the_smallest_number():
    assert erfc(np.float64(27.226)) == 5e-324
    assert erfc(np.float64(27.23)) == 0


def test_scalars_and_empty_arrays_keep_their_shapes():
    assert erf(np.float64(0.5)).shape == ()
    assert erfc(np.float64(2.0)).shape == ()
    assert erf(np.empty((0, 3))).shape == (0, 3)


def test_the_printed_numbers_are_those_of_the_modules(capsys):
    coefficients.main()
    printed = capsys.readouterr().out.splitlines()
    for module in (_error_function, _gelu_kernels):
        lines = Path(module.__file__).read_text(encoding="utf-8").splitlines()
        printed = [line for line in printed if line not in lines]
    assert printed == []


@pytest.mark.parametrize("name", coefficients.COUNTS)
def test_a_polynomial_has_no_more_coefficients_than_it_needs(name, monkeypatch):
    assert coefficients.polynomial(name)[1] < coefficients.BOUNDS[name]
    monkeypatch.setitem(coefficients.COUNTS, name, coefficients.COUNTS[name] - 1)
    assert coefficients.polynomial(name)[1] > coefficients.BOUNDS[name]


def test_the_exponential_of_a_pair_has_58_bits():
    x = between(-800, 700)
    rest = between(-1, 1) * 1e-14
    high, low, k = _pairs.exponential(x, rest)
    assert (_pairs.upper_half(high) == high).all()
    with mpmath.workprec(PREC):
        exact = [mpmath.exp(a + b) for a, b in zip(mpfs(x), mpfs(rest), strict=True)]
        parts = zip(mpfs(high), mpfs(low), k.tolist(), exact, strict=True)
        for first, second, power, true in parts:
            assert abs(mpmath.ldexp(first + second, power) / true - 1) < 2.0**-58


def test_products_and_squares_of_pairs_are_exact():
    a, b = between(-50, 50), between(0, 3)
    p, p_rest = _pairs.product(a, b)
    s, s_rest = _pairs.square(a)
    with mpmath.workprec(PREC):
        for x, y, *parts in zip(*map(mpfs, (a, b, p, p_rest, s, s_rest)), strict=True):
            assert parts[0] + parts[1] == x * y
            assert parts[2] + parts[3] == x * x


def test_a_power_of_two_is_applied_with_one_rounding():
    assert _pairs.times_power_of_two(np.float64(1.75), np.int64(-1074)) == math.ldexp(1.75, -1074)
    assert _pairs.times_power_of_two(np.float64(1.5), np.int64(1000)) == math.ldexp(1.5, 1000)
