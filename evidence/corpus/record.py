"""Write the text that each program of the corpus prints on torch into the file beside it.

Usage: ``python -m evidence.corpus.record [part of a name ...]``; look at the change with git diff.
Where refimpl rightly prints another text (`NAME.refimpl.out` exists), that one is written too.
"""

import sys

from evidence.command import in_parts, parser
from evidence.corpus.scripts import PROGRAMS, expected, name, printed


def record(program):
    """Write the texts of one program."""
    program.with_suffix(".out").write_text(printed(program, "torch"), encoding="utf-8")
    departure = expected(program, "refimpl")
    if departure != program.with_suffix(".out"):
        departure.write_text(printed(program, "refimpl"), encoding="utf-8")


def main(arguments):
    """Write the texts of the programs whose names contain one of the parts."""
    programs = {name(program): program for program in PROGRAMS}
    for each in in_parts(parser("python -m evidence.corpus.record", __doc__), programs, arguments):
        record(programs[each])
        print(programs[each].with_suffix(".out"))


if __name__ == "__main__":
    main(sys.argv[1:])
