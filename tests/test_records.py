"""What the pages of accuracy and speed show was recorded as it says."""

import json

import pytest

from benchmarks import machine
from benchmarks.goals import goals


@pytest.mark.parametrize("name", ["accuracy.json", "benchmarks.json"])
def test_a_record_says_when_with_what_and_on_what_it_was_made(name):
    kept = json.loads((machine.DATA / name).read_text("utf-8"))
    assert {"date", "script", "cpu", "cores", "capability", "simd", "versions"} <= kept.keys()
    assert set(kept["versions"]) == {"python", *machine.PACKAGES}


def test_the_recorded_goals_follow_from_the_recorded_times():
    record = machine.read("benchmarks.json")
    tables = {
        name: {tuple(row["row"]): row["values"] for row in record[name]}
        for name in ("formulas", "tape", "memory")
    }
    for then, now in zip(record["goals"], goals(tables, tables["memory"]), strict=True):
        assert (then["name"], then["must"], then["aim"]) == (now["name"], now["must"], now["aim"])
        assert then["value"] == pytest.approx(now["value"], rel=0.01)  # the times have four digits
