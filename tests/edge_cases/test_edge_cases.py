"""The edges of every operator: the limits are limits, and each difference is remarked on."""

import mpmath
import numpy as np
import pytest

from evidence.edge_cases import COLUMNS, NONE, QUANTITIES, TABLES, differ, remarks, results
from evidence.exact import mapped
from evidence.limits import limit
from evidence.operators import RECORDS
from tests.conftest import needs_torch

PLACES = [
    (title, edge, quantity)
    for title, table in TABLES.items()
    for edge in table.edges.inputs
    for quantity in QUANTITIES
]


def row(*numbers):
    return np.array(numbers, np.float32)


def limit_of(name, *numbers):
    return limit(lambda x: RECORDS[name].exact(x, 0), row(*numbers), np.float32)


@needs_torch
@pytest.mark.parametrize("place", PLACES, ids=", ".join)
def test_a_row_has_a_remark_exactly_where_its_columns_differ(place):
    name, edge, quantity = place
    texts = results()[name][edge][quantity]
    assert differ(texts) == (", ".join(place) in remarks()), texts


def test_every_remark_names_a_row():
    assert set(remarks()) - {", ".join(place) for place in PLACES} == set()


def test_infinities_that_race_have_no_limit():
    assert limit_of("softmax", np.inf, np.inf) is None


def test_the_faster_of_two_infinities_may_not_matter():
    assert limit_of("logsumexp", -np.inf, -np.inf) == -np.inf


def test_a_corner_has_no_slope():
    assert limit(lambda x: mapped(lambda v: v > 0, x), row(0), np.float32) is None


def test_a_logarithm_falls_below_every_number():
    assert limit(lambda x: mapped(mpmath.log, x), row(0), np.float32, (0, 1)) == [-np.inf]


def test_outside_the_domain_there_is_no_limit():
    assert limit(lambda x: mapped(mpmath.log, x), row(2), np.float32, (0, 1)) is None


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
