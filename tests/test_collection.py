"""No example escapes the tests: what the sources hold is found a second, cruder way."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from sybil import Document

from conftest import LONGEST, PARTS, TOGETHER, pytest_collection_modifyitems, unit
from evidence.examples import ROOT, docstring_examples, page_examples
from tests.conftest import NO_TORCH

PLACES = ["refimpl", "docs", "gallery", "README.md"]
GENERATED = ROOT / "docs" / "auto_examples"
# A prompt with code, a cell, a Python fence that does not hold prompts.
EXAMPLE = re.compile(
    r"^[ \t#]*>>> +(?!#)\S"
    r"|^[ \t]*[`~:]{3,}\{code-cell\}"
    r"|^[ \t]*(?:`{3,}|~{3,})python[ \t]*\n(?![ \t]*>>> )",
    re.M,
)


def files():
    for place in PLACES:
        for path in [ROOT / place, *(ROOT / place).rglob("*")]:
            if (
                path.suffix in {".py", ".md", ".rst"}
                and path.is_file()
                and GENERATED not in path.parents
            ):
                yield path


# Here one text serves several functions; tests/test_docstrings.py runs what becomes of it.
TEMPLATES = {"refimpl/cuda.py", "refimpl/tape/kindred.py", "refimpl/tape/typed.py"}


def lines_of_examples(text):
    return {text.count("\n", 0, match.start()) + 1 for match in EXAMPLE.finditer(text)}


def test_a_worker_gets_a_file_or_a_function_of_the_browsers_tests():
    assert unit("tests/tape/test_numbers.py::test_a[b::c]") == "tests/tape/test_numbers.py"
    for file in PARTS:
        assert (ROOT / file).exists()
        assert unit(f"{file}::test_a[b::c]") == f"{file}::test_a"


def test_files_that_take_every_page_apart_go_to_one_worker():
    assert {unit(f"{file}::test_a") for file in TOGETHER} == {TOGETHER[0]}
    for file in TOGETHER:
        assert "from evidence" in (ROOT / file).read_text() and "links" in (ROOT / file).read_text()


def test_the_functions_that_take_longest_are_there():
    names = re.findall(r"^def (test_\w+)", "".join((ROOT / p).read_text() for p in PARTS), re.M)
    assert [sum(name.startswith(each) for name in names) for each in LONGEST] == [1, 1, 1]


@pytest.mark.parametrize("workers", [True, False])
def test_workers_get_last_what_looks_at_the_site_and_of_that_the_longest_first(workers):
    run, other, tape = PARTS[0], "tests/site/test_looks.py", "tests/tape/test_numbers.py"
    names = [f"{other}::test_a", f"{run}::test_b", f"{run}::{LONGEST[0]}[c]", f"{tape}::test_d"]
    items = [SimpleNamespace(nodeid=each, fixturenames=["builds"]) for each in names]
    items[3].fixturenames = []
    items.append(SimpleNamespace(nodeid="README.md::line:1,column:1"))
    config = SimpleNamespace(**{"workerinput": {}} if workers else {})
    pytest_collection_modifyitems(config, items)
    order = [3, 4, 2, 1, 0] if workers else [0, 1, 2, 3, 4]
    assert [item.nodeid for item in items] == [
        [*names, "README.md::line:1,column:1"][i] for i in order
    ]


def test_all_that_looks_at_the_site_waits_until_it_is_built_for_all(request):
    for item in request.session.items:
        if "site" in getattr(item, "fixturenames", ()):
            assert "builds" in item.fixturenames


def test_every_example_is_collected(pytestconfig):
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *PLACES],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    collected = set(re.findall(r"^(\S+)::(?:.*,)?line:(\d+),column:\d+$", run.stdout, re.M))
    written = {
        (str(path.relative_to(ROOT)), str(line))
        for path in files()
        if str(path.relative_to(ROOT)) not in TEMPLATES
        for line in lines_of_examples(path.read_text(encoding="utf-8"))
    }
    assert written - collected == set()


def test_without_torch_every_test_is_collected_or_says_that_torch_is_missing():
    """torch is hidden from a pytest of its own: a test that imports it unasked is an error."""
    hidden = "import sys, pytest; sys.modules['torch'] = None; sys.exit(pytest.main(sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", hidden, "--collect-only", "-q", "-m", "", "tests"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "REFIMPL_REQUIRE_ALL"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    skipped = re.findall(r"^SKIPPED .*?: (.*)$", run.stdout, re.M)
    assert set(skipped) <= {NO_TORCH}


def test_a_bare_pytest_looks_wherever_examples_are(pytestconfig):
    assert {*PLACES, "tests"} <= set(pytestconfig.getini("testpaths"))


def test_no_example_is_skipped_or_loosened():
    assert [path for path in files() if "doctest:" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("head", ["{code-cell}", "{code-cell} ipython3", "{code-cell} Python"])
def test_a_cell_without_the_word_python_is_refused(head):
    with pytest.raises(ValueError, match=r"page\.md:3: write the cell as"):
        list(page_examples(Document(f"# Page\n\n```{head}\n1 + 1\n```\n", "page.md")))


def test_a_docstring_cannot_borrow_the_import_of_another():
    with_import = Document(">>> import math\n>>> math.e > 2\nTrue\n", "one.py")
    without = Document(">>> math.e > 2\nTrue\n", "two.py")
    for docstring in (with_import, without):
        for region in docstring_examples(docstring):
            docstring.add(region)
    for example in with_import:
        example.evaluate()
    (example,) = without
    with pytest.raises(AssertionError, match="NameError"):
        example.evaluate()
