"""The run of mutants: a fair sample, the tests of a line, and a change that no test notices."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from evidence.fingerprint import ROOT
from evidence.mutation import record, trial
from evidence.mutation.sample import KINDS, kind, part, sample, shares

# ---- the sample -------------------------------------------------------------------------


def mutation(path, operator, line):
    return SimpleNamespace(
        module_path=Path(path),
        operator_name=f"core/{operator}",
        occurrence=line,
        start_pos=(line, 0),
    )


LARGE = [
    mutation("refimpl/tape/walk.py", operator, line)
    for operator in ("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Add_Mul")
    for line in range(400)
]
LARGE += [mutation("refimpl/tape/walk.py", "NumberReplacer", line) for line in range(5)]
SMALL = [mutation("docs/_ext/build.py", "AddNot", line) for line in range(100)]
TINY = [mutation("evidence/kept.py", "AddNot", line) for line in range(2)]


def test_parts_get_shares_by_the_square_root_and_no_more_than_they_have():
    assert shares({"a": 400, "b": 100, "c": 1}, 61) == {"c": 1, "b": 20, "a": 40}
    assert shares({"a": 400, "b": 100}, 30) == {"a": 20, "b": 10}
    assert shares({"a": 3, "b": 2}, 600) == {"a": 3, "b": 2}


def test_a_sample_has_every_part_and_takes_the_kinds_in_turn():
    drawn = sample([*LARGE, *SMALL, *TINY], 62, 1)
    counts = Counter((part(each.module_path), kind(each)) for each in drawn)
    assert counts == {
        ("refimpl/tape", "arithmetic"): 35,
        ("refimpl/tape", "constant"): 5,
        ("docs/_ext", "condition"): 20,
        ("evidence", "condition"): 2,
    }
    places = [(each.module_path, kind(each), each.start_pos) for each in drawn]
    assert len(set(places)) == len(places)


def test_a_sample_depends_on_its_seed_alone():
    every = [*LARGE, *SMALL, *TINY]
    assert sample(every, 50, 1) == sample(every[::-1], 50, 1)
    assert sample(every, 50, 1) != sample(every, 50, 2)


def test_another_mutant_takes_the_place_of_one_that_is_not_valid():
    every = [*LARGE, *SMALL, *TINY]
    left_out = sample(every, 50, 1)[0]
    drawn = sample(every, 50, 1, lambda each: each is not left_out)
    assert len(drawn) == 50 and left_out not in drawn
    assert len([each for each in drawn if each in sample(every, 50, 1)]) == 49


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("refimpl/tape/walk.py", "refimpl/tape"),
        ("refimpl/utils/data/loader.py", "refimpl/utils"),
        ("refimpl/errors.py", "refimpl"),
        ("docs/_ext/build.py", "docs/_ext"),
    ],
)
def test_a_part_is_a_folder(path, name):
    assert part(Path(path)) == name


def test_a_reason_is_stale_when_its_code_is_gone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.py").write_text("def f(x):\n    if x  <  1:\n        return 2\n")
    changes = [
        ("here.py", "x < 1: → x <= 1:"),
        ("here.py", "x < 2: → x <= 2:"),
        ("gone.py", "x → y"),
    ]
    entry = "[[survivor]]\nfile = '{}'\nfunction = 'f'\nchange = '{}'\nreason = 'so'\n"
    reasons = tmp_path / "survivors.toml"
    reasons.write_text("".join(entry.format(*each) for each in changes), "utf-8")
    monkeypatch.setattr(record, "REASONS", reasons)
    assert [(file, change) for file, _, change in record.stale()] == changes[1:]
    assert record.reasons()["here.py", "f", "x < 1: → x <= 1:"] == "so"


ENDINGS = """
def test_passes(): pass
def test_fails(): assert False
def test_has_no_end():
    while True: pass
"""


@pytest.mark.parametrize(
    ("test", "ended"),
    [("passes", "passed"), ("fails", "failed"), ("has_no_end", "timeout"), ("none", "passed")],
)
def test_tests_pass_fail_or_come_to_no_end(tmp_path, monkeypatch, test, ended):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text(ENDINGS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.chdir(tmp_path)
    found = trial.outcome([f"tests/test_x.py::test_{test}"], 3, tmp_path / "output")
    assert found == ended, (tmp_path / "output").read_text("utf-8")


# ---- the run, where its tools are: tox run -e mutation -----------------------------------


TOOLS = "not run: cosmic-ray and coverage are in the environment mutation"


def test_every_operator_of_cosmic_ray_has_its_kind():
    names = pytest.importorskip("cosmic_ray.plugins", reason=TOOLS).operator_names()
    without = {"VariableReplacer", "VariableInserter"}  # they ask for names, and are not used
    assert {name.removeprefix("core/").split("_")[0] for name in names} - without == set(KINDS)


@pytest.mark.parametrize("own", [1, 9])
def test_where_few_tests_run_a_line_those_that_start_a_program_follow(tmp_path, own):
    pytest.importorskip("coverage", reason=TOOLS)
    from evidence.mutation.selection import Lines

    path = tmp_path / "code.py"
    path.write_text("def f():\n    return 1\n\n\nX = 2\n")
    themselves = {f"tests/test_own.py::test_{i}" for i in range(own)}
    program = "tests/test_command.py::test_program"
    lines = Lines.__new__(Lines)
    lines.seconds = dict.fromkeys(themselves | {program}, 0.1)
    lines.sizes = Counter(test.split("::")[0] for test in lines.seconds)
    lines.by_file = {str(path): [{1: themselves}, {1: {program}, 2: {program}, 5: {program}}]}
    for line in (1, 2, 5):  # of the function, or of the file, where the line itself has none
        rounds = lines.tests(str(path), line, line)
        assert set(rounds[0]) == themselves
        assert rounds[1:] == ([[program]] if own == 1 else [])


CODE = """\
import functools


@functools.cache
def larger(a, b):
    return a if a > b else b


LIMIT = 3


def unguarded(x):
    return x + 1
"""
TESTS = """\
import pytest

from refimpl.code import larger, unguarded


@pytest.mark.parametrize("pair", [(1, 2), (2, 1), (0, 5)])
def test_larger(pair):
    assert larger(*pair) == max(pair)


def test_unguarded():
    unguarded(1)
"""


@pytest.fixture
def project(tmp_path):
    """A small project under git, with the real tool."""
    pytest.importorskip("cosmic_ray", reason=TOOLS)
    files = {
        "refimpl/__init__.py": "",
        "refimpl/code.py": CODE,
        "tests/test_code.py": TESTS,
        "docs/_ext/nothing.py": "",
        "docs/_data/empty": "",
        "evidence/__init__.py": "",
        "evidence/fingerprint.py": "",
        "evidence/kept.py": "",
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n'
        'testpaths = ["tests"]\npythonpath = ["."]\n',
        ".gitignore": "build/\n__pycache__/\n",
    }
    for name in (
        "__init__",
        "__main__",
        "record",
        "run",
        "sample",
        "selection",
        "stopwatch",
        "trial",
    ):
        path = f"evidence/mutation/{name}.py"
        files[path] = (ROOT / path).read_text("utf-8")
    files["evidence/mutation/survivors.toml"] = ""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(folder, *arguments):
    person = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True)


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a step")


def run(folder, *arguments):
    command = [sys.executable, "-m", "evidence.mutation", "--record", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_survivor_needs_a_test_or_a_reason(project):
    done = run(project)
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads((project / "docs/_data/mutation.json").read_text("utf-8"))
    alive = {each["change"] for each in found["survivors"]}
    assert found["mutants"] - found["killed"] == len(found["survivors"])
    assert {each["function"] for each in found["survivors"]} == {"", "unguarded"}
    assert "LIMIT = 3 → LIMIT = 4" in alive or "LIMIT = 3 → LIMIT = 2" in alive
    assert not any("a < b" in change for change in alive)
    assert "NO REASON" in done.stdout

    git(project, "checkout", "--quiet", ".")
    with (project / "tests/test_code.py").open("a") as file:
        file.write("\n\ndef test_one_more():\n    assert unguarded(1) == 2 and unguarded(2) == 3\n")
    reasons = "".join(
        "[[survivor]]\n"
        + "".join(f"{key} = '''{each[key]}'''\n" for key in each if key != "reason")
        + 'reason = "so it is"\n'
        for each in found["survivors"]
        if each["function"] != "unguarded"
    )
    (project / "evidence/mutation/survivors.toml").write_text(reasons, "utf-8")
    commit(project)
    done = run(project)
    again = json.loads((project / "docs/_data/mutation.json").read_text("utf-8"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {each["function"] for each in again["survivors"]} == {""}
    assert again["mutants"] == found["mutants"]


def test_what_is_not_committed_is_not_tried(project):
    (project / "refimpl/code.py").write_text("")
    done = run(project)
    assert done.returncode == 1
    assert done.stderr.startswith("There are changes that are not committed")
    assert not (project / "build").exists()
