"""ONNX's node tests end today as recorded; what does not agree has a reason, and is torch's way."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import refimpl
from evidence import conformance_onnx


def test_the_cases_end_as_recorded():
    # in a process of its own: some cases divide by zero while they are made
    code = [sys.executable, "-W", "ignore", "-m", "evidence.conformance_onnx", "refimpl"]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == conformance_onnx.kept()["refimpl"]


def test_every_departure_has_a_reason_and_torch_departs_too():
    found = conformance_onnx.departures()
    assert set(found) == set(conformance_onnx.REASONS)
    assert [name for name, (ours, theirs, _) in found.items() if ours != theirs] == []


def test_where_torch_agrees_refimpl_does_or_has_not_the_form():
    theirs = conformance_onnx.ends("torch")
    other = {how for name, how in conformance_onnx.ends("refimpl").items() if how != theirs[name]}
    assert other <= {f"outside: {conformance_onnx.ANOTHER_FORM}"}


def test_the_softmax_family_agrees_whole():
    kept = conformance_onnx.kept()["refimpl"]
    names = "Softmax LogSoftmax ReduceLogSumExp SoftmaxCrossEntropyLoss NegativeLogLikelihoodLoss"
    for name in [*names.split(), *"Sigmoid Softplus Tanh Erf Gelu Swish Relu".split()]:
        assert kept[name] and set(kept[name].values()) == {"agrees"}
    assert sum(len(kept[name]) for name in names.split()) >= 70


def case(expected, op="Relu", inputs=None):
    """Return what ONNX would make of one node."""
    node = SimpleNamespace(op_type=op, domain="", attribute=[], input=["x"], output=["y"])
    graph = SimpleNamespace(node=[node])
    return SimpleNamespace(
        model=SimpleNamespace(graph=graph),
        data_sets=[(inputs or [np.array([1.0, -1.0])], [expected])],
        name="case",
    )


@pytest.mark.parametrize(
    ("made", "how"),
    [
        (case(np.array([1.0, 0.0])), "agrees"),
        (case(np.array([1.0, 1e-9])), "other numbers"),
        (case(np.array([1.0, 0.0], np.float32)), "another shape or dtype"),
        (case(np.array([1.0, 0.0]), op="LSTM"), "outside: an operator that the subset has not"),
        (case(np.array([1.0, 0.0]), inputs=[np.array([1j])]), "outside: another dtype"),
        (case(np.array(1.0), op="MatMul"), "refused"),
    ],
)
def test_how_a_case_ends(made, how):
    pytest.importorskip("onnx", reason="onnx, which makes the cases, is not there")
    assert conformance_onnx.end(refimpl, made) == how
