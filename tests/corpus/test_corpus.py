"""Every program of the corpus prints one text on both engines, or stops at a name that is missing.

Who stops is listed with that name; who no longer stops has to be taken off the list.
"""

import pytest

from evidence.corpus.scripts import PROGRAMS, STOPS, WRONG, expected, missing, name, printed, run
from tests.conftest import needs_torch

RUNNING = [program for program in PROGRAMS if name(program) not in {**STOPS, **WRONG}]


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
    assert printed(program, "torch") == expected(program).read_text("utf-8")


@pytest.mark.parametrize("program", RUNNING, ids=name)
def test_program_prints_its_text_on_refimpl(program):
    assert printed(program, "refimpl") == expected(program, "refimpl").read_text("utf-8")


@pytest.mark.parametrize("stopped", STOPS)
def test_program_stops_at_the_name_that_is_listed(stopped):
    (program,) = (each for each in PROGRAMS if name(each) == stopped)
    text, error = run(program, "refimpl")
    assert missing(error) == STOPS[stopped]
    assert expected(program).read_text("utf-8").startswith(text) or stopped in WRONG


@pytest.mark.parametrize("wrong", WRONG)
def test_program_that_is_listed_as_wrong_is(wrong):
    (program,) = (each for each in PROGRAMS if name(each) == wrong)
    text, error = run(program, "refimpl")
    assert error is not None or text != expected(program, "refimpl").read_text("utf-8")


@pytest.mark.parametrize("program", RUNNING, ids=name)
def test_a_text_of_refimpl_is_kept_only_where_it_departs(program):
    of_torch, of_refimpl = expected(program), expected(program, "refimpl")
    assert of_torch == of_refimpl or of_torch.read_text("utf-8") != of_refimpl.read_text("utf-8")
