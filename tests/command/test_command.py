"""``python -m refimpl`` runs a program as Python does, but for what ``import torch`` finds."""

import os
import re
import signal
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import refimpl

ROOT = Path(refimpl.__file__).parents[1]
PYTHON = [sys.executable]
REFIMPL = [sys.executable, "-m", "refimpl"]

FACTS = '''"""What it does."""
import sys
spec = __spec__ and (__spec__.name, __spec__.origin)
print(sys.argv, sys.path[0], __name__, globals().get("__file__"), __doc__, __package__, spec)
print(sys.modules["__main__"].__dict__ is globals(), __package__ or type(__builtins__))
'''
FAILING = """import sys
def divide():
    return 1 / 0
try:
    {}["missing"]
except KeyError:
    divide()
"""


def run(command, folder, text="", **settings):
    """Return the finished process, started in `folder` with `text` as its standard input."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | settings
    return subprocess.run(
        command, cwd=folder, env=environment, input=text, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """A folder of programs."""
    folder = tmp_path_factory.mktemp("programs")
    files = {
        "course/facts.py": FACTS,
        "course/__main__.py": FACTS,
        "failing.py": FAILING,
        "unfinished.py": "x = (\n",
        "message.py": "import sys\nsys.exit('it ends here')\n",
        "code.py": "import sys\nsys.exit(7)\n",
        "none.py": "import sys\nsys.exit()\n",
        "stopped.py": "raise KeyboardInterrupt\n",
        "import_fails.py": "import nothing_of_this_name\n",
        "hook.py": (
            "import sys\n"
            "def hook(kind, error, trace):\n"
            "    print(kind, trace.tb_lineno, trace.tb_next)\n"
            "sys.excepthook = hook\n"
            "1 / 0\n"
        ),
        "latin.py": "# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))\n",
        "leaving.py": "import atexit\natexit.register(print, 'left')\nprint('ran')\n",
        "annotated.py": "x: int = 1\nprint(x)\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode("latin-1"))
    (folder / "empty").mkdir()
    (folder / "linked.py").symlink_to("course/facts.py")
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", FACTS)
    return folder


AS_PYTHON = {
    "a script with arguments": ["course/facts.py", "a", "--help", "-c", "--version"],
    "a script by way of a link": ["linked.py"],
    "a script by way of dots": ["course/../course/facts.py"],
    "a script after two dashes": ["--", "course/facts.py", "--", "-h"],
    "a folder": ["course", "-m", "x"],
    "an archive": ["archive.zip", "x"],
    "a module": ["-m", "course.facts", "-c", "--version"],
    "a package": ["-m", "course", "x"],
    "standard input": ["-", "a", "-b"],
    "code": ["-c", FACTS, "a", "-m", "--help"],
    "code without a space": ["-c" + FACTS, "a"],
    "an error": ["failing.py"],
    "an error of code": ["-c", "1 / 0"],
    "an import that fails": ["import_fails.py"],
    "a syntax error": ["unfinished.py"],
    "a syntax error of code": ["-c", "x = ("],
    "an exit with a message": ["message.py"],
    "an exit with a code": ["code.py"],
    "an exit without one": ["none.py"],
    "an interrupt": ["stopped.py"],
    "a hook of the program's own": ["hook.py"],
    "another encoding": ["latin.py"],
    "an exit handler": ["leaving.py"],
    "annotations": ["annotated.py"],
}


@pytest.mark.parametrize("name", AS_PYTHON)
def test_a_program_sees_and_shows_what_it_does_under_python(programs, name):
    theirs, ours = (
        run(command + AS_PYTHON[name], programs, FACTS) for command in (PYTHON, REFIMPL)
    )
    assert (ours.stdout, ours.stderr) == (theirs.stdout, theirs.stderr)
    assert ours.returncode == theirs.returncode


def test_without_unsafe_paths_the_folder_is_left_out_as_in_python(programs):
    settings = {"PYTHONSAFEPATH": "1"}
    theirs, ours = (
        run(command + ["course/facts.py"], programs, **settings) for command in (PYTHON, REFIMPL)
    )
    assert (ours.stdout, ours.stderr) == (theirs.stdout, theirs.stderr)


@pytest.mark.parametrize("arguments", [["-m", "failing"], ["-m", "unfinished"]], ids=str)
def test_an_error_of_a_module_is_shown_from_its_own_lines_on(programs, arguments):
    ours = run(REFIMPL + arguments, programs)
    frames = re.findall(r'File "(.*)"', ours.stderr)
    assert frames and set(frames) == {str(programs / f"{arguments[1]}.py")}
    assert ours.returncode == 1


REFUSED = {
    "a missing file": (
        ["nosuch.py"],
        2,
        "can't open file '{folder}/nosuch.py': [Errno 2] No such file or directory",
    ),
    "a file in place of a folder": (
        ["failing.py/x.py"],
        2,
        "can't open file '{folder}/failing.py/x.py': [Errno 20] Not a directory",
    ),
    "a folder that holds no program": (
        ["empty"],
        1,
        "can't find '__main__' module in '{folder}/empty'",
    ),
    "a missing module": (["-m", "nosuch"], 1, "No module named nosuch"),
    "a missing module of a package": (["-m", "course.no"], 1, "No module named course.no"),
    "a package that is no program": (
        ["-m", "empty"],
        1,
        "No module named empty.__main__; 'empty' is a package and cannot be directly executed",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_run_is_told_in_pythons_words_and_with_its_code(programs, name):
    arguments, code, says = REFUSED[name]
    theirs, ours = (run(command + arguments, programs) for command in (PYTHON, REFIMPL))
    assert ours.stderr == f"python -m refimpl: {says.format(folder=programs)}\n"
    assert ours.stderr == theirs.stderr.replace(sys.executable, "python -m refimpl")
    assert ours.returncode == theirs.returncode == code


MISUSED = {
    "nothing": ([], "give a script, - for standard input, -c code or -m module"),
    "-c alone": (["-c"], "argument -c: expected one argument"),
    "-m alone": (["-m"], "argument -m: expected one argument"),
    "an unknown option": (["-x", "failing.py"], "unrecognized arguments: -x"),
    "half an option": (["--vers"], "unrecognized arguments: --vers"),
}


@pytest.mark.parametrize("name", MISUSED)
def test_a_wrong_command_line_is_told_below_the_usage(programs, name):
    arguments, says = MISUSED[name]
    done = run(REFIMPL + arguments, programs)
    usage, message = done.stderr.splitlines()
    assert usage.startswith("usage: python -m refimpl [-h] [--version] (script | - | -c code | ")
    assert message.startswith("python -m refimpl: error: ") and says in message
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_says_what_can_be_run(programs, option):
    done = run([*REFIMPL, option], programs)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("usage: python -m refimpl", "script", "-c", "-m", "--version", "standard input"):
        assert word in done.stdout


def test_the_version_is_the_projects(programs):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = run([*REFIMPL, "--version"], programs)
    assert (done.returncode, done.stdout) == (0, f"refimpl {project['version']}\n")


IN_PLACE = "import torch\nprint(torch.__name__)\n"


@pytest.mark.parametrize("arguments", [["-c", IN_PLACE], ["-"], ["week.py"], ["-m", "week"]])
def test_torch_is_refimpl_for_the_program_and_for_the_modules_beside_it(tmp_path, arguments):
    (tmp_path / "beside.py").write_text(IN_PLACE)
    (tmp_path / "week.py").write_text(f"import beside\n{IN_PLACE}")
    done = run(REFIMPL + arguments, tmp_path, f"import beside\n{IN_PLACE}")
    assert set(done.stdout.split()) == {"refimpl"}
    assert done.stderr == ""


def test_torch_is_refimpl_to_the_end_of_the_process(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import atexit, threading, time\n"
        "def late():\n"
        "    import torch\n"
        "    print(torch.__name__)\n"
        "def later():\n"
        "    time.sleep(0.2)\n"
        "    late()\n"
        "atexit.register(late)\n"
        "threading.Thread(target=later).start()\n"
    )
    done = run([*REFIMPL, "script.py"], tmp_path)
    assert (done.stdout, done.stderr) == ("refimpl\nrefimpl\n", "")


def test_an_error_raised_in_refimpl_is_shown_from_the_program_on_with_its_note(tmp_path):
    (tmp_path / "script.py").write_text("import torch\ntorch.softmax(torch.ones(2), 5)\n")
    done = run([*REFIMPL, "script.py"], tmp_path)
    head, first, *_ = done.stderr.splitlines()
    assert head == "Traceback (most recent call last):"
    assert first == f'  File "{tmp_path}/script.py", line 2, in <module>'
    assert "IndexError: Dimension out of range" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    "line", ["from torch.nn import LSTM", "import torch.fft", "from torch.optim import LBFGS"]
)
def test_a_failing_import_shows_the_notes_last(tmp_path, line):
    done = run([*REFIMPL, "-c", line], tmp_path)
    name = line.split()[-1]
    assert done.stderr.splitlines()[-2:] == [
        f"{name} lies outside the subset of torch that refimpl covers.",
        "More in the documentation: errors/#outside-the-subset",
    ]
    assert "standin.py" not in done.stderr.splitlines()[1]


@pytest.mark.skipif(os.name != "posix", reason="a signal of POSIX")
def test_ctrl_c_ends_the_process_by_its_signal_below_the_programs_traceback(tmp_path):
    script = tmp_path / "script.py"
    # On one line, since the signal may come before the program sleeps.
    script.write_text("import time; print('ready', flush=True); time.sleep(60)\n")
    with subprocess.Popen(
        [*REFIMPL, str(script)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets what it starts in the background not hear the signal, and its children too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == -signal.SIGINT
    assert said.splitlines()[1] == f'  File "{script}", line 1, in <module>'
    assert said.splitlines()[-1] == "KeyboardInterrupt"
