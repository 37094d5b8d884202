"""The reference: lists of pages and members, the tables at the edges, code without docstrings."""

import re
from types import SimpleNamespace
from unittest.mock import MagicMock

import edge_cases
import folded
import gallery_style
import pytest
import reference
import source_code
import topics
from docutils import nodes
from jinja2.sandbox import SandboxedEnvironment
from numpydoc import docscrape_sphinx

from evidence.docstrings import counts
from evidence.small_site import built, html, table_of, words
from refimpl.formulas import log_softmax, softmax
from refimpl.members import MEMBERS

# ---- topics -----------------------------------------------------------------------------


def test_topics_that_are_not_named_follow_in_the_order_of_the_records():
    records = [SimpleNamespace(topic=topic) for topic in ("b", "a", "b", "c")]
    assert topics.listed(["x", "a"], records) == ["x", "a", "b", "c"]
    assert topics.listed([], records) == ["b", "a", "c"]


def test_the_directive_lists_the_pages(tmp_path, monkeypatch):
    records = {name: SimpleNamespace(topic=name) for name in ("softmax", "tanh")}
    monkeypatch.setattr(topics, "RECORDS", records)
    pages = {f"{name}.md": f"# Page of {name}\n" for name in records}
    app = built(tmp_path, {"index.md": "# Index\n\n```{topics}\ntanh\n```\n", **pages}, "topics")
    assert words(html(app, "index")) == ["Index", "Page of tanh", "Page of softmax"]


# ---- edge cases -------------------------------------------------------------------------

EDGES = {
    "zero": {
        "input": "0.",
        "value": {"exact": "1", "refimpl": "1", "torch": "1"},
        "gradient": {"exact": "–", "refimpl": "0.5", "torch": "0.5"},
    },
    "nan": {
        "input": "nan",
        "value": {"exact": "–", "refimpl": "RuntimeError: no", "torch": "nan"},
        "gradient": {"exact": "0", "refimpl": "0", "torch": "1"},
    },
}
REMARKS = {
    "one half, zero, value": "Said *once*.",
    "one half, zero, gradient": "Said *once*.",
    "one half, nan, value": "Of the value.",
    "one half, nan, gradient": "Of the gradient.",
}


@pytest.fixture
def edges(tmp_path, monkeypatch):
    """Return a function that builds a page of the edges of an operator."""
    record = SimpleNamespace(edges=SimpleNamespace(fixed="dim=0"))
    bare = SimpleNamespace(edges=SimpleNamespace(fixed=""))
    monkeypatch.setattr(edge_cases, "TABLES", {"one half": record, "bare": bare})
    monkeypatch.setattr(edge_cases, "results", lambda: {"one half": EDGES, "bare": {}})
    monkeypatch.setattr(edge_cases, "remarks", lambda: REMARKS)
    monkeypatch.setattr("ledger.results", lambda: {})
    monkeypatch.setattr("ledger.claims", lambda: {})

    def build(name):
        page = f"# Page\n\n```{{edge-cases}} {name}\n```\n"
        return built(tmp_path, {"page.md": page}, "ledger", "edge_cases")

    return build


def test_columns_that_agree_share_a_cell_and_a_remark_for_both_is_said_once(edges):
    app = edges("one half")
    assert app.warning.getvalue() == ""
    text = html(app, "page")
    assert "one(x, dim=0)" in words(text)
    assert table_of(text, "edge-cases") == [
        ["x", "exact limit", "refimpl", "torch"],
        ["zero 0."],
        ["value", "1"],
        ["gradient", "exact limit –", "refimpl, torch 0.5"],
        ["", "Said once."],
        ["nan nan"],
        ["value", "exact limit –", "refimpl RuntimeError: no", "torch nan"],
        ["", "Of the value."],
        ["gradient", "exact limit, refimpl 0", "torch 1"],
        ["", "Of the gradient."],
    ]
    assert re.findall(r'colspan="(\d)"', text) == ["4", "3", "2", "3", "4", "3", "2", "3"]
    assert text.count('class="edge-error"') == 1
    assert "tabindex" not in text


def test_a_call_without_settings_names_x_alone(edges):
    with pytest.raises(IndexError):  # an operator has at least one edge
        edges("bare")
    assert edge_cases.EdgeCases.call(None, "bare").astext() == "bare(x)"
    assert edge_cases.EdgeCases.call(None, "one half").astext() == "one(x, dim=0)"


def test_an_operator_without_a_record_warns(edges):
    warned = edges("nosuch").warning.getvalue()
    assert "page.md:3" in warned
    assert "nosuch has no record in evidence/operators; correct the name" in warned


# ---- what the reference says of itself --------------------------------------------------


def test_the_reference_counts_its_names_and_lists_the_members(tmp_path):
    page = "# Page\n\n```{documented}\n```\n\n```{members}\n```\n"
    text = html(built(tmp_path, {"page.md": page}, "reference"), "page")
    _, sentence, *members = words(text)
    found = counts()
    assert sentence.startswith(
        f"Each of the {found['functions']} public functions and {found['classes']} classes, and "
        f"of the {found['members']} methods and properties"
    )
    names = sorted(name for name in MEMBERS if not name.startswith("_"))
    assert members[::2] == names  # each before what it does
    summary = dict(zip(names, members[1::2], strict=True))["softmax"]
    assert summary.endswith(".") and len(summary) > 10
    assert any(name.startswith("_") for name in MEMBERS)


def test_a_member_that_is_a_function_is_left_to_the_page_of_the_function():
    leave = reference.leave_to_the_function
    member = next(iter(MEMBERS.values()))
    assert leave(None, "class", "x", member, False, None) is True
    assert (
        leave(None, "class", "x", test_a_call_without_settings_names_x_alone, False, None) is None
    )
    assert leave(None, "module", "x", member, False, None) is None


# ---- code, folded parts, the order of the gallery ---------------------------------------

CODE = '''\
"""Of the module."""

X = 1


def first(x):
    """Say it
    in two lines.
    """
    if x:
        y = 1
    return y


def second():
    return 2
'''


def test_functions_are_shown_without_docstrings_from_a_line_on(tmp_path, monkeypatch):
    (tmp_path / "shown_code.py").write_text(CODE)
    found = SimpleNamespace(origin=str(tmp_path / "shown_code.py"))
    importlib = SimpleNamespace(util=SimpleNamespace(find_spec=lambda module: found))
    monkeypatch.setattr(source_code, "importlib", importlib)
    page = (
        "# Page\n\n```{source} shown_code.first shown_code.second\n```\n\n"
        "```{source} shown_code.first\n:from: y = 1\n```\n\n"
        "```{source} shown_code.second\n:from: nosuch\n```\n"
    )
    app = built(tmp_path, {"page.md": page}, "source_code")
    text = html(app, "page")
    blocks = [re.sub(r"<[^>]+>", "", pre) for pre in re.findall(r"<pre>.*?</pre>", text, re.S)]
    assert blocks == [
        "def first(x):\n    if x:\n        y = 1\n    return y\n\n\ndef second():\n    return 2\n",
        "    y = 1\nreturn y\n",
    ]
    assert ":from: no line of second holds 'nosuch'" in app.warning.getvalue()


def test_a_folded_part_is_closed_under_its_title():
    made = folded.folded(nodes.paragraph("", "Title"), nodes.paragraph("", "Content"))
    assert [child.astext() for child in made] == ["Title", "Content"]
    assert (made["collapsible"], made["classes"]) == ("closed", ["folded"])


def test_scripts_stand_in_the_order_of_the_first_claim_that_they_mention(tmp_path):
    texts = {"one.py": "# a1-c10, A1-C02", "two.py": "Claim A1-C09.", "three.py": "A1-C01 A0-C01"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    order = gallery_style.ClaimOrder(str(tmp_path))
    assert sorted(texts, key=order) == ["three.py", "two.py", "one.py"]
    assert order("one.py") == "A1-C10"


# ---- docstrings -------------------------------------------------------------------------


def test_numpydoc_compiles_its_template_once_and_writes_the_same(monkeypatch):
    monkeypatch.setattr(docscrape_sphinx, "SandboxedEnvironment", SandboxedEnvironment)
    compiled = []
    original = SandboxedEnvironment.compile
    monkeypatch.setattr(
        SandboxedEnvironment,
        "compile",
        lambda self, *given, **more: compiled.append(given) or original(self, *given, **more),
    )
    functions = (softmax, log_softmax)
    before = [str(docscrape_sphinx.get_doc_object(each, config={})) for each in functions]
    known = len(compiled)
    reference.setup(MagicMock())
    assert [str(docscrape_sphinx.get_doc_object(f, config={})) for f in 2 * functions] == 2 * before
    assert len(compiled) - known == 1 < known
