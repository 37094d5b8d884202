"""How fast this checkout is beside another one, in ratios of one run on one machine.

    python -m benchmarks.builds OLD                print the ratios, and say which goals are met
    python -m benchmarks.builds OLD --record       and write docs/_data/builds.json
    python -m benchmarks.builds OLD --only TEXT    only the cases whose name contains TEXT

OLD is a directory that holds an older version, such as a git worktree. Each of the two versions
runs in a worker process of its own (benchmarks/programs.py), one thread each, and one of them works
while the other waits. The two take turns, round by round, and who begins changes at each round. A
round repeats a call until it takes milliseconds. What counts is the time of the processor, not that
of the clock: while another program has the processor, no time passes. Of all rounds the fastest
counts: what else the machine does can only add to a time. All cases are gone through in several
laps, so that a busy minute spoils one lap of few cases.

A few percent are noise, and one process can be slower than its equal as long as it lives, by the
places where its memory lies. So a case is slower only as far as two ways to judge agree: the ratio
of the fastest rounds, and the median of the ratios of rounds that followed each other. The lesser
is called "certain". A case whose certain ratio is above 1.03 is measured again with more rounds, in
two new processes, several times where it stays so, and all of its rounds count: even twice the time
has been a matter of the process. Cases that look faster are not measured again, so the mean of all
cases is taken from the laps alone. A real loss of speed remains in every process and by both ways.

All of it takes some four minutes where nothing else runs. Where something does, it shares caches
and memory with what is measured, and the large cases differ by more than can be judged.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from statistics import median

from benchmarks import goals, machine

RECORD = "builds.json"
LAPS = 2
ROUND = 0.004  # seconds of a round
ROUNDS = 0.02  # seconds in which a version repeats rounds of a case, in a lap
AGAIN = 1.03  # what looks slower is measured again
TRIES = 5
MORE = 4  # times as many rounds, where a case has a goal of its own or is measured again
LIMIT = 160  # seconds in which cases are measured again
IMPORTS = 10
IMPORT = """
from time import process_time
start = process_time()
import numpy
middle = process_time()
import refimpl
print(middle - start, process_time() - middle)
"""
STEP = goals.STEP
LOSS = "recorded cross_entropy with its backward, 7×3 float32"


# --- two versions ---------------------------------------------------------------------------------


FIXED = {
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # the same order of every set in both versions
    "PYTHONDONTWRITEBYTECODE": "",  # imports of both find their bytecode, as an installed package's
    # glibc raises these two as large arrays are freed, and then gives memory back less often. Which
    # value a case meets would depend on the cases before it: here they start where they end.
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**26),
}


def environment(checkout):
    """Return the surroundings of a process that imports refimpl from a checkout."""
    return os.environ | FIXED | {"PYTHONPATH": str(checkout)}


class Worker:
    """A process that times what it is told, in one version."""

    def __init__(self, checkout):
        self.process = subprocess.Popen(
            # -P: the folder of the script is not on the path, only the checkout
            [sys.executable, "-P", str(machine.ROOT / "benchmarks" / "programs.py")],
            env=environment(checkout),
            cwd=checkout,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.checkout = checkout

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, **request):
        """Send a request and wait for its answer."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"{self.checkout}: the worker stopped at {request}")
        return json.loads(answer)

    def listed(self):
        """Return the names of the cases of this version by group."""
        answer = self.ask()
        if not Path(answer["package"]).is_relative_to(self.checkout):
            sys.exit(f"{self.checkout}: refimpl was imported from {answer['package']}")
        return answer["groups"]


@contextmanager
def pair(old, new):
    """Give two workers: of the older version, and of this one."""
    with Worker(old) as first, Worker(new) as second:
        yield first, second


def common(old, new):
    """Return the cases of both versions by group, and those that only one has."""
    shared = {
        group: [case for case in cases if case in old.get(group, ())]
        for group, cases in new.items()
    }
    sets = [set(chain.from_iterable(groups.values())) for groups in (old, new)]
    return shared, sorted(sets[0] - sets[1]), sorted(sets[1] - sets[0])


# --- measuring ------------------------------------------------------------------------------------


def measure(workers, case, more=1):
    """Return the seconds of one call, old and new, of several rounds in turns."""
    first = [worker.ask(case=case, least=ROUND / 4) for worker in workers]
    calls = math.ceil(ROUND / min(first))
    number = more * max(1, round(ROUNDS / (calls * min(first))))
    rounds = [first] if calls == 1 else []  # a long call: the first was already a round
    for i in range(number):
        pair = [0, 0]
        for j in (0, 1) if i % 2 else (1, 0):
            pair[j] = workers[j].ask(calls=calls) / calls
        rounds.append(pair)
    return rounds


def least(rounds):
    """Return the seconds of the fastest rounds, old and new."""
    return [min(version) for version in zip(*rounds, strict=True)]


def ratio(rounds):
    """Return the new time over the old, of the fastest rounds."""
    old, new = least(rounds)
    return new / old


def certain(rounds):
    """Return the ratio that both ways to judge agree on: of the fastest, and round by round."""
    return min(ratio(rounds), median(new / old for old, new in rounds))


def laps(workers, cases, say=print):
    """Return the rounds of every case, from several laps through all of them."""
    times = {case: [] for case in cases}
    for lap in range(LAPS):
        say(f"lap {lap + 1} of {LAPS}: {len(cases)} cases")
        for case in cases:
            times[case] += measure(workers, case, MORE if case in (STEP, LOSS) else 1)
    return times


def slower(times):
    """List the cases that look slower, the slowest first."""
    found = [case for case in times if certain(times[case]) > AGAIN]
    return sorted(found, key=lambda case: -certain(times[case]))


def again(times, begin, limit=LIMIT, say=print):
    """Measure what looks slower again, in new processes; add the rounds to `times`."""
    start = time.monotonic()
    for _ in range(TRIES):
        cases = slower(times)
        if not cases:
            return
        say(f"again: {len(cases)} cases that look slower than {AGAIN}")
        with begin() as workers:
            for case in cases:
                if time.monotonic() - start > limit:
                    say(f"no time is left to measure again: {'; '.join(slower(times))}")
                    return
                times[case] += measure(workers, case, MORE)


def imports(checkouts):
    """Return the least seconds of `import numpy` and then of `import refimpl`, for each version."""
    best = [[math.inf, math.inf] for _ in checkouts]
    for _ in range(IMPORTS):
        for least, checkout in zip(best, checkouts, strict=True):
            printed = subprocess.run(
                [sys.executable, "-P", "-c", IMPORT],
                env=environment(checkout),
                cwd=checkout,
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            least[:] = map(min, least, map(float, printed.split()))
    return best


# --- telling --------------------------------------------------------------------------------------


def slowest(cases, times):
    """Return the case that is certainly the slowest, and its ratio."""
    worst = max(cases, key=lambda case: certain(times[case]))
    return worst, certain(times[worst])


def judged(groups, times, imported=None):
    """Return the goals that the measured cases decide."""
    found = []
    for group, what in (("formulas", "operator"), ("tape", "recorded operation")):
        measured = [case for case in groups[group] if case in times and "float64" not in case]
        if measured:
            worst, value = slowest(measured, times)
            found.append(goals.goal(f"slowest {what}: {worst}", value, 1.05, 1.0))
    short = [case for case in groups["formulas"] if case in times and goals.SHORT in case]
    if short:
        worst, value = slowest(short, times)
        name = f"slowest operator, short rows in float64: {worst}"
        found.append(goals.goal(name, value, goals.SHORT_ROWS))
    for case in (STEP, LOSS, goals.UNUSED):
        if case in times:
            found.append(goals.goal(case, certain(times[case]), goals.STEPS))
    if imported:
        numpy, refimpl = imported[1]
        found.append(
            goals.goal("import refimpl over import numpy", 1 + refimpl / numpy, goals.IMPORT)
        )
    return found


def summary(groups, times, means):
    """Return the mean and the worst case of each group."""
    found = {}
    for group, cases in groups.items():
        measured = [case for case in cases if case in times]
        if measured:
            worst, value = slowest(measured, times)
            average = goals.geometric_mean([means[case] for case in measured])
            found[group] = {"cases": len(measured), "mean": average, "worst": worst, "ratio": value}
    return found


def show(times, groups):
    """Print the times of every case, and the summaries."""
    print(f"\n{'':77}{'old':>11}{'new':>12}{'ratio':>11}{'certain':>9}")
    for case, rounds in times.items():
        old, new = least(rounds)
        print(
            f"  {case:75}{1e3 * old:11.5g} {1e3 * new:11.5g} ms"
            f"{ratio(rounds):8.3f}{certain(rounds):9.3f}"
        )
    print(f"\nnew over old, on {machine.cpu_name()}")
    for group, found in groups.items():
        print(
            f"  {group:10}{found['cases']:4} cases, geometric mean {found['mean']:.3f}, "
            f"worst {found['ratio']:.3f}: {found['worst']}"
        )


def show_imports(measured):
    """Print how long imports take in a new process."""
    print("\nimport in a new process: NumPy, then refimpl")
    for name, (numpy, refimpl) in zip(("old", "new"), measured, strict=True):
        print(f"  {name}  {1e3 * numpy:.1f} ms, then {1e3 * refimpl:.1f} ms")
    print(f"  refimpl alone, new over old {measured[1][1] / measured[0][1]:.3f}")


def digits(values):
    """Keep four digits."""
    return [float(f"{value:.4g}") for value in values]


def commit(checkout):
    """Return the short hash of what a checkout holds, nothing where it is no git worktree."""
    command = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def recorded(times, groups, goals_met, measured, old=""):
    """Return what is kept of a run."""
    record = machine.run_of("python -m benchmarks.builds OLD --record", ("numpy",))
    return record | {
        "old": old,
        "cases": {
            case: digits([*least(rounds), certain(rounds)]) for case, rounds in times.items()
        },
        "groups": groups,
        "imports": [digits(values) for values in measured],
        "goals": goals_met,
    }


# --- the command ----------------------------------------------------------------------------------


def options(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.builds")
    parser.add_argument("old", type=lambda text: Path(text).resolve(), help="an older checkout")
    parser.add_argument("--only", default="", metavar="TEXT", help="a part of the name of a case")
    parser.add_argument("--record", action="store_true", help=f"write docs/_data/{RECORD}")
    given = parser.parse_args(arguments)
    if not (given.old / "refimpl").is_dir():
        parser.error(f"{given.old} holds no refimpl")
    if given.record and given.only:
        parser.error("--record keeps all cases; leave out --only")
    return given


def main(arguments):
    """Measure, print, and record where asked to."""
    given = options(arguments)
    checkouts = given.old, machine.ROOT
    with pair(*checkouts) as workers:
        groups, *alone = common(*(worker.listed() for worker in workers))
        for name, cases in zip(("old", "new"), alone, strict=True):
            if cases:
                words = (case.removeprefix("recorded ").split()[0] for case in cases)
                operators = sorted({word.strip(",") for word in words})
                print(f"only in the {name} version, not measured: {' '.join(operators)}")
        cases = [case for case in chain.from_iterable(groups.values()) if given.only in case]
        if not cases:
            sys.exit(f"no case contains {given.only!r}")
        times = laps(workers, cases)
    means = {case: ratio(rounds) for case, rounds in times.items()}
    again(times, lambda: pair(*checkouts))
    measured = imports(checkouts)
    groups_seen, goals_met = summary(groups, times, means), judged(groups, times, measured)
    show(times, groups_seen)
    show_imports(measured)
    goals.show(goals_met)
    if given.record:
        print(
            machine.write(
                RECORD, recorded(times, groups_seen, goals_met, measured, commit(given.old))
            )
        )


if __name__ == "__main__":
    main(sys.argv[1:])
