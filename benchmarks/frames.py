"""How far a reader has to walk: the Python functions that a call goes through, file by file.

    python -m benchmarks.frames             print the counts, and say which goals are met
    python -m benchmarks.frames --list      and every step of every walk

Counted by sys.setprofile: each frame that begins in a file of refimpl is a call, with those of
lambdas, properties and, before Python 3.12, comprehensions; a generator counts each time it goes
on. Frames of NumPy and of the standard library are not seen, and so not the constructor of a named
tuple; nor are returns. A change of file is a call whose file is not that of the call before it; the
first call is none. Each call ran once before, so that nothing is counted that happens only the
first time; a walk back begins at a leaf that has no gradient yet.

The file imports NumPy and the refimpl that is on the path, nothing else: to count in another
version, run the file by path, with PYTHONPATH set to that checkout.
"""

import argparse
import os
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np

import refimpl
from refimpl.nn import functional

PACKAGE = Path(refimpl.__file__).parent
FORWARD, BACKWARD = "F.cross_entropy(x, t)", "loss.backward()"
BEFORE = {FORWARD: (44, 21), BACKWARD: (24, 9)}  # calls and changes of file at dbbe97c
SHARE = 0.5  # of the two walks together

Call = namedtuple("Call", "file function line")


def walk(call, package=PACKAGE):
    """Return the calls inside a package, in the order in which they begin."""
    found, inside = [], f"{package}{os.sep}"

    def note(frame, event, argument):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(inside):
            file = code.co_filename.removeprefix(inside)
            found.append(Call(file, code.co_qualname, code.co_firstlineno))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    return found


def counts(calls):
    """Return the number of calls, of different functions and files, and of changes of file."""
    files = [call.file for call in calls]
    changes = sum(a != b for a, b in zip(files, files[1:], strict=False))
    return len(calls), len(set(calls)), len(set(files)), changes


def leaf():
    """Return logits that require a gradient."""
    values = np.random.default_rng(0).uniform(0.5, 2, (7, 3)).astype(np.float32)
    return refimpl.tensor(values).requires_grad_()


def classes():
    """Return a target for each row of the logits."""
    return refimpl.tensor([0, 1, 2, 0, 1, 2, 0])


def forward():
    x, t = leaf(), classes()
    return lambda: functional.cross_entropy(x, t)


def backward():
    loss = functional.cross_entropy(leaf(), classes())
    return lambda: loss.backward()


def grad():
    x = leaf()
    loss = functional.cross_entropy(x, classes())
    return lambda: refimpl.autograd.grad(loss, x, create_graph=True)


def on_leaf(function):
    """Return what prepares a call of a function with recorded logits."""

    def prepare():
        x = leaf()
        return lambda: function(x)

    return prepare


WALKS = {  # each prepares what is not counted and returns the call that is
    FORWARD: forward,
    BACKWARD: backward,
    "autograd.grad(loss, x, create_graph=True)": grad,
    "F.softmax(x, 1)": on_leaf(lambda x: functional.softmax(x, 1)),
    "torch.softmax(x, 1)": on_leaf(lambda x: refimpl.softmax(x, 1)),
    "x * x": on_leaf(lambda x: x * x),
    "x.exp()": on_leaf(lambda x: x.exp()),
    "x.sum()": on_leaf(lambda x: x.sum()),
}


def walked(prepare):
    """Return the calls of a walk that is not the first of its kind."""
    prepare()()
    return walk(prepare())


def judged(walks):
    """Return for calls and changes of file: before, now, at most, for the way there and back."""
    found = {}
    for what, place, kept in (("calls", 0, 0), ("changes of file", 1, 3)):
        before = sum(BEFORE[name][place] for name in BEFORE)
        now = sum(counts(walks[name])[kept] for name in BEFORE)
        found[what] = before, now, int(SHARE * before)
    return found


def show(walks, listed):
    """Print the counts of every walk, and its steps where asked to."""
    print(f"{'':45}{'calls':>10}{'functions':>10}{'files':>10}{'changes of file':>17}")
    for name, calls in walks.items():
        number, functions, files, changes = counts(calls)
        print(f"{name:45}{number:10}{functions:10}{files:10}{changes:17}")
        for i, call in enumerate(calls if listed else ()):
            turned = "->" if i and call.file != calls[i - 1].file else "  "
            print(f"    {turned} {call.file}:{call.line} {call.function}")


def main(arguments):
    """Count, and print."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.frames")
    command.add_argument("--list", action="store_true", help="every step of every walk")
    given = command.parse_args(arguments)
    walks = {name: walked(prepare) for name, prepare in WALKS.items()}
    show(walks, given.list)
    print(f"\ngoals, {FORWARD} and {BACKWARD} together")
    for what, (before, now, most) in judged(walks).items():
        verdict = "met" if now <= most else "MISSED"
        print(f"  {what:20}{now:4}, at most {most} of {before} at dbbe97c  {verdict}")


if __name__ == "__main__":
    main(sys.argv[1:])
