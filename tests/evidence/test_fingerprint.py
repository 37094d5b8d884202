"""The fingerprint sees everything of the project that a page computes with."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from evidence import fingerprint
from evidence.fingerprint import ROOT

IMPORT = re.compile(
    r"^\s*(?:from|import) +((?:tests|benchmarks|evidence)[\w.]*)(?: +import +\(?([\w, ]*))?", re.M
)


def imported(text):
    """Yield the files of tests/, benchmarks/ and evidence/ that a text imports from."""
    for module, names in IMPORT.findall(text):
        candidates = [module] + [f"{module}.{name.strip()}" for name in names.split(",")]
        for candidate in candidates:
            path = ROOT / (candidate.replace(".", "/") + ".py")
            if path.is_file():
                yield path


def test_whatever_a_page_imports_from_the_project_is_hashed():
    waiting = [p for p in (ROOT / "docs").rglob("*.md")] + list((ROOT / "gallery").rglob("*.py"))
    waiting += fingerprint.sources()
    hashed, seen = set(fingerprint.sources()), set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.suffix not in {".py", ".md"}:
            continue
        seen.add(path)
        found = set(imported(path.read_text("utf-8")))
        assert found <= hashed, f"{path} imports {found - hashed}: add it to fingerprint.SOURCES"
        waiting += found


@pytest.mark.parametrize(
    "name",
    [
        "refimpl/__init__.py",
        "refimpl/articles/a1.toml",
        "evidence/articles/a1.py",
        "docs/_ext/mathml.py",
        "conf.py",
    ],
)
def test_one_changed_character_changes_the_fingerprint(tmp_path, name):
    for source in ("refimpl", "evidence", "docs/_ext"):
        shutil.copytree(ROOT / source, tmp_path / source)
    shutil.copy(ROOT / "conf.py", tmp_path)
    before = fingerprint.fingerprint(tmp_path)
    with (tmp_path / name).open("a") as file:
        file.write(" ")
    assert fingerprint.fingerprint(tmp_path) != before


@pytest.mark.parametrize(
    ("name", "stays"), [("docs/_ext/mathml.py", True), ("evidence/x.py", False)]
)
def test_what_the_engine_computed_stays_when_only_the_pages_change(tmp_path, name, stays):
    before = fingerprint.fingerprint(tmp_path, fingerprint.ENGINE)
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("changed")
    assert (fingerprint.fingerprint(tmp_path, fingerprint.ENGINE) == before) == stays


@pytest.mark.parametrize("switch", fingerprint.SWITCHES)
def test_a_switch_of_the_kernels_changes_the_fingerprint(monkeypatch, switch):
    before = fingerprint.fingerprint()
    monkeypatch.setenv(switch, "another")
    assert fingerprint.fingerprint() != before


def test_another_version_changes_the_fingerprint(monkeypatch):
    before = fingerprint.fingerprint()
    monkeypatch.setattr(fingerprint, "installed", lambda package: "another")
    assert fingerprint.fingerprint() != before


@pytest.mark.parametrize("package", fingerprint.PACKAGES)
def test_another_version_of_any_package_changes_the_fingerprint(monkeypatch, tmp_path, package):
    before = fingerprint.fingerprint(tmp_path)
    known = fingerprint.installed
    monkeypatch.setattr(
        fingerprint, "installed", lambda name: "another" if name == package else known(name)
    )
    assert fingerprint.fingerprint(tmp_path) != before


@pytest.mark.parametrize("fact", ["python_version", "machine"])
def test_another_python_or_machine_changes_the_fingerprint(monkeypatch, tmp_path, fact):
    before = fingerprint.fingerprint(tmp_path)
    monkeypatch.setattr(fingerprint.platform, fact, lambda: "another")
    assert fingerprint.fingerprint(tmp_path) != before


def test_another_instruction_set_changes_the_fingerprint(monkeypatch, tmp_path):
    before = fingerprint.fingerprint(tmp_path)
    shown = {"SIMD Extensions": {"found": ["another"]}}
    monkeypatch.setattr(fingerprint.np, "show_config", lambda mode: shown)
    assert fingerprint.fingerprint(tmp_path) != before


def test_what_is_not_installed_is_absent():
    assert fingerprint.installed("no-such-package") == "absent"
    assert fingerprint.installed("numpy") == np.__version__


def test_sources_are_files_in_a_fixed_order_without_what_python_caches(tmp_path):
    names = ["refimpl/b.py", "refimpl/a.toml", "refimpl/in/c.py", "docs/_ext/x.py", "conf.py"]
    for name in [*names, "refimpl/__pycache__/b.pyc", "docs/page.md", "tests/test_x.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = [path.relative_to(tmp_path).as_posix() for path in fingerprint.sources(tmp_path)]
    assert found == [
        "refimpl/a.toml",
        "refimpl/b.py",
        "refimpl/in/c.py",
        "docs/_ext/x.py",
        "conf.py",
    ]
    before = fingerprint.fingerprint(tmp_path)
    assert re.fullmatch("[0-9a-f]{16}", before)
    assert fingerprint.fingerprint(tmp_path) == before
    (tmp_path / "refimpl/b.py").rename(tmp_path / "refimpl/d.py")
    assert fingerprint.fingerprint(tmp_path) != before


def test_the_command_prints_the_fingerprint():
    command = [sys.executable, "-m", "evidence.fingerprint"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"{fingerprint.fingerprint()}\n"
