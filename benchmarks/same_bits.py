"""How many results keep their bits where a processor has other instructions, or a batch is another.

    python -m benchmarks.same_bits                 print the shares
    python -m benchmarks.same_bits --record        and write docs/_data/same_bits.json

torch chooses its code by the instructions of the processor, NumPy too. Both can be told to do with
fewer, so one machine shows what two would compute: in new processes, one for each choice.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import machine
from evidence.command import parser, recording
from refimpl import formulas

RECORD = "same_bits.json"
CLASSES = {3: 20_000, 10: 10_000, 1000: 200, 50257: 8}  # and as many rows
DTYPES = ("float32", "float64")
OPERATORS = ("softmax", "log_softmax")
SETTINGS = {  # what leaves a library fewer instructions
    "torch": ("ATEN_CPU_CAPABILITY", ("avx512", "avx2", "default")),
    "refimpl": ("NPY_DISABLE_CPU_FEATURES", ("", "all")),
}


def of_torch(name, x):
    """Return softmax or log_softmax of rows by torch."""
    import torch

    return getattr(torch, name)(torch.from_numpy(x), 1).numpy()


def of_refimpl(name, x):
    """Return softmax or log_softmax of rows by refimpl."""
    return getattr(formulas, name)(x, 1)


FUNCTIONS = {"torch": of_torch, "refimpl": of_refimpl}


def results(library):
    """Return the results of one library in this process, and those of every row alone."""
    found, function = {}, FUNCTIONS[library]
    for classes, rows in CLASSES.items():
        for dtype in DTYPES:
            x = np.random.default_rng(classes).normal(0, 3, (rows, classes)).astype(dtype)
            for name in OPERATORS:
                key = f"{name} {dtype} {classes}"
                found[key] = function(name, x)
                few = x[:200]
                found[f"{key} alone"] = np.concatenate(
                    [function(name, few[i : i + 1]) for i in range(len(few))]
                )
    return found


def computed(library, setting):
    """Return the results that a new process computes under a setting."""
    variable, _ = SETTINGS[library]
    features = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    value = " ".join(features) if setting == "all" else setting
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.npz"
        command = [sys.executable, "-m", "benchmarks.same_bits", "--write", library, str(path)]
        subprocess.run(command, env=os.environ | {variable: value}, cwd=machine.ROOT, check=True)
        return dict(np.load(path))


def share(a, b):
    """Return the share of entries with equal bits."""
    bits = f"i{a.itemsize}"
    return float(f"{np.mean(a.view(bits) == b.view(bits)):.4g}")


def measured():
    """Return the shares by library, operator with its dtype, and number of classes."""
    found = []
    for library, (_, settings) in SETTINGS.items():
        runs = [computed(library, setting) for setting in settings]
        for dtype in DTYPES:
            for name in OPERATORS:
                for classes in CLASSES:
                    key = f"{name} {dtype} {classes}"
                    alone = runs[0][f"{key} alone"]
                    found.append(
                        {
                            "row": [library, name, dtype, classes],
                            "fewer": [share(runs[0][key], run[key]) for run in runs[1:]],
                            "alone": share(runs[0][key][: len(alone)], alone),
                        }
                    )
    return found


def main(arguments):
    """Measure and print; record where asked to."""
    command = parser("python -m benchmarks.same_bits", __doc__)
    command.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    given = recording(command, arguments)
    if given.write:
        library, file = given.write
        np.savez(file, **results(library))
        return
    shares = measured()
    for entry in shares:
        print(*entry["row"], entry["fewer"], entry["alone"])
    if given.record:
        header = machine.run_of("python -m benchmarks.same_bits --record", ("numpy", "torch"))
        record = header | machine.kind_of_cpu() | {"shares": shares}
        print(machine.write(RECORD, record))


if __name__ == "__main__":
    main(sys.argv[1:])
