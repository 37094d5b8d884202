"""One wrong digit anywhere a reader looks fails the run: tried on copies, a seeded sample a kind.

Docstrings, pages and the texts of gallery scripts are changed in a copy of the project, and pytest
runs there once; values of the ledger are changed in a copy of their file and checked here.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from evidence.articles import runner
from evidence.articles.registry import CHECKS
from evidence.gallery.scripts import images
from refimpl.articles import LedgerError, load
from tests.conftest import needs_torch

ROOT = Path(__file__).parents[1]
PARTS = (
    "refimpl",
    "evidence",
    "tests",
    "docs",
    "gallery",
    "conftest.py",
    "pyproject.toml",
    "README.md",
)
GENERATED = shutil.ignore_patterns("__pycache__", "auto_examples", "fonts")
# A prompt, its continuation lines, and the lines it prints: up to a blank line, prompt or fence.
OUTPUT = re.compile(
    r"^[ ]*>>> .*\n(?:[ ]*\.\.\. .*\n)*(?P<printed>(?:(?![ ]*(?:>>> |```|~~~|\"\"\"|\n)).*\n)*)",
    re.M,
)


def digits(text):
    """Positions of the digits that a ``>>>`` example in `text` prints."""
    return [
        match.start("printed") + digit.start()
        for match in OUTPUT.finditer(text)
        if "Traceback" not in match["printed"]
        for digit in re.finditer(r"\d", match["printed"])
    ]


def all_digits(text):
    return [digit.start() for digit in re.finditer(r"\d", text)]


def changed(text, at):
    """Put the next digit in the place of the one that stands at `at`."""
    return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]


KINDS = {
    "docstring": (["refimpl/**/*.py"], digits, 3),
    "page": (["docs/**/*.md", "README.md"], digits, 3),
    # Without Fashion-MNIST the texts of the studies on it are compared with nothing.
    "gallery": (["gallery/*/*.out" if images() else "gallery/a[23]/*.out"], all_digits, 2),
}


def sample(folder, patterns, find, size):
    """Choose files, and in each the position of a digit."""
    choice = random.Random(20)
    files = sorted(path for pattern in patterns for path in folder.glob(pattern))
    holding = [path for path in files if find(path.read_text(encoding="utf-8"))]
    for path in choice.sample(holding, min(size, len(holding))):
        yield path, choice.choice(find(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Copy the project, change digits, run what holds them; return the files and the outcome."""
    copy = tmp_path_factory.mktemp("copy")
    for part in map(ROOT.joinpath, PARTS):
        if part.is_dir():
            shutil.copytree(part, copy / part.name, ignore=GENERATED)
        else:
            shutil.copy(part, copy)
    spoilt, collectors = {}, []
    for kind, (patterns, find, size) in KINDS.items():
        spoilt[kind] = []
        for path, at in sample(copy, patterns, find, size):
            path.write_text(changed(path.read_text(encoding="utf-8"), at), encoding="utf-8")
            spoilt[kind].append(path.relative_to(copy))
            collectors.append(collector(spoilt[kind][-1]))
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=no", "-p", "no:cacheprovider"]
    result = subprocess.run(
        command + collectors,
        cwd=copy,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    return spoilt, result


ON_DIGITS = "test_without_images_a_script_says_so_in_its_first_line_and_trains_on_digits"


def collector(name):
    """Name the tests that hold a file."""
    if name.suffix != ".out":
        return name.as_posix()
    script = f"{name.parent.name}/{name.name.partition('.')[0]}"
    if name.name.endswith(".digits.out"):
        return f"tests/gallery/test_gallery.py::{ON_DIGITS}[{script}-torch]"
    engine = "refimpl" if name.name.endswith(".refimpl.out") else "torch"
    return f"tests/gallery/test_gallery.py::test_script_prints_its_text_on_{engine}[{script}]"


@pytest.mark.parametrize("kind", ["docstring", "page", pytest.param("gallery", marks=needs_torch)])
def test_a_changed_digit_fails_the_run(spoilt, kind):
    names, result = spoilt
    assert names[kind]
    assert result.returncode == pytest.ExitCode.TESTS_FAILED, result.stdout + result.stderr
    for name in names[kind]:
        assert f"FAILED {collector(name)}" in result.stdout


# How many values of the ledger are chosen, and which engines have to give them.
KEYS = {"text": (4, ["torch", "refimpl"]), "torch": (1, ["torch"]), "exact": (1, ["refimpl"])}


def chosen_values():
    """Choose values of the ledger that hold a digit, each for an engine that has to give it."""
    choice = random.Random(20)
    for key, (size, engines) in KEYS.items():
        holding = [
            (claim, value.name, getattr(value, key))
            for article in load()
            for claim in article.claims
            for value in claim.value
            if re.search(r"\d", getattr(value, key))
        ]
        for (claim, *value), engine in product(choice.sample(holding, size), engines):
            if engine == "torch" or not claim.refimpl:
                marks = needs_torch if engine == "torch" else ()
                title = f"{claim.id}-{key}-{engine}"
                yield pytest.param(engine, key, claim.id, *value, id=title, marks=marks)


@pytest.mark.parametrize(("engine", "key", "claim_id", "name", "expected"), list(chosen_values()))
def test_a_changed_digit_of_the_ledger_fails(tmp_path, engine, key, claim_id, name, expected):
    stem = claim_id.partition("-")[0].lower()
    text = (ROOT / "refimpl" / "articles" / f"{stem}.toml").read_text(encoding="utf-8")
    start = text.index(f'name = "{name}"', text.index(f'id = "{claim_id}"'))
    quotes = r"(?:\"{1,3}|'{3}\n)"  # a text on one line or on several, as TOML quotes them
    place = re.compile(rf"^{key} = {quotes}{re.escape(expected)}(?:\"{{1,3}}|'{{3}})$", re.M)
    quoted = place.search(text, start)
    at = quoted.start() + random.Random(20).choice(all_digits(quoted[0]))
    (tmp_path / f"{stem}.toml").write_text(changed(text, at), encoding="utf-8")
    try:
        (article,) = load(tmp_path)
    except LedgerError as refusal:  # a print of the article has other numbers than the changed text
        assert str(refusal).startswith(claim_id)
        return
    claim = next(claim for claim in article.claims if claim.id == claim_id)
    runner.import_checks([article])
    result = runner.outcome(claim, engine, CHECKS[claim_id])
    assert result["outcome"] == "failed"
    assert f"{name!r} is in the ledger" in result["message"]
