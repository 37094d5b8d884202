"""The C that the search is compared with does the same work."""

import shutil

import pytest

from benchmarks import seeds
from refimpl.seeds.questions import ask
from refimpl.seeds.search import Plan

NEAR = range(seeds.SEED - 2**14, seeds.SEED + 2**14 + 5)  # no whole number of blocks


@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc: the C of the benchmark is not tried")
@pytest.mark.parametrize("name", ["plain", "by_hand"])
def test_the_scan_in_c_finds_the_same_seed(tmp_path, name):
    text = seeds.print_of_a1()
    function = getattr(seeds.compiled(tmp_path, 128), name)
    hits = seeds.in_c(function, Plan([ask(text, "randn")]), text)
    assert hits(NEAR) == [seeds.SEED]
    assert hits(range(seeds.SEED + 1, NEAR.stop + 2**12)) == []


def test_the_numbers_of_the_print_are_read():
    assert seeds.entries(seeds.print_of_a1())[:4] == ["0.5283", "0.3922", "-0.0484", "-1.6257"]


def test_the_goal_is_the_ratio_over_the_fastest_plain_c():
    times = {"refimpl": 3.0, "plain C, 64 lanes": 6.0, "plain C, 128 lanes": 4.0, "C by hand": 1.0}
    (goal,) = seeds.judged(times)
    assert (goal["value"], goal["must"], goal["aim"]) == (0.75, 1.0, 0.65)


def test_times_are_those_of_the_fastest_round():
    scans = {"a": lambda span: [seeds.SEED] if seeds.SEED in span else []}
    least = seeds.measured(scans, NEAR, rounds=2)
    assert set(least) == {"a"} and least["a"] >= 0
    with pytest.raises(SystemExit, match="wrong found"):
        seeds.measured({"wrong": lambda span: []}, NEAR, rounds=1)
