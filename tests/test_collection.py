"""No example escapes the tests: what the sources hold is found a second, cruder way."""

import os
import re
import subprocess
import sys

import pytest
from sybil import Document

from conftest import SITE, unit
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


def test_all_that_looks_at_the_built_site_is_run_by_one_worker(request):
    items = request.session.items
    looking = [item.nodeid for item in items if "site" in getattr(item, "fixturenames", ())]
    assert set(map(unit, looking)) <= {SITE}
    assert unit("tests/tape/test_numbers.py::test_a[b::c]") == "tests/tape/test_numbers.py"


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
