"""The same bits on every processor, and whatever lies beside a slice."""

import os
import subprocess
import sys

import mpmath
import numpy as np
import pytest

from evidence import exact
from evidence.operators import RECORDS
from refimpl import bits, formulas
from refimpl.formulas import _pointwise, _softmax

FEATURES = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
ROLES = ("value", "vjp", "jvp")
every_dtype = pytest.mark.parametrize("dtype", bits.DTYPES, ids=lambda each: each.__name__)


def test_the_digests_are_the_recorded_ones():
    assert bits.digests() == bits.RECORDED


def test_the_bits_do_not_depend_on_the_instructions_that_numpy_uses():
    disabled = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(FEATURES)}
    command = [sys.executable, "-m", "refimpl.bits"]
    run = subprocess.run(command, env=disabled, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_changed_bit_changes_a_digest(monkeypatch):
    def one_up(e, value):
        high, low = divide(e, value)
        return np.nextafter(high, np.inf), low

    divide = bits.formulas._softmax.paired.quotients
    monkeypatch.setattr(bits.formulas._softmax.paired, "quotients", one_up)
    found = bits.digest(bits.along(formulas.softmax, np.float64, bits.streams.Generator(2021)))
    assert found != bits.RECORDED["softmax float64"]


def results(name, x, g, t):
    """Return value, gradient and tangent of each row; the cotangents are those of the rows."""
    formula = getattr(formulas, name)
    by_row = g if name != "logsumexp" else g[:, 0]
    return formula(x, 1), formula.vjp(by_row, x, 1), formula.jvp(t, x, 1)


@every_dtype
@pytest.mark.parametrize("classes", [3, 10, 100, 1500])
@pytest.mark.parametrize("name", bits.ALONG)
def test_a_row_has_the_same_bits_in_every_batch(name, classes, dtype):
    rng = np.random.default_rng(classes)
    x, g, t = (rng.normal(0, 5, (64, classes)).astype(dtype) for _ in range(3))
    whole = results(name, x, g, t)
    for rows in ([7], [7, 8], [63, 7, 0], list(range(5, 40))):
        apart = results(name, x[rows], g[rows], t[rows])
        for together, alone in zip(whole, apart, strict=True):
            np.testing.assert_array_equal(together[rows], alone, strict=True)


@every_dtype
@pytest.mark.parametrize("name", bits.ALONG)
def test_a_row_has_the_same_bits_in_every_layout(name, dtype):
    rng = np.random.default_rng(1)
    x, g, t = (rng.normal(0, 5, (50, 90)).astype(dtype) for _ in range(3))
    whole = results(name, x, g, t)
    fortran = results(name, *map(np.asfortranarray, (x, g, t)))
    every_second = results(name, *(np.repeat(a, 2, 1)[:, ::2] for a in (x, g, t)))
    formula = getattr(formulas, name)
    columns = formula(np.ascontiguousarray(x.T), 0)
    for a, b, c in zip(whole, fortran, every_second, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    np.testing.assert_array_equal(whole[0], columns.T if columns.ndim > 1 else columns)


def test_the_loss_of_a_sample_has_the_same_bits_in_every_batch():
    rng = np.random.default_rng(2)
    for dtype in bits.DTYPES:
        x, t = rng.normal(0, 5, (64, 30)).astype(dtype), rng.integers(0, 30, 64)
        losses = formulas.cross_entropy(x, t, reduction="none")
        by_x = formulas.cross_entropy.vjp(np.ones(64, dtype), x, t, reduction="none")[0]
        for n in (0, 7, 63):
            one = slice(n, n + 1)
            alone = formulas.cross_entropy(x[one], t[one], reduction="none")
            np.testing.assert_array_equal(losses[one], alone)
            ones = np.ones(1, dtype)
            alone = formulas.cross_entropy.vjp(ones, x[one], t[one], reduction="none")[0]
            np.testing.assert_array_equal(by_x[one], alone)


# Inputs found by search: their float64 value lies so near a tie that it is rounded the wrong way.
HARD = {
    "softplus": np.float32([-0.00044680992, 0.00044680992]),
    "logsigmoid": np.float32([-0.00044680992, 0.00044680992]),
    "sigmoid": np.float32([2.0**-24 * 3, 2.0**-23 * 5, -(2.0**-23) * 3, 1.1920929e-07 * 11]),
}


def rounded_once(v, off, out, factor=None):
    """Do what `rounded` does for whoever looks for no ties."""
    out[...] = v if factor is None else v * factor


def true_values(name, x):
    """Return the nearest float32 numbers, by mpmath."""
    with mpmath.workprec(exact.PREC):
        return [exact.rounded(RECORDS[name].value(v), np.float32) for v in exact.mpfs(x)]


def test_looking_for_ties_is_what_decides_hard_inputs(monkeypatch):
    right = {name: getattr(formulas, name)(x) for name, x in HARD.items()}
    for name, x in HARD.items():
        np.testing.assert_array_equal(right[name], true_values(name, x))
    monkeypatch.setattr(_pointwise, "rounded", rounded_once)
    assert any((getattr(formulas, name)(x) != right[name]).any() for name, x in HARD.items())


# Of two logits, one of which is 0, softmax is the sigmoid, and so on: the same inputs are hard.
HARD_ROWS = {
    "softmax": ("sigmoid", lambda x: formulas.softmax(x, 1)[:, 0]),
    "softmin": ("sigmoid", lambda x: formulas.softmin(x, 1)[:, 1]),
    "log_softmax": ("logsigmoid", lambda x: formulas.log_softmax(x, 1)[:, 0]),
    "logsumexp": ("softplus", lambda x: formulas.logsumexp(x, 1)),
    "cross_entropy": (
        "logsigmoid",
        lambda x: -formulas.cross_entropy(x, np.zeros(len(x), np.int64), reduction="none"),
    ),
}


@pytest.mark.parametrize("filling", [0, 1, 70], ids=lambda n: f"and {n} of minus infinity")
@pytest.mark.parametrize("name", HARD_ROWS)
def test_rows_near_a_tie_are_the_nearest_numbers(name, filling):
    entry, of_rows = HARD_ROWS[name]
    x = HARD[entry]
    fill = np.inf if name == "softmin" else -np.inf
    rows = np.full((len(x), 2 + filling), fill, np.float32)
    rows[:, 0], rows[:, 1] = x, 0
    np.testing.assert_array_equal(of_rows(rows), true_values(entry, x))


def test_looking_for_ties_is_what_decides_hard_rows(monkeypatch):
    rows = np.stack([HARD["sigmoid"], np.zeros_like(HARD["sigmoid"])], 1)
    right = formulas.softmax(rows, 1)
    monkeypatch.setattr(_softmax, "rounded", rounded_once)
    assert (formulas.softmax(rows, 1) != right).any()


# Of an infinite or undefined cotangent there is no nearest number: what float64 arithmetic gives.
INFINITE = ([np.inf, 0, 1], [-np.inf, 0, 1], [0, -np.inf, 2], [np.nan, 0, 1], [np.inf, -np.inf, 0])


def plain_roles(g, x):
    """Return gradients and tangents beside an infinite cotangent, by the formulas as they stand."""
    p = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
    whole = p * g
    c = g - whole.sum()
    return {
        "softmax": (p * (g - whole.sum()), p * (g - whole.sum())),
        "log_softmax": (g * (1 - p) + p * (g - g.sum()), c),
        "logsumexp": (g[0] * p, whole.sum()),
    }


@pytest.mark.parametrize("g", INFINITE, ids=str)
@pytest.mark.parametrize("x", [[1, 2, 0], [-3, 0, 1], [0, -1, 1]], ids=str)
@pytest.mark.parametrize("dtype", bits.DTYPES, ids=lambda each: each.__name__)
def test_infinite_cotangents_are_what_arithmetic_makes_of_them(x, g, dtype):
    x, g = np.array(x, dtype), np.array(g, dtype)
    with np.errstate(invalid="ignore"):
        plain = plain_roles(g.astype(float), x.astype(float))
    for name, (pulled, pushed) in plain.items():
        formula, by = getattr(formulas, name), g[0] if name == "logsumexp" else g
        found = formula.vjp(np.asarray(by), x, 0), formula.jvp(g, x, 0)
        found += (formula.value_and_pullback(x, 0)[1](np.asarray(by)),)
        for ours, right in zip(found, (pulled, pushed, pulled), strict=True):
            np.testing.assert_allclose(ours, right, rtol=np.finfo(dtype).eps)


def test_an_infinite_cotangent_beside_a_probability_of_zero_is_undefined_throughout():
    for dtype in (np.float32, np.float64):
        x, g = np.array([0, -1100], dtype), np.array([0, np.inf], dtype)
        assert np.isnan(formulas.softmax.vjp(g, x, 0)).all()
        assert np.isnan(formulas.softmax.value_and_pullback(x, 0)[1](g)).all()
