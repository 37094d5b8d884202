"""Lines that two engines saw differently once, each a member of a kind that the fuzz found."""

from pathlib import Path

from evidence.fuzz import compare
from evidence.fuzz.session import run

FOUND = Path(__file__).with_suffix(".txt")


def programs():
    """Return {line: its parts}; parts of a program stand between double semicolons."""
    lines = FOUND.read_text(encoding="utf-8").splitlines()
    return {line: line.split(";; ") for line in lines if line and line[0] != "#"}


def difference(engines, lines):
    """Return the words for what two engines see differently of the lines of a program."""
    ours, theirs = (run(engine, lines) for engine in engines)
    words = (
        compare.difference(*each, dtypes={"float32"}) for each in zip(ours, theirs, strict=True)
    )
    return [each for each in words if each]
