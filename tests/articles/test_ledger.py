"""A broken entry stops with its id and with what to do."""

import warnings
from dataclasses import FrozenInstanceError, fields

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


def test_what_was_read_cannot_be_changed(tmp_path):
    (article,) = ledger(tmp_path, HEAD + CLAIM)
    for each in (article, article.claims[0], article.claims[0].value[0]):
        for field in fields(each):
            with pytest.raises(FrozenInstanceError):
                setattr(each, field.name, "")


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
        (
            'check = "machine"',
            'check = "machine"\nslip = "typo"',
            "A9-C01: unknown slip 'typo'; write one of formula, taken for another, ",
        ),
        (
            'check = "machine"',
            'check = "machine"\nslip = "lost"',
            "A9-C01: reproduced, so nothing went wrong; drop its slip",
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
        ('id = "A9-C01"\n', "", "A9, an entry without id (number 1): id is missing; add it"),
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
        ("name =", "label =", "A9-C01, value 'without name' (number 1): unknown key "),
        ('title = "A title"\n', "", "a9.toml: title is missing; add it"),
        ("[[claim]]", "[[claims]]", "a9.toml: holds the tables "),
        ("[[claim]]", "[[claim", "a9.toml: not TOML: "),
        ('id = "A9"', 'id = "A8"', "a9.toml: the article's id is A8; rename one of them"),
        ('id = "A9"', 'id = "A("', "a9.toml: the article's id is 'A('; write A1, A2 ..."),
        ('id = "A9"', "id = 9", "a9.toml: id is 9; write a str with content"),
        ('title = "A title"', "title = [1]", "a9.toml: title is [1]; write a str with content"),
        (
            'title = "A title"',
            'name = "x"',
            "a9.toml: unknown key 'name'; write one of id, ",
        ),
        ('id = "A9"', 'id = "A9"\nclaims = ["x"]', "a9.toml: unknown key 'claims'; write one of "),
        (
            "[article]",
            "extra = 1\n[article]",
            "a9.toml: holds the tables ['article', 'claim', 'extra']; write [article] and ",
        ),
        (
            "[article]",
            "[[article]]",
            "a9.toml: article is [{'id': 'A9', 'title': 'A title', ",
        ),
        ("[[claim]]", "[claim]", "a9.toml: claim is {'id': 'A9-C01', 'kind': 'printed-tensor', "),
        ('id = "A9-C01"', "id = 1", "A9, an entry without id (number 1): id is 1; write a str "),
        (
            'id = "A9-C01"',
            'id = " "',
            "A9, an entry without id (number 1): id is ' '; write a ",
        ),
        ('"It is two."', '" \\n"', "A9-C01: why is ' \\n'; write a str with content"),
        ('"It is two."', "true", "A9-C01: why is True; write a str with content"),
        (
            '"It is two."',
            "2026-01-02",
            "A9-C01: why is datetime.date(2026, 1, 2); write a ",
        ),
        ('"It is two."', f"[{'7, ' * 99}]", "A9-C01: why is [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, "),
        ('why = "It is two."', 'why = "a"\nwhy = "b"', "a9.toml: not TOML: Cannot overwrite a "),
        (
            'check = "machine"',
            'check = "machine"\ngallery = "a"',
            "A9-C01: gallery is 'a'; write ",
        ),
        ('check = "machine"', 'check = "machine"\ngallery = []', "A9-C01: gallery is []; write a "),
        (
            'check = "machine"',
            'check = "machine"\ngallery = ["a9/plot_a", 2]',
            "A9-C01: gallery 2 is 2; write a str with content",
        ),
        (
            'check = "machine"',
            'check = "machine"\nrefimpl = "torch only:  "',
            'A9-C01: refimpl has the form "torch only: reason"; give the reason',
        ),
        ("[[claim.value]]", "[claim.value]", "A9-C01: value is {'name': 'two', 'article': '2.0', "),
        ('name = "two"', "name = 2", "A9-C01, value 'without name' (number 1): name is 2; write "),
        ('article = "2.0"', "article = 2.0", "A9-C01, value 'two': article is 2.0; write a str "),
        ('article = "2.0"', 'article = ""', "A9-C01, value 'two': article is ''; write a str "),
        ('text = "tensor(2.0)"', "text = {}", "A9-C01, value 'two': text is {}; write a str with "),
        ('name = "two"\n', "", "A9-C01, value 'without name' (number 1): name is missing; add it"),
        ('"It is two."', "9" * 5000, "a9.toml: not TOML: Exceeds the limit"),
        ('"It is two."', "[" * 5000, "a9.toml: not TOML: "),
    ],
)
def test_a_broken_entry_is_refused_with_its_id_and_a_remedy(tmp_path, old, new, message):
    text = HEAD + CLAIM
    assert old in text
    with pytest.raises(LedgerError) as refusal:
        ledger(tmp_path, text.replace(old, new, 1))
    assert str(refusal.value).startswith(message)


BAD_FILES = {
    "empty": (b"", "a9.toml: holds the tables []; write [article] and [[claim]]"),
    "no text": (
        b"\x89PNG",
        "a9.toml: not UTF-8: invalid start byte (at line 1); save it in that encoding",
    ),
    "another encoding": (
        (HEAD.replace("A title", "\xe9t\xe9") + CLAIM).encode("latin-1"),
        "a9.toml: not UTF-8: invalid continuation byte (at line 4); save it in that encoding",
    ),
    "article is text": (
        b'article = "x"\n' + CLAIM.encode(),
        "a9.toml: article is 'x'; write it as a table [article]",
    ),
    "claim is a number": (
        b"claim = 5\n" + HEAD.encode(),
        "a9.toml: claim is 5; write [[claim]] before each entry",
    ),
    "no claim": (
        b"claim = []\n" + HEAD.encode(),
        "a9.toml: claim is []; write [[claim]] before each entry",
    ),
    "a claim of text": (
        b'claim = [{}, "x"]\n' + HEAD.encode(),
        "a9.toml: claim 2 is 'x'; write it as a table [[claim]]",
    ),
    "an empty claim": (
        b"claim = [{}]\n" + HEAD.encode(),
        "A9, an entry without id (number 1): id is missing; add it",
    ),
    "a value of text": (
        (HEAD + CLAIM[: CLAIM.index("[[claim.value]]")] + 'value = ["x"]\n').encode(),
        "A9-C01: value 1 is 'x'; write it as a table [[claim.value]]",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_ledger_is_refused_with_its_name_and_place(tmp_path, name):
    data, message = BAD_FILES[name]
    (tmp_path / "a9.toml").write_bytes(data)
    with pytest.raises(LedgerError) as refusal:
        load(tmp_path)
    assert str(refusal.value) == message


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "a9.toml").mkdir()
    with pytest.raises(LedgerError, match=r"^a9\.toml: cannot be read: Is a directory$"):
        load(tmp_path)


def test_a_folder_that_is_not_there_is_refused_and_an_empty_one_is_not(tmp_path):
    assert load(tmp_path) == []
    with pytest.raises(LedgerError, match=f"^{tmp_path}/no: no such folder; give the one with "):
        load(tmp_path / "no")


# What an article prints and no engine does in that form: a second copy, typed from the articles.
PRINTED = {
    "A1-C19": ["-0.9601"],
    "A1-C21": ["tensor(-0.1111)"],
    "A1-C22": ["tensor(-0.1111)"],
    "A1-C41": ["Variable containing:\n 0.2689\n 0.7311"],
    "A1-C42": ["Variable containing:\n-1.3133\n-0.3133"],
    "A1-C43": ["Variable containing:\n 0.2689\n 0.7311"],
    "A2-C05": ["x, dim"],
    "A3-C09": ["3.5"],
    "A3-C23": ["0.2732, 0.3780, 0.3489"],
    "A3-C24": ["0.1985, -0.1033, -0.0953"],
    "A3-C26": ["SoftmaxBackward"],
    "A5-C22": ["weight, size_average, ignore_index, reduce, reduction", "-100, mean"],
    "A5-C37": ["tensors, grad_tensors, retain_graph, create_graph"],
}
PRINTING = [
    claim
    for article in load()
    for claim in article.claims
    if any(value.article for value in claim.value)
]


@pytest.mark.parametrize("claim", PRINTING, ids=lambda claim: claim.id)
def test_the_print_of_an_article_is_torchs_text_or_stands_here_a_second_time(claim):
    prints = [value for value in claim.value if value.article]
    if claim.id in PRINTED:
        assert [value.article for value in prints] == PRINTED[claim.id]
    else:
        assert claim.verdict == "reproduced"
        for value in prints:  # but for the layout: the texts themselves are compared elsewhere
            assert value.article.split() == value.expected("torch").split()


def test_every_second_copy_belongs_to_a_print():
    assert set(PRINTED) <= {claim.id for claim in PRINTING}


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
