"""Forward and backward passes of four libraries over the same logits, in turns."""

import functools
from itertools import product

import numpy as np
import pytest
import torch
from scipy import special
from torch.nn import functional

from benchmarks.libraries import onnx_node
from benchmarks.machine import CORES
from refimpl import formulas as f

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


def refimpl_softmax(x, g, t, dim):
    return lambda: f.softmax(x, dim)


def refimpl_log_softmax(x, g, t, dim):
    return lambda: f.log_softmax(x, dim)


def refimpl_softmax_both(x, g, t, dim):
    return lambda: f.softmax.value_and_vjp(g, x, dim)


def refimpl_softmax_then_vjp(x, g, t, dim):
    def both():
        y, pullback = f.softmax.value_and_pullback(x, dim)
        return y, pullback(g)

    return both


def refimpl_cross_entropy_both(x, g, t, dim):
    one = np.ones((), x.dtype)
    x, t = classes_second(x, dim), classes_second(t, dim)
    return lambda: f.cross_entropy.value_and_vjp(one, x, t)


def scipy_softmax(x, g, t, dim):
    return lambda: special.softmax(x, dim)


def scipy_log_softmax(x, g, t, dim):
    return lambda: special.log_softmax(x, dim)


def scipy_softmax_both(x, g, t, dim):
    def both():
        y = special.softmax(x, dim)
        return y, y * (g - (y * g).sum(dim, keepdims=True))

    return both


def scipy_cross_entropy_both(x, g, t, dim):
    places = (np.arange(len(t)), t) if dim == -1 else (t, np.arange(len(t)))

    def both():
        log_probs = special.log_softmax(x, dim)
        loss = -log_probs[places].mean()
        slopes = np.exp(log_probs)
        slopes[places] -= 1
        slopes /= len(t)
        return loss, slopes

    return both


def torch_softmax(x, g, t, dim):
    x = torch.from_numpy(x)
    return lambda: torch.softmax(x, dim)


def torch_log_softmax(x, g, t, dim):
    x = torch.from_numpy(x)
    return lambda: torch.log_softmax(x, dim)


def torch_softmax_both(x, g, t, dim):
    x, g = torch.from_numpy(x).requires_grad_(), torch.from_numpy(g)

    def both():
        y = torch.softmax(x, dim)
        return y, torch.autograd.grad(y, x, g)

    return both


def torch_cross_entropy_both(x, g, t, dim):
    x = torch.from_numpy(classes_second(x, dim)).requires_grad_()
    t = torch.from_numpy(classes_second(t, dim))

    def both():
        loss = functional.cross_entropy(x, t)
        return loss, torch.autograd.grad(loss, x)

    return both


def onnx_softmax(x, g, t, dim):
    run = onnx_node("Softmax", axis=dim)
    return lambda: run(x)


def onnx_log_softmax(x, g, t, dim):
    run = onnx_node("LogSoftmax", axis=dim)
    return lambda: run(x)


def copy(x, g, t, dim):
    out = np.empty_like(x)
    return lambda: np.copyto(out, x)


def exp(x, g, t, dim):
    out = np.empty_like(x)
    return lambda: np.exp(x, out=out)


FLOORS = {"copy": copy, "exp": exp}
BUILDERS = {
    "softmax": {
        "refimpl": refimpl_softmax,
        "SciPy": scipy_softmax,
        "torch, 1 thread": torch_softmax,
        "torch": torch_softmax,
        "onnx": onnx_softmax,
        **FLOORS,
    },
    "log_softmax": {
        "refimpl": refimpl_log_softmax,
        "SciPy": scipy_log_softmax,
        "torch, 1 thread": torch_log_softmax,
        "torch": torch_log_softmax,
        "onnx": onnx_log_softmax,
    },
    "softmax and its vjp": {
        "refimpl": refimpl_softmax_both,
        "SciPy": scipy_softmax_both,
        "torch, 1 thread": torch_softmax_both,
        "torch": torch_softmax_both,
    },
    "softmax, then its vjp": {
        "refimpl": refimpl_softmax_then_vjp,
        "SciPy": scipy_softmax_both,
        "torch, 1 thread": torch_softmax_both,
        "torch": torch_softmax_both,
    },
    "cross_entropy and its vjp": {
        "refimpl": refimpl_cross_entropy_both,
        "SciPy": scipy_cross_entropy_both,
        "torch, 1 thread": torch_cross_entropy_both,
        "torch": torch_cross_entropy_both,
    },
}
MEASURED = [
    (case, dtype, operator, lap, library)
    for lap, case, dtype, operator in product(LAPS, CASES, DTYPES, BUILDERS)
    for library in BUILDERS[operator]
    # onnx's LogSoftmax takes the last axis whatever it is told
    if (case, operator, library) != ("4096×4096, axis 0", "log_softmax", "onnx")
]


@pytest.mark.parametrize(("case", "dtype", "operator", "lap", "library"), MEASURED)
def test_formula(benchmark, case, dtype, operator, lap, library):
    shape, dim = CASES[case]
    x, g, t = logits(shape, dim, dtype)
    torch.set_num_threads(CORES if library == "torch" else 1)
    call = BUILDERS[operator][library](x, g, t, dim)
    rounds, calls = ROUNDS.get(x.size, (3, 1))
    benchmark.pedantic(call, rounds=rounds, iterations=calls, warmup_rounds=rounds > 3)
    benchmark.extra_info |= {
        "table": "formulas",
        "row": [operator, dtype, case],
        "library": library,
    }
