"""What a newer torch does differently from the one that refimpl follows.

    python -m evidence.versions     write the record anew; the newer torch has to be installed

The record, versions.json, keeps what both versions have: of programs everything that is seen, of
refusals the class by their text, of numbers on their way into a dtype what becomes of them.
Everything that is not in it is the same in both, which `tox run -e torch-newest` tests.
"""

import ast
import functools
import json
from pathlib import Path

import refimpl
from evidence.engines import observed, refusal
from evidence.misuses import numbers, pieces, tape
from evidence.programs import functions, kinks, zeros
from evidence.programs import pieces as piece_programs
from evidence.programs import tape as tape_programs

PINNED, NEWEST = "2.13.0", "2.14.1"
KEPT = Path(__file__).with_suffix(".json")
PROGRAMS = tape_programs.PROGRAMS | piece_programs.PROGRAMS | kinks.PROGRAMS | zeros.PROGRAMS
PROGRAMS |= functions.PROGRAMS
MISUSES = tape.MISUSES | pieces.MISUSES
PLACE = "full"  # where numbers are tried for the record; the other places do the same


@functools.cache
def record():
    """Return the record."""
    return json.loads(KEPT.read_text(encoding="utf-8"))


def version(torch):
    """Return the version of a torch without the label of its build."""
    return torch.__version__.partition("+")[0]


# ---- what a test compares with --------------------------------------------------------


def followed(torch, name, found):
    """Return what refimpl follows: what torch shows, or what the pinned version has."""
    both = record()["programs"].get(name)
    if both is None:
        return found
    assert repr(found) == both[version(torch)], f"{name}: not what the record has of this version"
    return ast.literal_eval(both[PINNED])


def class_of(error, torch):
    """Return the name of the class that refimpl follows for an error of torch."""
    name = type(error).__name__
    both = record()["refusals"].get(str(error).strip())
    return both[PINNED] if both and both.get(version(torch)) == name else name


def outcomes(torch, place, dtype):
    """Return `numbers.outcomes` of torch; of a newer one without those that the record has."""
    found = numbers.outcomes(torch, place, dtype)
    differing = () if version(torch) == PINNED else record()["numbers"].get(dtype, ())
    return {value: text for value, text in found.items() if value not in differing}


# ---- the record itself ----------------------------------------------------------------


def differing(torch):
    """Return the record: where the installed torch differs from refimpl, which has the pinned."""
    now = version(torch)
    programs, refusals, values = {}, {}, {}
    for name, program in PROGRAMS.items():
        ours, theirs = (repr(observed(engine, program)) for engine in (refimpl, torch))
        if ours != theirs:
            programs[name] = {PINNED: ours, now: theirs}
    for program in MISUSES.values():
        ours, theirs = (refusal(engine, program) for engine in (refimpl, torch))
        if type(ours).__name__ != type(theirs).__name__:
            refusals[str(ours)] = {PINNED: type(ours).__name__, now: type(theirs).__name__}
    for dtype in numbers.DTYPES:
        ours, theirs = (numbers.outcomes(engine, PLACE, dtype) for engine in (refimpl, torch))
        both = {n: {PINNED: ours[n], now: theirs[n]} for n in ours if ours[n] != theirs[n]}
        if both:
            values[dtype] = both
    return {"programs": programs, "refusals": refusals, "numbers": values}


def lines(text):
    """Return what is seen of a program as single lines, for a page."""
    found = []

    def walk(part):
        if isinstance(part, str):
            found.extend(part.splitlines())
        else:
            for each in part:
                walk(each)

    walk(ast.literal_eval(text))
    return found


def main():
    """Write the record."""
    import torch

    if version(torch) != NEWEST:
        raise SystemExit(f"torch {NEWEST} has to be installed; this is {torch.__version__}")
    torch.set_warn_always(True)
    text = json.dumps(differing(torch), indent=1, ensure_ascii=False, sort_keys=True)
    KEPT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
