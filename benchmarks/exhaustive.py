"""Compare every input with the exact result: all 2**32 of float32, all 2**16 of float16.

    python -m benchmarks.exhaustive                       show what was done
    python -m benchmarks.exhaustive sigmoid tanh          run, or go on where a run was stopped
    python -m benchmarks.exhaustive tanh float16          run one dtype alone
    python -m benchmarks.exhaustive --record              write what is done to docs/_data

A record says how many inputs were compared; of a run that was stopped, so many.

Each result of a formula is compared with the same value by pairs of float64, which is off by less
than 2**-70 of it. Inputs whose value lies within 2**-45 of it of a tie are judged by mpmath, so
that pairs never judge themselves; so are the infinities. Whatever is nan has to give nan.

Two proofs spare the pairs. All four functions increase, and rounding does: where the first and the
last input of a block have one exact result, it is that of all between. And where the value is so
near the input that no other number can be nearest, the input is the exact result. The results of a
formula are computed and compared for every input in any case.

What is done stands in a file in build/, written after every block. A run that is stopped goes on
with the next block. Where the code that computes a function has changed, it begins again.
"""

import hashlib
import re
import sys

import mpmath
import numpy as np

from benchmarks import machine
from benchmarks.resumed import advance, kept
from evidence import exact
from evidence.command import parser, recording
from evidence.kept import FOLDER
from evidence.operators import RECORDS
from refimpl.formulas import _double_double, _logistic_pairs
from refimpl.formulas._exponentials import rounded
from refimpl.formulas._nearest import nearest

RECORD = "exhaustive.json"
STATE = FOLDER / "exhaustive.json"
BLOCK = 1 << 19
NEAR = 2.0**-45
WIDTHS = {"float16": np.uint16, "float32": np.uint32}


def softplus(x, rest, exp):
    """Return softplus with beta 1, without the line that it passes into."""
    value, error, power = _logistic_pairs.log_logistic(-x, -rest, exp)
    return (-value[0], -value[1]), error, power


PAIRS = {
    "sigmoid": _logistic_pairs.logistic,
    "logsigmoid": _logistic_pairs.log_logistic,
    "softplus": softplus,
    "tanh": _logistic_pairs.tanh,
}
MODULES = {"logsigmoid": "_sigmoid"}  # of the others, the module is called as the function
THRESHOLD = 20  # of softplus, beyond which the result is the input
IMPORT = re.compile(r"refimpl\.formulas\._\w+|from refimpl\.formulas import .*")
WORD = re.compile(r"\b_\w+")
QUARTER = {"float16": 2.0**-13, "float32": 2.0**-26}  # of the spacing below a number, at least


def judged(name, x):
    """Return the nearest numbers to the exact values by mpmath."""
    function = RECORDS[name].value
    with mpmath.workprec(exact.PREC):
        return np.array([exact.rounded(function(v), x.dtype) for v in exact.mpfs(x)], x.dtype)


def is_input(name, x):
    """Tell whether the exact results of all inputs are the inputs.

    `|tanh x - x| <= |x|**3 / 3`, and `0 < x - logsigmoid(x) = log1p(e**x) < e**x`.
    """
    wide = x.astype(np.float64)
    quarter = QUARTER[x.dtype.name]
    if name == "tanh":
        return bool((wide * wide / 3 < quarter).all())
    return name == "logsigmoid" and bool((np.exp(wide) < -wide * quarter).all())


def expected(name, x):
    """Return the exact results of finite inputs, and how many of them mpmath has judged."""
    if not x.size or is_input(name, x):
        return x, 0
    ends = x[[0, -1]]
    first, last = judged(name, ends)
    if first == last and np.signbit(ends[0]) == np.signbit(ends[1]):
        return np.full_like(x, first), 2
    return by_pairs(name, x)


def by_pairs(name, x):
    """Return the same for any inputs."""
    wide = x.astype(np.float64)
    value, error, power = PAIRS[name](wide, np.zeros(x.size), _double_double.exponential)
    found, open_ = nearest((value), error, power, x.dtype)
    size = value[0] if power is None else value[0] * power * 2.0**-512
    near = rounded(size, NEAR, np.empty(x.size, x.dtype))
    open_ = open_ if near is None else open_ | near
    if name == "softplus":
        past = wide > THRESHOLD
        found = np.where(past, x, found)
        open_ &= ~past
    at = open_.nonzero()[0]
    found[at] = judged(name, x[at])
    return found, at.size


def block(name, dtype, start, stop):
    """Compare a range of inputs; return how many were compared, judged, and which are wrong."""
    x = np.arange(start, stop, dtype=np.uint64).astype(WIDTHS[dtype]).view(dtype)
    with np.errstate(all="ignore"):
        result = RECORDS[name].formula(x)
        if not np.isnan(result[np.isnan(x)]).all():
            raise SystemExit(f"{name}: the result of a nan is a number, in block {start}")
        x, result = x[~np.isnan(x)], result[~np.isnan(x)]
        finite = np.isfinite(x)
        found, number = expected(name, x[finite])
        wrong = x[finite][result[finite] != found]
    limits = x[~finite]
    for value, ours in zip(limits, result[~finite], strict=True):
        if float(ours) != float(RECORDS[name].value(mpmath.mpf(float(value)))):
            wrong = np.append(wrong, value)
    return x.size, number + limits.size, [float(v) for v in wrong]


def code(name):
    """Return a hash of the source of a formula: its module and all that these name in turn."""
    texts = {
        p.stem: p.read_text("utf-8") for p in (machine.ROOT / "refimpl/formulas").glob("_*.py")
    }
    found, open_ = set(), [MODULES.get(name, f"_{name}")]
    while open_:
        each = open_.pop()
        found.add(each)
        open_ += {
            name for line in IMPORT.findall(texts[each]) for name in WORD.findall(line)
        } - found
    total = "".join(texts[each] for each in sorted(found))
    return hashlib.sha256(total.encode()).hexdigest()[:16]


def run(name, dtype):
    """Go on until every input is compared."""
    size = 1 << 8 * np.dtype(dtype).itemsize
    what = {"function": name, "dtype": dtype, "code": code(name)}
    return advance(STATE, what, size, BLOCK, lambda *part: block(name, dtype, *part))


def complete(done):
    """Tell whether every input was compared."""
    return done["next"] == 1 << 8 * np.dtype(done["dtype"]).itemsize


def show(done):
    """Write a line about a run."""
    inputs = 1 << 8 * np.dtype(done["dtype"]).itemsize
    print(
        f"{done['function']} {done['dtype']}: {done['next']} of {inputs} inputs seen, "
        f"{done['compared']} compared, {done['judged']} by mpmath, {len(done['wrong'])} wrong"
    )


def main(arguments):
    """Run, show, and record where asked to."""
    command = parser("python -m benchmarks.exhaustive", __doc__)
    given = recording(command, arguments, [*PAIRS, *WIDTHS], "function or dtype")
    names = [name for name in given.names if name in PAIRS]
    dtypes = [name for name in given.names if name in WIDTHS] or WIDTHS
    for name in names:
        for dtype in dtypes:
            run(name, dtype)
    for done in kept(STATE).values():
        show(done)
    if given.record:
        runs = [done for done in kept(STATE).values() if done["code"] == code(done["function"])]
        header = machine.run_of("tox run -e exhaustive", ("numpy", "mpmath"))
        header |= machine.kind_of_cpu()
        print(machine.write(RECORD, header | {"runs": runs}))


if __name__ == "__main__":
    main(sys.argv[1:])
