"""The kernels of gelu and of its form with tanh against mpmath, tails and zeros included."""

from functools import partial

import mpmath
import numpy as np
import pytest

from evidence.exact import PREC, mpfs, ulp
from evidence.operators import RECORDS
from refimpl.formulas import _gelu_kernels as kernels
from refimpl.formulas import gelu

RECORD = RECORDS["gelu"]

# The kernel, the quick one, the exact value, where exp becomes subnormal on the left, and the
# largest error: in units in the last place, or of 2**-54 where slopes and bends cross zero and
# cancel. Each rounding adds up to one unit where the result is just above a power of two: a value
# has three or four of them, a slope and a bend one or two more, those of the tanh form up to eight.
KERNELS = {
    "value": (kernels.value, kernels.quick_value, RECORD.value, -37.5, 2.5),
    "slope": (kernels.slope, kernels.quick_slope, RECORD.slope, -37.5, 3),
    "bend": (kernels.bend, kernels.quick_bend, RECORD.bend, -37.5, 2.5),
    "tanh-value": (
        kernels.tanh_value,
        kernels.quick_tanh_value,
        partial(RECORD.value, approximate="tanh"),
        -21.4,
        3,
    ),
    "tanh-slope": (
        kernels.tanh_slope,
        kernels.quick_tanh_slope,
        partial(RECORD.slope, approximate="tanh"),
        -21.4,
        5,
    ),
    "tanh-bend": (
        kernels.tanh_bend,
        kernels.quick_tanh_bend,
        partial(RECORD.bend, approximate="tanh"),
        -21.4,
        7,
    ),
}
SAMPLES = {
    "every-binade": lambda rng, end: np.ldexp(
        rng.uniform(1, 2, 1100) * rng.choice([-1, 1], 1100), np.arange(-1074, 26)
    ),
    "middle": lambda rng, end: rng.uniform(-4, 4, 2000),
    "left": lambda rng, end: rng.uniform(end, 0, 1000),
    "right": lambda rng, end: rng.uniform(0, -end, 1000),
    "subnormal-left": lambda rng, end: end * rng.uniform(1, 1.06, 500),
    "subnormal-right": lambda rng, end: -end * rng.uniform(1, 1.06, 500),
}
every_kernel = pytest.mark.parametrize("name", KERNELS)


@pytest.mark.parametrize("sample", SAMPLES)
@every_kernel
def test_a_kernel_is_within_its_bound_of_mpmath(name, sample):
    kernel, _, exact, end, bound = KERNELS[name]
    x = SAMPLES[sample](np.random.default_rng(12), end)
    with np.errstate(all="ignore"):
        results = kernel(x)
    with mpmath.workprec(PREC):
        for ours, v in zip(mpfs(results), mpfs(x), strict=True):
            true = exact(v)
            unit = ulp(true, np.float64)
            if abs(v) < 4:  # where slopes and bends cross zero
                unit = max(unit, mpmath.mpf(2) ** -54)
            assert abs(ours - true) <= bound * unit, v


@every_kernel
def test_a_quick_kernel_is_a_million_times_closer_than_float32_can_tell(name):
    # The exponent of the form with tanh may be 100, and its rounding is relative to that.
    _, quick, exact, _, _ = KERNELS[name]
    x = np.concatenate([SAMPLES[each](np.random.default_rng(13), -14.4) for each in SAMPLES])
    x = x.astype(np.float32).astype(float)
    with np.errstate(all="ignore"):
        results = quick(x)
    with mpmath.workprec(PREC):
        for ours, v in zip(mpfs(results), mpfs(x), strict=True):
            true = exact(v)
            size = max(abs(true), 0.01 if abs(v) < 4 else 0)
            assert abs(ours - true) <= max(size * 2.0**-24 * 1e-6, 1e-46), v


@every_kernel
@pytest.mark.parametrize("quick", [False, True], ids=["wide", "quick"])
def test_a_kernel_ends_as_torch_does_and_a_bend_at_zero(name, quick):
    with np.errstate(all="ignore"):
        ends = KERNELS[name][quick](np.array([-np.inf, np.inf, np.nan]))
    expected = {"value": [np.nan, np.inf], "slope": [np.nan] * 2, "bend": [0, 0]}
    np.testing.assert_array_equal(ends, [*expected[name.removeprefix("tanh-")], np.nan])


@every_kernel
@pytest.mark.parametrize("quick", [False, True], ids=["wide", "quick"])
def test_huge_numbers_are_past_every_curve(name, quick):
    huge = 3e38 if quick else 1e308
    with np.errstate(all="ignore"):
        left, right = KERNELS[name][quick](np.array([-huge, huge]))
    expected = {"value": huge, "slope": 1, "bend": 0}
    assert right == expected[name.removeprefix("tanh-")]
    assert left == 0


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_zero_keeps_its_sign(approximate):
    signs = np.signbit(gelu(np.array([0.0, -0.0]), approximate))
    np.testing.assert_array_equal(signs, [False, True])


@every_kernel
@pytest.mark.parametrize("quick", [False, True], ids=["wide", "quick"])
def test_a_scalar_gives_what_the_array_gives(name, quick):
    kernel, x = KERNELS[name][quick], np.linspace(-9, 9, 73)
    np.testing.assert_array_equal([kernel(v) for v in x], kernel(x))
    assert kernel(np.empty((2, 0))).shape == (2, 0)


def test_the_left_tail_has_digits_in_float32():
    # torch has -0 for both
    assert gelu(np.float32(-6)) == np.float32(-5.91952587e-9)
    assert gelu(np.float32(-5.5), "tanh") == np.float32(-5.927640264e-9)
