"""The line that dates a page, and what is thrown away before a build."""

import os
from importlib import metadata
from types import SimpleNamespace

import freshness
import pytest


@pytest.fixture
def app(tmp_path, monkeypatch):
    """As much of Sphinx as the handlers ask for; the first build was in 2001."""
    first = {"torch": "2", "numpy": "3", "cpu": "AVX2", "time": 1e9}
    monkeypatch.setattr(freshness, "computed", lambda: first)
    notebook = {"notebook": {"exec_data": {"mtime": 1.1e9}}, "page": {}}
    builder = SimpleNamespace(get_output_path=lambda page: str(tmp_path / f"out/{page}.html"))
    env = SimpleNamespace(metadata=notebook, all_docs={"page": 1})
    (tmp_path / "out").mkdir()
    return SimpleNamespace(
        srcdir=tmp_path / "docs", outdir=tmp_path / "out", env=env, builder=builder
    )


@pytest.mark.parametrize(
    ("page", "date"),
    [
        ("page", "2001-09-09"),
        ("unknown", "2001-09-09"),
        ("notebook", "2004-11-09"),
        ("auto_examples/plot_x", "2008-01-10"),
    ],
)
def test_a_page_is_dated_by_what_computed_its_numbers(app, page, date):
    example = app.srcdir / "auto_examples/plot_x.py.md5"
    example.parent.mkdir(parents=True)
    example.touch()
    os.utime(example, (1.2e9, 1.2e9))
    context = {}
    freshness.date_page(app, page, "page.html", context, None)
    assert context["computed"] == {
        "torch": "2",
        "numpy": "3",
        "cpu": "AVX2",
        "time": 1e9,
        "date": date,
    }


def test_the_facts_are_those_of_this_machine(torch):
    found = freshness.facts()
    assert found["torch"] == torch.__version__
    assert found["numpy"] == metadata.version("numpy")
    assert found["cpu"] == torch.backends.cpu.get_cpu_capability()
    assert found["time"] > 1.7e9


def test_the_first_build_of_a_fingerprint_is_asked_once(monkeypatch):
    asked = []
    monkeypatch.setattr(freshness, "kept", lambda *each, sources: asked.append((*each, sources)))
    freshness.computed.cache_clear()
    freshness.computed(), freshness.computed()
    freshness.computed.cache_clear()
    assert asked == [("computed", freshness.facts, freshness.SOURCES)]


def test_the_output_is_cleared_only_when_nothing_is_known_of_it(app):
    old = app.outdir / "old.html"
    old.touch()
    freshness.start_empty(app)
    assert old.exists()
    app.env.all_docs = {}
    freshness.start_empty(app)
    assert list(app.outdir.iterdir()) == []
    app.outdir.rmdir()
    freshness.start_empty(app)
    assert app.outdir.is_dir()


def test_the_output_of_pages_that_are_gone_is_deleted(app):
    for name in ("gone", "stays"):
        (app.outdir / f"{name}.html").touch()
    assert freshness.drop_removed_pages(app, app.env, set(), set(), {"gone", "never"}) == []
    assert [path.name for path in app.outdir.iterdir()] == ["stays.html"]


def test_what_was_generated_from_a_script_that_is_gone_is_deleted(tmp_path):
    scripts, examples = tmp_path / "gallery", tmp_path / "auto_examples"
    for name in ("a1/plot_gone.rst", "a1/plot_gone.py.md5", "a1/plot_stays.rst", "a1/index.rst"):
        (examples / name).parent.mkdir(parents=True, exist_ok=True)
        (examples / name).touch()
    (scripts / "a1").mkdir(parents=True)
    (scripts / "a1/plot_stays.py").touch()
    freshness.drop_removed_examples(scripts, examples)
    assert sorted(path.name for path in (examples / "a1").iterdir()) == [
        "index.rst",
        "plot_stays.rst",
    ]
