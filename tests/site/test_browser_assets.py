"""What the Run buttons load is gathered where all is at hand; else a sentence says why."""

import json
import re
import shutil
import sys
from types import SimpleNamespace

import browser_assets
import pytest
import runnable
from browser_assets import WHEEL, MissingError

from evidence.gallery import scripts
from tests.site.conftest import ROOT

NUMPY = "numpy-1-cp314-cp314-x_wasm32.whl"


@pytest.fixture
def wheels(tmp_path, monkeypatch):
    """A folder of wheels that the environment names."""
    monkeypatch.setenv(WHEEL, str(tmp_path))
    return tmp_path


def why():
    with pytest.raises(MissingError) as refusal:
        browser_assets.contents()
    return str(refusal.value)


def test_without_a_wheel_the_reason_is_said(wheels, monkeypatch):
    assert why() == f"{WHEEL}: 0 files numpy-*_wasm32.whl in {wheels.name}, wanted one"
    (wheels / NUMPY).touch()
    (wheels / NUMPY.replace("1", "2")).touch()
    assert "2 files" in why()
    monkeypatch.delenv(WHEEL)
    assert why() == f"{WHEEL} names no wheel of NumPy for the browser"


def test_the_wheel_is_named_by_its_folder_or_by_its_path(wheels, monkeypatch):
    (wheels / NUMPY).touch()
    assert browser_assets.wheel() == wheels / NUMPY
    monkeypatch.setenv(WHEEL, str(wheels / NUMPY))
    assert browser_assets.wheel() == wheels / NUMPY


def test_without_npm_or_where_it_fails_the_reason_is_said(wheels, monkeypatch):
    (wheels / NUMPY).touch()
    monkeypatch.setattr(browser_assets, "INSTALLED", wheels / "installed")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert why() == "npm is not installed"
    monkeypatch.setattr(shutil, "which", lambda name: name)
    (wheels / "installed").mkdir()
    with pytest.raises(MissingError, match="python.* failed and said: .*no such thing"):
        browser_assets.run(sys.executable, "-c", "raise SystemExit('no such thing')")
    assert not (wheels / "installed/installed").exists()


def test_the_lock_pins_every_package_by_version_and_digest_and_names_no_host():
    lock = json.loads((ROOT / "docs/_browser/package-lock.json").read_text("utf-8"))
    wanted = json.loads((ROOT / "docs/_browser/package.json").read_text("utf-8"))["dependencies"]
    assert lock["packages"].pop("")["dependencies"] == wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    for package in lock["packages"].values():
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package


def test_the_published_workflow_takes_the_wheel_that_pyodide_names():
    script = (ROOT / ".ci/numpy-wheel").read_text("utf-8")
    version, wheel, sha256 = re.findall(r"^\w+=(\S+)$", script, re.M)
    packages = json.loads((ROOT / "docs/_browser/package.json").read_text("utf-8"))
    assert packages["dependencies"]["pyodide"] == version
    installed = browser_assets.INSTALLED / "node_modules/pyodide/pyodide-lock.json"
    if not installed.exists():
        pytest.skip("not run: the packages of npm are not installed")
    numpy = json.loads(installed.read_text("utf-8"))["packages"]["numpy"]
    assert (numpy["file_name"], numpy["sha256"]) == (wheel, sha256)


def test_a_folder_of_other_contents_has_another_name():
    name = browser_assets.folder_name({"a": b"1", "b": b"2"})
    assert re.fullmatch("[0-9a-f]{16}", name)
    assert name == browser_assets.folder_name({"b": b"2", "a": b"1"})
    assert name != browser_assets.folder_name({"a": b"2", "b": b"1"})


def test_files_json_lists_what_the_worker_loads():
    files = {"a.zip": b"12", "a.wasm": b"", "panel.mjs": b"", "programs/a.json": b""}
    listed = json.loads(browser_assets.listed(files)["files.json"])["files"]
    assert {name: entry["size"] for name, entry in listed.items()} == {"a.zip": 2, "a.wasm": 0}


@pytest.mark.parametrize(("run", "left"), [("12ab", ["12ab/a/b.js"]), ("", [])])
def test_what_buttons_load_lies_beside_the_languages_and_no_older_files(
    run, left, tmp_path, monkeypatch
):
    monkeypatch.setattr(runnable, "gather", lambda: {"a/b.js": b"1"})
    (tmp_path / "run/old").mkdir(parents=True)
    (tmp_path / "run/old/b.js").touch()
    builder, config = SimpleNamespace(format="html"), SimpleNamespace(refimpl_run=run)
    app = SimpleNamespace(builder=builder, config=config, outdir=tmp_path / "en")
    runnable.publish(app, ValueError("the build has failed"))
    assert (tmp_path / "run/old").exists()
    runnable.publish(app, None)
    top = tmp_path / "run"
    assert [p.relative_to(top).as_posix() for p in top.rglob("*.js")] == left


PROGRAM = '<div class="runnable highlight-python notranslate"><div class="highlight"><pre>1</pre>'
SESSION = '<div class="doctest highlight-default notranslate"><div class="highlight"><pre>1</pre>'
BLOCK = '<div class="highlight-Python notranslate"><div class="highlight"><pre>1</pre>'
END = "</div>\n</div>\n"


@pytest.fixture
def page():
    """Return how a page looks with buttons."""
    app = SimpleNamespace(
        config=SimpleNamespace(refimpl_run="12ab"), add_js_file=lambda *a, **k: added.append(k)
    )
    app.add_css_file = lambda name: None
    added = []

    def put(name, body, run="12ab"):
        app.config.refimpl_run = run
        context = {"body": body}
        runnable.put_buttons(app, name, "page.html", context, None)
        assert bool(added) == ("run-bar" in context["body"])
        assert not added or added.pop()["data-assets"] == "../../run/12ab/"
        return context["body"]

    return put


def test_buttons_stand_behind_programs_and_examples(page):
    bar = runnable.BAR.format("", "Run")
    assert page("questions/a", 2 * (PROGRAM + END)) == 2 * (PROGRAM + END + bar)
    bar = runnable.BAR.format(" data-session", "Run")
    assert page("api/a", SESSION + END + "x") == SESSION + END + bar + "x"
    for name, body in (("api/seeds", SESSION), ("derivations/a", SESSION), ("api/a", BLOCK)):
        assert page(name, body + END) == body + END
    assert page("questions/a", PROGRAM + END, run="") == PROGRAM + END


def test_an_example_of_the_gallery_has_one_button_before_its_first_block(page):
    name = scripts.name(scripts.SCRIPTS[0])
    place = f' data-program="programs/{name}.json"'
    bar = runnable.BAR.format(place, "Run this example")
    body = BLOCK + END + BLOCK + END
    assert page(f"auto_examples/{name}", body) == bar + body
    assert page("auto_examples/shards/sharded", body) == body


@pytest.mark.parametrize("script", scripts.SCRIPTS, ids=scripts.name)
def test_the_program_of_an_example_has_no_head_and_prints_the_text_beside_it(script):
    found = runnable.program(script)
    assert found["source"].startswith(("import ", "from "))
    assert script.read_text("utf-8").endswith(found["source"])
    assert found["prints"]
    assert found["digits"] == scripts.trains_on_pictures(script)
