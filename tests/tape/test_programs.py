"""Small programs return the same text, and warn of the same things, on both engines."""

import pytest

import refimpl
from evidence.engines import observed
from evidence.programs import kinks, pieces, tape, zeros

PROGRAMS = tape.PROGRAMS | pieces.PROGRAMS | kinks.PROGRAMS | zeros.PROGRAMS


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    assert observed(refimpl, PROGRAMS[name]) == observed(torch, PROGRAMS[name])
