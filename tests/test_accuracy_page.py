"""The recorded accuracies are those of this code: a seeded sample of them is measured again."""

import random
from importlib import metadata

import pytest

from tests.conftest import NO_TORCH

pytest.importorskip("torch", reason=NO_TORCH)

from benchmarks import accuracy, findings, machine
from benchmarks.libraries import REFIMPL, SCIPY, TORCH

RECORD = machine.read(accuracy.RECORD)
PLACES = [
    (operator, dtype, family)
    for operator in accuracy.OPERATORS
    for dtype in accuracy.DTYPES
    for family in accuracy.families(operator)
]
SAMPLE = random.Random(3).sample(PLACES, 12)


def same_machine():
    """Tell whether the last bits of NumPy, SciPy and torch are those of the recorded run."""
    kind = machine.kind_of_cpu()
    versions = {name: metadata.version(name) for name in ("numpy", "torch", "scipy", "mpmath")}
    return kind.items() <= RECORD.items() and versions.items() <= RECORD["versions"].items()


def comparable(dtype):
    """List what has to come out as recorded: refimpl's float64 depends on NumPy's exp."""
    if same_machine():
        return {"refimpl": REFIMPL, "torch": TORCH, "SciPy": SCIPY}
    return {"refimpl": REFIMPL} if dtype != "float64" else {}


def test_every_operator_dtype_and_family_is_recorded():
    recorded = [
        (operator, dtype, family)
        for operator, by_dtype in RECORD["scores"].items()
        for dtype, by_family in by_dtype.items()
        for family in by_family
    ]
    assert sorted(recorded) == sorted(PLACES)


@pytest.mark.parametrize("place", SAMPLE, ids=", ".join)
def test_a_recorded_score_comes_out_again(place):
    operator, dtype, family = place
    recorded = RECORD["scores"][operator][dtype][family]
    found = accuracy.measure(operator, dtype, family, comparable(dtype))
    assert {name: accuracy.significant(score) for name, score in found.items()} == {
        name: recorded[name] for name in found
    }


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("operator", ["log_softmax", "cross_entropy", "softmax_vjp"])
def test_all_digits_go_where_the_page_says_so_and_refimpl_keeps_them(operator, dtype):
    found = RECORD["scores"][operator][dtype]["one dominating"]
    half = 2.0 ** {"float32": 23, "float64": 52}[dtype]  # as many units as half the number has
    errors = {name: error for name, (error, *_) in found.items()}
    assert errors.pop("refimpl") <= 0.5
    assert errors and min(errors.values()) > half


def test_the_recorded_findings_come_out_again_where_formulas_are_exact():
    again = findings.by_margin()
    names = ["margin", *comparable("float32")]
    assert {name: again[name] for name in names} == {
        name: RECORD["findings"]["by margin"][name] for name in names
    }
