"""The counter of frames counts a walk whose frames are known."""

import runpy
import sys

import pytest

from benchmarks import frames

FIRST = """
def start(second):
    return helper() + second.inner(abs(-1)) + second.Thing().size + helper()

def helper():
    return (lambda: 1)()
"""
SECOND = """
def inner(x):
    return sum(parts(x))

def parts(x):
    yield x

class Thing:
    @property
    def size(self):
        return 2
"""
KNOWN = [
    ("first.py", "start"),
    ("first.py", "helper"),
    ("first.py", "helper.<locals>.<lambda>"),
    ("second.py", "inner"),
    ("second.py", "parts"),  # begun by sum
    ("second.py", "parts"),  # gone on with by sum, to its end
    ("second.py", "Thing.size"),
    ("first.py", "helper"),
    ("first.py", "helper.<locals>.<lambda>"),
]


class Module:
    """The names of a file that was run."""

    def __init__(self, path, text):
        path.write_text(text)
        self.__dict__.update(runpy.run_path(str(path)))


@pytest.fixture
def package(tmp_path):
    inside = tmp_path / "package"
    inside.mkdir()
    return inside


def test_each_call_inside_the_package_is_counted_in_its_order(package):
    first, second = Module(package / "first.py", FIRST), Module(package / "second.py", SECOND)
    calls = frames.walk(lambda: first.start(second), package)
    assert [(call.file, call.function) for call in calls] == KNOWN
    assert frames.counts(calls) == (9, 6, 2, 2)


def test_calls_outside_the_package_are_not_counted(package, tmp_path):
    (tmp_path / "package_beside").mkdir()
    first = Module(tmp_path / "package_beside" / "first.py", FIRST)
    assert frames.walk(first.helper, package) == []


def test_the_profiler_that_was_set_is_set_again_after_an_error(package):
    before = sys.getprofile()
    with pytest.raises(ZeroDivisionError):
        frames.walk(lambda: 1 / 0, package)
    assert sys.getprofile() is before


def test_a_walk_is_the_same_each_time():
    for prepare in frames.WALKS.values():
        walk = frames.walked(prepare)
        assert walk
        assert walk == frames.walked(prepare)


def test_the_walk_there_and_back_is_judged_together():
    step = [frames.Call("a.py", "f", 1), frames.Call("b.py", "g", 1)]
    walks = {frames.FORWARD: step * 10, frames.BACKWARD: step[:1] * 14}
    assert frames.judged(walks) == {"calls": (68, 34, 34), "changes of file": (30, 19, 15)}
