"""Misuses end in torch's exception, with torch's text; our advice is a note."""

import pytest

import refimpl
from evidence.engines import refusal
from evidence.versions import MISUSES, class_of


@pytest.mark.parametrize("name", MISUSES)
def test_refusal_has_torchs_type_and_text(name, torch):
    theirs = refusal(torch, MISUSES[name])
    ours = refusal(refimpl, MISUSES[name])
    assert type(ours).__name__ == class_of(theirs, torch)
    assert str(ours) == str(theirs)
