"""What was computed is kept whole, for its own fingerprint and no other."""

import json
import os
import subprocess
import sys

import pytest

from evidence import kept as module
from evidence.fingerprint import ROOT
from evidence.kept import kept, write_whole

FIRST, SECOND = 16 * "1", 16 * "2"
# Writes half of the text aside and is then killed, as by a user who does not want to wait.
KILLED = """
import os, signal, sys
from pathlib import Path
from evidence.kept import write_whole

def write_half(path, text, encoding):
    with path.open("w", encoding=encoding) as file:
        file.write(text[: len(text) // 2])
    os.kill(os.getpid(), signal.SIGKILL)

Path.write_text = write_half
write_whole(Path(sys.argv[1]), "the new text")
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in the place of build/, and FIRST as the current fingerprint."""
    monkeypatch.setattr(module, "FOLDER", tmp_path / "build")
    monkeypatch.setattr(module, "fingerprint", lambda names: FIRST)
    return tmp_path / "build"


def refuse():
    raise AssertionError("computed although it was kept")


def test_what_is_kept_is_not_computed_again(folder):
    assert kept("name", lambda: {"a": 1}) == {"a": 1}
    assert kept("name", refuse) == {"a": 1}


def test_computed_and_read_are_the_same(folder):
    computed = kept("name", lambda: {1: ("ä", None)})
    assert computed == kept("name", refuse) == {"1": ["ä", None]}


def test_two_names_are_kept_beside_each_other(folder):
    kept("name", lambda: 1)
    kept("name-2", lambda: 2)
    assert kept("name", refuse) == 1


def test_what_does_not_hold_is_computed_again(folder):
    kept("name", lambda: "failed")
    assert kept("name", lambda: "passed", holds=lambda found: found == "passed") == "passed"
    assert kept("name", refuse) == "passed"


def test_another_fingerprint_is_not_read(folder, monkeypatch):
    kept("name", lambda: "old")
    monkeypatch.setattr(module, "fingerprint", lambda names: SECOND)
    assert kept("name", lambda: "new") == "new"


def test_another_fingerprint_is_forgotten_and_other_names_stay(folder, monkeypatch):
    for name in ("name", "name-2"):
        kept(name, lambda: "old")
    monkeypatch.setattr(module, "fingerprint", lambda names: SECOND)
    kept("name", lambda: "new")
    left = {path.name for path in folder.glob("*.json")}
    assert left == {f"name-{SECOND}.json", f"name-2-{FIRST}.json"}


def test_nothing_is_kept_of_a_computation_that_fails(folder):
    with pytest.raises(ZeroDivisionError):
        kept("name", lambda: 1 / 0)
    assert kept("name", lambda: 1) == 1


# Says that it begins, computes for a while, and adds a line to a file, each time it is run.
SLOW = """
import sys, time
from pathlib import Path
from evidence import kept as module

def compute():
    time.sleep(0.5)
    with open(sys.argv[2], "a") as file:
        file.write("computed\\n")
    return 1

module.FOLDER = Path(sys.argv[1])
print(module.kept("name", compute))
"""


@pytest.mark.skipif(module.fcntl is None, reason="processes wait for each other on POSIX only")
def test_of_two_processes_one_computes_and_the_other_waits(tmp_path):
    log = tmp_path / "log"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SLOW, str(tmp_path), str(log)]
    both = [subprocess.Popen(command, env=environment, stdout=-1, text=True) for _ in range(2)]
    assert [process.communicate()[0] for process in both] == ["1\n", "1\n"]
    assert log.read_text() == "computed\n"


@pytest.mark.parametrize("old", [None, "the old text"])
def test_a_killed_write_leaves_nothing_half_written(tmp_path, old):
    path = tmp_path / "kept.json"
    if old:
        write_whole(path, old)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment)
    assert killed.returncode < 0
    assert (path.read_text(encoding="utf-8") if path.exists() else None) == old


def test_what_a_killed_write_left_aside_is_never_read(folder):
    folder.mkdir()
    (folder / f"name-{FIRST}.1").write_text('{"half')
    assert kept("name", lambda: "whole") == "whole"
    assert json.loads((folder / f"name-{FIRST}.json").read_text("utf-8")) == "whole"


WITHOUT_LOCKS = """
import sys
sys.modules["fcntl"] = None  # as on Windows
from pathlib import Path
from evidence import kept as module
module.FOLDER = Path(sys.argv[1])
print(module.kept("name", lambda: [1, 2]), module.kept("name", lambda: 1 / 0))
"""


def test_where_no_file_can_be_locked_it_is_kept_all_the_same(tmp_path):
    command = [sys.executable, "-c", WITHOUT_LOCKS, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[1, 2] [1, 2]\n", done.stderr
    assert not list(tmp_path.glob("*.lock"))
