"""One run of the fuzz: examples of each target, compared and, where they differ, made short."""

import collections
import functools
import math
import re
import zlib
from typing import NamedTuple

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, settings

from evidence.departures import DEPARTURES, covering
from evidence.fuzz import compare
from evidence.fuzz.drawing import calls, functions
from evidence.fuzz.session import pasted
from evidence.fuzz.steps import FAMILIES, programs
from evidence.fuzz.torch_worker import EndedError, Worker

UNNAMED = re.compile(r"\w\.(sigmoid|softmax)\(")  # of integers: float32 that has no name
LINES = 4.0  # of an example of one call, about; a short program has twice as many


def weight(target):
    """Return how many lines a target gets, beside 1 for a function."""
    return 40 if target in FAMILIES else 1


def targets():
    """Return the names of all that is tried: every public function, and short programs."""
    return [*functions(), *FAMILIES]


class Difference(NamedTuple):
    """A line that two engines see differently, at the end of the program that leads to it."""

    what: str
    lines: list
    ours: object
    theirs: object
    spans: tuple = ()  # dtype, smallest and largest number of all that was seen before

    def text(self):
        """Return the program, and what each engine has."""
        seen = f"# torch:   {_short(self.theirs)}\n# refimpl: {_short(self.ours)}"
        return f"{pasted(self.lines)}\n{seen}"


def _short(seen):
    if seen.error:
        return ": ".join(seen.error)
    value = seen.value.text if isinstance(seen.value, compare.Array) else seen.value
    return " ".join(f"{value} {list(seen.said) or ''}".split())


class DifferentError(AssertionError):
    """Ends an example, for hypothesis."""

    def __init__(self, difference):
        super().__init__(difference.what)
        self.difference = difference


@functools.cache
def of_kind(what):
    """Return the class of differences of a kind: of each, hypothesis finds a short example."""
    return type(what, (DifferentError,), {})


def _differences(group):
    """Yield the differences of a group of errors; one that does not recur is a group itself."""
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _differences(each)
        else:
            yield each.difference


class Fuzz:
    """A run from a seed: how many lines were compared, and what differed."""

    def __init__(self, seed):
        self.seed = seed
        self.calls = 0
        self.differences = []
        self.covered = collections.Counter()
        self._torch = Worker()

    def compared(self, program):
        """Return the first difference of a program that no departure covers, or None."""
        try:
            theirs = self._torch(program.lines)
        except EndedError as error:
            return Difference(f"torch's process ended ({error})", program.lines, *program.seen[-2:])
        scale, spans = 1.0, []
        unnamed = {"float32"} if UNNAMED.search(" ".join(program.lines)) else set()
        ours = [*program.seen, program.session.end()]
        for at, (mine, its) in enumerate(zip(ours, theirs, strict=True)):
            scale = max(scale, compare.largest(mine.value), compare.largest(its.value))
            spans += compare.spans(mine.value)
            spans += compare.spans(its.value)
            what = compare.difference(mine, its, scale, unnamed | {each for each, *_ in spans})
            if at < len(program.lines):
                self.calls += 1
            if what is None:
                continue
            found = Difference(what, program.lines[: at + 1], mine, its, tuple(spans))
            departure = covering(found)
            if departure is None:
                return found
            self.covered[departure.title] += 1
            return None  # what follows may differ on its account
        return None

    def run(self, target, wanted):
        """Compare about so many lines of a target; return what differs, each in a short program."""
        strategy = programs(target) if target in FAMILIES else calls(target)
        lines = 2 * LINES if target in FAMILIES else LINES

        @hypothesis.seed((self.seed << 32) + zlib.crc32(target.encode()))
        @settings(
            max_examples=max(1, math.ceil(wanted / lines)),
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            print_blob=False,
        )
        @hypothesis.given(strategy)
        def examples(program):
            found = self.compared(program)
            if found is not None:
                raise of_kind(found.what)(found)

        shortest = []
        try:
            examples()
        except* DifferentError as group:
            shortest += {each.what: each for each in _differences(group)}.values()
        self.differences += shortest
        return shortest

    def summary(self):
        """Say what was done and found."""
        left = sum(self.covered.values())
        return (
            f"{self.calls} calls compared, {len(self.differences)} differences, "
            f"{left} programs that end at one of {len(DEPARTURES)} published departures"
        )

    def close(self):
        """End torch's process."""
        self._torch.close()
