"""Lines that two engines saw differently once, each a member of a kind that the fuzz found."""

from pathlib import Path

FOUND = Path(__file__).with_suffix(".txt")


def programs():
    """Return {line: its parts}; parts of a program stand between double semicolons."""
    lines = FOUND.read_text(encoding="utf-8").splitlines()
    return {line: line.split(";; ") for line in lines if line and line[0] != "#"}
