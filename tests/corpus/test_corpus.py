"""Every program of the corpus prints one text on both engines, or stops at a name that is missing.

Who stops is listed with that name; who no longer stops has to be taken off the list.
"""

import pytest

from evidence.corpus.scripts import (
    PROGRAMS,
    STOPS,
    as_expected,
    expected,
    missing,
    name,
    run,
    same_but_for_last_digits,
)
from tests.conftest import needs_torch

RUNNING = [program for program in PROGRAMS if name(program) not in STOPS]


def test_the_corpus_is_large_and_its_programs_are_short():
    lengths = [len(program.read_text("utf-8").splitlines()) for program in PROGRAMS]
    assert len(PROGRAMS) >= 60
    assert 10 <= min(lengths) and max(lengths) <= 75  # formatted; they were written in 60


def test_every_text_belongs_to_a_program_and_every_stop_too():
    texts = sorted(PROGRAMS[0].parent.glob("*.out"))
    assert texts == sorted({expected(p, e) for p in PROGRAMS for e in ("torch", "refimpl")})
    assert set(STOPS) <= set(map(name, PROGRAMS))


@needs_torch
@pytest.mark.parametrize("program", PROGRAMS, ids=name)
def test_program_prints_its_text_on_torch(program):
    assert as_expected(program, "torch")


@pytest.mark.parametrize("program", RUNNING, ids=name)
def test_program_prints_its_text_on_refimpl(program):
    assert as_expected(program, "refimpl")


@pytest.mark.parametrize("stopped", STOPS)
def test_program_stops_at_the_name_that_is_listed(stopped):
    (program,) = (each for each in PROGRAMS if name(each) == stopped)
    text, error = run(program, "refimpl")
    assert missing(error) == STOPS[stopped]
    assert expected(program).read_text("utf-8").startswith(text)


@pytest.mark.parametrize("program", RUNNING, ids=name)
def test_a_text_of_refimpl_is_kept_only_where_it_departs(program):
    of_torch, of_refimpl = expected(program), expected(program, "refimpl")
    if of_torch != of_refimpl:
        texts = [each.read_text("utf-8") for each in (of_torch, of_refimpl)]
        assert texts[0] != texts[1]
        assert same_but_for_last_digits(*texts)


def test_most_of_the_corpus_prints_what_torch_prints():
    same = [p for p in RUNNING if expected(p) == expected(p, "refimpl")]
    assert len(RUNNING) / len(PROGRAMS) >= 0.99
    assert len(same) / len(PROGRAMS) >= 0.94


@pytest.mark.parametrize(
    ("text", "other", "same"),
    [
        ("loss 0.20901 at 3", "loss 0.20902 at 3", True),
        ("loss 0.20901 at 3", "loss 0.20901 at 4", False),
        ("loss 0.20901", "loss 0.21901", False),
        ("loss 0.2", "loss 0.2 0.2", False),
    ],
)
def test_last_digits_are_told_from_others(text, other, same):
    assert same_but_for_last_digits(text, other) is same
