"""Small programs return the same text on both engines."""

import warnings

import pytest

import refimpl
from tests.tape.programs import PROGRAMS


def text(result):
    """Write a result out, nested as it is."""
    if isinstance(result, dict):
        return {key: text(value) for key, value in result.items()}
    if type(result) in (list, tuple):
        return [text(each) for each in result]
    return repr(result)


def run(engine, program):
    with warnings.catch_warnings():
        # Warnings are compared in test_warnings; here torch's own deprecations are in the way.
        warnings.simplefilter("ignore")
        return text(program(engine))


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    assert run(refimpl, PROGRAMS[name]) == run(torch, PROGRAMS[name])
