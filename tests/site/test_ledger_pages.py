"""What the directives of the ledger show, on a small ledger with a claim of every kind."""

import json
import re
from html import unescape
from types import SimpleNamespace

import ledger
import pytest
from sphinx.errors import ExtensionError

from evidence.small_site import built, html, table_of, words
from refimpl.articles import load
from refimpl.articles.ledger import SLIPS

LONG = "tensor([[0.12345678, 0.23456789, 0.34567890]])"
ENTRIES = """
[article]
id = "A1"
title = "A title"
teaches = "What *it* teaches."

[[claim]]
id = "A1-C01"
kind = "printed-tensor"
source = "article"
statement = "Two is printed."
verdict = "reproduced"
why = "It is two."
check = "machine"
gallery = ["a1/plot_two"]

[[claim.value]]
name = "two"
article = "2.0"
text = "2.0"

[[claim.value]]
name = "many"
text = '''
tensor([1.,
        2.])'''

[[claim]]
id = "A1-C02"
kind = "formula"
source = "derived"
statement = "Both give the same."
verdict = "corrected"
slip = "formula"
why = "They do not, see {claim}`A1-C01`."
check = "machine"
formula = "x = 1"

[[claim.value]]
name = "sum"
article = "0.4"
exact = "0.30"
torch = "0.31"

[[claim.value]]
name = "product"
article = "0.5"
text = "0.50"

[[claim]]
id = "A1-C03"
kind = "api"
source = "article"
statement = "A device is chosen."
verdict = "refuted"
slip = "too general"
why = "There is one."
check = "machine"
refimpl = "torch only: there are no devices"

[[claim.value]]
name = "long"
text = "tensor([[0.12345678, 0.23456789, 0.34567890]])"

[[claim]]
id = "A1-C04"
kind = "prose"
source = "article"
statement = "It is well known."
verdict = "corrected"
slip = "formula"
why = "It is not."
check = "reading"

[[claim]]
id = "A1-C05"
kind = "prose"
source = "article"
statement = "Two is even."
verdict = "confirmed"
why = "One and one make it."
check = "reading"

[[claim]]
id = "A1-C06"
kind = "prose"
source = "article"
statement = "Three is odd."
verdict = "confirmed"
why = "Two is even."
check = "machine"

[[claim.value]]
name = "three"
text = "3"

[[claim]]
id = "A1-C07"
kind = "prose"
source = "article"
statement = "Four is liked."
verdict = "unverifiable"
why = "By some."
check = "reading"
"""


MANY = "tensor([1.,\n        2.])"
RESULTS = {
    "A1-C01": {"torch": {"two": "2.0", "many": MANY}, "refimpl": {"two": "2.0", "many": MANY}},
    "A1-C02": {
        "torch": {"sum": "0.31", "product": "0.50"},
        "refimpl": {"sum": "0.30", "product": "0.50"},
    },
    "A1-C03": {"torch": {"long": LONG}, "refimpl": None},
    "A1-C06": {"torch": {"three": "3"}, "refimpl": {"three": "3"}},
}
CHECKS = '''"""Checks."""

from evidence.articles.registry import check


@check("A1-C01")
def two(torch):
    return {"two": "2.0"}


def helper():
    return 1


@check("A1-C02")
def both(torch):
    return {}


# A comment alone is not shown.


@check("A1-C03")
def long(torch):
    return {}


@check("A1-C06")
def three(torch):
    return {"three": "3"}


@other
def last():
    return 2
'''
PAGES = {
    "index.md": "# Index\n\n```{toctree}\n:glob:\narticles/*\n```\n",
    "articles/a1.md": "# Article one\n\n```{article} A1\n```\n\n```{claims} A1-C01 A1-C03\n```\n\n"
    "## More\n\n```{claims} A1-C04 A1-C07\n```\n",
    "articles/errata.md": "# Errata\n\n```{slips}\n```\n\n"
    + "".join(
        f"(slip-{slip.replace(' ', '-')})=\n## {title}\n\n```{{errata}} {slip}\n```\n\n"
        for slip, title in SLIPS.items()
    ),
    "articles/all.md": "# All\n\n```{articles}\n```\n",
    "articles/checks.md": "# Checks\n\n```{checks} A1\n```\n",
    "articles/other.md": "# Other\n\n```{printed} A1-C02\n:first:\n```\n\nSee {claim}`A1-C03` and "
    "{claim}`this one <A1-C04>`.\n",
}


def results_of(values):
    """Return results as evidence/articles/runner.py keeps them."""
    outcomes = {
        engine: {"outcome": "passed", "values": found} if found else {"outcome": "torch only"}
        for engine, found in values.items()
    }
    return outcomes | {"check": {"name": "one", "path": "evidence/a1.py", "line": 7}}


@pytest.fixture
def small_ledger(tmp_path, monkeypatch):
    """Let the directives show the small ledger."""
    (tmp_path / "a1.toml").write_text(ENTRIES, "utf-8")
    articles = {article.id: article for article in load(tmp_path)}
    claims = {claim.id: claim for article in articles.values() for claim in article.claims}
    results = {claim_id: results_of(values) for claim_id, values in RESULTS.items()}
    (tmp_path / "a1.py").write_text(CHECKS, "utf-8")
    monkeypatch.setattr(ledger.runner, "__file__", str(tmp_path / "runner.py"))
    monkeypatch.setattr(ledger, "articles", lambda: articles)
    monkeypatch.setattr(ledger, "claims", lambda: claims)
    monkeypatch.setattr(ledger, "results", lambda: results)


@pytest.fixture
def build(tmp_path, small_ledger):
    """Return a function that builds the pages, some of them changed."""

    def build(**changed):
        pages = PAGES | {f"articles/{name}.md": text for name, text in changed.items()}
        return built(tmp_path, pages, "ledger")

    return build


def pieces(text, kind):
    """Cut a page into its claims, errata or checks, by id."""
    parts = re.split(rf'(?=<div class="[^"]*" id="{kind}-)', text)[1:]
    return {re.search(r'id="\w+-(a\d-c\d\d)"', part)[1].upper(): part for part in parts}


@pytest.fixture
def shown(build):
    """The built pages, without a warning."""
    app = build()
    # the examples of the gallery are not among these pages
    assert [line for line in app.warning.getvalue().splitlines() if "sphx_glr" not in line] == []
    return app


def test_an_article_says_what_it_teaches_and_counts_its_claims(shown):
    text = html(shown, "articles/a1")
    assert words(text.partition('<div class="claim ')[0]) == [
        "Article one",
        *("1", "reproduced", "2", "confirmed", "2", "corrected", "1", "refuted"),
        *("1", "unverifiable"),
        *("corrected", "A1-C02", "Both give the same.", "A1-C04", "It is well known."),
        *("refuted", "A1-C03", "A device is chosen.", "reproduced", "A1-C01"),
        *("confirmed", "A1-C05", "A1-C06", "unverifiable", "A1-C07"),
        *("What the article teaches, and how its entries were judged", "What it teaches."),
        *("3", "checked on torch and refimpl", "3", "judged by reading", "1", "checked on torch"),
    ]
    assert words(html(shown, "articles/all")) == [
        *("All", "Article one", "1", "reproduced", "2", "confirmed", "2", "corrected"),
        *("1", "refuted", "1", "unverifiable"),
    ]


def test_claims_stand_in_reading_order_each_with_its_verdict(shown):
    claims = pieces(html(shown, "articles/a1"), "claim")
    assert list(claims) == [f"A1-C0{number}" for number in range(1, 8)]
    verdicts = ("reproduced", "corrected", "refuted", "corrected", *2 * ("confirmed",))
    for claim_id, verdict in zip(claims, (*verdicts, "unverifiable"), strict=True):
        assert f'class="claim claim-{verdict}' in claims[claim_id]
        assert f"verdict-{verdict}" in claims[claim_id]
        assert ("derived here" in words(claims[claim_id])) == (claim_id == "A1-C02")


def test_a_claim_shows_statement_formula_reason_and_evidence(shown):
    claims = pieces(html(shown, "articles/a1"), "claim")
    assert words(claims["A1-C04"])[:8] == [
        *("A1-C04", "corrected", "The article", "It is well known.", "Right", "It is not."),
        *("judged by reading", "errata"),
    ]
    seen = words(claims["A1-C01"])
    assert seen[:6] == [
        *("A1-C01", "reproduced", "The article", "Two is printed.", "It comes out again"),
        "It is two.",
    ]
    assert seen[-5:] == [
        *("checked on torch and refimpl", "check", "evidence/a1.py:7"),
        *("example", "a1/plot_two.py"),
    ]
    assert "x = 1" in claims["A1-C02"] and "x = 1" not in claims["A1-C01"]
    seen = words(claims["A1-C03"])
    assert "torch only: there are no devices" in seen and "checked on torch" in seen


def test_entries_without_a_fault_are_folded_up_under_their_ids(shown):
    text = html(shown, "articles/a1")
    folds = re.findall(r"<details[^>]*>\s*<summary[^>]*>(.*?)</summary>(.*?)</details>", text, re.S)
    inside = {" ".join(words(title)): words(body) for title, body in folds}
    assert [title for title in inside if re.match("What (holds|cannot)", title)] == [
        *("What holds: A1-C05 A1-C06", "What cannot be checked: A1-C07")
    ]
    assert inside["What holds: A1-C05 A1-C06"] == [
        *("A1-C05", "confirmed", "The article", "Two is even.", "It holds"),
        *("One and one make it.", "judged by reading"),
        *("A1-C06", "confirmed", "The article", "Three is odd.", "It holds", "Two is even."),
        *("value", "torch, refimpl", "three", "3", "checked on torch and refimpl"),
        *("check", "evidence/a1.py:7"),
    ]


def test_what_the_article_printed_is_open_and_numbers_of_ours_are_folded_up(shown):
    claims = pieces(html(shown, "articles/a1"), "claim")
    open_, folded = ({}, {})
    for claim_id in ("A1-C02", "A1-C03"):
        open_[claim_id], folded[claim_id] = claims[claim_id].split("<details")
    assert "0.31" in open_["A1-C02"] and "0.31" not in folded["A1-C02"]
    assert LONG in folded["A1-C03"] and LONG not in open_["A1-C03"]


def test_equal_values_of_both_engines_share_a_column(shown):
    claims = pieces(html(shown, "articles/a1"), "claim")
    assert table_of(claims["A1-C01"], "claim-values") == [
        ["value", "article", "torch, refimpl"],
        ["two", "2.0", "2.0"],
    ]
    assert table_of(claims["A1-C02"], "claim-values") == [
        ["value", "article", "torch", "refimpl"],
        ["sum", "0.4", "0.31", "0.30"],
        ["product", "0.5", "0.50", "0.50"],
    ]
    assert table_of(claims["A1-C03"], "claim-values") == [["value", "torch"], ["long", LONG]]
    assert "columns-1" in claims["A1-C03"] and "columns-3" in claims["A1-C02"]


def test_prints_of_several_lines_stand_below_each_other(shown):
    claim = pieces(html(shown, "articles/a1"), "claim")["A1-C01"]
    assert table_of(claim, "claim-prints") == [["torch, refimpl", "tensor([1., 2.])"]]
    assert "tensor([1.,\n        2.])</pre>" in claim
    assert words(re.split(r'<table class="[^"]*claim-prints', claim)[0])[-1] == "many"


def test_the_keyboard_reaches_what_may_scroll(shown):
    """A row of more than 34 characters, three for each gap, is wider than a phone."""
    claims = pieces(html(shown, "articles/a1"), "claim")
    listings = {key: re.findall(r"<pre[^>]*>", text) for key, text in claims.items()}
    wide = {key: ['tabindex="0"' in each for each in found] for key, found in listings.items()}
    wide = {key: found for key, found in wide.items() if found}
    assert wide == {
        **{"A1-C01": [False] * 3, "A1-C02": [False] * 6, "A1-C03": [True], "A1-C06": [False]}
    }


@pytest.mark.parametrize(("longest", "wide"), [(28, False), (29, True)])
def test_a_row_is_wide_beyond_34_characters(longest, wide, monkeypatch):
    value = SimpleNamespace(name="v", article="")
    columns = {"article": {"v": ""}, "torch": {"v": "1"}, "refimpl": {"v": (longest - 1) * "2"}}
    directive = object.__new__(ledger.Claims)
    monkeypatch.setattr(ledger.Claims, "word", lambda self, text, css="": ledger.plain(css))
    monkeypatch.setattr(ledger.Claims, "parse", lambda self, text: [])
    (table,) = directive.listed([value], columns)
    assert [each["wide"] for each in table.findall(ledger.Listing)] == [wide, wide]
    tall = SimpleNamespace(name="v", article="")
    columns = {"torch": {"v": "1\n" + (longest + 6) * "2"}}
    _, table = directive.stacked([tall], columns)
    assert [each["wide"] for each in table.findall(ledger.Listing)] == [wide]


def test_errata_repeat_the_words_of_the_claim_and_link_back(shown):
    errata = pieces(html(shown, "articles/errata"), "erratum")
    claims = pieces(html(shown, "articles/a1"), "claim")
    assert list(errata) == ["A1-C02", "A1-C04", "A1-C03"]  # grouped by what went wrong
    for claim_id, text in errata.items():
        anchor = claim_id.lower()
        assert f'href="a1.html#claim-{anchor}"' in text
        assert f'href="errata.html#erratum-{anchor}"' in claims[claim_id]
    assert words(errata["A1-C04"])[:6] == [
        *("A1-C04", "corrected", "The article", "It is well known.", "Right", "It is not.")
    ]
    assert "judged by reading" not in words(errata["A1-C04"])
    assert 'href="a1.html#claim-a1-c01"' in errata["A1-C02"]


def test_the_errata_begin_with_what_went_wrong_and_how_often(shown):
    text = html(shown, "articles/errata").partition('<section id="a-slip')[0]
    assert words(text)[:4] == [
        *("Errata", "A slip in a formula or a number (2)", "A1-C02", "A1-C04")
    ]
    assert 'href="#slip-too-general"' in text and 'href="#erratum-a1-c03"' in text


def test_an_erratum_in_no_group_stops_the_build(build):
    with pytest.raises(ExtensionError, match="^A1-C02, A1-C03, A1-C04: not among the errata"):
        build(errata="# Errata\n")


def test_another_page_shows_the_first_value_and_links_to_claims(shown):
    text = html(shown, "articles/other")
    assert table_of(text, "claim-values") == [
        ["value", "article", "torch", "refimpl"],
        ["sum", "0.4", "0.31", "0.30"],
    ]
    links = re.findall(r'href="a1.html#claim-(a1-c\d\d)"><span[^>]*>([^<]*)<', text)
    assert links == [("a1-c02", "A1-C02"), ("a1-c03", "A1-C03"), ("a1-c04", "this one")]


def test_the_json_holds_every_claim_with_its_results(shown):
    record = json.loads((shown.outdir / "claims.json").read_text("utf-8"))
    assert record["fingerprint"] == "12ab"
    ids = [claim["id"] for claim in record["claims"]]
    assert ids == [f"A1-C0{number}" for number in range(1, 8)]
    assert record["claims"][1]["results"]["refimpl"]["values"]["sum"] == "0.30"
    assert record["claims"][3]["results"] is None


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("See {claim}`A1-C09`.", "undefined label: 'claim-a1-c09'"),
        ("```{printed} A1-C09\n```", "A1-C09 is not in the ledger; correct the id"),
        ("```{errata} A1\n```", "A1 is no slip of the ledger; write one of formula, taken for"),
        ("```{claims} A1-C04\n```", "A1-C04 is shown already, on articles/a1; show it once"),
    ],
)
def test_what_is_not_in_the_ledger_warns(build, page, complaint):
    app = build(other=f"# Other\n\n{page}\n")
    warnings = app.warning.getvalue()
    assert complaint in warnings
    assert "other.md:3" in warnings


def test_a_claim_shown_twice_on_one_page_warns(build):
    twice = PAGES["articles/a1.md"] + "\n```{claims} A1-C01\n```\n"
    assert "A1-C01 is shown already, on articles/a1" in build(a1=twice).warning.getvalue()


def test_a_claim_on_no_page_stops_the_build(build):
    shorter = "# Article one\n\n```{claims} A1-C01 A1-C03\n```\n"
    with pytest.raises(
        ExtensionError, match="^A1-C04, A1-C05, A1-C06, A1-C07: on no page; show every claim"
    ):
        build(a1=shorter)


def test_errata_are_read_again_when_any_page_changed():
    env = SimpleNamespace(found_docs={"index", "articles/errata"})
    for pages, read in [
        (["index"], ["index", "articles/errata"]),
        (["articles/errata"], ["articles/errata"]),
        ([], []),
    ]:
        ledger.read_errata_again(None, env, pages)
        assert pages == read
    without = ["index"]
    ledger.read_errata_again(None, SimpleNamespace(found_docs={"index"}), without)
    assert without == ["index"]


def test_a_failed_build_and_one_without_pages_write_no_json(tmp_path, small_ledger):
    config = SimpleNamespace(refimpl_fingerprint="1")
    for kind, error in [("html", ValueError("x")), ("text", None)]:
        app = SimpleNamespace(builder=SimpleNamespace(format=kind), outdir=tmp_path, config=config)
        ledger.write_json(app, error)
    assert not (tmp_path / "claims.json").exists()


def test_checks_are_shown_each_under_its_claim(shown):
    text = html(shown, "articles/checks")
    checks = pieces(text, "check")
    assert list(checks) == ["A1-C01", "A1-C02", "A1-C03", "A1-C06"]
    codes = [re.sub(r"<[^>]+>", "", code) for code in re.findall(r"<pre.*?</pre>", text, re.S)]
    assert [unescape(code).split("\n")[:-1] for code in codes] == [
        CHECKS.splitlines()[:3],
        ['@check("A1-C01")', "def two(torch):", '    return {"two": "2.0"}'],
        ["def helper():", "    return 1"],
        ['@check("A1-C02")', "def both(torch):", "    return {}"],
        ['@check("A1-C03")', "def long(torch):", "    return {}"],
        ['@check("A1-C06")', "def three(torch):", '    return {"three": "3"}'],
        ["@other", "def last():", "    return 2"],
    ]
    assert 'href="a1.html#claim-a1-c01"' in checks["A1-C01"]
