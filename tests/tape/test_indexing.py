"""Lists in an index are read as torch reads them, or refused with its exception and text."""

import math

import pytest

import refimpl

LISTS = {
    "integers": [2, 0],
    "a range": range(2),
    "bools are a mask": [True, False, True],
    "a bool among integers is an integer": [True, 1, 0],
    "nested": [[0, 1], [2, 0]],
    "floats are cut": [0.7, 1],
    "beyond 64 bits": [0, 2**63],
    "below 64 bits": [-(2**63) - 1],
    "nested beyond 64 bits": [[2**63]],
    "infinite": [1, math.inf],
    "outside": [1, 2**62],
    "text": [0, "1"],
    "complex": [0, 1j],
}


def outcome(T, items):
    try:
        return T.arange(12).reshape(3, 4)[items,].tolist()
    except Exception as error:  # whatever torch raises is what is compared
        return type(error), str(error)


@pytest.mark.parametrize("items", LISTS.values(), ids=LISTS)
def test_a_list_is_read_or_refused_as_in_torch(items, torch):
    assert outcome(refimpl, items) == outcome(torch, items)
