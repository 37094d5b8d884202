"""The largest forward and backward passes, in a process that keeps the memory it has had.

``python -m benchmarks`` runs this file with the settings of glibc that make it so.
"""

from itertools import product

import pytest

from benchmarks.bench_formulas import BUILDERS, FLOORS, LAPS, measured
from benchmarks.goals import REUSED

MEASURED = [
    (operator, lap, library)
    for lap, operator in product(LAPS, REUSED)
    for library in BUILDERS[operator]
    if library not in FLOORS
]


@pytest.mark.parametrize(("operator", "lap", "library"), MEASURED)
def test_formula(benchmark, operator, lap, library):
    measured(benchmark, "reused", "4096×4096", "float32", operator, library)
