"""The tape beside torch: a recorded operation, a training step, an epoch; one thread."""

from functools import partial

import numpy as np
import pytest
import torch

import refimpl
from benchmarks.goals import LOSS
from benchmarks.programs import OPERATIONS, epoch, loss, recorded, step, walked

ENGINES = {"refimpl": refimpl, "torch": torch}
LAPS = range(5)
PROGRAMS = {  # what runs, its rounds in a lap, and the calls in each
    **{
        f"7×3 {name}, recorded": (partial(recorded, operation=operation), 10, 200)
        for name, (operation, _) in OPERATIONS.items()
    },
    "7×3 product, sum, backward": (walked, 10, 50),
    "LinearNet step": (step, 10, 20),
    **{
        LOSS.format(dtype, part): (partial(loss, dtype=dtype, walks=part != "value"), 1, 1)
        for dtype in ("float32", "float64")
        for part in ("value", "with gradient")
    },
    "epoch of 60000×784": (epoch, 1, 1),
    "epoch of 60000×784, loader": (partial(epoch, loaded=True), 1, 1),
}
ARRAYS = {f"7×3 {name}, recorded": arrays for name, (_, arrays) in OPERATIONS.items()}
MEASURED = [
    (program, lap, engine)
    for lap in LAPS
    for program in PROGRAMS
    for engine in (*ENGINES, *(["NumPy"] if program in ARRAYS else []))
]


@pytest.mark.parametrize(("program", "lap", "engine"), MEASURED)
def test_program(benchmark, program, lap, engine):
    for library in ENGINES.values():
        library.set_num_threads(1)
    build, rounds, calls = PROGRAMS[program]
    small = np.random.default_rng(0).uniform(0.5, 2, size=(7, 3)).astype(np.float32)
    if engine in ENGINES:
        call = build(ENGINES[engine], small)
    else:
        call = partial(ARRAYS[program], small, small)
    benchmark.pedantic(call, rounds=rounds, iterations=calls, warmup_rounds=rounds > 1)
    benchmark.extra_info |= {"table": "tape", "row": [program], "library": engine}
