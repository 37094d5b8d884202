"""The recorded outcomes as answers in words: what a library does, and whether it is exact.

An answer is one of the choices of exact.py, or numbers, or an error, or the reason why there is
none.
"""

import functools
import math
from typing import NamedTuple

import numpy as np

from benchmarks import machine
from benchmarks.elsewhere.cases import CASES
from benchmarks.elsewhere.exact import GRADIENT, case_of, exactly, meanings
from benchmarks.elsewhere.recorder import LIBRARIES, RECORD

FEW = 5  # numbers beside words
DIGITS = 5  # of a number that is shown
CLOSE = 1e-5  # relative: what float32 may be off after some additions; no choice comes so near
NOT_RUN, NO_CALL, REFUSES = "not run", "has no such call", "refuses"
NOT_TRIED = "not tried"
NAMES = tuple(
    each
    for name, case in CASES.items()
    for each in ([name, name + GRADIENT] if case.gradient else [name])
)


class Answer(NamedTuple):
    """What one library does with one case."""

    text: str
    call: str = ""
    note: str = ""  # the numbers beside words, the text of an error
    differs: bool = False  # whether there is an exact value and this is another


def flat(values):
    """Return the numbers of nested lists as JSON keeps them."""
    if not isinstance(values, list):
        return [float(values)]
    return [number for each in values for number in flat(each)]


def close(found, wanted):
    """Tell whether numbers are those that are wanted, but for float32."""
    return len(found) == len(wanted) and np.allclose(found, wanted, CLOSE, 0, equal_nan=True)


def number(value):
    """Write a number; zeros have no sign here."""
    return f"{value or 0.0:.{DIGITS}g}" if math.isfinite(value) else str(float(value))


def numbers(values):
    """Write a few numbers."""
    return ", ".join(map(number, values))


def of_values(name, call, found):
    """Answer with a choice that the numbers fit to, or with the numbers."""
    wanted = exactly(name)
    differs = wanted is not None and not close(found, wanted)
    for words, values in meanings(name).items():
        if close(found, values):
            return Answer(words, call, numbers(found) if len(found) < FEW else "", differs)
    return Answer(numbers(found), call, differs=differs)


@functools.cache
def recorded():
    """Read the record once."""
    return machine.read(RECORD)


def answer(library, name, record=None):
    """Return the answer of a library to a case, or to the gradient of one."""
    cases = (record or recorded()).get(library, {}).get("cases")
    if cases is None:
        return Answer(NOT_RUN)
    case = case_of(name)
    found = cases.get(case)
    if found is None:
        return Answer(NO_CALL)
    call = found["call"]
    if NOT_TRIED in found:
        return Answer(NOT_TRIED, call, found[NOT_TRIED])
    if "error" in found:
        return Answer(REFUSES, call, found["error"], exactly(name) is not None)
    if name == case:
        return of_values(name, call, flat(found["value"]))
    if "gradient" not in found:
        return Answer("no gradient was asked for", call)
    return of_values(name, call, flat(found["gradient"]))


def exact_text(name):
    """Write the exact value, or nothing where there is none."""
    wanted = exactly(name)
    return "" if wanted is None else numbers(wanted)


def table(name, record=None):
    """Return the answers to a case: each with the libraries that give it, in their order."""
    groups = {}
    for library in LIBRARIES:
        found = answer(library, name, record)
        key = (found.text, found.differs)
        groups.setdefault(key, []).append((library, found))
    last = (NO_CALL, NOT_RUN)  # what says nothing comes last
    return dict(sorted(groups.items(), key=lambda item: item[0][0] in last))


def moving(library, other="torch", record=None):
    """Return the cases in which two libraries answer otherwise, with both answers."""
    found = {name: (answer(library, name, record), answer(other, name, record)) for name in NAMES}
    silent = {NOT_RUN, NO_CALL, NOT_TRIED, "no gradient was asked for"}
    return {
        name: pair
        for name, pair in found.items()
        if pair[0].text != pair[1].text and not silent & {pair[0].text, pair[1].text}
    }
