"""What runs programs in the browser, here in this process."""

import sys
from importlib.util import find_spec
from pathlib import Path

import driver
import numpy as np
import pytest
import stand_ins

from evidence.gallery.scripts import SCRIPTS


@pytest.fixture
def digits(monkeypatch):
    """Read the digits from scikit-learn's folder: the site has them as a file of its own."""
    # The package itself is not imported: its array functions ask for torch, which some runs lack.
    folder = Path(find_spec("sklearn").origin).parent
    monkeypatch.setattr(stand_ins, "DIGITS", folder / "datasets/data/digits.csv.gz")
    monkeypatch.setenv("FASHION_MNIST", "")  # a browser has no folder of pictures


@pytest.fixture
def run(digits):
    """Run a program; return how it ended and what was printed on both streams."""
    before = {name: sys.modules.get(name) for name in stand_ins.modules()}
    shown = []
    kinds = {"out": "out", "raised": "out", "err": "err"}  # a page compares both with what it shows
    made = driver.Driver(lambda kind, text: shown.append((kinds[kind], text)))

    def run(source, session=False):
        shown.clear()
        ended = made.run(source, session)
        return ended, *("".join(text for k, text in shown if k == kind) for kind in ("out", "err"))

    with made.replaced:
        yield run
    for name, module in before.items():
        if module is None:
            del sys.modules[name]
        else:
            sys.modules[name] = module


def test_a_session_prints_values_and_goes_on_after_an_error(run):
    assert run("1 + 1\nNone\n1 / 0\nx = 3\nx", session=True) == (
        "done",
        "2\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n3\n",
        "",
    )


def test_an_error_shows_the_program_alone(run):
    ended, out, err = run("print(1)\ndef f():\n    return 1 / 0\nf()\n")
    assert (ended, out) == ("error", "1\n")
    assert err.startswith(
        'Traceback (most recent call last):\n  File "<program>", line 4, in <module>\n    f()\n'
    )
    assert err.endswith("ZeroDivisionError: division by zero\n")
    assert "driver" not in err


# Refused in the depth of refimpl, by refimpl itself and by NumPy, and by the program from there.
REFUSED = [
    ("torch.zeros(2).softmax(3)", "Dimension out of range"),
    ("torch.ones(2) @ torch.ones(3)", "size"),
    ("torch.nn.Linear(3, 2)(torch.ones(4))", "cannot be multiplied"),
    ("torch.tensor([1.0, 2.0]).requires_grad_().backward()", "grad can be implicitly created"),
    ("torch.from_numpy('no')", "expected np.ndarray"),
    ("torch.linspace(0, 1, 'many')", "linspace"),
]


@pytest.mark.parametrize(("line", "says"), REFUSED, ids=[line for line, _ in REFUSED])
def test_of_the_lines_that_led_to_an_error_those_of_the_program_are_shown(run, line, says):
    _, _, err = run(f"import torch\ndef f():\n    return {line}\nf()\n")
    files = [each for each in err.splitlines() if each.startswith("  File ")]
    assert files == [
        '  File "<program>", line 4, in <module>',
        '  File "<program>", line 3, in f',
    ]
    assert err.count("Traceback") == 1
    assert says in err


def test_a_function_that_refimpl_calls_is_shown_with_its_caller(run):
    source = """import torch
class Half(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x / len(3)
    @staticmethod
    def backward(ctx, g):
        return g
Half.apply(torch.ones(2))
"""
    _, _, err = run(source)
    assert "line 9, in <module>" in err and "line 5, in forward" in err
    assert "refimpl" not in err


def test_an_earlier_error_of_the_program_stays_and_one_that_was_never_raised(run):
    _, _, err = run("try:\n    1 / 0\nexcept ZeroDivisionError:\n    {}['key']\n")
    assert err.index("ZeroDivisionError") < err.index("During handling") < err.index("KeyError")
    _, _, err = run("raise KeyError from ValueError('why')")
    assert err.startswith("ValueError: why\n")
    _, _, err = run("import json\njson.loads('[')")
    assert "decoder.py" in err  # a library is not ours


def test_a_flood_is_cut_off_even_where_the_program_catches_all(run):
    ended, out, _ = run("while True:\n    print('0123456789' * 100)")
    assert (ended, len(out)) == ("flood", driver.MOST)
    ended, out, _ = run("for _ in range(3):\n  try: print('x' * 150_000)\n  except: pass")
    assert (ended, len(out)) == ("done", driver.MOST)


@pytest.mark.parametrize(
    ("source", "ended", "err"),
    [
        ("exit()", "done", ""),
        ("import sys; sys.exit(0)", "done", ""),
        ("import sys; sys.exit(2)", "error", ""),
        ("import sys; sys.exit('over')", "error", "over\n"),
    ],
)
def test_an_exit_is_taken_as_python_takes_it(run, source, ended, err):
    if source == "exit()":
        source = "raise SystemExit"
    assert run(source) == (ended, "", err)


def test_the_digits_are_those_of_scikit_learn(digits):
    here, there = stand_ins.load_digits(), pytest.importorskip("sklearn.datasets").load_digits()
    for name in ("data", "images", "target"):
        np.testing.assert_array_equal(getattr(here, name), there[name])
        assert getattr(here, name).dtype == there[name].dtype


@pytest.mark.parametrize("script", SCRIPTS[:3], ids=lambda script: script.stem)
def test_a_script_that_draws_prints_its_text_without_matplotlib(run, script):
    ended, out, err = run(script.read_text("utf-8"))
    forms = (script.with_suffix(f".{form}") for form in ("digits.out", "out"))
    wanted = next(form for form in forms if form.exists())
    assert (ended, err) == ("done", "")
    assert out == wanted.read_text("utf-8")
