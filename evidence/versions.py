"""What a newer torch does differently from the one that refimpl follows.

    python -m evidence.versions     write the record anew; the newer torch has to be installed

The record, versions.json, keeps what both versions have: of programs everything that is seen, of
refusals the class by their text, or class and text of those with the same two, of numbers on their
way into a dtype what becomes of them, of lines that are typed what is printed. The newer torch is
the one that pip installs, with CUDA, on a machine without its driver; the pinned one is built for
the CPU, and says other things of devices. Everything that is not in the record is the same in both,
which `tox run -e torch-newest` tests.
"""

import ast
import functools
import json
import sys
import textwrap
from pathlib import Path

import refimpl
from evidence import strangers
from evidence.command import parser
from evidence.engines import NotRefusedError, observed, refusal
from evidence.fuzz import found as fuzz_found
from evidence.misuses import creation, numbers, pieces, tape
from evidence.programs import creation as creation_programs
from evidence.programs import functions, kinks, zeros
from evidence.programs import pieces as piece_programs
from evidence.programs import tape as tape_programs
from evidence.programs.expressions import REFUSED, as_before, evaluated, listed

PINNED, NEWEST = "2.13.0", "2.14.1"
KEPT = Path(__file__).with_suffix(".json")
PROGRAMS = (
    tape_programs.PROGRAMS
    | piece_programs.PROGRAMS
    | creation_programs.PROGRAMS
    | kinks.PROGRAMS
    | zeros.PROGRAMS
    | functions.PROGRAMS
)
MISUSES = tape.MISUSES | pieces.MISUSES
REFUSALS = MISUSES | creation.MISUSES | {each: evaluated(each) for each in listed(REFUSED)}
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


def refused(torch, name, program):
    """Return class and text of the refusal that refimpl follows for a program."""
    found = outcome(torch, program)
    both = next((each for each in record()["refused"] if name in each["programs"]), None)
    if both is None:
        return pinned_class(*found, torch), found[1]
    assert list(found) == both[version(torch)], f"{name}: not what the record has of this version"
    return tuple(both[PINNED])


def ends(torch, said):
    """Return what the pinned version may say where torch has ended a program with a message."""
    kind, _, text = said.partition(": ")
    found = {said, f"{pinned_class(kind, text, torch)}: {text}"}
    for both in record()["refused"]:
        if both.get(version(torch)) == [kind, text]:
            found.add(": ".join(both[PINNED]))
    return found


def typed(torch, lines):
    """Return what is printed of lines on the torch that refimpl follows."""
    printed = strangers.transcript(torch, lines)
    both = record()["typed"].get(";; ".join(lines))
    if both is None:
        return printed
    assert printed == both[version(torch)], f"{lines}: not what the record has of this version"
    return both[PINNED]


def class_of(error, torch):
    """Return the name of the class that refimpl follows for an error of torch."""
    return pinned_class(type(error).__name__, str(error), torch)


def pinned_class(name, text, torch):
    """Return the name of the class that the pinned version has for an error of torch."""
    both = record()["refusals"].get(text.strip())
    return both[PINNED] if both and both.get(version(torch)) == name else name


def outcomes(torch, place, dtype):
    """Return `numbers.outcomes` of torch; of a newer one without those that the record has."""
    found = numbers.outcomes(torch, place, dtype)
    differing = () if version(torch) == PINNED else record()["numbers"].get(dtype, ())
    return {value: text for value, text in found.items() if value not in differing}


# ---- the record itself ----------------------------------------------------------------


def outcome(engine, program):
    """Return class and text of the error in which a program ends, or that it is taken."""
    try:
        error = refusal(engine, program)
    except NotRefusedError:
        return "taken", ""
    return type(error).__name__, str(error)


def all_typed(torch):
    """Yield the lines that strangers type, and of the fuzz those that are seen differently."""
    yield from (program for programs in strangers.topics().values() for program in programs)
    for lines in fuzz_found.programs().values():
        if fuzz_found.difference((refimpl, torch), lines):
            yield lines


def same_text(ours, theirs):
    """Tell whether an error has torch's text, or that without torch's list of the forms of a call.

    Texts that torch's own functions make of a call are cut short in refimpl.
    """
    first = theirs.partition(", but expected one of")[0]
    return ours.strip() in (first.strip(), theirs.strip())


def entry(ours, theirs):
    """Return an entry of the record, of what refimpl and the newer torch have."""
    return {PINNED: ours, NEWEST: theirs}


def _programs(torch):
    for name, program in PROGRAMS.items():
        ours, theirs = (repr(observed(engine, program)) for engine in (refimpl, torch))
        if ours != theirs:
            yield name, entry(ours, theirs)


def _refusals(torch):
    """Return classes by text, and groups of programs with the same two refusals."""
    classes, groups = {}, {}
    for name, program in REFUSALS.items():
        ours, theirs = (outcome(engine, program) for engine in (refimpl, torch))
        as_before(torch)
        if not same_text(ours[1], theirs[1]):
            groups.setdefault((ours, theirs), []).append(name)
        elif ours[0] != theirs[0]:
            classes[ours[1]] = entry(ours[0], theirs[0])
    return classes, [entry(*pair) | {"programs": names} for pair, names in groups.items()]


def _numbers(torch):
    for dtype in numbers.DTYPES:
        ours, theirs = (numbers.outcomes(engine, PLACE, dtype) for engine in (refimpl, torch))
        apart = {n: entry(ours[n], theirs[n]) for n in ours if ours[n] != theirs[n]}
        if apart:
            yield dtype, apart


def _typed(torch):
    for lines in all_typed(torch):
        ours, theirs = (strangers.transcript(engine, lines) for engine in (refimpl, torch))
        if ours != theirs:
            yield ";; ".join(lines), entry(ours, theirs)


def differing(torch):
    """Return the record: where the installed torch differs from refimpl, which has the pinned."""
    classes, groups = _refusals(torch)
    return {
        "programs": dict(_programs(torch)),
        "refusals": classes,
        "refused": groups,
        "numbers": dict(_numbers(torch)),
        "typed": dict(_typed(torch)),
    }


def calls():
    """Yield a call, and what each version makes of it: one of each kind, for a page.

    Of those that differ in the class alone the page has the texts.
    """
    kinds = {}
    for programs, old, new in _pairs():
        if old.partition(": ")[2] != new.partition(": ")[2]:
            kinds.setdefault((shortened(old), shortened(new)), []).extend(programs)
    for (old, new), programs in kinds.items():
        code = next((each for each in programs if "(" in each), None)
        if code:
            yield code, old, new


def _pairs():
    """Yield programs, and what each version makes of them."""
    for both in record()["refused"]:
        yield both["programs"], *(": ".join(filter(None, both[v])) for v in (PINNED, NEWEST))
    for line, both in record()["typed"].items():
        pairs = zip(both[PINNED], both[NEWEST], strict=True)
        yield [line.replace(";; ", "; ")], *next(pair for pair in pairs if pair[0] != pair[1])


def shortened(text):
    """Return the first line of a text, cut where it is long."""
    first, more, _ = text.partition("\n")
    return textwrap.shorten(f"{first} …" if more else first, 160, placeholder=" …")


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


def main(arguments=()):
    """Write the record."""
    parser("python -m evidence.versions", __doc__).parse_args(arguments)
    import torch

    if version(torch) != NEWEST:
        raise SystemExit(f"torch {NEWEST} has to be installed; this is {torch.__version__}")
    torch.set_warn_always(True)
    text = json.dumps(differing(torch), indent=1, ensure_ascii=False, sort_keys=True)
    KEPT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
