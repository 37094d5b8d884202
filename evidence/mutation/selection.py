"""Which tests are run for a mutant: those that execute its line, the fastest first.

One run of all tests under coverage.py records which test executes which line, in programs that a
test starts too. A line that runs only while a module is imported gets the tests of its function,
or else of its file.
"""

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from itertools import accumulate, chain, pairwise
from pathlib import Path

from coverage import CoverageData

SETTINGS = """\
[run]
source = refimpl,docs/_ext,evidence
parallel = true
data_file = {}/lines
context = ${{PYTEST_CURRENT_TEST-}}
core = ctrace
[paths]
copies =
    docs/_ext
    */docs/_ext
"""


ROUNDS = (0, 3, 12)  # the files of the first two rounds, in the order of their closeness
MOST = 20  # tests of each file in these rounds
LONGEST = 20  # seconds of the last round: a line of the tape is executed by half of all tests


def measure(folder):
    """Run all tests once and record lines and seconds; a test that fails is no matter here."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "settings"
    settings.write_text(SETTINGS.format(folder), encoding="utf-8")
    environment = os.environ | {"COVERAGE_SETTINGS": str(settings)}
    environment.pop("PYTEST_CURRENT_TEST", None)
    options = ["-q", "--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report="]
    options += ["-n", "auto", "--maxprocesses", "4", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", "-p", "evidence.mutation.stopwatch", *options]
    subprocess.run(command, env=environment)
    if not (folder / "seconds.json").exists():
        raise SystemExit("The tests were not measured: see above.")


def test_of(context):
    """Return the test that a context names, and whether it ran the line in its own process."""
    test, bar, _ = context.rpartition("|")
    return (test, True) if bar else (context.rpartition(" (")[0], False)


def unit(test):
    """Return what is run together: a test; of examples in a document, all: they share names."""
    return test if test.startswith("tests/") else file_of(test)


def file_of(test):
    """Return the file that holds a test."""
    return test.split("::")[0]


class Lines:
    """Which tests execute a line, and how long they take."""

    def __init__(self, folder):
        self.data = CoverageData(str(folder / "lines"))
        self.data.read()
        self.seconds = Counter()
        for test, spent in json.loads((folder / "seconds.json").read_text("utf-8")).items():
            self.seconds[unit(test)] += spent
        self.sizes = Counter(map(file_of, self.seconds))
        self.by_file = {}

    def executed(self, path):
        """Return line -> tests of one file; and another for tests that start a program."""
        if path not in self.by_file:
            contexts = self.data.contexts_by_lineno(os.path.abspath(path))
            self.by_file[path] = [
                {line: self.tests_of(found, own) for line, found in contexts.items()}
                for own in (True, False)
            ]
        return self.by_file[path]

    def tests_of(self, contexts, own):
        """Return the tests of some contexts: those that ran a line themselves, or started one."""
        found = {test for test, itself in map(test_of, contexts) if itself == own}
        return {unit(test) for test in found} & self.seconds.keys()

    def tests(self, path, first, last):
        """Return the tests of some lines, in the rounds in which they are run."""
        for executed in self.executed(path):
            for rows in (range(first, last + 1), function_around(path, first), executed):
                found = set().union(*(executed.get(row, ()) for row in rows))
                if found:
                    return self.rounds(found)
        return []

    def rounds(self, tests):
        """Split tests into rounds: a few files, more files, the rest.

        Each file takes time to import, so those come first that have many tests which run the line,
        and few others: they are about it. Of a file the fastest tests are taken, of many cases of
        one test one after another.
        """
        by_file = {}
        for test in self.in_order(tests):
            by_file.setdefault(file_of(test), []).append(test)

        def closeness(file):
            hits = len(by_file[file])
            spent = sum(map(self.seconds.get, by_file[file][:MOST]))
            return hits * hits / self.sizes[file] / (0.5 + spent)

        order = sorted(sorted(by_file), key=closeness, reverse=True)
        found = [
            [test for file in order[start:end] for test in by_file[file][:MOST]]
            for start, end in pairwise(ROUNDS)
        ]
        taken = set(chain.from_iterable(found))
        rest = [test for test in self.in_order(tests) if test not in taken]
        spent = accumulate(self.seconds[test] for test in rest)
        found.append([test for test, until in zip(rest, spent, strict=True) if until < LONGEST])
        return [some for some in found if some]

    def in_order(self, tests):
        """Put the fastest first; of many cases of one test function, one at a time."""
        met, turns = Counter(), []
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            function = test.split("[")[0]
            turns.append((met[function], self.seconds[test], test))
            met[function] += 1
        return [test for *_, test in sorted(turns)]


def function_around(path, line):
    """Return the lines of the innermost function around a line, or none."""
    tree = ast.parse(Path(path).read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    spans = [
        range(min(part.lineno for part in (node, *node.decorator_list)), node.end_lineno + 1)
        for node in functions
    ]
    return min((span for span in spans if line in span), key=len, default=())
