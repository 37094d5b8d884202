"""Run random programs on refimpl and on torch, and print each difference as a short program.

python -m evidence.fuzz --calls 20000 --seed 0
python -m evidence.fuzz --only Tensor.sum --calls 500

`--record` notes a run in evidence/fuzz/runs.json, which the page of departures shows.
"""

import argparse
import sys
import time

from evidence.fuzz import runs
from evidence.fuzz.run import Fuzz, targets, weight


def main():
    """Run, print, and end with 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m evidence.fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=20000, help="how many lines to compare")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="targets whose names contain this")
    parser.add_argument("--record", action="store_true", help="note the run for the page")
    arguments = parser.parse_args()
    if arguments.record and arguments.only:
        parser.error("a run of some targets is not recorded")
    chosen = [each for each in targets() if arguments.only in each]
    fuzz, start = Fuzz(arguments.seed), time.monotonic()
    for at, target in enumerate(chosen):
        left = sum(map(weight, chosen[at:]))
        wanted = (arguments.calls - fuzz.calls) * weight(target) / left
        for difference in fuzz.run(target, wanted):
            print(f"\n---- {target}: {difference.what}\n{difference.text()}", flush=True)
        note = f"{at + 1}/{len(chosen)} {target}: {fuzz.calls} calls"
        print(f"\r{note:78}", end="", file=sys.stderr, flush=True)
    fuzz.close()
    print(f"\n{fuzz.summary()}; {time.monotonic() - start:.0f} s")
    if arguments.record:
        runs.note(fuzz)
    return bool(fuzz.differences)


if __name__ == "__main__":
    sys.exit(main())
