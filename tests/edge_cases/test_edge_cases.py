"""The edges of every operator: the limits are limits, and each difference is remarked on."""

import mpmath
import numpy as np
import pytest

from tests.conftest import needs_torch
from tests.edge_cases.limits import limit
from tests.edge_cases.operators import OPERATORS, logsumexp, softmax
from tests.edge_cases.run import COLUMNS, NONE, differ, remarks, results

PLACES = [
    (name, edge, quantity)
    for name, operator in OPERATORS.items()
    for edge in operator.inputs
    for quantity in ("value", "gradient")
]


def row(*numbers):
    return np.array(numbers, np.float32)


@needs_torch
@pytest.mark.parametrize("place", PLACES, ids=", ".join)
def test_a_row_has_a_remark_exactly_where_its_columns_differ(place):
    name, edge, quantity = place
    texts = results()[name][edge][quantity]
    assert differ(texts) == (", ".join(place) in remarks()), texts


def test_every_remark_names_a_row():
    assert set(remarks()) - {", ".join(place) for place in PLACES} == set()


def test_infinities_that_race_have_no_limit():
    assert limit(softmax, row(np.inf, np.inf), np.float32) is None


def test_the_faster_of_two_infinities_may_not_matter():
    assert limit(logsumexp, row(-np.inf, -np.inf), np.float32) == [-np.inf]


def test_a_corner_has_no_slope():
    assert limit(lambda x: [mpmath.mpf(x[0] > 0)], row(0), np.float32) is None


def test_a_logarithm_falls_below_every_number():
    assert limit(lambda x: [mpmath.log(x[0])], row(0), np.float32, (0, 1)) == [-np.inf]


def test_outside_the_domain_there_is_no_limit():
    assert limit(lambda x: [mpmath.log(x[0])], row(2), np.float32, (0, 1)) is None


@pytest.mark.parametrize(
    ("exact", "refimpl", "torch", "told"),
    [
        ("[0., 1.]", "[-0.,  1.]", "[0., 1.]", False),
        ("0.5000", "0.5000", "0.5001", True),
        ("0.5000", "nan", "nan", True),
        (NONE, "[nan, nan]", "[nan, nan]", False),
        (NONE, "[0., 0.]", "[0., 0.]", True),
        (NONE, "IndexError: Target 0 is out of bounds.", "nan", True),
    ],
)
def test_a_difference_is_told_by_the_numbers_shown(exact, refimpl, torch, told):
    assert differ(dict(zip(COLUMNS, (exact, refimpl, torch), strict=True))) is told
