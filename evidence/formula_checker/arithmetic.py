"""The two kinds of arithmetic: numbers of high precision, and symbols."""

import operator

import mpmath
import sympy
from mpmath import mp

from evidence.formula_checker.values import Array, add, multiply, negative

COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class NotSymbolicError(Exception):
    """The step needs numbers: a comparison, a limit, an arg max."""


def real(value):
    """Return a number, unless it is complex."""
    if isinstance(value, mpmath.mpc):
        raise ValueError("a root, a power or a logarithm of a negative number is not real")
    return value


class Numeric:
    """mpmath; derivatives are central differences at a raised precision."""

    symbolic = False
    pi = property(lambda self: +mp.pi)
    e = property(lambda self: +mp.e)

    def number(self, text):
        """Read a decimal number."""
        return mp.mpf(text) if "." in text else mp.mpf(int(text))

    def function(self, name, x):
        """Apply a function of mpmath by its name."""
        return real(getattr(mp, name)(x))

    def divide(self, a, b):
        """Return a / b."""
        if b == 0:
            raise ZeroDivisionError("division by zero")
        return a / b

    def power(self, a, b):
        """Return a to the power b."""
        return real(mp.mpf(a) ** b)

    def compare(self, a, relation, b):
        """Say whether ``a relation b`` is true."""
        return compare(a, relation, b)

    def derivative(self, function, at):
        """Return the slope of a function at a number."""
        digits = mp.dps
        with mp.workdps(int(1.5 * digits) + 10):
            step = mp.mpf(10) ** (-digits // 2 - 2)
            forward, backward = function(at + step), function(at - step)
            difference = multiply(1 / (2 * step), add(forward, negative(backward)))
        return difference

    def limit(self, function, target, side):
        """Follow the sequence; it must settle, or grow without bound."""
        with mp.workdps(3 * mp.dps):
            first, second, third = (function(point) for point in approaching(target, side))
            if not isinstance(third, Array):
                if third > second > first and third - second > 1:
                    return mp.inf
                if third < second < first and second - third > 1:
                    return -mp.inf
            early, late = size(add(second, negative(first))), size(add(third, negative(second)))
            if late > mp.mpf(10) ** -18 * (1 + size(third)) and late > early * mp.mpf(10) ** -6:
                raise ValueError("the sequence does not settle")
            return third


class Symbolic:
    """SymPy; only what needs no comparison of values."""

    symbolic = True
    pi, e = sympy.pi, sympy.E

    def number(self, text):
        """Read a decimal number as an exact fraction."""
        return sympy.Rational(text)

    def function(self, name, x):
        """Apply a function of SymPy by its name."""
        if name == "sign":
            raise NotSymbolicError
        return getattr(sympy, name)(x)

    def divide(self, a, b):
        """Return a / b."""
        return sympy.sympify(a) / b

    def power(self, a, b):
        """Return a to the power b."""
        return sympy.sympify(a) ** b

    def compare(self, a, relation, b):
        """Say whether ``a relation b`` is true, where both are numbers."""
        difference = sympy.sympify(a) - b
        if not difference.is_number:
            raise NotSymbolicError
        return compare(difference, relation, 0)

    def derivative(self, function, at):
        """Return the slope of a function at a number or an expression."""
        place = sympy.Dummy(real=True)
        value = function(place)

        def slope(expression):
            return sympy.diff(expression, place).subs(place, at)

        return value.map(slope) if isinstance(value, Array) else slope(sympy.sympify(value))

    def limit(self, function, target, side):
        """Refuse: a limit is followed in numbers."""
        raise NotSymbolicError


def approaching(target, side):
    """Return three points, each a million million times nearer to the target of a limit."""
    steps = [mp.mpf(10) ** n for n in (12, 24, 36)]
    if mp.isinf(target):
        return [step * mp.sign(target) for step in steps]
    return [target + side / step for step in steps]


def size(value):
    """Return the largest absolute value of a number or of the entries of an array."""
    entries = value.entries if isinstance(value, Array) else [value]
    return max(abs(entry) for entry in entries)


def compare(a, relation, b):
    """Say whether ``a relation b`` is true of two numbers."""
    if relation not in COMPARISONS:
        raise ValueError(f"{relation} is no comparison of two numbers")
    return COMPARISONS[relation](a, b)
