"""The record of versions: what it has of the pinned torch is what refimpl does."""

import pytest

import refimpl
from evidence import versions
from evidence.engines import observed
from evidence.misuses import numbers

RECORD = versions.record()


@pytest.mark.parametrize("name", RECORD["programs"])
def test_refimpl_follows_the_pinned_version(name):
    both = RECORD["programs"][name]
    assert repr(observed(refimpl, versions.PROGRAMS[name])) == both[versions.PINNED]
    assert both[versions.NEWEST] != both[versions.PINNED]


@pytest.mark.parametrize("dtype", RECORD["numbers"])
def test_refimpl_takes_the_numbers_that_the_pinned_version_takes(dtype):
    found = numbers.outcomes(refimpl, versions.PLACE, dtype)
    for value, both in RECORD["numbers"][dtype].items():
        assert found[value] == both[versions.PINNED]


def test_the_newer_class_of_a_refusal_is_caught_as_the_pinned_one():
    for both in RECORD["refusals"].values():
        assert both == {versions.PINNED: "RuntimeError", versions.NEWEST: "NotImplementedError"}
    assert issubclass(NotImplementedError, RuntimeError)


def test_another_difference_than_the_recorded_one_is_told():
    class Newer:
        __version__ = f"{versions.NEWEST}+cpu"

    name = next(iter(RECORD["programs"]))
    with pytest.raises(AssertionError, match="not what the record has"):
        versions.followed(Newer, name, ["something else"])
    assert versions.followed(Newer, "a program that does not differ", ["a"]) == ["a"]


def test_a_page_shows_single_lines():
    assert versions.lines("(['a\\nb', ['c']], [])") == ["a", "b", "c"]
