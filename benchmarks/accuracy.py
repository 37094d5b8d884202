"""How far results are from the exact values, in units of the last place.

    python -m benchmarks.accuracy             print the table
    python -m benchmarks.accuracy --record    and write docs/_data/accuracy.json
    python -m benchmarks.accuracy --record erf erfc    measure these alone, and keep the others

What is measured stands in the records of evidence/operators. The exact values are mpmath's at 320
bits, the logits the seeded families of evidence/families.py. Nothing here is random but by those
seeds, so on the same kind of machine with the same libraries a part of the table can be added.
"""

import sys
import warnings
from typing import NamedTuple

import mpmath
import numpy as np

from benchmarks import findings, machine
from benchmarks.libraries import LIBRARIES, VJP, measured
from evidence import exact
from evidence.command import parser, recording
from evidence.families import FAMILIES, pointwise_sample, sample
from evidence.kinds import Elementwise, Sliced
from evidence.operators import RECORDS

DTYPES = ("float16", "float32", "float64")
SHAPES = ((40, 10), (8, 100), (1, 2000))
POINTS = 3000
SEED = 2021
RECORD = "accuracy.json"


class Truth(NamedTuple):
    """The exact values of a sample, and how a perfect result would look in a dtype."""

    values: list
    sizes: list  # the terms of a sum that may cancel, added up without their signs
    nearest: np.ndarray
    steps: list


class Score(NamedTuple):
    """How well a library did on a sample."""

    ulp: float  # the largest error; inf where a result is not finite and should be
    correct: float  # share that is the exact value rounded once
    flushed: int  # zeros where the rounded exact value is not zero
    scaled: float  # as ulp, but measured by the terms of a sum that may cancel


OPERATORS = measured(RECORDS.values())
WHOLE_LINE = "every binade"


def families(operator):
    """List the families of inputs that an operator is measured on."""
    return [WHOLE_LINE] if isinstance(OPERATORS[operator], Elementwise) else list(FAMILIES)


def targets(rng, x):
    """Draw the winner in half of the rows, any class in the others."""
    drawn = rng.integers(0, x.shape[1], len(x))
    return np.where(rng.random(len(x)) < 0.5, x.argmax(-1), drawn)


def inputs(operator, family, dtype):
    """Return the seeded samples: tuples of arrays, the logits first."""
    record = OPERATORS[operator]
    if isinstance(record, Elementwise):
        return [(pointwise_sample(POINTS, dtype, SEED),)]
    drawn = []
    for shape in SHAPES:
        rng = np.random.default_rng([SEED, *shape])
        x = sample(family, shape, dtype, SEED)
        if not isinstance(record, Sliced):
            drawn.append((x, targets(rng, x)))
        elif operator.endswith(VJP):
            drawn.append((x, rng.normal(size=shape).astype(dtype)))
        else:
            drawn.append((x,))
    return drawn


def exact_values(operator, arrays):
    """Return the exact values of a sample, and the sizes of the terms where they may cancel."""
    record, backward = OPERATORS[operator], operator.endswith(VJP)
    x, *rest = arrays
    by_row = isinstance(record, Sliced)
    if not backward:
        found = record.exact(exact.array(x), *rest, **record.fixed)
    else:
        cotangent = rest.pop() if by_row else np.ones(len(x))
        found = record.exact_vjp(exact.array(cotangent), exact.array(x), *rest, **record.fixed)
    values = list(np.ravel(found))
    terms = record.terms.get("vjp" if backward else "value")
    if terms is None:
        return values, values
    if isinstance(record, Elementwise):
        return values, [terms(v) for v in exact.mpfs(x)]
    rows = zip(arrays[1], x, strict=True) if backward else zip(x, strict=True)
    return values, [v for row in rows for v in terms(*map(exact.mpfs, row))]


def truth(operator, arrays):
    """Compute the exact values of a sample."""
    dtype = arrays[0].dtype
    with mpmath.workprec(exact.PREC):
        values, sizes = exact_values(operator, arrays)
        nearest = np.array([exact.rounded(v, dtype) for v in values], dtype)
        return Truth(values, sizes, nearest, [exact.ulp(v, dtype) for v in values])


def score(results, truths):
    """Compare the results of a library with the exact values."""
    worst = scaled = mpmath.mpf(0)
    correct = flushed = number = 0
    for result, true in zip(results, truths, strict=True):
        dtype = true.nearest.dtype
        result = result.ravel().astype(dtype)  # SciPy widens float16
        number += len(true.values)
        correct += int((result == true.nearest).sum())
        flushed += int(((result == 0) & (true.nearest != 0)).sum())
        with mpmath.workprec(exact.PREC):
            for ours, value, size, step in zip(
                exact.mpfs(result), true.values, true.sizes, true.steps, strict=True
            ):
                error = abs(ours - value) if mpmath.isfinite(ours) else mpmath.inf
                worst = max(worst, error / step)
                scaled = max(scaled, error / (step if size is value else exact.ulp(size, dtype)))
    return Score(float(worst), correct / number, flushed, float(scaled))


def measure(operator, dtype, family, known):
    """Score every library of `known` that offers the operator."""
    samples = inputs(operator, family, dtype)
    truths = [truth(operator, arrays) for arrays in samples]
    scores = {}
    for name, library in known.items():
        if operator in library:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # what overflows is scored
                results = [library[operator](*arrays) for arrays in samples]
            scores[name] = score(results, truths)
    return scores


def significant(score):
    """Write a score as it is kept: six digits tell any two results apart."""
    ulp, correct, flushed, scaled = score
    return [float(f"{ulp:.6g}"), float(f"{correct:.6g}"), flushed, float(f"{scaled:.6g}")]


def table(known, operators=OPERATORS):
    """Measure everything of some operators: operator, dtype, family, library."""
    scores = {}
    for operator in operators:
        for dtype in DTYPES:
            for family in families(operator):
                found = measure(operator, dtype, family, known)
                kept = {name: significant(score) for name, score in found.items()}
                scores.setdefault(operator, {}).setdefault(dtype, {})[family] = kept
        print(operator, flush=True)
    return scores


def summary(by_family):
    """Reduce the families of one operator and dtype to the worst of each library."""
    libraries = next(iter(by_family.values()))
    return {
        name: [
            max(family[name][0] for family in by_family.values()),
            sum(family[name][1] for family in by_family.values()) / len(by_family),
            sum(family[name][2] for family in by_family.values()),
            max(family[name][3] for family in by_family.values()),
        ]
        for name in libraries
    }


def show(scores):
    """Print the worst of all families, an operator and dtype to a line."""
    for operator, by_dtype in scores.items():
        for dtype, by_family in by_dtype.items():
            line = f"{operator:18}{dtype:9}"
            for name, (ulp, correct, flushed, scaled) in summary(by_family).items():
                line += f"  {name} {ulp:.4g} {correct:.3f} z{flushed}"
                line += f" ({scaled:.3g})" if scaled != ulp else ""
            print(line)


def of_records(names):
    """Return the operators of some records, with their other forms and their vjps."""
    return list(measured([RECORDS[name] for name in names]))


def added(scores, header):
    """Return the recorded file with scores put in; raise unless it is of the same machine."""
    old = machine.read(RECORD)
    differing = [key for key in header if key != "date" and old[key] != header[key]]
    if differing:
        raise SystemExit(f"measure everything: {', '.join(differing)} of the record differ")
    return old | {"scores": old["scores"] | scores}


def main(arguments):
    """Measure, print, and record where asked to."""
    command = parser("python -m benchmarks.accuracy", __doc__)
    given = recording(command, arguments, list(RECORDS), "operator")
    names = given.names
    scores = table(LIBRARIES, of_records(names) if names else OPERATORS)
    show(scores)
    record = machine.header("python -m benchmarks.accuracy --record")
    if names:
        record = added(scores, record)
    else:
        found = findings.measure()
        findings.show(found)
        record |= {"sizes": {"shapes": SHAPES, "points": POINTS, "seed": SEED}}
        record |= {"scores": scores, "findings": found}
    if given.record:
        print(machine.write(RECORD, record))


if __name__ == "__main__":
    main(sys.argv[1:])
