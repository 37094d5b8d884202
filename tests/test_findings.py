"""The findings are well formed and listed; they are run by hand, not here."""

import os
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "findings"
SCRIPTS = sorted(FOLDER.glob("*.sh"))
every = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)


def head(text):
    """Return the comment that a script begins with."""
    return re.match(r"#!.*\n((?:#.*\n)*)", text)[1]


def test_the_table_lists_each_script_once_in_order():
    rows = re.findall(r"^\| `(\w+)` \| .+\. \|$", (FOLDER / "README.md").read_text("utf-8"), re.M)
    assert rows == [path.stem for path in SCRIPTS]


@every
def test_a_script_can_be_executed_and_stops_at_the_first_error(path):
    text = path.read_text("utf-8")
    assert os.access(path, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\nwork=$(mktemp -d)\ntrap 'rm -rf \"$work\"' EXIT\n" in text


@every
def test_each_package_is_installed_in_the_version_that_the_head_names(path):
    text = path.read_text("utf-8")
    pip, npm = '/bin/pip" install -q --disable-pip-version-check', "npm install .* --no-fund"
    (packages,) = re.findall(rf"(?:{pip}|{npm}) (.+)", text)
    pins = [re.fullmatch(r"[a-z0-9_-]+(?:==|@)([\d.]+)", package) for package in packages.split()]
    assert all(pins)
    assert pins[0][1] in head(text)


@every
def test_what_was_seen_is_in_the_head_and_is_compared(path):
    text = path.read_text("utf-8")
    assert re.search(r"^#\| ", head(text), re.M)
    assert "sed -n 's/^#| //p' \"$0\" | diff - " in text


@every
def test_a_script_speaks_of_refimpl_only_to_say_that_it_is_not_used(path):
    named = re.findall(r".*refimpl.*", path.read_text("utf-8"))
    assert all("run without refimpl" in line for line in named) and len(named) == 1
