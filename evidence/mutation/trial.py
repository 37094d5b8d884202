"""Try one mutant: change the file, run tests in a fork of this process, put the file back.

The fork is for speed: what the tests import from outside the project is imported once, before.
Nothing of the project may be imported by then, but this package.
"""

import importlib
import multiprocessing
import os
import resource
import signal
import sys
from contextlib import suppress

import pytest

PRELOADED = ("torch", "numpy", "scipy.special", "scipy.stats", "mpmath", "sympy", "lark", "sybil")
PRELOADED += ("sphinx.application", "sphinx_gallery.gen_gallery", "myst_nb", "math_core")
PRELOADED += ("docutils.core", "onnx.reference", "matplotlib.figure", "sklearn", "IPython")
STILL = 20  # seconds by the clock for each of processor time
NO_TESTS = pytest.ExitCode.NO_TESTS_COLLECTED


def preload():
    """Import what the tests need from other packages."""
    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)


class Chosen:
    """A plugin of pytest that collects as for all tests, but keeps only some, in their order."""

    def __init__(self, tests):
        self.place = {test: place for place, test in enumerate(tests)}
        self.files = {test.split("::")[0] for test in tests}

    def pytest_ignore_collect(self, collection_path, config):
        if collection_path.is_file():
            path = collection_path.relative_to(config.rootpath).as_posix()
            return True if path not in self.files else None

    def pytest_collection_modifyitems(self, items):
        def place(item):
            return self.place.get(item.nodeid, self.place.get(item.nodeid.split("::")[0]))

        items[:] = sorted((item for item in items if place(item) is not None), key=place)


def run_pytest(tests, seconds, output):
    """Run some tests until one fails, as the leader of a group of processes."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # Python knows compiled code by second and length of its source: two mutants may share both.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with open(output, "w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "--tb=line"]
    sys.exit(pytest.main(options, plugins=[Chosen(tests)]))


def outcome(tests, seconds, output):
    """Run tests in a fork; return "passed", "failed" or "timeout".

    The limit is one of processor time, which other work on the machine does not spend. Who waits
    for what never comes spends none, and has a limit by the clock.
    """
    context = multiprocessing.get_context("fork")
    child = context.Process(target=run_pytest, args=(tests, seconds, output))
    child.start()
    child.join(STILL * seconds)
    late = child.is_alive()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.join()
    if late or child.exitcode in (-signal.SIGXCPU, -signal.SIGKILL):
        return "timeout"
    return "passed" if child.exitcode in (0, NO_TESTS) else "failed"
