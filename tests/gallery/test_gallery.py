"""Every gallery script prints, on torch and on refimpl, the very text that stands beside it.

Those that train on pictures do so on Fashion-MNIST, where it is on the machine, and on digits.
"""

from itertools import product

import pytest

from evidence.gallery.scripts import (
    NO_IMAGES,
    ROOT,
    SCRIPTS,
    expected,
    images,
    name,
    printed,
    trains_on_pictures,
)
from evidence.shards.launch import FOLDER
from evidence.shards.record import ALONE, ON_RANKS, RANKS
from tests.conftest import both_engines, needs_torch

STUDIES = [script for script in SCRIPTS if trains_on_pictures(script)]


def compare(script, engine, digits=False):
    text = expected(script, engine, digits).read_text(encoding="utf-8")
    assert printed(script, engine, digits) == text


def compare_on_images(script, engine):
    if script in STUDIES and not images():
        pytest.skip(NO_IMAGES)
    compare(script, engine)


@needs_torch
@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_script_prints_its_text_on_torch(script):
    compare_on_images(script, "torch")


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_script_prints_its_text_on_refimpl(script):
    compare_on_images(script, "refimpl")


@both_engines
@pytest.mark.parametrize("script", STUDIES, ids=name)
def test_without_images_a_script_says_so_in_its_first_line_and_trains_on_digits(script, engine):
    compare(script, engine, digits=True)
    first = printed(script, engine, digits=True).partition("\n")[0]
    assert first.startswith("digits in the place of Fashion-MNIST, which is not on this machine: ")


def test_every_text_belongs_to_a_script():
    every = product(SCRIPTS, ("torch", "refimpl"), (False, True))
    texts = sorted((ROOT / "gallery").glob("a?/*.out"))
    assert texts == sorted({expected(*each) for each in every})


def test_every_text_of_shards_belongs_to_a_program():
    texts = {path.name for path in FOLDER.glob("*.out")}
    on_ranks = {f"{name}.{ranks}.out" for name in ON_RANKS for ranks in RANKS}
    assert texts == on_ranks | {f"{name}.out" for name in ALONE}


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_a_text_of_refimpl_is_kept_only_where_it_departs(script):
    of_torch, of_refimpl = expected(script, "torch"), expected(script, "refimpl")
    assert of_torch == of_refimpl or of_torch.read_text() != of_refimpl.read_text()
