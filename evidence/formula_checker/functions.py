r"""The functions that a formula may call without defining them: ``\log``, ``\sigma``, norms, …

Each takes an arithmetic (`Numeric` or `Symbolic`) and values, and returns a value.
"""

from mpmath import mp

from evidence.formula_checker.arithmetic import NotSymbolicError
from evidence.formula_checker.tex import TexError
from evidence.formula_checker.values import Array, ShapeError, describe

PLAIN = {"\\exp": "exp", "\\log": "log", "\\ln": "log", "\\sin": "sin", "\\cos": "cos"}
PLAIN |= {"\\sinh": "sinh", "\\cosh": "cosh", "\\tanh": "tanh", "\\arctan": "atan"}
PLAIN |= {"\\operatorname{sign}": "sign"}
PLAIN |= {"\\operatorname{erf}": "erf", "\\operatorname{erfc}": "erfc"}
EXTREMA = {"\\max": max, "\\min": min}


def numbers_only(arithmetic):
    """Raise where the arithmetic is symbolic."""
    if arithmetic.symbolic:
        raise NotSymbolicError


def each(function, value):
    """Apply a function to a number, or to every entry of an array."""
    return value.map(function) if isinstance(value, Array) else function(value)


def builtin(arithmetic, name, arguments):
    """Call a function of mathematics by its TeX name."""
    if name in EXTREMA:
        numbers_only(arithmetic)
        return EXTREMA[name](entries_of(arguments))
    if name not in PLAIN.keys() | SPECIAL.keys():
        raise TexError(f"{name} is called, but not defined here")
    if len(arguments) != 1:
        raise TexError(f"{name} takes 1 argument")
    if name in PLAIN:
        return each(lambda x: arithmetic.function(PLAIN[name], x), arguments[0])
    return SPECIAL[name](arithmetic, arguments[0])


def sigma(arithmetic, value):
    """Return 1 / (1 + exp(-x)), entry by entry."""

    def at(x):
        return arithmetic.divide(1, 1 + arithmetic.function("exp", -x))

    return each(at, value)


def entries_of(arguments):
    """Return all numbers of some values: of arrays their entries."""
    return [e for a in arguments for e in (a.entries if isinstance(a, Array) else [a])]


def diagonal(arithmetic, column):
    """Return the square matrix with the entries of a column on its diagonal."""
    if not isinstance(column, Array) or column.kind != "column":
        raise ShapeError(f"diag takes a column, not {describe(column)}")
    zero, places = column.entries[0] * 0, range(len(column.rows))
    rows = [[column.entries[r] if r == c else zero for c in places] for r in places]
    return Array(rows, "matrix")


def trace(arithmetic, matrix):
    """Return the sum of the diagonal of a matrix."""
    return sum((matrix.rows[n][n] for n in range(len(matrix.rows))), 0)


def rank(arithmetic, matrix):
    """Return how many singular values of a matrix are not zero, to half of the digits."""
    numbers_only(arithmetic)
    singular = mp.svd_r(mp.matrix(matrix.rows), compute_uv=False)
    return mp.mpf(sum(value > mp.mpf(10) ** (-mp.dps // 2) for value in singular))


SPECIAL = {
    "\\sigma": sigma,
    "\\operatorname{diag}": diagonal,
    "\\operatorname{tr}": trace,
    "\\operatorname{rank}": rank,
}


def norm(arithmetic, value, which="2"):
    """Return the norm of a vector or of a matrix; `which` is "1", "2" or "oo".

    The 2-norm of a matrix is its largest singular value; its other norms are those of the vector
    of its entries.
    """
    if which not in {"1", "2", "oo"}:
        raise TexError(f"there is no norm ‖ ‖_{which} here, but 1, 2 and ∞")
    if not isinstance(value, Array):
        raise ShapeError("‖ ‖ takes a vector or a matrix; |x| is for numbers")
    if which == "2" and value.kind != "matrix":
        return arithmetic.function("sqrt", sum(entry**2 for entry in value.entries))
    numbers_only(arithmetic)
    if which == "2":
        return mp.svd_r(mp.matrix(value.rows), compute_uv=False)[0]
    lengths = [abs(entry) for entry in value.entries]
    return sum(lengths) if which == "1" else max(lengths)


def smooth(arithmetic, x, seed):
    """Return one of many smooth functions of no special form, for `f` of which no more is known."""
    a, b, c = ((seed * prime) % 17 + 3 for prime in (5, 7, 11))
    wave = arithmetic.function("sin", x * a / 7 + b)
    return wave + arithmetic.function("atan", x * c / 23) * b / 5 + x / c


def smooth_map(arithmetic, x, count, seed):
    """Return `count` smooth functions of all entries of a vector, as a column."""
    numbers_only(arithmetic)  # symbols could be mapped, but that takes seconds
    outputs = []
    for row in range(count):
        terms = [smooth(arithmetic, e, row + 3 * n) for n, e in enumerate(x.entries)]
        mixed = sum(terms, 0) + x.entries[0] * x.entries[-1]
        outputs.append(smooth(arithmetic, mixed / (4 + 3 * len(terms)), seed))
    return Array.column(outputs)
