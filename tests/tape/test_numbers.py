"""A number that a dtype cannot hold is refused wherever torch refuses it; what fits is the same."""

import pytest

import refimpl
from evidence import versions
from evidence.engines import refusal
from evidence.misuses.numbers import DTYPES, PLACES, WIDE, outcomes
from refimpl.errors import advice_of


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("place", PLACES)
def test_a_number_is_taken_or_refused_as_in_torch(place, dtype, torch):
    theirs = versions.outcomes(torch, place, dtype)
    ours = outcomes(refimpl, place, dtype)
    assert {value: ours[value] for value in theirs} == theirs


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("place", PLACES)
def test_a_number_beyond_64_bits_is_taken_or_refused_as_in_torch(place, dtype, torch):
    ours, theirs = (outcomes(engine, place, dtype, WIDE) for engine in (refimpl, torch))
    for value, text in theirs.items():
        if "uint64" not in text:
            assert ours[value] == text, value


def test_nothing_is_written_where_one_number_does_not_fit():
    x = refimpl.zeros(3, dtype=refimpl.int8)
    for change in (lambda: x.fill_(300), lambda: x.__setitem__(0, 1e9)):
        with pytest.raises(RuntimeError, match="without overflow"):
            change()
    assert x.tolist() == [0, 0, 0] and x._version == 0


@pytest.mark.parametrize("value", [300, -1.5, float("nan")])
def test_what_does_not_fit_is_told_what_would(value):
    error = refusal(refimpl, lambda T: T.full((1,), value, dtype=T.uint8))
    assert advice_of(error) == [f"{value} does not fit; torch.uint8 holds integers from 0 to 255."]


@pytest.mark.parametrize("number", ["tensor([0])", "tensor([[0]])", "tensor(True)"])
@pytest.mark.parametrize(
    "call",
    [
        lambda torch, number: torch.linspace(0, 1, number),
        lambda torch, number: torch.ones(2, 2).all(number),
        lambda torch, number: torch.ones(2, 2).prod(number),
        lambda torch, number: torch.ones(2).random_(number),
    ],
    ids=["linspace", "all", "prod", "random_"],
)
def test_a_tensor_that_is_no_int_is_refused_where_torch_lists_forms(call, number, torch):
    for engine in (torch, refimpl):
        with pytest.raises(TypeError, match="invalid combination|must be int"):
            call(engine, eval(number, vars(engine)))
