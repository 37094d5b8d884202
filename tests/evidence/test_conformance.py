"""The record of torch's own samples: what departs has a reason; a few operators are run anew."""

import json
import subprocess
import sys

import pytest

from evidence import conformance

STABLE = ["exp", "sin", "cumsum", "softmax", "xlogy", "add", "nn.functional.huber_loss"]


def test_every_departure_has_a_reason_and_every_reason_a_departure():
    found = conformance.departures()
    assert {name: why for name, (_, why) in found.items() if why is None} == {}
    assert set(conformance.REASONS) == set(found)


def test_most_samples_agree():
    totals = conformance.totals()
    assert sum(counts["agrees"] for counts in totals.values()) > 5000
    for counts in totals.values():
        assert counts["agrees"] > 0.9 * sum(counts.values())


def test_every_refusal_that_differs_has_a_reason_and_every_reason_a_refusal():
    found = conformance.error_departures()
    assert {name: why for name, (_, why) in found.items() if why is None} == {}
    assert set(conformance.ERROR_REASONS) == set(found)


def test_most_calls_that_torch_refuses_are_refused_in_its_words():
    counts = conformance.error_totals()
    assert counts["the same text"] > 0.7 * sum(counts.values())
    assert counts["taken"] <= 20


@pytest.mark.parametrize(
    ("mine", "its", "how"),
    [
        (None, ValueError("no"), "taken"),
        (ValueError("no"), ValueError("no"), "the same text"),
        (ValueError("no"), ValueError("no, but expected one of:"), "the same text"),
        (ValueError("nay"), ValueError("no"), "the same type"),
        (TypeError("no"), ValueError("no"), "another type"),
        (NotImplementedError("x lies outside the subset of"), ValueError(), "outside the subset"),
    ],
)
def test_refusals_are_compared_by_class_and_text(mine, its, how):
    assert conformance.said(mine, its) == how


def test_the_first_samples_of_some_operators_agree_still(torch):
    pytest.importorskip("expecttest", reason="expecttest, which torch's samples need, is not there")
    # in a process of its own: torch's tools for tests change switches of the whole process
    code = [sys.executable, "-W", "ignore", "-m", "evidence.conformance", *STABLE]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert len(found) >= len(STABLE)
    texts = {text for by_dtype in found.values() for counts in by_dtype.values() for text in counts}
    assert all(text.endswith((", agrees", ", outside the subset")) for text in texts)
    assert any(text == "second derivative, agrees" for text in texts)
