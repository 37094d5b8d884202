"""Pairs of float64 are as near to the exact results as their docstrings say."""

import mpmath
import numpy as np
import pytest

from refimpl.formulas import _double_double as dd
from refimpl.formulas import _nearest, _paired

RNG = np.random.default_rng(11)


def pairs(count, spread=20):
    """Return random pairs, of both signs and many sizes."""
    high = RNG.standard_normal(count) * 2.0 ** RNG.integers(-spread, spread, count)
    return dd.fast_two_sum(high, high * 2.0**-53 * RNG.uniform(-0.9, 0.9, count))


def exact(pair, *at):
    """Return one number of a pair of arrays."""
    high, low = (a[at] if np.ndim(a) else a for a in pair)
    return mpmath.mpf(float(high)) + mpmath.mpf(float(low))


def off(found, wanted, size=None):
    """Return the relative error of a number, as a power of two."""
    error = abs(found - wanted) / abs(wanted if size is None else size)
    return float(mpmath.log(error, 2)) if error else -np.inf


@pytest.fixture(autouse=True)
def many_digits():
    with mpmath.workprec(400):
        yield


@pytest.mark.parametrize(
    ("name", "power"), [("add", -104), ("subtract", -104), ("multiply", -102), ("divide", -101)]
)
def test_an_operation_of_pairs(name, power):
    a, b = pairs(200), pairs(200)
    if name in ("add", "subtract"):  # where nothing cancels
        sign = 1 if name == "add" else -1
        a, b = [np.copysign(p, a[0]) * np.sign(p) * np.sign(a[0]) for p in a], list(b)
        same = np.sign(a[0]) * np.sign(b[0]) * sign
        b = [same * part for part in b]
    found = getattr(dd, name)(a, b)
    wanted = {
        "add": lambda x, y: x + y,
        "subtract": lambda x, y: x - y,
        "multiply": lambda x, y: x * y,
        "divide": lambda x, y: x / y,
    }[name]
    for i in range(200):
        assert off(exact(found, i), wanted(exact(a, i), exact(b, i))) <= power


@pytest.mark.parametrize("name", ["two_sum", "two_diff", "fast_two_sum", "two_product"])
def test_what_rounding_took_is_exact(name):
    a, b = pairs(200)[0], pairs(200)[0]
    if name == "fast_two_sum":
        a, b = np.where(abs(a) >= abs(b), [a, b], [b, a])
    found = getattr(dd, name)(a, b.copy())
    for i in range(200):
        x, y = mpmath.mpf(a[i]), mpmath.mpf(b[i])
        wanted = x * y if name == "two_product" else x - y if name == "two_diff" else x + y
        assert exact(found, i) == wanted
        assert found[0][i] == float(wanted)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("count", [1, 2, 127, 128, 8191, 8192])
def test_a_sum_of_pairs(count, long):
    """The number of terms decides in how many parts they are added."""
    for spread in (1, 40) if count < 1000 else (1,):
        a = [part.reshape(1, count, 1) for part in pairs(count, spread)]
        found = exact(dd.total(a, long=long), 0, 0, 0)
        terms = [exact(a, 0, i, 0) for i in range(count)]
        size = mpmath.fsum(map(abs, terms))
        assert off(found, mpmath.fsum(terms), size) <= (-90 if long else -76)


@pytest.mark.parametrize(("name", "power"), [("exponential", -77), ("long_exponential", -96)])
def test_an_exponential_of_a_pair(name, power):
    d = -np.abs(np.concatenate([RNG.uniform(0, 700, 300), RNG.uniform(0, 1e-3, 100)]))
    r = d * 2.0**-54
    found, bits = getattr(dd, name)(d, r)
    scale = dd.power_of_two(bits)
    for i in range(len(d)):
        wanted = mpmath.exp(exact((d, r), i))
        assert off(exact(found, i) * mpmath.mpf(float(scale[i])), wanted) <= power


def test_a_logarithm_of_a_pair():
    high = np.concatenate([2.0 ** RNG.uniform(-900, 60, 300), RNG.uniform(0.1, 4, 100)])
    z = high, high * 2.0**-54
    found = dd.log1p(z)
    for i in range(len(high)):
        with mpmath.workprec(2000):
            wanted = mpmath.log1p(exact(z, i))
        assert off(exact(found, i), wanted) <= -88


def test_a_number_rounded_to_odd_is_rounded_once():
    """What lies just beside the middle of two float32 goes to the right one."""
    middle = 1 + 2.0**-24 + np.arange(8) * 2.0**-23
    for rest in (-(2.0**-60), 0.0, 2.0**-60):
        found = dd.odd(middle, np.full(8, rest)).astype(np.float32)
        for i in range(8):
            x = mpmath.mpf(middle[i]) + mpmath.mpf(rest)
            below, above = np.float32(middle[i] - 2.0**-24), np.float32(middle[i] + 2.0**-24)
            even = below if not below.view(np.int32) & 1 else above
            wanted = even if x == middle[i] else below if x < middle[i] else above
            assert found[i] == wanted


@pytest.mark.parametrize(
    ("low", "units"),  # of the least number, beside 1.5; None where both neighbours are possible
    [(2.0**-59, 2), (2.0**-61, None), (0.0, None), (-(2.0**-61), None), (-(2.0**-59), 1)],
)
def test_a_subnormal_number_is_doubtful_where_its_bound_reaches_a_tie(low, units):
    least, pair, bound = 2.0**-1074, (np.array([1.5]), np.array([low])), np.array([2.0**-60])
    power = np.array([least * _paired.LIFT])
    found, doubtful = _nearest.nearest(pair, bound, power, np.dtype(np.float64))
    assert doubtful.tolist() == [units is None]
    assert units is None or found.tolist() == [units * least]
