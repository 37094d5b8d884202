"""Modules: the same text, warnings and refusals on both engines."""

import pytest

import refimpl
from evidence.engines import observed, refusal
from evidence.misuses.nn import MISUSES
from evidence.programs.nn import PROGRAMS


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    assert observed(refimpl, PROGRAMS[name]) == observed(torch, PROGRAMS[name])


@pytest.mark.parametrize("name", MISUSES)
def test_refusal_has_torchs_type_and_text(name, torch):
    theirs, ours = (refusal(engine, MISUSES[name]) for engine in (torch, refimpl))
    assert type(ours).__name__ == type(theirs).__name__
    assert str(ours) == str(theirs)
