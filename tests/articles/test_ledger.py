"""A broken entry stops with its id and with what to do."""

import warnings

import pytest

from evidence.articles import registry, runner
from refimpl.articles import LedgerError, load
from refimpl.articles.ledger import numbers

HEAD = """
[article]
id = "A9"
title = "A title"
teaches = "What it teaches."
"""
CLAIM = """
[[claim]]
id = "A9-C01"
kind = "printed-tensor"
source = "article"
statement = "Two is printed."
verdict = "reproduced"
why = "It is two."
check = "machine"

[[claim.value]]
name = "two"
article = "2.0"
text = "tensor(2.0)"
"""


def ledger(folder, text):
    (folder / "a9.toml").write_text(text, encoding="utf-8")
    return load(folder)


def two(torch):
    return {"two": "tensor(2.0)"}


def test_the_sample_itself_is_accepted(tmp_path):
    (article,) = ledger(tmp_path, HEAD + CLAIM)
    assert [claim.id for claim in article.claims] == ["A9-C01"]
    assert article.claims[0].value[0].expected("refimpl") == "tensor(2.0)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"reproduced"', '"true"', "A9-C01: unknown verdict 'true'; write one of reproduced, "),
        ('"printed-tensor"', '"print"', "A9-C01: unknown kind 'print'; write one of "),
        ('"machine"', '"both"', "A9-C01: unknown check 'both'; write one of machine, reading"),
        (
            'source = "article"',
            'source = "us"',
            "A9-C01: unknown source 'us'; write one of article, derived",
        ),
        ("why =", "reason =", "A9-C01: unknown key 'reason'; write one of id, kind, "),
        ('kind = "printed-tensor"\n', "", "A9-C01: kind is missing; add it"),
        ('"It is two."', '""', "A9-C01: why is ''; write a str with content"),
        ('"It is two."', "2", "A9-C01: why is 2; write a str with content"),
        (
            'verdict = "reproduced"\nwhy = "It is two."',
            'verdict = "unverifiable"',
            "A9-C01: why (the reason) is missing; add it",
        ),
        ('id = "A9-C01"\n', "", "A9, an entry without id: id is missing; add it"),
        ('"A9-C01"', '"A8-C01"', "A8-C01: the id has the form A9-C01; rename the entry"),
        (
            'check = "machine"',
            'check = "machine"\nrefimpl = "no"',
            'A9-C01: refimpl has the form "torch only: reason"; give the reason',
        ),
        ('check = "machine"', 'check = "reading"', "A9-C01: nothing is computed for a reading; "),
        ('article = "2.0"\n', "", "A9-C01: reproduced, but no value holds the article's print; "),
        ('article = "2.0"', 'article = "2.1"', "A9-C01: reproduced, but the article's '2.1' has "),
        ('text = "tensor(2.0)"\n', "", "A9-C01: 'two' needs either text or both exact and torch"),
        ('text = "tensor(2.0)"', 'torch = "2"', "A9-C01: 'two' has one of exact and torch; store "),
        (
            'text = "tensor(2.0)"',
            'torch = "2"\nexact = "2"',
            "A9-C01: 'two': exact and torch are equal; write text",
        ),
        ("name =", "label =", "A9-C01, value 'without name': unknown key 'label'; "),
        ('title = "A title"\n', "", "a9.toml: title is missing; add it"),
        ("[[claim]]", "[[claims]]", "a9.toml: holds the tables "),
        ("[[claim]]", "[[claim", "a9.toml: not TOML: "),
        ('id = "A9"', 'id = "A8"', "a9.toml: the article's id is A8; rename one of them"),
    ],
)
def test_a_broken_entry_is_refused_with_its_id_and_a_remedy(tmp_path, old, new, message):
    text = HEAD + CLAIM
    assert old in text
    with pytest.raises(LedgerError) as refusal:
        ledger(tmp_path, text.replace(old, new, 1))
    assert str(refusal.value).startswith(message)


def test_a_second_entry_with_the_same_id_is_refused(tmp_path):
    with pytest.raises(LedgerError, match="^A9-C01: the id stands twice; number the second"):
        ledger(tmp_path, HEAD + CLAIM + CLAIM)


def test_a_second_value_with_the_same_name_is_refused(tmp_path):
    value = CLAIM[CLAIM.index("[[claim.value]]") :]
    with pytest.raises(LedgerError, match="^A9-C01: two values have the same name; rename one"):
        ledger(tmp_path, HEAD + CLAIM + value)


def test_a_claim_without_its_check_is_refused(tmp_path):
    with pytest.raises(LedgerError, match=r"^A9-C01: the check is missing; write a function with"):
        runner.checked(ledger(tmp_path, HEAD + CLAIM), {})


def test_a_check_without_its_claim_is_refused(tmp_path):
    with pytest.raises(LedgerError, match="^A9-C02: two checks a claim that is not in the ledger"):
        runner.checked(ledger(tmp_path, HEAD + CLAIM), {"A9-C01": two, "A9-C02": two})


def test_a_check_of_a_reading_is_refused(tmp_path):
    reading = CLAIM[: CLAIM.index("[[claim.value]]")].replace("machine", "reading")
    articles = ledger(tmp_path, HEAD + reading.replace("reproduced", "confirmed"))
    assert runner.checked(articles, {}) == []
    with pytest.raises(LedgerError, match='^A9-C01: has a check although the ledger says "reading'):
        runner.checked(articles, {"A9-C01": two})


def test_a_second_check_of_a_claim_is_refused(monkeypatch):
    monkeypatch.setattr(registry, "CHECKS", {"A9-C01": two})
    with pytest.raises(LedgerError, match="^A9-C01: checked twice, by two and two; keep one"):
        registry.check("A9-C01")(two)


def warned(torch):
    warnings.warn("deprecated", UserWarning, stacklevel=1)


def false(torch):
    assert torch is None


@pytest.fixture
def no_engine(monkeypatch):
    """Samples of checks compute nothing, so that torch may be absent."""
    monkeypatch.setattr(runner, "engine", lambda name: name)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda torch: {"two": 2.0}, "'two' is in the ledger\ntensor(2.0)\nand was computed as\n2"),
        (lambda torch: {}, "the check gives the values [], the ledger has ['two']"),
        (false, "assert torch is None\nAssertionError"),
        (warned, "UserWarning: deprecated"),
        (lambda torch: torch.missing, "has no attribute 'missing'"),
    ],
    ids=["other-digits", "value-left-out", "assertion", "warning", "wrong-name"],
)
@pytest.mark.usefixtures("no_engine")
def test_a_failing_check_is_reported_with_its_id(tmp_path, check, message):
    (article,) = ledger(tmp_path, HEAD + CLAIM)
    result = runner.outcome(article.claims[0], "torch", check)
    assert result["outcome"] == "failed"
    assert message in result["message"]
    (line,) = runner.failures({"A9-C01": {"torch": result, "refimpl": {"outcome": "passed"}}})
    assert line.startswith("A9-C01 on torch: ")


@pytest.mark.usefixtures("no_engine")
def test_a_check_that_holds_keeps_the_values_it_computed(tmp_path):
    (article,) = ledger(tmp_path, HEAD + CLAIM)
    result = runner.outcome(article.claims[0], "torch", two)
    assert result == {"outcome": "passed", "values": {"two": "tensor(2.0)"}}


@pytest.mark.usefixtures("no_engine")
def test_exact_is_for_refimpl_and_torch_for_torch(tmp_path):
    text = CLAIM.replace('text = "tensor(2.0)"', 'torch = "2.0"\nexact = "1.9"')
    (article,) = ledger(tmp_path, HEAD + text)
    claim = article.claims[0]
    assert runner.outcome(claim, "torch", lambda torch: {"two": "2.0"})["outcome"] == "passed"
    assert runner.outcome(claim, "refimpl", lambda torch: {"two": "2.0"})["outcome"] == "failed"
    assert runner.outcome(claim, "refimpl", lambda torch: {"two": "1.9"})["outcome"] == "passed"


def test_a_claim_for_torch_only_is_not_run_on_refimpl(tmp_path):
    text = CLAIM.replace('"machine"', '"machine"\nrefimpl = "torch only: it is about torch"')
    (article,) = ledger(tmp_path, HEAD + text)
    result = runner.outcome(article.claims[0], "refimpl", two)
    assert result == {"outcome": "torch only", "message": "it is about torch"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tensor([ 0.5, -1.25e-08])", ["0.5", "-1.25e-08"]),
        ("tensor([2., inf], dtype=torch.float64, grad_fn=<AddBackward0>)", ["2.", "inf"]),
        ("[torch.FloatTensor of size 2]", ["2"]),
        ("dim=1", ["1"]),
    ],
)
def test_numbers_are_told_from_names_and_layout(text, found):
    assert numbers(text) == found
