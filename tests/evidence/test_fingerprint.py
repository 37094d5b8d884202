"""The fingerprint sees everything of the project that a page computes with."""

import re
import shutil

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


@pytest.mark.parametrize("switch", fingerprint.SWITCHES)
def test_a_switch_of_the_kernels_changes_the_fingerprint(monkeypatch, switch):
    before = fingerprint.fingerprint()
    monkeypatch.setenv(switch, "another")
    assert fingerprint.fingerprint() != before


def test_another_version_changes_the_fingerprint(monkeypatch):
    before = fingerprint.fingerprint()
    monkeypatch.setattr(fingerprint, "installed", lambda package: "another")
    assert fingerprint.fingerprint() != before
