"""The command: what it prints, and with which exit code it ends."""

import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from refimpl.seeds import Stopped
from refimpl.seeds.__main__ import main

PRINT = "tensor([0.4963, 0.7682, 0.0885, 0.1320])"
FOUND = """\
1 of 1,000 seeds prints it; all from 0 to 999 were tried.
Every character is compared: it was drawn again and printed.

0

    torch.manual_seed(0)
    torch.rand(4)

A seed prints it by chance with probability 1e-16, one of those tried with 1e-13.
"""
NOTHING = """\
No seed from 0 to 999 prints it.

    torch.manual_seed(SEED)
    torch.rand(2)
    torch.rand(4)

Assumed: the generator of torch on the CPU (as in torch 2.13), set by manual_seed before the first \
of these lines. Seeds beyond 32 bits are none of their own: torch takes the low 32.

Not tried: other draws before (--earlier, --before), a module made before (--module), NumPy's \
legacy generator (--numpy).
"""


def test_a_seed_is_found(capsys):
    assert main([PRINT, "--draw", "rand", "--seeds", ":1000"]) == 0
    assert capsys.readouterr() == (FOUND, "found 0\n")


def test_a_file_and_standard_input_are_read(tmp_path, capsys, monkeypatch):
    path = tmp_path / "tensor.txt"
    path.write_text(PRINT)
    assert main([str(path), "--draw", "rand", "--seeds", ":1000"]) == 0
    with path.open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert main(["-", "--draw", "rand(4)", "--seeds", ":1000"]) == 0
    assert capsys.readouterr().out == 2 * FOUND


def test_nothing_found_says_what_was_assumed(capsys):
    words = [PRINT, "--draw", "rand", "--before", "rand(2)", "--seeds", "0:1000"]
    assert main(words) == 1
    assert capsys.readouterr() == (NOTHING, "")


def test_alternatives_are_named_where_they_fail(capsys):
    words = ["tensor([0.4963, 0.7682, 0.0885, 0.1321])", "--draw", "rand", "--seeds", "0:1000"]
    assert main([*words, "--earlier", "2", "--numpy", "--module", "nn.Linear(2, 2)"]) == 1
    said = "Also tried, without success: 1 words drawn before; 2 words drawn before; "
    assert said + "nn.Linear(2, 2) made before; NumPy's" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hello.txt", "--draw", "rand"], "No such file or directory: 'hello.txt'"),
        ([PRINT], "say how it was drawn: --draw CALL, or --program for a program"),
        ([PRINT, "--draw", "rand", "--program"], "say how it was drawn"),
        ([PRINT, "--draw", "rand", "--seeds", "7"], "7 is no range; write 0:1000000"),
        ([PRINT, "--draw", "rand", "--seeds", "a:b"], "a:b is no range; write 0:1000000"),
        ([PRINT, "--draw", "rand", "--seeds", "9:3"], "the seeds go from 0 to 4294967295"),
        (["tensor([0.5000])", "--draw", "rand"], "tells 13.3 bits, and 39 are enough"),
        ([PRINT, "--draw", "rand", "--threads", "0"], "0 threads can do nothing"),
        ([PRINT, "--draw", "rand", "--earlier", "-1"], "-1 words cannot be drawn before"),
    ],
)
def test_what_cannot_be_answered_is_said_and_ends_with_2(words, said, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert (said in err, out, "Traceback" in err) == (True, "", False)


def test_without_the_extra_the_error_says_what_to_install():
    hidden = "import sys; sys.modules['numba'] = None; import refimpl; import refimpl.seeds"
    done = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install 'refimpl[seeds]' brings both" in done.stderr


def test_ctrl_c_says_how_to_go_on(tmp_path):
    state = tmp_path / "state"
    words = [
        "-m",
        "refimpl.seeds",
        PRINT,
        "--draw",
        "rand",
        "--threads",
        "1",
        "--state",
        str(state),
    ]
    process = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # tests that were started in the background hand on that Ctrl-C is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stderr.readline() == "found 0\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, "")
    assert "found: 0. To go on: the same command again" in err
    assert state.exists()


def test_ctrl_c_without_a_state_says_where_it_stood(monkeypatch, capsys):
    def interrupted(*args, **options):
        raise Stopped(16777216, [])

    monkeypatch.setattr("refimpl.seeds.__main__.find", interrupted)
    with pytest.raises(SystemExit) as ended:
        main([PRINT, "--draw", "rand"])
    assert ended.value.code == 130
    said = "stopped at seed 16777216; found: none. To go on: --seeds 16777216:"
    assert said in capsys.readouterr().err


def test_a_seed_that_was_told_is_said_though_its_block_is_not_counted(monkeypatch, capsys):
    def interrupted(*args, tell, **options):
        tell(SimpleNamespace(seed=7))
        raise Stopped(0, [SimpleNamespace(seed=3)])

    monkeypatch.setattr("refimpl.seeds.__main__.find", interrupted)
    with pytest.raises(SystemExit):
        main([PRINT, "--draw", "rand"])
    assert "stopped at seed 0; found: 3 7. To go on: --seeds 0:" in capsys.readouterr().err
