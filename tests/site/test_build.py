"""A failed build publishes nothing and cannot pass when repeated; numbers are never stale.

The tests build a small project: the real configuration and extensions, an empty ledger, two pages
and one example.
"""

import importlib
import os
import shutil
import signal
import subprocess
from unittest.mock import MagicMock

import pages
import pytest

from evidence import build_twice
from tests.site.conftest import ROOT, builder, run_builder

PARTS = (
    "conf.py",
    "pyproject.toml",
    "benchmarks",
    "evidence",
    "refimpl",
    "requirements/docs.txt",
    "requirements/seeds.txt",
    "tests",
    "docs/_data",
    "docs/_ext",
    "docs/_inv",
    "docs/_static",
    "docs/_templates",
    "docs/derivations/mutants.json",
)
INDEX = """\
---
file_format: mystnb
kernelspec: {name: python3}
---
# A page with a number

$x^2$ and [another page](404.md)

```{code-cell} python
from refimpl.answer import answer
print("the page says", answer())
```

```{toctree}
auto_examples/index
```
"""
EXAMPLE = '''\
"""
Ask for the answer
==================

Here it is. Claim A1-C01.
"""

from refimpl.answer import answer

print("the example says", answer())
'''


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def answer_with(project, value):
    write(project / "refimpl/answer.py", f"def answer():\n    return {value}\n")


def published(project):
    page = (project / "build/html/en/index.html").read_text("utf-8")
    example = (project / "build/html/en/auto_examples/plot_ask.html").read_text("utf-8")
    return [f"the page says {n}" in page and f"the example says {n}" in example for n in (41, 42)]


@pytest.fixture(scope="module")
def built(torch, tmp_path_factory):
    """A small project that was built once."""
    project = tmp_path_factory.mktemp("built") / "project"
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (project / part).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / part, project / part)
    write(project / "docs/index.md", INDEX)
    write(project / "docs/404.md", "---\norphan: true\n---\n# Not here\n")
    write(project / "docs/more.md", "---\norphan: true\n---\n# More\n")
    write(project / "gallery/GALLERY_HEADER.rst", "Examples\n========\n")
    write(project / "gallery/plot_ask.py", EXAMPLE)
    for claims in (project / "refimpl/articles").glob("*.toml"):
        claims.unlink()
    answer_with(project, 41)
    done = run_builder(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert published(project) == [True, False]
    return project


@pytest.fixture
def project(built, tmp_path):
    """A copy of the built project, to be changed."""
    return shutil.copytree(built, tmp_path / "project")


@pytest.fixture(scope="module")
def changed(built, tmp_path_factory):
    """A copy whose code gives another number and which lost a page, built again."""
    project = shutil.copytree(built, tmp_path_factory.mktemp("changed") / "project")
    answer_with(project, 42)
    (project / "docs/more.md").unlink()
    done = run_builder(project)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_a_change_of_the_code_executes_pages_and_examples_again(changed):
    assert published(changed) == [False, True]


def test_a_page_that_is_removed_leaves_the_site(built, changed):
    assert (built / "build/html/en/more.html").exists()
    assert not (changed / "build/html/en/more.html").exists()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/index.md", "\n$\\nosuchcommand x$\n"),
        ("docs/index.md", "\n```{code-cell} python\nassert answer() == 42\n```\n"),
        ("refimpl/answer.py", "\n\ndel answer\n"),
        ("evidence/articles/runner.py", "\nraise SystemExit('a claim failed')\n"),
        ("gallery/plot_ask.py", "\n# sphinx_gallery_thumbnail_path = 'not/there.png'\n"),
    ],
    ids=["unknown LaTeX", "failing cell", "broken code", "failing claim", "missing thumbnail"],
)
def test_a_failed_build_leaves_the_site_and_fails_again(project, path, text):
    before = {p: p.read_bytes() for p in (project / "build/html").rglob("*.html")}
    with (project / path).open("a", encoding="utf-8") as file:
        file.write(text)
    for _ in range(2):
        done = run_builder(project)
        assert done.returncode == 1
        assert "the published site is unchanged" in done.stderr
        assert {p: p.read_bytes() for p in (project / "build/html").rglob("*.html")} == before


def test_a_build_killed_after_a_page_warned_fails_when_repeated(project):
    """With the real Sphinx; test_stopped_builds.py has the other ways to end a build."""
    (project / "docs/more.md").write_text("---\norphan: true\n---\n# More\n\n{nosuchrole}`x`\n")
    command = builder(project)
    command["env"]["PYTHONUNBUFFERED"] = "1"
    command |= {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    build = subprocess.Popen(**command, start_new_session=True)
    assert any("checking consistency" in line for line in build.stdout)
    os.killpg(build.pid, signal.SIGKILL)
    build.communicate()
    assert run_builder(project).returncode == 1
    assert "nosuchrole" not in (project / "build/html/en/more.html").read_text("utf-8")


def test_a_build_without_a_package_that_it_needs_says_what_to_do(tmp_path):
    shutil.copytree(ROOT / "docs/_ext", tmp_path / "docs/_ext")
    write(tmp_path / "requirements/docs.txt", "numpy\nunheard-of\n")
    write(tmp_path / "requirements/seeds.txt", "")
    done = run_builder(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "The site needs unheard-of, not installed here: build it with tox"
    )
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    ("codes", "made", "code"),
    [({}, ["en", "zh_CN"], 0), ({"en": 2}, ["en"], 2), ({"zh_CN": 1}, ["en", "zh_CN"], 1)],
)
def test_a_language_that_fails_ends_the_build(monkeypatch, codes, made, code):
    seen = []

    def main(arguments):
        seen.append(arguments[-1].rpartition("/")[2])
        return codes.get(seen[-1], 0)

    monkeypatch.setattr(pages, "main", main)
    assert pages.make_all("build/staging", ["en", "zh_CN"]) == code
    assert seen == made


@pytest.mark.parametrize(("language", "parts"), [("en", False), ("zh_CN", True), ("de", True)])
def test_only_pages_made_of_the_english_ones_are_made_side_by_side(language, parts, monkeypatch):
    monkeypatch.setattr(pages, "main", list)
    options = pages.make("build/staging", language)
    assert "-W" in options and f"language={language}" in options
    assert options[-1] == f"build/staging/html/{language}"
    assert ("-j" in options) is parts


@pytest.mark.parametrize(("codes", "builds"), [([0, 0, 0], 2), ([1, 0], 1), ([0, 1], 2)])
def test_the_site_is_built_before_all_tests_until_a_build_fails(
    codes, builds, tmp_path, monkeypatch
):
    codes = iter(codes)
    monkeypatch.setattr(build_twice, "SAID", tmp_path / "said.json")
    monkeypatch.setattr(build_twice, "built", lambda: {"code": next(codes), "said": "ä"})
    monkeypatch.setattr(build_twice.signal, "signal", lambda *each: None)
    assert build_twice.said("now") is None
    build_twice.main("now", 2)
    assert len(build_twice.said("now")) == builds
    assert build_twice.said("then") is None  # what another run of the tests has left


def test_no_test_builds_the_site_that_others_look_at():
    with pytest.raises(AssertionError, match="others look at this site"):
        run_builder(ROOT)


EXTENSIONS = [
    p.stem for p in (ROOT / "docs/_ext").glob("*.py") if "\ndef setup(" in p.read_text("utf-8")
]


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_lets_several_processes_read_and_write_pages(name):
    found = importlib.import_module(name).setup(MagicMock())
    assert found["parallel_read_safe"] and found.get("parallel_write_safe", True)
