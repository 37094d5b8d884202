"""An operator is known by its record alone: the file is found, fills every table, lacks no part."""

import dataclasses
import sys

import numpy as np
import pytest

import evidence.operators
from evidence import calls, edge_cases
from evidence.operators import RECORDS, discover
from evidence.record import IncompleteRecordError
from refimpl import formulas
from tests import test_every_operator as properties
from tests.conftest import NO_TORCH, needs_torch
from tests.formulas import test_accuracy
from tests.nn import test_modules, test_refusals

SQUARE = """
import mpmath

from evidence.edge_inputs import POINTS
from evidence.kinds import Elementwise
from evidence.record import Edges, Refusal, call, given

RECORD = Elementwise(
    name="square",
    topic="square",
    value=lambda x: x * x,
    slope=lambda x: 2 * x,
    bend=lambda x: mpmath.mpf(2),
    torch="torch.square",
    samples=[call([0.5, -3.0]), call(2.0)],
    special=[call([float("inf")])],
    edges=[Edges(inputs=POINTS, remarks={"integer, value": "Integers stay integers."})],
    refusals=[Refusal(([1.0],), {}, TypeError, "square(): no list")],
    misuses={"a list": lambda T: given([1.0])},
    module="Flatten",
    peers={"value": {"SciPy": lambda x: x**2}, "vjp": {}},
    timed=["value"],
)
"""


class Square:
    """Stands in for a formula with its roles."""

    def __call__(self, x):
        if isinstance(x, list):
            error = TypeError("square(): no list")
            error.add_note("square: give an array.")
            raise error
        return np.asarray(x * x)

    def vjp(self, cotangent, x):
        return np.asarray(cotangent * 2 * x)

    def jvp(self, tangent, x):
        return np.asarray(tangent * 2 * x)

    def vjp_vjp(self, second_cotangent, cotangent, x):
        return self.vjp(second_cotangent, x), np.asarray(second_cotangent * cotangent * 2)


@pytest.fixture
def square(tmp_path, monkeypatch):
    """Put the one file of an operator where records are looked for, and return its record."""
    (tmp_path / "square.py").write_text(SQUARE, encoding="utf-8")
    monkeypatch.setattr(formulas, "square", Square(), raising=False)
    places = [*evidence.operators.__path__, str(tmp_path)]
    monkeypatch.setattr(evidence.operators, "__path__", places)
    found = discover(places, evidence.operators.__name__)
    yield found["square"]
    del sys.modules["evidence.operators.square"]
    del evidence.operators.square


def ids(parameters):
    return [each.id for each in parameters]


def accuracy_rows(records):
    pytest.importorskip("torch", reason=NO_TORCH)
    from benchmarks.libraries import libraries

    return libraries(records)["refimpl"]


def timed_rows(records):
    pytest.importorskip("torch", reason=NO_TORCH)
    from benchmarks.bench_formulas import builders

    return builders(records)


def pages(records):
    import topics

    return topics.listed(["sigmoid"], [RECORDS["sigmoid"], *records])


TABLES = {
    "samples": (lambda records: ids(properties.cases(records)), ["square-0", "square-1"]),
    "special inputs": (lambda records: ids(properties.cases(records, "special")), ["square-0"]),
    "slopes": (lambda records: ids(properties.elementwise(records)), ["square-0", "square-1"]),
    "promises": (test_accuracy.elementwise, ["square"]),
    "refusals": (lambda records: ids(properties.refusals(records)), ["square: square(): no list"]),
    "edges": (edge_cases.tables, ["square"]),
    "remarks": (
        lambda records: edge_cases.remarks(edge_cases.tables(records)),
        ["square, integer, value"],
    ),
    "calls of tensors": (
        lambda records: [row.name for row in calls.rows(records)],
        ["square, 2", "square, a number", "Tensor.square, 2", "Tensor.square, a number"],
    ),
    "misuses": (test_refusals.misuses, ["square: a list"]),
    "modules": (
        lambda records: ids(test_modules.modules(records)),
        ["Flatten 0", "Flatten 1", "Flatten 2"],
    ),
    "pages": (pages, ["sigmoid", "square"]),
    "measured errors": (accuracy_rows, ["square", "square_vjp"]),
    "measured times": (timed_rows, ["square"]),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_new_file_reaches_the_table(table, square):
    rows, expected = TABLES[table]
    assert list(rows([square])) == expected


def test_the_mathematics_is_checked_from_the_record_alone(square):
    for inputs, options in square.samples:
        properties.test_the_value_is_the_textbook_formula(square, inputs, options)
        properties.test_a_pulled_cotangent_pairs_with_every_direction(square, inputs, options)
        properties.test_the_second_vjp_is_the_derivative_of_the_first(square, inputs, options)
        properties.test_a_recorded_slope_and_bend_are_the_derivatives_of_the_value(
            square, inputs, options
        )


@needs_torch
def test_the_edges_are_computed_from_the_record_alone(square):
    rows = edge_cases.compute(edge_cases.tables([square]))["square"]
    assert rows["±inf"]["value"] == {column: "[inf, inf]" for column in edge_cases.COLUMNS}
    assert rows["huge spread"]["gradient"]["exact"] == "[ 20000., -20000.]"


def test_a_record_with_a_wrong_slope_is_found_out(square):
    wrong = dataclasses.replace(square, slope=lambda x: 3 * x)
    with pytest.raises(AssertionError):
        properties.test_a_recorded_slope_and_bend_are_the_derivatives_of_the_value(
            wrong, *square.samples[0]
        )


@pytest.mark.parametrize("nothing", [None, []])
@pytest.mark.parametrize(
    ("record", "part"),
    [
        pytest.param(record, part, id=f"{record.name}, {part}")
        for record in RECORDS.values()
        for part in record.parts
    ],
)
def test_a_record_that_lacks_a_part_names_operator_and_part(record, part, nothing):
    with pytest.raises(IncompleteRecordError) as caught:
        dataclasses.replace(record, **{part: nothing})
    assert str(caught.value) == f"the record of {record.name} has no {part.rstrip('s')}"


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(IncompleteRecordError) as caught:
        dataclasses.replace(RECORDS["tanh"], slope=None, samples=[])
    assert str(caught.value).splitlines() == [
        "the record of tanh has no slope",
        "the record of tanh has no sample",
    ]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_stands_in_the_file_of_its_name(name):
    module = sys.modules[f"evidence.operators.{name}"]
    assert module.RECORD is RECORDS[name]
