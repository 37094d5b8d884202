"""The page of coverage: every name that is there has evidence, and what is not is refused."""

import pytest

import refimpl
from evidence import coverage


@pytest.mark.parametrize("path", coverage.PLACES.values())
def test_every_name_is_either_there_or_refused(path, torch):
    missing, rows = coverage.compared(path)
    place = coverage.reached(refimpl, path)
    assert rows
    for name in rows:
        assert hasattr(place, name)
    for name in missing:
        if path != "Tensor":
            with pytest.raises(refimpl.NotInSubset):
                getattr(place, name)
        else:
            with pytest.raises(refimpl.NotInSubset):
                getattr(refimpl.ones(1), name)


@pytest.mark.parametrize("path", coverage.PLACES.values())
def test_every_name_that_is_there_has_an_example(path, torch):
    _, rows = coverage.compared(path)
    assert [name for name, marks in rows.items() if not marks["example"]] == []


def test_a_name_without_evidence_has_no_marks():
    assert "nothing_calls_this" not in coverage.called("value")
    assert "softmax" in coverage.called("gradient") or coverage.recorded("softmax")


def test_the_names_with_the_fewest_marks_come_first(torch):
    counts = [line.count("✓") for line in coverage.table("").splitlines()[2:]]
    assert counts == sorted(counts) and len(counts) > 100
