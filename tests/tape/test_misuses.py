"""Misuses end in torch's exception, with torch's text; our advice is a note."""

import pytest

import refimpl
from evidence.engines import refusal
from evidence.misuses import pieces, tape

MISUSES = tape.MISUSES | pieces.MISUSES


@pytest.mark.parametrize("name", MISUSES)
def test_refusal_has_torchs_type_and_text(name, torch):
    theirs = refusal(torch, MISUSES[name])
    ours = refusal(refimpl, MISUSES[name])
    assert type(ours).__name__ == type(theirs).__name__
    assert str(ours) == str(theirs)
