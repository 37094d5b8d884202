"""The record of versions: what it has of the pinned torch is what refimpl does."""

import pytest

import refimpl
from evidence import versions
from evidence.engines import observed
from evidence.misuses import numbers
from evidence.strangers import transcript

RECORD = versions.record()


@pytest.mark.parametrize("name", RECORD["programs"])
def test_refimpl_follows_the_pinned_version(name):
    both = RECORD["programs"][name]
    assert repr(observed(refimpl, versions.PROGRAMS[name])) == both[versions.PINNED]
    assert both[versions.NEWEST] != both[versions.PINNED]


@pytest.mark.parametrize("both", RECORD["refused"], ids=lambda both: both["programs"][0])
def test_refimpl_refuses_what_the_pinned_version_refuses(both):
    for name in both["programs"]:
        found = versions.outcome(refimpl, versions.REFUSALS[name])
        assert versions.same_text(found[1], both[versions.PINNED][1])
        assert found[0] == both[versions.PINNED][0]
    assert both[versions.NEWEST] != both[versions.PINNED]


@pytest.mark.parametrize("line", RECORD["typed"])
def test_refimpl_prints_what_the_pinned_version_prints(line):
    both = RECORD["typed"][line]
    assert transcript(refimpl, line.split(";; ")) == both[versions.PINNED] != both[versions.NEWEST]


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


def test_a_refusal_and_a_print_of_another_kind_are_told(monkeypatch):
    monkeypatch.setattr(versions, "version", lambda torch: versions.NEWEST)
    refused, typed = RECORD["refused"][0]["programs"][0], next(iter(RECORD["typed"]))
    with pytest.raises(AssertionError, match="not what the record has"):
        versions.refused(refimpl, refused, versions.REFUSALS[refused])
    with pytest.raises(AssertionError, match="not what the record has"):
        versions.typed(refimpl, typed.split(";; "))
    assert versions.typed(refimpl, ["1 + 1"]) == ["2"]


def test_the_end_of_a_program_may_be_that_of_the_pinned_version():
    class Newer:
        __version__ = versions.NEWEST

    both = RECORD["refused"][0]
    pinned, newest = (": ".join(both[each]) for each in (versions.PINNED, versions.NEWEST))
    assert pinned in versions.ends(Newer, newest)
    assert versions.ends(Newer, "ValueError: what no version says") == {
        "ValueError: what no version says"
    }
    text = next(iter(RECORD["refusals"]))
    assert f"RuntimeError: {text}" in versions.ends(Newer, f"NotImplementedError: {text}")


def test_one_call_of_each_kind_is_shown():
    shown = list(versions.calls())
    assert len({(old, new) for _, old, new in shown}) == len(shown)
    assert all(old != new and len(old) <= 160 for _, old, new in shown)
    assert any("arange(" in call for call, *_ in shown)


def test_refimpl_calls_itself_by_the_version_that_it_follows():
    assert versions.version(refimpl) == versions.PINNED


def test_a_page_shows_single_lines():
    assert versions.lines("(['a\\nb', ['c']], [])") == ["a", "b", "c"]
