"""What all pages and all calls need is read or computed once."""

from types import SimpleNamespace

import chinese_search
import findable
import freshness
import gallery_links
import glossary
import languages
import ledger
import markup
import measurements
import messages
import navigation
import pytest
import runnable

from evidence.gallery import scripts
from refimpl import _entries, errors
from refimpl.formulas import _double_double, _exponentials, _pairs
from tests.site.conftest import ROOT

ONCE = [
    (findable.public_names, ()),
    (gallery_links.claims, ()),
    (glossary.terms, ()),
    (glossary.pattern, ("log probability",)),
    (languages.commits, (ROOT,)),
    (ledger.articles, ()),
    (ledger.claims, ()),
    (markup.reader, ()),
    (markup.settings, ()),
    (markup.parse, ("A *sum* of `x`.", "MyST")),
    (measurements.record, ("benchmarks.json",)),
    (messages.figures, (next(iter(scripts.SCRIPTS)),)),
    (messages.unchanged, ()),
    (errors._call_at, (markup.myst.__code__, 2)),
    (_entries._known, ()),
    (_double_double.table, ()),
    (_exponentials.ends, (2.0**-50,)),
    (_pairs._powers_of_two, ()),
]
# These take long, or need a build: that their results are kept is seen at the function.
KEPT = [chinese_search.splitter, freshness.computed, ledger.results, navigation.tree]
KEPT += [runnable.gather, _exponentials._off]


@pytest.mark.parametrize(
    ("function", "arguments"), ONCE, ids=lambda each: getattr(each, "__name__", "")
)
def test_the_second_call_returns_what_the_first_one_did(function, arguments):
    function.cache_clear()
    assert function(*arguments) is function(*arguments)


@pytest.mark.parametrize("function", KEPT, ids=lambda each: each.__name__)
def test_results_are_kept(function):
    assert function.cache_info().maxsize != 0


def test_the_entry_of_a_message_is_looked_up_once(monkeypatch):
    asked = []
    monkeypatch.setattr(_entries, "first", lambda message: asked.append(message) or ((), "id"))
    _entries.entry.cache_clear()
    try:
        assert _entries.entry("what is said") == _entries.entry("what is said") == "id"
        assert asked == ["what is said"]
    finally:
        _entries.entry.cache_clear()


def test_the_tree_of_pages_is_made_once_in_a_build(monkeypatch):
    made = []

    class Tree:
        def __init__(self, builder):
            made.append(builder)

        def at(self, page):
            return f"the tree at {page}"

    monkeypatch.setattr(navigation, "Tree", Tree)
    navigation.tree.cache_clear()
    try:
        for builder, page in (("first", "a"), ("first", "b"), ("second", "a")):
            context = {}
            navigation.show(SimpleNamespace(builder=builder), page, "page.html", context, None)
            assert context == {"furo_navigation_tree": f"the tree at {page}"}
        assert made == ["first", "second"]
    finally:
        navigation.tree.cache_clear()
