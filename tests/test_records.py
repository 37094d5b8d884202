"""What the pages of accuracy and speed show was recorded as it says."""

import json

import pytest

from benchmarks import machine, site
from benchmarks.goals import goals, reason, verdict


@pytest.mark.parametrize("name", ["accuracy.json", "benchmarks.json"])
def test_a_record_says_when_with_what_and_on_what_it_was_made(name):
    kept = json.loads((machine.DATA / name).read_text("utf-8"))
    assert {"date", "script", "cpu", "cores", "capability", "simd", "versions"} <= kept.keys()
    assert set(kept["versions"]) == {"python", *machine.PACKAGES}


def test_the_recorded_goals_follow_from_the_recorded_times():
    record = machine.read("benchmarks.json")
    tables = {
        name: {tuple(row["row"]): row["values"] for row in record[name]}
        for name in ("formulas", "reused", "tape", "memory")
    }
    for then, now in zip(record["goals"], goals(tables, tables["memory"]), strict=True):
        assert (then["name"], then["must"], then["aim"]) == (now["name"], now["must"], now["aim"])
        assert then["value"] == pytest.approx(now["value"], rel=0.01)  # the times have four digits


@pytest.mark.parametrize("name", ["benchmarks.json", "builds.json"])
def test_every_goal_has_a_reason_to_be_missed(name):
    for goal in machine.read(name)["goals"]:
        assert reason(goal).endswith(".")


@pytest.mark.parametrize(
    ("value", "found"), [(1.0, "met"), (1.1, "met, not the aim"), (1.2001, "missed")]
)
def test_a_goal_whose_aim_is_missed_is_not_simply_met(value, found):
    assert verdict({"value": value, "must": 1.2, "aim": 1.0}) == found


def test_a_record_of_builds_says_what_was_compared():
    kept = machine.read("builds.json")
    assert {"date", "script", "cpu", "cores", "versions"} <= kept.keys()
    for group in kept["groups"].values():
        assert group["worst"] in kept["cases"]
        assert kept["cases"][group["worst"]][2] == pytest.approx(group["ratio"], rel=0.01)


def test_the_goals_of_the_site_follow_from_what_was_measured():
    record = machine.read(site.RECORD)
    assert record["goals"] == site.goals(record)
    assert {"lighthouse", "weight", "run", "date", "script", "cpu", "cores"} <= record.keys()
