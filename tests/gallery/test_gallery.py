"""Every gallery script prints, on torch and on refimpl, the very text that stands beside it."""

import pytest

from evidence.gallery.scripts import ROOT, SCRIPTS, expected, name, printed
from tests.conftest import needs_torch


@needs_torch
@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_script_prints_its_text_on_torch(script):
    assert printed(script, "torch") == expected(script, "torch").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_script_prints_its_text_on_refimpl(script):
    assert printed(script, "refimpl") == expected(script, "refimpl").read_text(encoding="utf-8")


def test_every_text_belongs_to_a_script():
    texts = sorted((ROOT / "gallery").glob("*/*.out"))
    assert texts == sorted({expected(s, e) for s in SCRIPTS for e in ("torch", "refimpl")})


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_a_text_of_refimpl_is_kept_only_where_it_departs(script):
    of_torch, of_refimpl = expected(script, "torch"), expected(script, "refimpl")
    assert of_torch == of_refimpl or of_torch.read_text() != of_refimpl.read_text()
