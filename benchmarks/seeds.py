"""Measure how fast all seeds are tried, beside the same scan written in C.

    python -m benchmarks.seeds             print the ratios, and say which goals are met
    python -m benchmarks.seeds --record    try all 2**32 seeds, too, and write docs/_data/seeds.json

What is searched are the six normals that A1 prints. The two take turns on a part of the seeds, on
all cores. What counts is the time of the processor, of the fastest round: other programs can only
add to it. The C has a loop over LANES seeds inside, and gcc -O3 -march=native makes vectors of it;
of several lengths the fastest counts. Without gcc nothing is measured.
"""

import ctypes
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks import machine
from benchmarks.goals import goal
from benchmarks.goals import show as show_goals
from evidence.command import parser, recording
from refimpl.articles import load
from refimpl.seeds.questions import ask
from refimpl.seeds.search import Plan, cores, try_all

RECORD = "seeds.json"
SOURCE = machine.ROOT / "benchmarks" / "scan.c"
SEED = 1581317843
SLICE = range(SEED // 2**26 * 2**26, SEED // 2**26 * 2**26 + 2**26)
TASK = 2**22  # seeds that a core takes at once
ROUNDS = 7
LANES = (64, 128, 256, 512, 1024)
HALF = 0.00005 + 1e-7  # of the last digit, and what was rounded before


def print_of_a1():
    """Return the tensor that A1 prints."""
    claims = {claim.id: claim for article in load() for claim in article.claims}
    return claims["A1-C06"].value[0].article


def compiled(folder, lanes):
    """Return the functions of the C file for a number of lanes."""
    library = Path(folder) / f"scan{lanes}.so"
    flags = ["-O3", "-march=native", "-shared", "-fPIC", f"-DLANES={lanes}"]
    subprocess.run(["gcc", *flags, str(SOURCE), "-lm", "-o", str(library)], check=True)
    functions = ctypes.CDLL(str(library))
    pointer = ctypes.c_void_p
    for function in (functions.plain, functions.by_hand):
        function.restype = ctypes.c_int64
        function.argtypes = [ctypes.c_int64] * 2 + [ctypes.c_uint32] * 2
        function.argtypes += [pointer, pointer, ctypes.c_int, pointer]
    return functions


def in_c(function, plan, text):
    """Return the scan of a range of seeds by a function in C, with the same first condition."""
    values = np.array([float(entry) for entry in entries(text)])
    low, high, first = values - HALF, values + HALF, plan.conditions[0]

    def hits(seeds):
        found = np.empty(16, np.int64)
        count = function(
            seeds.start,
            seeds.stop,
            first[2],
            first[5],
            *bounds(low, high),
            len(values),
            found.ctypes.data,
        )
        return found[:count].tolist()

    return hits


def bounds(low, high):
    return low.ctypes.data, high.ctypes.data


def entries(text):
    """Return the numbers of a print."""
    return [part.strip("[]() \n") for part in text.removeprefix("tensor").split(",")]


def timed(hits, seeds):
    """Return the seconds of the processor per core, and what was found, on all cores."""
    tasks = [range(at, min(at + TASK, seeds.stop)) for at in range(seeds.start, seeds.stop, TASK)]
    before = time.process_time()
    with ThreadPoolExecutor(cores()) as pool:
        found = [seed for part in pool.map(hits, tasks) for seed in part]
    return (time.process_time() - before) / cores(), found


def measured(scans, seeds=SLICE, rounds=ROUNDS):
    """Return the least time of every scan, over rounds in which they take turns."""
    least = {}
    for _ in range(rounds):
        for name, hits in scans.items():
            seconds, found = timed(hits, seeds)
            if found != [SEED]:
                sys.exit(f"{name} found {found}, not {SEED}")
            least[name] = min(seconds, least.get(name, seconds))
    return least


def memory():
    """Return the most memory of this process so far, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def judged(times):
    """Return the goals, the ratio over the fastest plain C first."""
    plain = min(seconds for name, seconds in times.items() if name.startswith("plain"))
    return [
        goal("all seeds, over the fastest plain C", times["refimpl"] / plain, 1.0, 0.65),
    ]


def main(arguments):
    """Measure, print, and record where asked to."""
    recorded = recording(parser("python -m benchmarks.seeds", __doc__), arguments).record
    if not shutil.which("gcc"):
        sys.exit("no gcc here: there is nothing to compare with")
    text = print_of_a1()
    question = ask(text, "randn")
    plan = Plan([question])
    with tempfile.TemporaryDirectory() as folder:
        libraries = {lanes: compiled(folder, lanes) for lanes in LANES}
        scans = {
            "refimpl": lambda seeds: [hit.seed for hit in plan.checked(plan.candidates(seeds))]
        }
        for lanes, library in libraries.items():
            scans[f"plain C, {lanes} lanes"] = in_c(library.plain, plan, text)
        scans["C by hand, AVX-512"] = in_c(libraries[256].by_hand, plan, text)
        timed(scans["refimpl"], range(0, 2**16))
        start = memory()
        times = measured(scans)
        growth = memory() - start
    for name, seconds in times.items():
        print(f"  {name:24}{seconds:8.3f} s   refimpl over it {times['refimpl'] / seconds:.2f}")
    print(f"  memory grew by {growth / 2**20:.1f} MiB")
    goals = judged(times)
    show_goals(goals)
    if recorded:
        before, wall = time.process_time(), time.monotonic()
        hits = try_all([question], range(2**32))
        full = {
            "processor": (time.process_time() - before) / cores(),
            "wall": time.monotonic() - wall,
            "hits": [hit.seed for hit in hits],
        }
        record = machine.run_of("python -m benchmarks.seeds --record", ("numpy", "numba"))
        record |= machine.kind_of_cpu()
        compiler = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True)
        record["versions"]["gcc"] = compiler.stdout.strip()
        record |= {
            "seeds": len(SLICE),
            "times": times,
            "growth": growth,
            "all": full,
            "goals": goals,
        }
        print(machine.write(RECORD, record))


if __name__ == "__main__":
    main(sys.argv[1:])
