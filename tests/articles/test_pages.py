"""The docs build stops, with the id of the claim, where the results do not hold."""

import copy

import ledger
import pytest
from sphinx.errors import ExtensionError

from evidence.articles import runner
from refimpl.articles import load
from refimpl.articles.ledger import SLIPS

PASSED = {"outcome": "passed", "values": {}}
MACHINE = [c.id for article in load() for c in article.claims if c.check == "machine"]
HOLDING = {claim_id: {"torch": PASSED, "refimpl": PASSED} for claim_id in MACHINE}


def stop(monkeypatch, results):
    monkeypatch.setattr(runner, "results", lambda: results)
    with pytest.raises(ExtensionError) as stopped:
        ledger.results.__wrapped__()
    return str(stopped.value)


def test_results_that_hold_pass(monkeypatch):
    monkeypatch.setattr(runner, "results", lambda: HOLDING)
    assert ledger.results.__wrapped__() == HOLDING


@pytest.mark.parametrize("outcome", ["failed", "not run"])
@pytest.mark.parametrize("engine", runner.ENGINES)
def test_a_result_that_does_not_hold_stops_the_build(monkeypatch, engine, outcome):
    results = copy.deepcopy(HOLDING)
    results["A1-C21"][engine] = {"outcome": outcome, "message": "what was wrong"}
    message = stop(monkeypatch, results)
    assert message.startswith(
        f"A1-C21: the check on {engine} is {outcome}; run python -m evidence."
    )
    assert message.endswith("what was wrong")


def test_a_result_that_is_missing_stops_the_build(monkeypatch):
    results = {claim_id: result for claim_id, result in HOLDING.items() if claim_id != "A1-C21"}
    assert stop(monkeypatch, results).startswith("A1-C21: the check on torch is missing")


def test_every_article_has_its_pages():
    pages = runner.ROOT / "docs" / "articles"
    for article in load():
        name = f"{article.id.lower()}.md"
        assert f"```{{article}} {article.id}" in (pages / name).read_text(encoding="utf-8")
        assert f"```{{checks}} {article.id}" in (pages / "checks" / name).read_text(
            encoding="utf-8"
        )
    for slip in SLIPS:
        assert f"```{{errata}} {slip}\n" in (pages / "errata.md").read_text(encoding="utf-8")
