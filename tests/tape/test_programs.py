"""Small programs return the same text, and warn of the same things, on both engines."""

import pytest

import refimpl
from evidence.engines import observed
from evidence.versions import PROGRAMS, followed


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    theirs = followed(torch, name, observed(torch, PROGRAMS[name]))
    assert observed(refimpl, PROGRAMS[name]) == theirs
