"""What a command of the project does not know it refuses in a line, before it does anything."""

import importlib
import re
import runpy
import sys
from pathlib import Path

import pytest

from tests.conftest import NO_TORCH

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("docs/_ext", "docs/_inv", "evidence", "benchmarks", "refimpl")
MAIN = re.compile(r'^if __name__ == "__main__":', re.M)
COMMANDS = {
    path.relative_to(ROOT).as_posix(): path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if MAIN.search(path.read_text("utf-8"))
}
# Nobody types these: torchrun and another process of ours start them with what they need.
STARTED = {"evidence/shards/ranks.py", "evidence/shards/dying.py", "benchmarks/programs.py"}
STARTED |= {"evidence/digests.py"}  # a page runs its text as a program, where there is no evidence
STARTED |= {"evidence/mutation/__main__.py"}  # needs cosmic-ray, which no other part does


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - STARTED))
def test_a_command_refuses_what_it_does_not_know(name, monkeypatch, capsys):
    pytest.importorskip("torch", reason=NO_TORCH)
    monkeypatch.setattr(sys, "argv", [name, "--nosuch"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(COMMANDS[name]), run_name="__main__")
    told = capsys.readouterr()
    assert (end.value.code, told.out) == (2, "")
    assert told.err.startswith("usage: ")
    assert ": error: " in told.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("module", "words", "says"),
    [
        ("benchmarks.accuracy", "sotfmax", "no operator is called sotfmax; is it softmax"),
        ("benchmarks.digest", "", "the following arguments are required: write | compare"),
        ("benchmarks.digest", "compare one", "the following arguments are required: files"),
        ("benchmarks.exhaustive", "sigmoid float23", "no function or dtype is called float23"),
        ("benchmarks.rows", "softmax gelu", "no function is called gelu; is it softmax"),
        ("benchmarks.site", "lighthous", "no part is called lighthous; is it lighthouse?"),
        ("evidence.articles.runner", "A6", "no article is called A6; is it A1, A2, A3, A4, A5?"),
        ("evidence.conformance", "--record --errors", "not allowed with argument"),
        ("evidence.conformance_onnx", "", "one of the arguments --record engine is required"),
        ("evidence.conformance_onnx", "jax", "invalid choice: 'jax'"),
        ("evidence.errors.__main__", "shape", ""),
        ("evidence.errors.__main__", "nosuch", "no name has nosuch in its name"),
        ("translations", "todo", "the following arguments are required: page"),
        ("translations", "nosuch", "invalid choice: 'nosuch'"),
    ],
)
def test_a_name_that_a_command_does_not_know_is_told(module, words, says, monkeypatch, capsys):
    pytest.importorskip("torch", reason=NO_TORCH)
    monkeypatch.setattr("evidence.errors.recorded", lambda path: path.read_text("utf-8"))
    main = importlib.import_module(module).main
    if not says:
        main(words.split())
        assert capsys.readouterr().out == "shapes\n"
        return
    with pytest.raises(SystemExit, match="2"):
        main(words.split())
    assert says in capsys.readouterr().err


def test_a_file_that_cannot_be_compared_is_named(tmp_path):
    digest = importlib.import_module("benchmarks.digest")
    (tmp_path / "a.npz").write_text("no numbers", "utf-8")
    for name in ("a.npz", "b.npz"):
        with pytest.raises(SystemExit, match=f"{name} cannot be read"):
            digest.main(["compare", str(tmp_path / name), str(tmp_path / name)])
