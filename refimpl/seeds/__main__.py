"""``python -m refimpl.seeds``: find the seeds that print a tensor."""

import argparse
import sys
from pathlib import Path

from refimpl.seeds import SeedError, Stopped, find

PROGRAM = "python -m refimpl.seeds"
EPILOG = """\
examples:
  python -m refimpl.seeds "tensor([0.4963, 0.7682, 0.0885])" --draw rand
  python -m refimpl.seeds tensor.txt --draw "randn(2, 3)" --before "rand(7, 2, 2)"
  python -m refimpl.seeds - --draw "nn.Linear(4, 3)" < tensor.txt
  python -m refimpl.seeds program.txt --program --state half_way

A program is a Python session with prompts >>> and what it printed. It is run on refimpl.
"""
STARTS = ("tensor(", "[", "Parameter containing", ">>>")


def arguments(words):
    """Return what the command line says."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Find every seed of torch.manual_seed that prints a tensor.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("printed", help="the printed tensor, a file that holds it, or - for standard input")
    add("--draw", help="the call that drew it: rand, randn(2, 3), randint(0, 10, (5,)), ...")
    add("--program", action="store_true", help="the text is a program with its output")
    add("--before", default="", metavar="DRAWS", help="what is drawn before, ; between two")
    add("--seeds", type=seeds, default=range(2**32), metavar="A:B", help="try A to B - 1 only")
    add("--first", action="store_true", help="end at the first seed")
    add("--earlier", type=int, default=0, metavar="N", help="try 1 to N words drawn before, too")
    add("--module", action="append", default=[], help="try this module as made before, too")
    add("--numpy", action="store_true", help="try NumPy's legacy generator, too")
    add("--state", type=Path, metavar="FILE", help="keep here how far it came, and go on from it")
    add("--threads", type=int, help="how many cores to use; by default all")
    given = parser.parse_args(words)
    if given.program == (given.draw is not None):
        parser.error("say how it was drawn: --draw CALL, or --program for a program")
    return parser, given


def seeds(text):
    """Read a range such as 0:1000000; either end may be left out."""
    start, colon, stop = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"{text} is no range; write 0:1000000")
    try:
        return range(int(start or 0), int(stop or 2**32))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no range; write 0:1000000") from None


def text_of(printed):
    """Return the text that is given itself, by a file or on standard input."""
    if printed.lstrip().startswith(STARTS):
        return printed
    return sys.stdin.read() if printed == "-" else Path(printed).read_text(encoding="utf-8")


def main(words=None):
    """Answer the command line; return 0 where a seed is found, else 1."""
    parser, given = arguments(words)
    told = []  # Ctrl-C may come between telling of a seed and counting its block

    def tell(hit):
        told.append(hit.seed)
        print(f"found {hit.seed}", file=sys.stderr, flush=True)

    try:
        answer = find(
            text_of(given.printed),
            given.draw,
            before=given.before,
            seeds=given.seeds,
            earlier=given.earlier,
            modules=given.module,
            numpy=given.numpy,
            first=given.first,
            threads=given.threads,
            state=given.state,
            show=True,
            tell=tell,
        )
    except (SeedError, OSError, UnicodeDecodeError) as error:
        parser.exit(2, f"{PROGRAM}: {error}\n")
    except Stopped as stopped:
        go_on = f"--seeds {stopped.seed}:" if given.state is None else "the same command again"
        seen = dict.fromkeys([*(hit.seed for hit in stopped.hits), *told])
        found = "".join(f" {seed}" for seed in seen) or " none"
        parser.exit(130, f"\n{PROGRAM}: {stopped}; found:{found}. To go on: {go_on}\n")
    print(answer.text())
    return 0 if answer.hits else 1


if __name__ == "__main__":
    sys.exit(main())
