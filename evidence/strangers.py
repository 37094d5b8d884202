"""What a stranger types: small programs, right and wrong ones, and all that an engine prints.

The programs stand in strangers.txt under their topics, one a line; their lines are parted by double
semicolons. Each line is run as at Python's prompt: its value is shown, or class and text of its
error, and the next line is run.
"""

import ast
import contextlib
import io
import math
import warnings
from pathlib import Path

import numpy as np

from evidence.engines import INTERNAL
from evidence.fuzz.session import worded

PROGRAMS = Path(__file__).with_suffix(".txt")
FORMS = ", but expected "  # what torch lists behind it are the forms of a function
MOST = 300  # characters of a long text, such as torch's list of its backends


def topics():
    """Return {topic: programs}, each a list of lines."""
    found = {}
    for line in PROGRAMS.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            programs = found[line[2:]] = []
        elif line:
            programs.append(line.split(";; "))
    return found


def transcript(engine, lines):
    """Return what a program prints on an engine, a text for each line."""
    functional = engine.nn.functional
    names = {"torch": engine, "nn": engine.nn, "F": functional, "np": np}
    names |= {"inf": math.inf, "nan": math.nan}
    engine.set_default_dtype(engine.float32)
    engine.set_grad_enabled(True)
    engine.set_printoptions(profile="default")
    engine.manual_seed(0)
    return [_printed(line, names) for line in lines]


def _printed(line, names):
    said = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(said):
        warnings.simplefilter("always")
        try:
            (statement,) = ast.parse(line).body
            if isinstance(statement, ast.Expr):
                value = eval(compile(line, "<stdin>", "eval"), names)
                if value is not None:
                    print(repr(value))
            else:
                exec(compile(line, "<stdin>", "exec"), names)
        except Exception as error:
            print(f"{type(error).__name__}: {error}".split(FORMS)[0])
    for each in caught:
        if each.category is not DeprecationWarning:
            said.write(f"{each.category.__name__}: {INTERNAL.sub('', str(each.message))}\n")
    return worded(said.getvalue())[:MOST]
