"""The derivation pages, without Sphinx: every formula is checked, every change is noticed."""

import functools
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from evidence.formula_checker.mutate import FOLDER, contexts, reasons
from evidence.formula_checker.page import blocks, read

PAGES = sorted(path for path in FOLDER.glob("*.md") if path.stem != "index")
SAMPLE = 45


def text_of(name):
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def excerpt(name, *labels):
    """Return a page with its declarations and, of its formulas, only those named."""
    fence = re.compile(r"^```\{math\}\n:label: (\S+)\n.*?^```\n", re.M | re.S)
    return fence.sub(lambda m: m[0] if m[1] in labels else "", text_of(name))


@functools.cache
def mutants():
    return [(context, mutant) for context in contexts() for mutant in context.mutants()]


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_every_formula_of_the_page_is_checked(path):
    page = read(path.read_text(encoding="utf-8"))
    assert [str(problem) for problem in page.problems] == []
    assert {result.kind for result in page.results} <= {"checked", "definition", "refused"}
    assert all(result.deviation < 1e-30 for result in page.results)


def test_every_page_has_its_parts():
    parts = ["In floating point", "In the code", "What the articles say", "Exercise"]
    for path in PAGES:
        headings = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.M)
        assert headings[0] == "Claim", path
        assert headings[1] == "Proof", path
        assert headings[-4:] == parts, path


def test_every_label_begins_with_the_name_of_its_page():
    for path in PAGES:
        prefixes = {"sigmoid": ("sigmoid-", "logsigmoid-")}
        stem = path.stem.replace("_", "-") + "-"
        for block in blocks(path.read_text(encoding="utf-8")):
            if block.label:
                assert block.label.startswith(prefixes.get(path.stem, stem)), block.label


def test_the_wrong_lines_of_the_third_article_are_refused_with_a_counterexample():
    page = read(excerpt("softmax", "softmax-definition"))
    refused = [r for r in page.results if r.kind == "refused"]
    assert [r.label for r in refused] == ["softmax-article-line-1", "softmax-article-line-2"]
    for result in refused:
        assert result.refusal.startswith("at K = 2, i = 1, x = (")


def test_a_right_formula_in_the_place_of_a_wrong_one_fails():
    mended = excerpt("softmax", "softmax-definition").replace(
        r"e^{x_i}\sum_k x_k - e", r"e^{x_i}\sum_k e^{x_k} - e"
    )
    (problem,) = read(mended).problems
    assert str(problem) == (
        "formula softmax-article-line-1: stands here as wrong, but the checker finds it true"
    )


def test_a_dropped_exponential_names_line_label_link_and_counterexample():
    wrong = excerpt("softmax", "softmax-definition", "softmax-diagonal").replace(
        r"&= \frac{e^{x_i}\sum_k e^{x_k} - e", r"&= \frac{e^{x_i}\sum_k x_k - e"
    )
    (problem,) = read(wrong).problems
    assert wrong.splitlines()[problem.line - 1] == r"\begin{aligned}"
    assert str(problem).startswith("formula softmax-diagonal: link 1: ")
    assert "is false at K = 2, i = 1, x = (" in str(problem)


def test_formulas_without_label_or_with_a_double_one_are_refused():
    page = read("```{math}\n1 = 1\n```\n```{math}\n:label: a\n1 = 1\n```\n" * 2)
    assert [str(problem) for problem in page.problems] == [
        "formula without label: give it a :label:",
        "formula without label: give it a :label:",
        "formula a: the label stands twice here",
    ]


def test_prose_needs_a_reason_and_is_counted():
    page = read("```{math}\n:label: a\n:prose: a picture\n\\foo\n```\n")
    assert [(result.kind, result.mark) for result in page.results] == [("prose", "a picture")]
    (problem,) = read("```{math}\n:label: a\n:prose:\n1 = 1\n```\n").problems
    assert ":prose: needs the reason" in str(problem)


def test_the_cache_gives_the_same_results_and_forgets_what_changed():
    cache = {}
    first = read(text_of("softmax_twice"), cache=cache)
    kept = dict(cache)
    assert read(text_of("softmax_twice"), cache=cache).results == first.results
    assert cache == kept
    wrong = text_of("softmax_twice").replace(r":= \frac{e^{x_i}}", r":= \frac{e^{-x_i}}")
    assert read(wrong, cache=cache).problems


def test_a_sample_of_the_changed_formulas_is_refused():
    known = reasons()
    alive = [
        f"{mutant.label}: {mutant.change}"
        for context, mutant in random.Random(6).sample(mutants(), SAMPLE)
        if (mutant.label, mutant.change) not in known and context.survives(mutant)
    ]
    assert alive == []


def test_the_published_count_belongs_to_these_pages():
    published = json.loads((FOLDER / "mutants.json").read_text(encoding="utf-8"))
    assert {name: page["mutants"] for name, page in published["pages"].items()} == Counter(
        mutant.page for _, mutant in mutants()
    )
    assert all(survivor["reason"] for survivor in published["survivors"])


def test_the_mathematics_needs_no_sphinx():
    for path in Path(read.__code__.co_filename).parent.glob("*.py"):
        assert not re.search(r"^(import|from) (sphinx|docutils)", path.read_text("utf-8"), re.M)
