"""Single expressions with the names of learners' programs: one text, or one refusal, on both."""

import pytest

import refimpl
from evidence.engines import observed, refusal
from evidence.programs.expressions import EXPRESSIONS, REFUSED, as_before, evaluated, listed
from evidence.versions import refused, same_text


@pytest.fixture(autouse=True)
def defaults(torch):
    """Put back what some expressions change."""
    yield
    for engine in (torch, refimpl):
        as_before(engine)


@pytest.mark.parametrize("expression", listed(EXPRESSIONS))
def test_expression_has_one_text_on_both_engines(expression, torch):
    program = evaluated(expression)
    assert observed(refimpl, program) == observed(torch, program)


@pytest.mark.parametrize("expression", listed(REFUSED))
def test_expression_is_refused_in_torchs_words(expression, torch):
    program = evaluated(expression)
    ours = refusal(refimpl, program)
    kind, text = refused(torch, expression, program)
    assert type(ours).__name__ == kind
    assert same_text(str(ours).strip(), text)
