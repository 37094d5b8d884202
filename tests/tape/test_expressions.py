"""Single expressions with the names of learners' programs: one text, or one refusal, on both."""

import pytest

import refimpl
from evidence.engines import observed, refusal
from evidence.programs.expressions import EXPRESSIONS, REFUSED, evaluated, listed


@pytest.fixture(autouse=True)
def default_dtypes(torch):
    """Put back the default dtypes, which some expressions change."""
    yield
    for engine in (torch, refimpl):
        engine.set_default_dtype(engine.float32)


@pytest.mark.parametrize("expression", listed(EXPRESSIONS))
def test_expression_has_one_text_on_both_engines(expression, torch):
    program = evaluated(expression)
    assert observed(refimpl, program) == observed(torch, program)


def first_part(error):
    """Return the text of a refusal without torch's list of the forms of a call."""
    return str(error).partition(", but expected one of")[0].strip()


@pytest.mark.parametrize("expression", listed(REFUSED))
def test_expression_is_refused_in_torchs_words(expression, torch):
    theirs, ours = (refusal(engine, evaluated(expression)) for engine in (torch, refimpl))
    assert type(ours).__name__ == type(theirs).__name__
    assert str(ours).strip() in (first_part(theirs), str(theirs).strip())
