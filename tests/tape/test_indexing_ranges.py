"""A range between brackets is read as a list of its numbers, at the ends of 64 bits too."""

import pytest

import refimpl
from tests.conftest import needs_torch

RANGES = [
    range(3),
    range(2, -1, -1),
    range(0, 6, 2),
    range(0),
    range(2**63 - 1, 2**63),
    range(2**63 - 2, 2**64, 2**63),
    range(-(2**63), -(2**63) + 1),
    range(-(2**63) - 1, -(2**63) + 1),
]


def outcome(engine, index):
    x = engine.arange(12).reshape(6, 2)
    try:
        return x[index,].tolist()
    except (IndexError, ValueError) as error:
        return type(error), str(error)


@needs_torch
@pytest.mark.parametrize("index", RANGES, ids=str)
def test_a_range_gives_what_its_list_gives_and_what_torch_gives(torch, index):
    assert outcome(refimpl, index) == outcome(refimpl, list(index)) == outcome(torch, index)
