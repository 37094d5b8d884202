"""Let SymPy prove an equation, where that is cheap."""

from itertools import count

import sympy

from evidence.formula_checker.arithmetic import NotSymbolicError, Symbolic
from evidence.formula_checker.compare import pairs_of
from evidence.formula_checker.evaluate import Environment
from evidence.formula_checker.functions import each
from evidence.formula_checker.values import Array

KNOWN = {"size", "integer", "place", "choices", "ones", "identity"}  # stay whole numbers
MOST_OPERATIONS = 400  # in an expression that is simplified; longer ones take seconds


def symbolic(env):
    """Return the environment with symbols of SymPy in the place of the drawn numbers."""
    values = {
        name: in_symbols(name, value, env.symbols.by_name.get(name))
        for name, value in env.values.items()
    }
    return Environment(env.symbols, env.definitions, Symbolic(), values)


def in_symbols(name, value, symbol):
    """Put symbols in the place of a number or of the entries of an array.

    A real number becomes the logarithm of a positive symbol, which SymPy simplifies better; the
    last probability of a distribution is 1 minus the others.
    """
    if symbol is None or symbol.kind in KNOWN:
        return each(lambda entry: sympy.Integer(int(entry)), value)
    numbers = count()
    value = each(lambda _: sympy.Symbol(f"{name}{next(numbers)}", positive=True), value)
    if symbol.kind == "distribution":
        return Array.column(summing_to_one(value.entries))
    if symbol.kind == "distributions":
        return Array([summing_to_one(row) for row in value.rows], "matrix")
    if symbol.options.get("domain") in {None, "real"}:
        return each(sympy.log, value)
    return value


def summing_to_one(entries):
    """Return the entries with the last one such that their sum is 1."""
    *most, _ = entries
    return [*most, 1 - sum(most)]


def vanishes(left, right):
    """Say whether SymPy finds two values equal, entry by entry."""
    return all(is_zero(sympy.sympify(a) - b) for a, b in pairs_of(left, right))


def is_zero(expression):
    """Say whether SymPy reduces an expression to 0."""
    if expression == 0:
        return True
    if expression.count_ops() > MOST_OPERATIONS:
        raise NotSymbolicError
    numerator, _ = sympy.fraction(sympy.together(expression))
    if sympy.expand(numerator) == 0:
        return True
    return sympy.expand(sympy.expand_log(sympy.powsimp(sympy.expand(numerator)), force=True)) == 0
