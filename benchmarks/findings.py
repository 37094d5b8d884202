"""What Blanchard, Higham & Higham (2021) found, measured again on seeded logits.

P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
functions", IMA J. Numer. Anal. 41 (2021) 2311-2330. The algorithms are theirs, in the arithmetic of
the dtype itself; errors are relative, in units of its roundoff u, the largest over the sample.
"""

import mpmath
import numpy as np

from benchmarks.libraries import REFIMPL, SCIPY, TORCH
from evidence import exact
from evidence.families import sample
from evidence.operators import RECORDS

SEED = 2021
SHAPES = ((200, 10), (20, 100))
FAMILIES = ("N(0, 1)", "a classifier's", "N(0, 10)", "nearly equal, large")
ROUNDOFF = {"float16": 2.0**-11, "float32": 2.0**-24}
MARGINS = np.arange(0, 40.5, 0.5)
OFFSETS = 2.0 ** np.arange(0, 14)
DISTANCES = 2.0 ** np.arange(0, -19, -1)


def lse_unshifted(x):
    return np.log(np.exp(x).sum(-1))


def lse_shifted(x):
    top = x.argmax(-1)[:, None]
    e = np.exp(x - np.take_along_axis(x, top, -1))
    np.put_along_axis(e, top, 0, -1)
    return x.max(-1) + np.log1p(e.sum(-1))


def softmax_unshifted(x):
    e = np.exp(x)
    return e / e.sum(-1, keepdims=True)


def softmax_shifted(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def softmax_by_lse(x):
    return np.exp(x - lse_shifted(x)[:, None])


LSE = {"unshifted": lse_unshifted, "shifted": lse_shifted}
SOFTMAX = {"unshifted": softmax_unshifted, "division": softmax_shifted, "exp": softmax_by_lse}


def relative_error(result, true):
    """Return the largest error of a vector relative to its largest entry; inf if it overflowed."""
    with mpmath.workprec(exact.PREC):
        error = max(abs(a - b) for a, b in zip(exact.mpfs(result), true, strict=True))
        return float(error / max(map(abs, true))) if np.isfinite(result).all() else np.inf


def exactly(name, row):
    """Return the exact value of an operator along a row, as a list."""
    with mpmath.workprec(exact.PREC):
        return list(RECORDS[name].exact(row, -1).ravel())


def largest_error(algorithm, name, x):
    """Return the largest relative error over the rows, in units of the roundoff.

    `algorithm` computes the operator of that name.
    """
    with np.errstate(all="ignore"):
        results = algorithm(x)
    rows = zip(results.reshape(len(x), -1), x, strict=True)
    u = ROUNDOFF[x.dtype.name]
    return float(f"{max(relative_error(row, exactly(name, a)) for row, a in rows) / u:.6g}")


def shifting():
    """Compare shifted and unshifted formulas, and softmax by division with exp(x - lse)."""
    found = []
    for dtype in ROUNDOFF:
        for family in FAMILIES:
            errors = {}
            for shape in SHAPES:
                x = sample(family, shape, dtype, SEED)
                for name, algorithms, operator in (
                    ("lse", LSE, "logsumexp"),
                    ("softmax", SOFTMAX, "softmax"),
                ):
                    for kind, algorithm in algorithms.items():
                        key = f"{name} {kind}"
                        errors[key] = max(errors.get(key, 0), largest_error(algorithm, operator, x))
            found.append({"dtype": dtype, "family": family, "errors": errors})
    return found


def by_size():
    """Move the logits away from zero: the error of exp(x - lse) follows the size of lse."""
    base = np.random.default_rng(SEED).normal(size=(100, 10))
    curves = {"lse": [], **{kind: [] for kind in SOFTMAX}}
    for offset in OFFSETS:
        x = (base + offset).astype(np.float32)
        curves["lse"].append(float(f"{np.median(lse_shifted(x.astype(float))):.6g}"))
        for kind, algorithm in SOFTMAX.items():
            curves[kind].append(largest_error(algorithm, "softmax", x))
    return curves


def near_zero():
    """Bring lse towards zero: its relative error follows the condition number max|x| / |lse|."""
    base = np.random.default_rng(SEED).normal(size=(100, 10))
    base -= np.log(np.exp(base).sum(-1, keepdims=True))
    algorithms = LSE | {"refimpl": REFIMPL["logsumexp"]}
    curves = {"condition": [], **{kind: [] for kind in algorithms}}
    for distance in DISTANCES:
        x = (base + distance).astype(np.float32)
        true = [float(exactly("logsumexp", row)[0]) for row in x]
        condition = np.abs(x).max(-1) / np.abs(true)
        curves["condition"].append(float(f"{condition.max():.6g}"))
        for kind, algorithm in algorithms.items():
            curves[kind].append(largest_error(algorithm, "logsumexp", x))
    return curves


def by_margin():
    """Let one of two logits win by more and more: the error in ULP of its log-probability."""
    x = np.stack([MARGINS, np.zeros_like(MARGINS)], -1).astype(np.float32)
    curves = {"margin": MARGINS.tolist()}
    for name, library in (("refimpl", REFIMPL), ("torch", TORCH), ("SciPy", SCIPY)):
        results = library["log_softmax"](x)[:, 0]
        errors = []
        for result, row in zip(results, x, strict=True):
            true = exactly("log_softmax", row)[0]
            with mpmath.workprec(exact.PREC):
                error = abs(exact.mpfs(result)[0] - true) / exact.ulp(true, np.float32)
            errors.append(float(f"{float(error):.6g}"))
        curves[name] = errors
    return curves


def measure():
    """Return all findings."""
    return {
        "by margin": by_margin(),
        "by size": by_size(),
        "near zero": near_zero(),
        "shifting": shifting(),
    }


def show(found):
    """Print the findings."""
    for curve in ("by size", "near zero"):
        print(curve)
        for name, values in found[curve].items():
            print(f"  {name:10}", *(f"{value:.3g}" for value in values))
    for row in found["shifting"]:
        errors = ", ".join(f"{name} {value:.3g}" for name, value in row["errors"].items())
        print(f"{row['dtype']} {row['family']}: {errors}")
