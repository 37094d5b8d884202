"""Each departure is there: its program is seen differently, and it covers its own difference."""

import pytest

import refimpl
from evidence.departures import DEPARTURES, covering
from evidence.fuzz import compare
from evidence.fuzz.run import Difference
from evidence.fuzz.session import run
from evidence.versions import version

every = pytest.mark.parametrize("departure", DEPARTURES, ids=lambda each: each.title)


def difference(engines, lines):
    """Return what differs in the last line of a program."""
    ours, theirs = (run(engine, lines)[:-1] for engine in engines)
    spans = tuple(span for seen in ours + theirs for span in compare.spans(seen.value))
    what = compare.difference(ours[-1], theirs[-1])
    return Difference(what, list(lines), ours[-1], theirs[-1], spans)


@every
def test_the_engines_differ_in_the_last_line_and_only_there(departure, torch):
    found = difference((refimpl, torch), departure.program)
    if departure.everywhere or found.what is not None:
        assert (found.what is None) == (departure.gone == version(torch))
    for end in range(1, len(departure.program)):
        assert difference((refimpl, torch), departure.program[:end]).what is None


@every
def test_a_departure_covers_its_own_program_and_is_the_first_that_does(departure, torch):
    found = difference((refimpl, torch), departure.program)
    if departure.gone != version(torch) and (departure.everywhere or found.what is not None):
        assert covering(found) is departure


@pytest.mark.parametrize(
    "lines",
    [
        ("torch.ones(2)",),
        ("torch.ones(2).sum(dim=0)",),
        ("x = torch.ones(2, requires_grad=True)", "torch.autograd.grad(x.exp().sum(), x)"),
        ("torch.ones(2).eq(torch.ones(3))",),
        ("x = torch.ones(3)", "x.add_(2)"),
    ],
)
def test_another_result_of_a_plain_call_is_covered_by_none(lines):
    """The values of one engine are changed, as by a fault."""
    (*before, seen) = run(refimpl, lines)[:-1]
    if seen.error:
        wrong = seen._replace(error=("ValueError", "another text"))
    else:
        wrong = seen._replace(value="another value")
    spans = tuple(span for each in before for span in compare.spans(each.value))
    what = compare.difference(seen, wrong)
    assert what is not None
    assert covering(Difference(what, list(lines), seen, wrong, spans)) is None
