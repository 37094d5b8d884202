"""Thousands of generated arrays are printed as torch prints them."""

import contextlib

import numpy as np
import pytest

from refimpl.printing import PrintOptions, tensor_text
from tests.conftest import needs_torch
from tests.printing.test_texts import TEXTS

with contextlib.suppress(ModuleNotFoundError):
    import torch

pytestmark = needs_torch

FLOATS = ("float16", "float32", "float64")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8")
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan]
EDGES = [1.0, 999.99, 1000.0, 1000.0001, 1e8, 1.00000001e8, 1e-4, 9.9999e-5, -0.1, 0.5, 2.5]
# Each takes a chance and a shape.
NUMBERS = {
    "standard": lambda c, s: c.standard_normal(s),
    "one magnitude": lambda c, s: c.standard_normal(s) * 10.0 ** c.integers(-12, 12),
    "many magnitudes": lambda c, s: c.standard_normal(s) * 10.0 ** c.integers(-8, 8, s),
    "extreme": lambda c, s: c.standard_normal(s) * 10.0 ** c.uniform(-310, 307),
    "whole": lambda c, s: np.round(c.standard_normal(s) * 10.0 ** c.integers(0, 10)),
    "ties in the last digit": lambda c, s: (
        c.integers(-(2**12), 2**12, s) / 2.0 ** c.integers(1, 13)
    ),
    "decimal ties": lambda c, s: np.round(c.standard_normal(s), 4) + 0.00005,
    "at the thresholds": lambda c, s: c.choice(EDGES, s),
    "nothing finite but zero": lambda c, s: c.choice(SPECIAL, s),
}


@pytest.fixture(autouse=True)
def torchs_options():
    yield
    torch.set_printoptions(profile="default")


def some_shape(chance):
    rank = int(chance.integers(0, 5))
    longest = {1: 1500, 2: 60, 3: 15, 4: 8}.get(rank, 1) if chance.random() < 0.15 else 4
    least = 0 if chance.random() < 0.1 else 1
    return tuple(int(n) for n in chance.integers(least, longest + 1, rank))


def some_floats(chance, numbers, dtype):
    shape = some_shape(chance)
    x = np.asarray(numbers(chance, shape), np.float64)
    if chance.random() < 0.3:
        x = np.where(chance.random(shape) < 0.2, chance.choice(SPECIAL, shape), x)
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(x).astype(dtype)


def some_integers(chance, dtype):
    info, shape = np.iinfo(dtype), some_shape(chance)
    low, high = [(0, 9), (max(info.min, -9), 99), (info.min, info.max)][chance.integers(3)]
    return np.asarray(chance.integers(low, high, shape, dtype, endpoint=True))


def some_settings(chance):
    return {
        "precision": int(chance.integers(0, 9)),
        "threshold": float(chance.choice([0, 5, 20, 1000, np.inf])),
        "edgeitems": int(chance.integers(0, 5)),
        "linewidth": int(chance.choice([1, 20, 40, 80, 120])),
        "sci_mode": [None, True, False][chance.integers(3)],
    }


def assert_same_text(array, node=0, **settings):
    """Compare the texts of a constant, of a leaf (`node` 1) or of a clone of one (2)."""
    torch.set_printoptions(profile="default", **settings)
    x = torch.from_numpy(array.copy())
    if node:
        x.requires_grad_()
    if node == 2:
        x = x.clone()
    text = tensor_text(
        array,
        grad_fn="CloneBackward0" if node == 2 else None,
        requires_grad=node > 0,
        options=PrintOptions(**settings),
    )
    assert text == repr(x), f"{settings} {array.dtype} {array.tolist()}"


@pytest.mark.parametrize("array", [array for array, _ in TEXTS.values()], ids=TEXTS)
def test_the_texts_said_by_heart_are_torchs(array):
    assert_same_text(np.asarray(array))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_floats_have_torchs_text(numbers, dtype):
    chance = np.random.default_rng(FLOATS.index(dtype))
    for turn in range(45):
        assert_same_text(some_floats(chance, numbers, dtype), node=turn % 3)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_floats_have_torchs_text_with_any_settings(numbers, dtype):
    chance = np.random.default_rng(10 + FLOATS.index(dtype))
    for turn in range(45):
        array = some_floats(chance, numbers, dtype)
        assert_same_text(array, node=turn % 3, **some_settings(chance))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_have_torchs_text(dtype):
    chance = np.random.default_rng(20)
    for _ in range(60):
        assert_same_text(some_integers(chance, dtype))
        assert_same_text(some_integers(chance, dtype), **some_settings(chance))


def test_bools_have_torchs_text():
    chance = np.random.default_rng(30)
    for _ in range(60):
        array = np.asarray(chance.random(some_shape(chance)) < chance.choice([0, 0.5, 1]))
        assert_same_text(array)
        assert_same_text(array, **some_settings(chance))


@pytest.mark.parametrize("length", range(0, 60))
def test_a_suffix_breaks_the_line_where_torchs_does(length):
    array = np.full(length, 0.5, np.float16)
    for node in range(3):
        assert_same_text(array, node)
        assert_same_text(array, node, linewidth=length + 25)


@pytest.mark.parametrize("profile", ["default", "short", "full"])
def test_a_profile_sets_what_torchs_sets(profile):
    torch.set_printoptions(precision=7, linewidth=33, sci_mode=True)
    torch.set_printoptions(profile=profile, edgeitems=1)
    before = PrintOptions(precision=7, linewidth=33, sci_mode=True)
    after = before.changed(profile=profile, edgeitems=1)
    assert after.as_dict() == torch._tensor_str.get_printoptions()


def test_sci_mode_returns_to_automatic_when_another_setting_changes():
    torch.set_printoptions(sci_mode=True)
    torch.set_printoptions(precision=2)
    after = PrintOptions(sci_mode=True).changed(precision=2)
    assert after.as_dict() == torch._tensor_str.get_printoptions()
