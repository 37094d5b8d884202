"""The fused multiply-add rounds once, as rational arithmetic shows."""

from fractions import Fraction

import numpy as np
import pytest

from refimpl.streams import _fma
from refimpl.streams._fma import fma32, fma64


def assert_rounded_once(result, a, b, c):
    """Every result is the nearest number to the exact value, the even one of two."""
    for r, *operands in zip(result, a, b, c, strict=True):
        x, y, z = (Fraction(float(v)) for v in operands)
        exact = x * y + z
        error = abs(exact - Fraction(float(r)))
        for neighbour in (np.nextafter(r, r.dtype.type(s)) for s in (-np.inf, np.inf)):
            other = abs(exact - Fraction(float(neighbour)))
            assert error < other or (error == other and r.view(f"i{r.itemsize}") % 2 == 0)


@pytest.mark.parametrize(("fma", "dtype"), [(fma32, np.float32), (fma64, np.float64)])
@pytest.mark.parametrize("spread", [0, 3, 12])
def test_random_operands_are_rounded_once(fma, dtype, spread):
    chance = np.random.default_rng(spread)
    a, b, c = (
        (chance.standard_normal(2000) * 2.0 ** chance.integers(-spread, spread + 1, 2000)).astype(
            dtype
        )
        for _ in range(3)
    )
    assert_rounded_once(fma(a, b, c), a, b, c)
    assert_rounded_once(fma(a, b, -(a * b)), a, b, -(a * b))


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("tail", [-1, 0, 1])
@pytest.mark.parametrize(("a", "b"), [(97 * 257, 673), (1549, 10831)])
def test_float32_half_way_in_float64_is_decided_by_the_tail(a, b, tail, sign):
    # The products 2**24 + 1 and 2**24 + 3 stand between two float32, the second time below the
    # even one; the tail is lost to float64.
    a, b, c = (np.float32([v]) for v in (sign * a, b, tail * 2.0**-40))
    assert_rounded_once(fma32(a, b, c), a, b, c)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(
    ("a", "b", "c"),
    [
        (1 + 2**-30, 1 - 2**-30, 3 * 2**-53),  # the product rounded gives a tie
        (898107057, 160465489 * 2**-110, 1.0),  # 1 + 2**-53 + 2**-110: its two tails do
        (898107057, 160465489 * 2**-110, 1 + 2**-52),
        (898107057, -160465489 * 2**-110, 1.0),
    ],
)
def test_float64_half_way_is_decided_by_the_tail(a, b, c, sign):
    a, b, c = np.array([float(sign * a)]), np.array([b]), np.array([sign * c])
    assert_rounded_once(fma64(a, b, c), a, b, c)


def test_infinities_and_nan_pass_through():
    one = np.ones(3)
    c = np.array([np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(fma64(one, one, c), c)
    np.testing.assert_array_equal(fma32(*map(np.float32, (one, one, c))), c)
    np.testing.assert_array_equal(fma64(c, one, one), c)


@pytest.mark.parametrize("name", ["fma32", "fma64", "fma64_to_odd", "mean64", "mean64_to_odd"])
def test_nothing_is_told_of_infinite_and_huge_operands_to_who_wants_to_hear_all(name):
    function = getattr(_fma, name)
    dtype = np.float32 if name == "fma32" else np.float64
    largest = np.finfo(dtype).max
    x = np.array([np.inf, np.nan, largest, -largest, np.finfo(dtype).tiny, 0], dtype)
    last = (dtype(2), dtype(3)) if name.startswith("mean") else (x[::-1],)
    with np.errstate(all="raise"):
        found = function(x, x[::-1], *last)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(found, function(x, x[::-1], *last))
