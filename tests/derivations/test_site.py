"""What a build does with derivation pages: lists, links, numbers, and failure at the right line."""

import json
import re
from pkgutil import resolve_name

import pytest
from derivations import PAGE_TEST, TEST, code_of, codes_of, counts
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp
from sphinx.util.inventory import InventoryFile

from evidence.operators import RECORDS
from tests.derivations.test_pages import FOLDER, PAGES

ROOT = FOLDER.parents[1]

PAGE = r"""
# Sums

```{symbols}
K : size 1..4 -- number of classes
i, k : index over K
x : vector over K -- logits
p : vector over K
```

```{math}
:label: sums-one
:code: refimpl.formulas.softmax(x, dim=0)
p_i := \frac{e^{x_i}}{\sum_k e^{x_k}}, \qquad \sum_i p_i = 1
```

See {eq}`sums-one` and {formula:ref}`sums-one`.

```{refused}
:label: sums-wrong
\sum_i p_i = 2
```

:::{answer} Show it
There is **one** answer.

```{math}
:label: sums-answer
p_i > 0
```
:::

```{source} refimpl.formulas._logistic.logistic
```
"""
INDEX = """
# Index

Formulas {checked}`all-formulas`, relations {checked}`all-links`, {checked}`list`.

```{toctree}
sums
```
"""


@pytest.fixture
def build(tmp_path):
    """A function that builds a small site with a page, or None as it lies; it returns the app."""
    source = tmp_path / "docs"
    (source / "derivations").mkdir(parents=True)
    (source / "conf.py").write_text(
        "extensions = ['derivations', 'folded', 'source_code', 'myst_parser']\n"
        "myst_enable_extensions = ['colon_fence', 'dollarmath']\n"
        "html_math_renderer = 'mathjax'\n"
        "suppress_warnings = ['myst.header']\n"
        "root_doc = 'derivations/index'\n"
    )
    (source / "derivations/index.md").write_text(INDEX)

    def run(page):
        if page is not None:
            (source / "derivations/sums.md").write_text(page)
        app = SphinxTestApp("html", source, builddir=tmp_path / "out")
        try:
            app.build()
        finally:
            app.cleanup()
        return app

    return run


def test_formulas_are_listed_counted_and_linked(build):
    app = build(PAGE)
    listed = {
        entry["label"]: entry for entry in json.loads((app.outdir / "formulas.json").read_text())
    }
    assert list(listed) == ["sums-one", "sums-wrong", "sums-answer"]
    assert listed["sums-one"]["url"] == "derivations/sums.html#equation-sums-one"
    assert listed["sums-one"]["proved"] == 1
    assert listed["sums-one"]["code"] == "refimpl.formulas.softmax(x, dim=0)"
    assert listed["sums-answer"]["code"] == "refimpl.formulas.sums"
    assert [entry["test"] for entry in listed.values()] == [TEST, PAGE_TEST, PAGE_TEST]
    with (app.outdir / "objects.inv").open("rb") as file:
        objects = InventoryFile.load(file, "", lambda base, path: path)["formula:formula"]
    assert objects["sums-answer"].uri == "derivations/sums.html#equation-sums-answer"
    html = (app.outdir / "derivations/sums.html").read_text()
    for entry in listed.values():
        assert f'id="{entry["url"].partition("#")[2]}"' in html
    assert "2 formulas, 2 relations checked at" in html
    assert re.search(r'class="formula-code">.*refimpl\.formulas\.sums<', html)
    assert "The checker refuses it: at K = 2, x = (" in html
    assert re.search(r'<details class="[^"]*\banswer\b[^"]*">', html)
    assert re.search(r"<summary[^>]*>Show it</summary>", html)
    assert "Return 1 / (1 + exp(-x)) without overflow" not in html
    index = (app.outdir / "derivations/index.html").read_text()
    assert "Formulas 2, relations 2" in index
    assert 'href="../formulas.json"' in index


def test_the_numbers_of_all_pages_follow_a_page_that_changes_and_are_else_left_alone(build):
    index = build(PAGE).outdir / "derivations/index.html"
    index.write_text("left alone")
    build(None)
    assert index.read_text() == "left alone"
    build(PAGE + "\n```{math}\n:label: sums-more\np_i > 0\n```\n")
    assert "Formulas 3, relations 3" in index.read_text()


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("p_i > 0", "q_i > 0", "sums-answer: the symbol q is not declared"),
        ("= 2\n", "= 1\n", "sums-wrong: stands here as wrong, but the checker finds it true"),
    ],
)
def test_a_wrong_page_stops_the_build_at_its_line(build, right, wrong, complaint):
    line = 1 + PAGE[: PAGE.index(right)].count("\n")
    with pytest.raises(ExtensionError) as stopped:
        build(PAGE.replace(right, wrong))
    assert f"derivations/sums.md:{line}: formula {complaint}" in str(stopped.value)


def test_a_refused_page_is_refused_again_until_it_is_mended(build):
    for _ in range(2):
        with pytest.raises(ExtensionError, match="p_i > 1 is false"):
            build(PAGE.replace("p_i > 0", "p_i > 1"))
    build(PAGE)


def test_display_that_escapes_the_checker_stops_the_build(build):
    with pytest.raises(ExtensionError, match="displayed, but not checked"):
        build(PAGE + "\n$$\n1 = 2\n$$\n")


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("{eq}`sums-one`", "{eq}`sums-two`", "equation not found: sums-two"),
        ("softmax(x, dim=0)", "softmux(x, dim=0)", "which does not exist"),
        ("_logistic.logistic", "_logistic.logit", "has no function logit"),
    ],
)
def test_dangling_names_warn(build, right, wrong, complaint):
    app = build(PAGE.replace(right, wrong))
    assert complaint in app.warning.getvalue()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_code_of_every_page_exists(path):
    assert resolve_name(code_of(f"derivations/{path.stem}")[1]).__doc__


def test_the_tests_that_formulas_link_to_exist():
    assert all((ROOT / path).is_file() for path in (TEST, PAGE_TEST))


def test_numbers_of_a_page_count_each_kind_of_formula_apart():
    def result(kind, mark=None, deviation=0.0):
        numbers = {"links": 1, "points": 20, "proved": 1, "deviation": deviation}
        return {"kind": kind, "mark": mark} | numbers

    kinds = [("checked", None), ("checked", "loose"), ("prose", "a reason"), ("refused", None)]
    found = counts([*(result(*each) for each in kinds), result("definition", None, 2.4e-40)])
    assert found == {
        "formulas": 4,
        "links": 5,
        "points": 100,
        "proved": 5,
        "definitions": 1,
        "prose": 1,
        "refused": 1,
        "loose": 1,
        "pages": 0,
        "deviation": "2e-40",
    }
    assert counts([])["deviation"] == "0e+00"


def test_an_operator_without_a_page_stands_on_that_of_its_topic():
    names = {page.stem for page in PAGES}
    found = {name: codes_of(f"derivations/{name}") for name in names}
    assert all(codes[0] == code_of(f"derivations/{name}") for name, codes in found.items())
    others = {(page, name) for page, codes in found.items() for _, name in codes[1:]}
    without = [record for record in RECORDS.values() if record.name not in names]
    assert others == {(each.topic, f"refimpl.formulas.{each.name}") for each in without} != set()
