"""Importing refimpl is quick because what few programs need is imported when they do."""

import subprocess
import sys

import pytest

LOADED = "import sys, refimpl as torch; print(*sys.modules)"
# What each of them costs beside NumPy's 40 ms is told by `python -m benchmarks.builds`.
LATER = """concurrent.futures decimal difflib numpy.random refimpl.articles
    refimpl.nn refimpl.optim refimpl.utils secrets threading""".split()


def modules(code):
    """Return what a new process has imported after some code."""
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    return set(printed.stdout.split())


@pytest.fixture(scope="module")
def loaded():
    numpy_alone = modules("import sys, numpy; print(*sys.modules)")
    return modules(LOADED) - numpy_alone


@pytest.mark.parametrize("name", LATER)
def test_an_import_does_without(loaded, name):
    assert name not in loaded


@pytest.mark.parametrize("name", ["nn", "optim", "utils"])
def test_a_submodule_comes_when_it_is_asked_for(name):
    found = modules(f"import sys, refimpl as torch; torch.{name}; print(*sys.modules)")
    assert f"refimpl.{name}" in found


def test_a_new_process_draws_from_an_unpredictable_seed():
    code = "import refimpl as torch; print(torch.initial_seed(), torch.rand(1).item())"
    assert modules(code) != modules(code)
