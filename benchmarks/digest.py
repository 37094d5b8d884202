"""Show that the numbers of the formulas did not move between two versions of the code.

    python -m benchmarks.digest write FILE      compute every result and write them to FILE (.npz)
    python -m benchmarks.digest compare A B     compare two such files, and list what differs

Each operator is called with all its samples in float16, float32 and float64, and with samples of
more than one chunk. Of each call the value, the vjp, the jvp and the second vjp are kept. The
digest of a file is one hash of all bits; the comparison says by how many units in the last place
results differ. Run `write` in a worktree of the older version and in this one.
"""

import hashlib
import sys
import warnings

import numpy as np

from evidence.command import parser
from evidence.operators import RECORDS

DTYPES = (np.float16, np.float32, np.float64)
MANY = 140_000  # entries: more than one chunk of work holds
LENGTHS = {"first": (4, 40_000), "last": (40_000, 4), "wide": (3, 50_000)}


def large(operator):
    """Return samples of an operator that are worked on in several chunks."""
    rng = np.random.default_rng(10)
    x = rng.normal(0, 3, MANY)
    inputs, options = operator.samples[0]
    if operator.name == "linear":
        return [
            ((rng.normal(size=(700, 300)), rng.normal(size=(50, 300)), rng.normal(size=50)), {})
        ]
    if "dim" in options:
        shapes = LENGTHS.items()
        return [((rng.normal(0, 3, s),), {"dim": d}) for name, s in shapes for d in (0, 1)]
    if inputs[-1].dtype.kind == "i":
        shapes = LENGTHS.values()
        calls = [(rng.normal(0, 3, s), rng.integers(0, s[1], s[0])) for s in shapes]
        return [(call, {"reduction": r}) for call in calls for r in ("none", "mean")]
    if len(inputs) == 2:
        probs = rng.uniform(0.01, 0.99, (2, MANY))
        return [(tuple(probs), {"reduction": r}) for r in ("none", "mean")]
    return [((x,), {})]


def cast(value, dtype):
    """Return floating arrays in `dtype` and anything else as it is."""
    return (
        value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
    )


def directions(inputs, seed):
    """Return a direction for every floating input, None beside others."""
    rng = np.random.default_rng(seed)
    return [
        rng.normal(size=a.shape).astype(a.dtype) if a.dtype.kind == "f" else None for a in inputs
    ]


def called(operator, inputs, options):
    """Yield (role, result) of one call; a refusal is its text."""
    value = operator.formula(*inputs, **options)
    yield "value", value
    pad = [None] * (operator.inputs - len(inputs))  # linear without its bias
    one = operator.inputs == 1
    tangents, seconds = ([*directions(inputs, seed), *pad] for seed in (1, 2))
    cotangent = np.random.default_rng(7).normal(size=value.shape).astype(value.dtype)
    yield "vjp", operator.vjp(cotangent, *inputs, **options)
    tangents, seconds = (tangents[0], seconds[0]) if one else (tangents, seconds)
    yield "jvp", operator.jvp(tangents, *inputs, **options)
    yield "vjp_vjp", operator.vjp_vjp(seconds, cotangent, *inputs, **options)


def results():
    """Return every result by operator, sample, dtype, role and place."""
    found = {}
    for operator in RECORDS.values():
        groups = {"sample": operator.samples, "special": operator.special, "large": large(operator)}
        for group, samples in groups.items():
            for n, (inputs, options) in enumerate(samples):
                for dtype in DTYPES:
                    given = [cast(a, dtype) for a in inputs]
                    fixed = {key: cast(value, dtype) for key, value in options.items()}
                    key = f"{operator.name}/{group} {n}/{np.dtype(dtype).name}"
                    try:
                        for name, result in called(operator, given, fixed):
                            several = result if isinstance(result, tuple) else (result,)
                            for i, part in enumerate(several):
                                if part is not None:
                                    found[f"{key}/{name}/{i}"] = np.asarray(part)
                    except (RuntimeError, ValueError) as error:
                        found[f"{key}/refused"] = np.array(str(error))
    return found


def digest(found):
    """Return one hash of all results, with their names, dtypes and shapes."""
    total = hashlib.sha256()
    for key in sorted(found):
        array = found[key]
        total.update(f"{key} {array.dtype} {array.shape}".encode())
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def ordered(a):
    """Return integers whose differences count the floating-point numbers between entries."""
    bits = a.view(f"i{a.itemsize}").astype(np.int64)
    return np.where(bits < 0, np.iinfo(f"i{a.itemsize}").min - bits, bits)


def distance(a, b):
    """Say how two results differ, or return nothing where they are the same to the bit."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return f"{a.dtype} {a.shape} against {b.dtype} {b.shape}"
    if a.tobytes() == b.tobytes():
        return None
    if a.dtype.kind != "f":
        return f"{a} against {b}"
    if (np.isnan(a) != np.isnan(b)).any():
        return "nan in other places"
    steps = np.abs(ordered(a) - ordered(b))[~np.isnan(a)]
    if not steps.any():
        zeros = np.count_nonzero((a == 0) & (np.signbit(a) != np.signbit(b)))
        return f"the sign of {zeros} zeros" if zeros else None  # a nan has no sign that counts
    return f"{steps.max()} units in the last place in {np.count_nonzero(steps)} of {a.size}"


def compare(a, b):
    """Return a line for each result that differs, or stands in one of the two alone."""
    lines = [f"{key}: only in one" for key in sorted(set(a) ^ set(b))]
    for key in sorted(set(a) & set(b)):
        found = distance(a[key], b[key])
        if found:
            lines.append(f"{key}: {found}")
    return lines


def loaded(file):
    """Return the results in a file that `write` made."""
    try:
        with np.load(file) as results:
            return dict(results)
    except (OSError, ValueError) as error:
        sys.exit(f"{file} cannot be read: {error}; `write` makes such a file")


def main(arguments):
    """Write a file, or compare two."""
    command = parser("python -m benchmarks.digest", __doc__)
    ways = command.add_subparsers(dest="way", required=True, metavar="write | compare")
    ways.add_parser("write").add_argument("file")
    ways.add_parser("compare").add_argument("files", nargs=2)
    given = command.parse_args(arguments)
    if given.way == "write":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # mse_loss's, where the shapes differ
            found = results()
        np.savez(given.file, **found)
        print(f"{len(found)} results, digest {digest(found)}")
        return 0
    a, b = map(loaded, given.files)
    lines = compare(a, b)
    print("\n".join([*lines, f"{len(lines)} of {len(set(a) | set(b))} results differ"]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
