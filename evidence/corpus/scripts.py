"""Run a program of the corpus in this process, on torch or with refimpl in torch's place."""

import contextlib
import importlib
import io
import math
import os
import random
import re
import runpy
import tempfile
import warnings
from pathlib import Path

import numpy as np

from refimpl.standin import in_place_of_torch

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
# Who stops on refimpl, and the missing name that its error tells. A program that no longer stops
# is taken off.
STOPS = {
    "searching_in_tensors": "nonzero",
}
ENGINES = {"torch": contextlib.nullcontext, "refimpl": in_place_of_torch}


def name(program):
    """Return the program's name."""
    return program.stem


@contextlib.contextmanager
def as_found(torch):
    """Put back what a program may change for all that come after it."""
    dtype, folder = torch.get_default_dtype(), os.getcwd()
    drawn = random.getstate(), np.random.get_state()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        try:
            yield
        finally:
            os.chdir(folder)
            torch.set_default_dtype(dtype)
            torch.set_printoptions(profile="default")
            torch.set_grad_enabled(True)
            random.setstate(drawn[0])
            np.random.set_state(drawn[1])


def run(program, engine):
    """Return the standard output of a program up to its end, and the error that ended it, or None.

    What it warns of goes to another stream and is left out.
    """
    out = io.StringIO()
    with ENGINES[engine](), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch = importlib.import_module("torch")
        with as_found(torch), contextlib.redirect_stdout(out):
            try:
                runpy.run_path(str(program), run_name="__main__")
            except Exception as error:
                return out.getvalue(), error
    return out.getvalue(), None


def missing(error):
    """Return the name that an error says to lie outside the subset, or None."""
    told = [str(error), *getattr(error, "__notes__", [])]
    found = [text.partition(" lies outside the subset of torch") for text in told]
    return next((name for name, sentence, _ in found if sentence), None)


def printed(program, engine):
    """Return the whole standard output of a program that runs to its end."""
    text, error = run(program, engine)
    if error is not None:
        raise error
    return text


# Whose float32 digits are rounded at every one of many steps: on another kind of CPU torch prints
# other last digits, and so does refimpl, for NumPy multiplies matrices in another order there. They
# are compared to the first four.
LAST_DIGITS = {
    "linear_regression_minibatch",
    "long_training",
    "multivariate_korean",
    "neural_net_from_pieces",
}
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")


def same_but_for_last_digits(text, other):
    """Tell whether two texts differ in no more than the digits of floats from the fifth on."""
    if NUMBER.sub("", text) != NUMBER.sub("", other):
        return False
    pairs = zip(NUMBER.findall(text), NUMBER.findall(other), strict=True)
    return all(math.isclose(float(a), float(b), rel_tol=5e-4, abs_tol=1e-6) for a, b in pairs)


def as_expected(program, engine):
    """Tell whether a program prints its text on an engine, or the same but for last digits."""
    found, text = printed(program, engine), expected(program, engine).read_text("utf-8")
    return found == text or (name(program) in LAST_DIGITS and same_but_for_last_digits(found, text))


def expected(program, engine="torch"):
    """Return the file with the text that the engine must print.

    Where exact arithmetic visibly differs from torch's float32, refimpl has a text of its own.
    """
    own = program.with_suffix(f".{engine}.out")
    return own if own.exists() else program.with_suffix(".out")
