"""Forward and backward passes of four libraries over the same logits, in turns.

Of refimpl and torch both are measured: one thread, and as many as there are cores.
"""

import functools
from itertools import product

import numpy as np
import pytest
import torch

from benchmarks.goals import ALONE
from benchmarks.machine import CORES
from evidence.kinds import Classified, Elementwise
from evidence.operators import RECORDS
from refimpl import set_num_threads

CASES = {
    "256×10": ((256, 10), -1),
    "256×1000": ((256, 1000), -1),
    "64×50257": ((64, 50257), -1),
    "4096×4096": ((4096, 4096), -1),
    "4096×4096, axis 0": ((4096, 4096), 0),
}
DTYPES = ("float32", "float64")
LAPS = range(4)  # each through all that is measured: a busy minute spoils a lap of few calls
ROUNDS = {2560: (30, 10), 256000: (20, 1)}  # rounds, and calls in each; larger cases: 3 of 1


@functools.lru_cache(maxsize=1)
def logits(shape, dim, dtype):
    """Return logits, a cotangent and targets."""
    rng = np.random.default_rng(0)
    x = rng.normal(0, 3, shape).astype(dtype)
    return x, np.roll(x, 1), rng.integers(0, shape[dim], np.delete(shape, dim)[0])


def classes_second(x, dim):
    """Return `x` as cross entropy takes it: the classes are axis 1."""
    return x if dim == -1 else x[None]


# Each builder prepares what is not measured and returns the call that is.


def arguments(record, x, t, dim):
    """Return the inputs of an operator and its options."""
    if isinstance(record, Elementwise):
        return [x], record.fixed
    if isinstance(record, Classified):
        return [classes_second(x, dim), classes_second(t, dim)], {}
    return [x], {"dim": dim}


def refimpl_value(record, x, g, t, dim):
    inputs, options = arguments(record, x, t, dim)
    formula = record.formula
    return lambda: formula(*inputs, **options)


def refimpl_both(record, x, g, t, dim):
    inputs, options = arguments(record, x, t, dim)
    cotangent = np.ones((), x.dtype) if isinstance(record, Classified) else g
    return lambda: record.formula.value_and_vjp(cotangent, *inputs, **options)


def refimpl_then(record, x, g, t, dim):
    """Pull a cotangent back that was not known when the value was computed."""

    def both():
        y, pullback = record.formula.value_and_pullback(x, dim)
        return y, pullback(g)

    return both


def torch_value(record, x, g, t, dim):
    inputs, options = arguments(record, x, t, dim)
    inputs, function = list(map(torch.from_numpy, inputs)), record.torch_function
    return lambda: function(*inputs, **options)


def torch_both(record, x, g, t, dim):
    inputs, options = arguments(record, x, t, dim)
    leaf, *rest = map(torch.from_numpy, inputs)
    leaf, function = leaf.requires_grad_(), record.torch_function
    cotangent = None if isinstance(record, Classified) else torch.from_numpy(g)

    def both():
        y = function(leaf, *rest, **options)
        return y, torch.autograd.grad(y, leaf, cotangent)

    return both


def scipy_value(record, x, g, t, dim):
    function = record.peers["value"]["SciPy"]
    inputs = [x] if isinstance(record, Elementwise) else [x, dim]
    return lambda: function(*inputs)


def scipy_both(record, x, g, t, dim):
    function = record.peers["both"]["SciPy"]
    other = t if isinstance(record, Classified) else g
    return lambda: function(x, other, dim)


def onnx_value(record, x, g, t, dim):
    function = record.peers["value"]["onnx"]
    attributes = {} if isinstance(record, Elementwise) else {"axis": dim}
    return lambda: function(x, **attributes)


def copy(x, g, t, dim):
    out = np.empty_like(x)
    return lambda: np.copyto(out, x)


def exp(x, g, t, dim):
    out = np.empty_like(x)
    return lambda: np.exp(x, out=out)


FLOORS = {"copy": copy, "exp": exp}
ROLES = {  # what is timed of an operator: the title of its row, and a builder for each library
    "value": (
        "{}",
        {
            "refimpl": refimpl_value,
            ALONE: refimpl_value,
            "SciPy": scipy_value,
            "torch, 1 thread": torch_value,
            "torch": torch_value,
            "onnx": onnx_value,
        },
    ),
    "both": (
        "{} and its vjp",
        {
            "refimpl": refimpl_both,
            ALONE: refimpl_both,
            "SciPy": scipy_both,
            "torch, 1 thread": torch_both,
            "torch": torch_both,
        },
    ),
    "then": (
        "{}, then its vjp",
        {
            "refimpl": refimpl_then,
            ALONE: refimpl_then,
            "SciPy": scipy_both,
            "torch, 1 thread": torch_both,
            "torch": torch_both,
        },
    ),
}


def offered(record, role, library):
    """Tell whether a library has what is timed: refimpl and torch have all of it."""
    peers = record.peers.get("value" if role == "value" else "both", {})
    return library not in ("SciPy", "onnx") or library in peers


def builders(records):
    """Return a builder for each library, by row of the page."""
    return {
        ROLES[role][0].format(title): {
            library: functools.partial(build, form)
            for library, build in ROLES[role][1].items()
            if offered(form, role, library)
        }
        for record in records
        for title, form in record.measured.items()
        for role in form.timed
    }


BUILDERS = builders(RECORDS.values())
BUILDERS["softmax"] |= FLOORS
ALONG_AN_AXIS = {
    title
    for record in RECORDS.values()
    if not isinstance(record, Elementwise)
    for title in builders([record])
}
MEASURED = [
    (case, dtype, operator, lap, library)
    for lap, case, dtype, operator in product(LAPS, CASES, DTYPES, BUILDERS)
    for library in BUILDERS[operator]
    # What works entry by entry takes as long for each entry of the largest arrays as of others.
    if "4096×4096" not in case or operator in ALONG_AN_AXIS
    # onnx's LogSoftmax takes the last axis whatever it is told
    if (case, operator, library) != ("4096×4096, axis 0", "log_softmax", "onnx")
]


def measured(benchmark, table, case, dtype, operator, library):
    """Take the times of one call and say to which row of a table they belong."""
    shape, dim = CASES[case]
    x, g, t = logits(shape, dim, dtype)
    for engine, set_threads in (("torch", torch.set_num_threads), ("refimpl", set_num_threads)):
        set_threads(CORES if library == engine else 1)
    call = BUILDERS[operator][library](x, g, t, dim)
    rounds, calls = ROUNDS.get(x.size, (3, 1))
    benchmark.pedantic(call, rounds=rounds, iterations=calls, warmup_rounds=rounds > 3)
    benchmark.extra_info |= {
        "table": table,
        "row": [operator, dtype, case],
        "library": library,
    }


@pytest.mark.parametrize(("case", "dtype", "operator", "lap", "library"), MEASURED)
def test_formula(benchmark, case, dtype, operator, lap, library):
    measured(benchmark, "formulas", case, dtype, operator, library)
