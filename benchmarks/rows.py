"""Compare float32 results of rows with the exact ones: of 10**10 logits for each function.

    python -m benchmarks.rows                          show what was done
    python -m benchmarks.rows softmax softmax_vjp      run, or go on where a run was stopped
    python -m benchmarks.rows --record                 write what is done to docs/_data

The logits are normal, of three spreads, in rows of three lengths, seeded by the number of their
block. Each result is compared with the float64 result of the same formula, which is off by less
than its last place, rounded. Where a tie lies within eight of these places, `just_below` decides if
it can, and mpmath otherwise: so the float64 result never decides what it cannot know.
"""

import sys

import numpy as np

from benchmarks import machine
from benchmarks.accuracy import OPERATORS, truth
from benchmarks.exhaustive import code
from benchmarks.libraries import REFIMPL, VJP
from benchmarks.resumed import advance, kept
from evidence.command import parser, recording
from evidence.kept import FOLDER
from evidence.kinds import Elementwise

RECORD = "rows.json"
STATE = FOLDER / "rows.json"
LOGITS = 10**10
BLOCK = 10**6
CLASSES = (10, 100, 1000)
SPREADS = (1.0, 5.0, 25.0)
SEED = 2026
NEAR = 2.0**-50  # eight of the last places of a float64 result, at most
NAMES = [
    name
    for name in ("softmax", "log_softmax", "logsumexp", "cross_entropy")
    for name in (name, name + VJP)
    if name in OPERATORS and not isinstance(OPERATORS[name], Elementwise)
]


def inputs(name, number):
    """Return the seeded arrays of a block: logits, and targets or a cotangent."""
    rng = np.random.default_rng([SEED, number])
    classes = CLASSES[number % len(CLASSES)]
    spread = SPREADS[number // len(CLASSES) % len(SPREADS)]
    shape = (BLOCK // classes, classes)
    x = rng.standard_normal(shape, dtype=np.float32) * np.float32(spread)
    if name.startswith("cross_entropy"):
        return x, rng.integers(0, classes, len(x))
    return (x, rng.standard_normal(shape, dtype=np.float32)) if name.endswith(VJP) else (x,)


def widened(array):
    """Return an array in float64, targets as they are."""
    return array.astype(np.float64) if array.dtype == np.float32 else array


def by_row(name, arrays):
    """Return the results of the formula, a line for each row of logits."""
    return REFIMPL[name](*arrays).reshape(len(arrays[0]), -1)


def just_below(x):
    """Return the float32 log-probabilities that two differences decide, and which these are.

    A log-probability is d - L: d = x - max, and L is the logarithm of 1 plus the sum S of the other
    exponentials, so 0 < L < S: the result lies strictly between d - S and d. Where d is exact in
    float64, a number just below it goes where d goes, but down where d is a tie. Rounding is
    monotone: where d - S goes to the same float32 number, that is the result.
    """
    x = x.astype(np.float64)
    place = x.argmax(-1, keepdims=True)
    top = np.take_along_axis(x, place, -1)
    d = x - top
    exact = (d + top == x) & (x - d == top)
    others = np.exp(d)
    np.put_along_axis(others, place, 0.0, -1)
    s = others.sum(-1, keepdims=True) * (1 + 1e-9)  # beyond what the sum and exp are off
    low, high = np.nextafter(d, -np.inf).astype(np.float32), d.astype(np.float32)
    tie = d - low.astype(np.float64) == high.astype(np.float64) - d
    below = np.where(tie, low, high)
    return below, exact & (np.nextafter(d - s, -np.inf).astype(np.float32) == below)


def decided(name, arrays):
    """Return the results that `just_below` knows, and which of a block's these are."""
    log_probs, known = just_below(arrays[0])
    if name == "log_softmax":
        return log_probs, known
    at = arrays[1][:, None]
    return -np.take_along_axis(log_probs, at, -1), np.take_along_axis(known, at, -1)


def block(name, start, stop):
    """Compare the results of a block of logits; return how many, how many judged, which wrong."""
    arrays = inputs(name, start // BLOCK)
    ours, wide = by_row(name, arrays), by_row(name, list(map(widened, arrays)))
    wanted = wide.astype(np.float32)
    open_ = (wide * (1 - NEAR)).astype(np.float32) != (wide * (1 + NEAR)).astype(np.float32)
    if name in ("log_softmax", "cross_entropy"):
        results, known = decided(name, arrays)
        wanted = np.where(open_ & known, results, wanted)
        open_ &= ~known
    for row in open_.any(-1).nonzero()[0]:
        nearest = truth(name, [a[row : row + 1] for a in arrays]).nearest
        wanted[row] = np.where(open_[row], nearest, wanted[row])
    wrong = [[start, *map(int, place)] for place in np.argwhere(ours != wanted)]
    return ours.size, int(open_.sum()), wrong


def run(name):
    """Go on until enough logits are seen."""
    what = {"function": name, "dtype": "float32", "code": code(name.removesuffix(VJP))}
    return advance(STATE, what, LOGITS, BLOCK, lambda *part: block(name, *part))


def main(arguments):
    """Run, show, and record where asked to."""
    given = recording(parser("python -m benchmarks.rows", __doc__), arguments, NAMES, "function")
    for name in given.names:
        run(name)
    for done in kept(STATE).values():
        print(
            f"{done['function']}: {done['next']} logits, {done['compared']} results compared, "
            f"{done['judged']} by mpmath, {len(done['wrong'])} wrong"
        )
    if given.record:
        now = [
            d for d in kept(STATE).values() if d["code"] == code(d["function"].removesuffix(VJP))
        ]
        header = machine.run_of("tox run -e rows", ("numpy", "mpmath")) | machine.kind_of_cpu()
        print(machine.write(RECORD, header | {"runs": now}))


if __name__ == "__main__":
    main(sys.argv[1:])
