"""Measure how fast the formulas and the tape are, in ratios of one run.

    python -m benchmarks             print the ratios, and say which goals are met
    python -m benchmarks --record    and write docs/_data/benchmarks.json

pytest-benchmark takes the times, here they become ratios. Of each call the fastest of all rounds
counts: what else the machine does can only add to it.

Linux hands out fresh memory page by page, which takes longer than to compute what is written there.
So some operators are measured a second time in a process that keeps the memory it has had: every
result then lies where an earlier one did, refimpl's as well as those of the others.
"""

import json
import os
import subprocess
import sys
import tracemalloc

import numpy as np

from benchmarks import machine
from benchmarks.bench_formulas import BUILDERS, CASES, DTYPES, logits
from benchmarks.goals import digits, goals
from benchmarks.goals import show as show_goals
from evidence.command import parser, recording

HERE = machine.ROOT / "benchmarks"
TIMES = machine.ROOT / "build" / "benchmarks.json"
RECORD = "benchmarks.json"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # of NumPy's matrix products; the rest is told later
# glibc takes no block from the system by itself, and gives none back.
KEEPS_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40)}


def run(*scripts, settings=()):
    """Let pytest-benchmark measure what some scripts hold; stop unless all of it ran."""
    TIMES.parent.mkdir(exist_ok=True)
    command = [
        *(sys.executable, "-m", "pytest"),
        *(str(HERE / script) for script in scripts),
        "-q",
        "--no-header",
        "--noconftest",
        "--benchmark-quiet",
        f"--benchmark-json={TIMES}",
    ]
    code = subprocess.run(
        command, cwd=machine.ROOT, env=os.environ | ONE_THREAD | dict(settings)
    ).returncode
    if code:
        sys.exit(code)
    return json.loads(TIMES.read_text(encoding="utf-8"))["benchmarks"]


def fastest(measured):
    """Return the least time of every call, by table, row and library."""
    tables = {"formulas": {}, "reused": {}, "tape": {}}
    for entry in measured:
        info, least = entry["extra_info"], entry["stats"]["min"]
        times = tables[info["table"]].setdefault(tuple(info["row"]), {})
        times[info["library"]] = min(least, times.get(info["library"], least))
    return tables


def sizes(results):
    """Add up the bytes of the arrays that a call returns."""
    results = results if isinstance(results, tuple) else (results,)
    return sum(np.asarray(result).nbytes for result in results if result is not None)


def memory():
    """Return the peak of allocated memory over the size of the results, 4096×4096."""
    peaks = {}
    for operator in BUILDERS:
        for dtype in DTYPES:
            for library in ("refimpl", "SciPy"):
                if library not in BUILDERS[operator]:
                    continue
                shape, dim = CASES["4096×4096"]
                call = BUILDERS[operator][library](*logits(shape, dim, dtype), dim)
                tracemalloc.start()
                results = call()
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                peaks.setdefault((operator, dtype), {})[library] = peak / sizes(results)
    return peaks


def show(tables, peaks):
    """Print refimpl's time over that of every other library."""
    for table, rows in tables.items():
        print(f"\n{table}: time of refimpl over that of the other")
        for row, times in rows.items():
            others = [name for name in times if name != "refimpl"]
            ratios = "  ".join(f"{name} {times['refimpl'] / times[name]:.2f}" for name in others)
            print(f"  {', '.join(row):50}{1e3 * times['refimpl']:10.4g} ms  {ratios}")
    print("\npeak of memory over the size of the results")
    for row, peak in peaks.items():
        print(f"  {', '.join(row):50}", *(f"{name} {ratio:.2f}" for name, ratio in peak.items()))


def rows(table):
    """Write a table keyed by rows as JSON can hold it."""
    return [
        {"row": list(row), "values": {name: digits(value) for name, value in values.items()}}
        for row, values in table.items()
    ]


def main(arguments):
    """Measure, print, and record where asked to."""
    recorded = recording(parser("python -m benchmarks", __doc__), arguments).record
    measured = run("bench_formulas.py", "bench_tape.py")
    measured += run("bench_reused.py", settings=KEEPS_MEMORY)
    tables, peaks = fastest(measured), memory()
    show(tables, peaks)
    judged = goals(tables, peaks)
    show_goals(judged)
    if recorded:
        record = machine.header("python -m benchmarks --record")
        record |= {name: rows(table) for name, table in tables.items()}
        record |= {"memory": rows(peaks), "goals": judged}
        print(machine.write(RECORD, record))


if __name__ == "__main__":
    main(sys.argv[1:])
