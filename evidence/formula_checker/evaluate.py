"""Tree -> value, in an environment of sizes, symbols, definitions and indices."""

import functools
from dataclasses import dataclass, field, replace
from itertools import product as cartesian

from lark import Token
from lark.visitors import Interpreter
from mpmath import mp

from evidence.formula_checker import functions
from evidence.formula_checker.symbols import COLUMNS, MATRICES, extent
from evidence.formula_checker.tex import TexError
from evidence.formula_checker.values import Array, ShapeError, add, multiply, negative

DEEPEST = 40  # calls within calls, more than any true definition needs
ARRAYS = COLUMNS | MATRICES


@dataclass(frozen=True)
class Environment:
    """What every name stands for.

    `values` and `indices` map names to numbers and arrays, `local` holds the arguments of the
    function being applied, `memo` the entries of defined names that are computed already. The
    methods that change something return a new environment.
    """

    symbols: object
    definitions: dict
    arithmetic: object
    values: dict
    indices: dict = field(default_factory=dict)
    local: dict = field(default_factory=dict)
    memo: dict = field(default_factory=dict)
    depth: int = 0

    def at(self, **indices):
        """Return the environment in which these indices have these values."""
        return replace(self, indices={**self.indices, **indices})

    def with_value(self, name, value):
        """Return the environment in which a symbol has another value."""
        if name in self.local:
            return replace(self, local={**self.local, name: value})
        return replace(self, values={**self.values, name: value}, memo={})

    def inside(self, local, indices):
        """Return the environment in which the body of a definition is evaluated."""
        if self.depth > DEEPEST:
            raise TexError("a definition leads back to itself")
        return replace(self, local=local, indices=indices, depth=self.depth + 1)

    def size(self, text):
        """Return the number of entries that ``K`` or ``3`` means."""
        return int(extent(text, {**self.values, **self.local}))

    def range(self, index):
        """Return the values that an index runs through; the first is 1."""
        return range(1, int(self.size(self.symbols.by_name[index].options["over"])) + 1)

    def lookup(self, name):
        """Return the value of a symbol, drawn or defined."""
        if name in self.local:
            return self.local[name]
        if name in self.values:
            return self.values[name]
        if name not in self.definitions:
            raise TexError(f"{name} has neither a value nor a definition here")
        if name not in self.memo:
            self.memo[name] = self.inside({}, {}).unfold(name)
        return self.memo[name]

    def defined_by_entries(self, name):
        """Say whether a name has no value of its own, but definitions with subscripts."""
        if name in self.local or name in self.values:
            return False
        return any(found.places for found in self.definitions.get(name, []))

    def chosen(self, name, places):
        """Return the definition of `name` whose subscripts fit, and the values of its indices."""
        for found in self.definitions[name]:
            if len(found.places) != len(places):
                raise ShapeError(f"{name} is defined with {len(found.places)} subscripts")
            pairs = [(p.children[0], place) for p, place in zip(found.places, places, strict=True)]
            if all(p.type == "INDEX" or int(p) == place for p, place in pairs):
                return found, {str(p): place for p, place in pairs if p.type == "INDEX"}
        raise TexError(f"{name} is not defined at {places}")

    def entry(self, name, places):
        """Return one entry of a defined vector or matrix, without computing the others."""
        key = (name, places)
        if self.local or key not in self.memo:
            found, indices = self.chosen(name, places)
            value = evaluate(found.body, self.inside(self.local, indices))
            if self.local:
                return value
            self.memo[key] = value
        return self.memo[key]

    def unfold(self, name):
        """Return the whole value of a defined name."""
        found = self.definitions[name][-1]
        names = [str(p.children[0]) for p in found.places]
        if not names:
            return evaluate(found.body, self)
        ranges = [self.range(n) for n in names]
        if len(names) == 1:
            return Array.column([self.entry(name, (i,)) for i in ranges[0]])
        rows = [[self.entry(name, (i, j)) for j in ranges[1]] for i in ranges[0]]
        return Array(rows, "matrix")

    def entered(self, name, arguments):
        """Return the environment inside the defined function `name`."""
        parameters = self.definitions[name][-1].parameters
        if len(arguments) != len(parameters):
            if len(parameters) != 1:
                raise TexError(f"{name} takes {len(parameters)} arguments")
            arguments = [Array.column(arguments)]
        local = dict(zip(parameters, arguments, strict=True))
        for parameter, argument in zip(parameters, arguments, strict=True):
            symbol = self.symbols.by_name[parameter]
            if (symbol.kind in ARRAYS) != isinstance(argument, Array):
                raise ShapeError(f"{name} takes {symbol.tex}, a {symbol.words}")
            local |= sizes_of(symbol, argument)
        return self.inside(local, {})

    def call(self, name, arguments):
        """Return the value of a function at its arguments."""
        symbol = self.symbols.by_name.get(name)
        kind = None if symbol is None else symbol.kind
        if kind == "smooth":
            return functions.smooth(self.arithmetic, arguments[0], self.seed(name))
        if kind == "map":
            count = self.size(symbol.options["of"])
            return functions.smooth_map(self.arithmetic, arguments[0], count, self.seed(name))
        if name in self.definitions:
            return self.call_defined(name, arguments)
        return functions.builtin(self.arithmetic, name, arguments)

    def call_defined(self, name, arguments):
        """Call a function of the page; one of numbers is applied to every entry of an array."""
        kinds = {self.symbols.by_name[p].kind for p in self.definitions[name][-1].parameters}
        if kinds <= {"scalar", "integer"} and len(arguments) == 1:
            (argument,) = arguments
            return functions.each(lambda x: self.entered(name, [x]).unfold(name), argument)
        return self.entered(name, arguments).unfold(name)

    def seed(self, name):
        """Return the number that makes a smooth function of this name another at every point."""
        return sum(map(ord, name)) + int(self.values[" seed"])


def sizes_of(symbol, argument):
    """Return the sizes that an argument gives to a parameter: K = 3 for a vector over K."""
    if symbol.kind not in ARRAYS or symbol.kind == "choices":
        return {}
    extents = [symbol.options["over"], symbol.options.get("of")]
    counts = [len(argument.rows), len(argument.rows[0])]
    return {
        over: count
        for over, count in zip(extents, counts, strict=True)
        if over and not over.isdigit()
    }


def evaluate(node, env):
    """Return the value of a tree: a number, or an `Array`."""
    return Evaluator(env).visit(node)


def holds(tests, env):
    """Do all conditions hold? Each is a chain of comparisons."""
    for test in tests:
        sides = [evaluate(child, env) for child in test.children if not isinstance(child, Token)]
        relations = [str(child) for child in test.children if isinstance(child, Token)]
        links = zip(sides, relations, sides[1:], strict=False)
        if not all(env.arithmetic.compare(a, relation, b) for a, relation, b in links):
            return False
    return True


def places_of(subscript, env):
    """Return the places that a subscript names, counted from 1."""
    return tuple(int(Places(env).visit(child)) for child in subscript.children)


class Evaluator(Interpreter):
    """Computes the value of a tree.

    A method has the name of its rule in the grammar, takes a tree of that rule and returns its
    value; its docstring shows what the rule reads.
    """

    def __init__(self, env):
        self.env = env

    def __default__(self, tree):
        # Without this, lark would visit the children of an unknown rule and return a list.
        raise NotImplementedError(f"no method for the rule {tree.data}")

    # Names and numbers.

    def number(self, tree):
        """``2``"""
        (digits,) = tree.children
        return self.env.arithmetic.number(str(digits))

    def symbol(self, tree):
        """``x``"""
        (name,) = tree.children
        return self.env.lookup(str(name))

    def index(self, tree):
        """``i`` as a number"""
        (name,) = tree.children
        if name not in self.env.indices:
            raise TexError(f"the index {name} is bound by nothing")
        return self.env.arithmetic.number(str(self.env.indices[name]))

    def euler(self, tree):
        """``e``"""
        return self.env.arithmetic.e

    def pi(self, tree):
        r"""``\pi``"""
        return self.env.arithmetic.pi

    def infinity(self, tree):
        r"""``\infty``"""
        functions.numbers_only(self.env.arithmetic)
        return mp.inf

    # Arithmetic.

    def neg(self, tree):
        """``-x``"""
        return negative(self.visit(tree.children[0]))

    def add(self, tree):
        """``x + y``"""
        return add(*self.visit_children(tree))

    def sub(self, tree):
        """``x - y``"""
        left, right = self.visit_children(tree)
        return add(left, negative(right))

    def mul(self, tree):
        """``x y``"""
        return multiply(*self.visit_children(tree))

    def div(self, tree):
        """``x / y``"""
        above, below = self.visit_children(tree)
        if isinstance(below, Array):
            raise ShapeError("something is divided by an array")
        if isinstance(above, Array):
            return multiply(above, self.env.arithmetic.divide(1, below))
        return self.env.arithmetic.divide(above, below)

    def hadamard(self, tree):
        r"""``x \odot y``"""
        left, right = self.visit_children(tree)
        if not isinstance(left, Array):
            raise ShapeError("⊙ stands between two vectors or matrices")
        return left.zip(right, lambda a, b: a * b)

    def power(self, tree):
        """``x^y``; ``e^y`` also of arrays, entry by entry"""
        base, exponent = tree.children
        above = self.visit(exponent)
        if base.data == "euler":
            return self.env.call("\\exp", [above])
        below = self.visit(base)
        if isinstance(below, Array) or isinstance(above, Array):
            raise ShapeError("a power of an array has no meaning here; write ⊙")
        return self.env.arithmetic.power(below, above)

    def sqrt(self, tree):
        r"""``\sqrt{x}``"""
        (body,) = tree.children
        return self.env.arithmetic.function("sqrt", self.visit(body))

    def absolute(self, tree):
        """``|x|``, of arrays entry by entry"""
        (body,) = tree.children
        value = self.visit(body)
        functions.numbers_only(self.env.arithmetic)
        return functions.each(abs, value)

    # Vectors and matrices.

    def transpose(self, tree):
        r"""``x^\mathsf{T}``"""
        (body,) = tree.children
        value = self.visit(body)
        if not isinstance(value, Array):
            raise ShapeError("a number is transposed")
        return value.transposed()

    def tuple(self, tree):
        """``(x, y)``: a column"""
        return Array.column(self.visit_children(tree))

    def matrix(self, tree):
        r"""``\begin{pmatrix} x & y \\ z & w \end{pmatrix}``"""
        rows = [[self.visit(entry) for entry in line.children] for line in tree.children]
        return Array(rows, "column" if len(rows[0]) == 1 else "matrix")

    def inner(self, tree):
        r"""``\langle x, y \rangle``"""
        left, right = self.visit_children(tree)
        return sum(left.zip(right, lambda a, b: a * b).entries)

    def norm(self, tree):
        """``‖x‖``"""
        return functions.norm(self.env.arithmetic, self.visit(tree.children[0]))

    def item(self, tree):
        """``x_i``, the unit vector ``e_i``, or the norm ``‖x‖_1``"""
        target, subscript = tree.children
        if target.data == "norm":
            (which,) = subscript.children
            which = "oo" if which.data == "infinity" else str(which.children[0])
            return functions.norm(self.env.arithmetic, self.visit(target.children[0]), which)
        places = places_of(subscript, self.env)
        if target.data == "euler":
            return self.unit(subscript, places)
        env = self.env_of_entries(target)
        if env is not None:
            return env.entry(str(target.children[0]), places)
        value = self.visit(target)
        if not isinstance(value, Array):
            raise ShapeError("a number has no entries")
        return value.item(*places)

    def env_of_entries(self, target):
        """Return the environment in which one entry of `target` can be computed alone, or None."""
        if target.data not in {"symbol", "apply"}:
            return None
        name, *arguments = target.children
        if not self.env.defined_by_entries(str(name)):
            return None
        if target.data == "symbol":
            return self.env.inside({}, {})
        if any(isinstance(child, Token) or child.data == "order" for child in arguments):
            return None  # an entry of a derivative or of a power
        return self.env.entered(str(name), [self.visit(child) for child in arguments])

    def unit(self, subscript, places):
        """Return the unit vector ``e_i``; the index says how long it is."""
        place = subscript.children[0]
        while place.data in {"later", "earlier"}:
            place = place.children[0]
        symbol = self.env.symbols.by_name.get(str(place.children[0]))
        if symbol is None or not symbol.options.get("over"):
            raise TexError("the unit vector e takes one declared index")
        count = self.env.size(symbol.options.get("of") or symbol.options["over"])
        zero, one = self.env.arithmetic.number("0"), self.env.arithmetic.number("1")
        return Array.column([one if n == places[0] else zero for n in range(1, count + 1)])

    # Conditions.

    def delta(self, tree):
        r"""``\delta_{ij}``"""
        (subscript,) = tree.children
        first, second = places_of(subscript, self.env)
        return self.env.arithmetic.number(str(int(first == second)))

    def indicator(self, tree):
        r"""``\mathbb{1}[x > 0]``"""
        (conditions,) = tree.children
        return self.env.arithmetic.number(str(int(holds(conditions.children, self.env))))

    def cases(self, tree):
        r"""``\begin{cases} x, & x > 0 \\ 0, & x \le 0 \end{cases}``"""
        rows = [row.children for row in tree.children]
        values = [self.visit(value) for value, when in rows if holds(when.children, self.env)]
        if not values:
            raise TexError("no case applies")
        if len(values) > 1 and any(value != values[0] for value in values):
            raise TexError("two cases apply and differ")
        return values[0]

    # What runs over an index, or towards a limit.

    def summation(self, tree):
        r"""``\sum_k x_k``"""
        values = self.over(*tree.children)
        return functools.reduce(add, values) if values else self.env.arithmetic.number("0")

    def product_over(self, tree):
        r"""``\prod_k x_k``"""
        return functools.reduce(
            multiply, self.over(*tree.children), self.env.arithmetic.number("1")
        )

    def extremum(self, tree):
        r"""``\max_k x_k``, or the place of the maximum"""
        kind, binder, body = tree.children
        functions.numbers_only(self.env.arithmetic)
        values = self.over(binder, body)
        if not values:
            raise ValueError("an extremum over nothing")
        best = max(values) if "max" in kind else min(values)
        return mp.mpf(values.index(best) + 1) if "arg" in kind else best

    def over(self, binder, *rest):
        """Return the values of a body for all values of the bound indices."""
        *upper, body = rest
        upper = self.visit(upper[0]) if upper else None
        if upper is not None and (binder.data != "restricted" or str(binder.children[1]) != "="):
            raise TexError("an upper end needs a lower one: \\sum_{k=1}^{K}")
        return [evaluate(body, inner) for inner in self.assignments(binder, upper)]

    def assignments(self, binder, upper):
        """Yield the environments that the line under a sum or a maximum runs through."""
        if binder.data == "restricted":
            yield from self.restricted(*binder.children, upper)
            return
        names = [str(child) for child in binder.children]
        for places in cartesian(*(self.env.range(name) for name in names)):
            yield self.env.at(**dict(zip(names, places, strict=True)))

    def restricted(self, name, relation, limit, upper):
        r"""Yield the environments for ``k = 1``, also with an upper end, and for ``k \ne i``."""
        name, relation = str(name), str(relation)
        if relation == "=":
            low = int(self.visit(limit))
            high = int(upper) if upper is not None else self.env.range(name)[-1]
            yield from (self.env.at(**{name: k}) for k in range(low, high + 1))
            return
        for k in self.env.range(name):
            inner = self.env.at(**{name: k})
            if self.env.arithmetic.compare(k, relation, evaluate(limit, inner)):
                yield inner

    def limit(self, tree):
        r"""``\lim_{a \to 0^+} f(a)``"""
        approach, body = tree.children
        name, target, *side = approach.children
        direction = -1 if side and side[0] == "-" else 1

        def along(value):
            return evaluate(body, self.env.with_value(str(name), value))

        return self.env.arithmetic.limit(along, self.visit(target), direction)

    def expectation(self, tree):
        r"""``\mathbb{E}_{i \sim p}[x_i]`` or ``\mathbb{E}_p[x]``; variance, covariance"""
        kind, drawn, *bodies = tree.children
        weights = self.visit(drawn.children[-1])
        each = [self.outcomes(drawn, body) for body in bodies]
        if len(each) != (2 if "Cov" in kind else 1):
            raise TexError("an expectation and a variance take one argument, a covariance two")

        def mean(values):
            return sum((w * v for w, v in zip(weights.entries, values, strict=True)), 0)

        if "E" in kind:
            return mean(each[0])
        left, right = each[0], each[-1]
        centred = [(a - mean(left)) * (b - mean(right)) for a, b in zip(left, right, strict=True)]
        return mean(centred)

    def outcomes(self, drawn, body):
        """Return the values that a random quantity can take."""
        if len(drawn.children) == 1:
            return self.visit(body).entries
        name = str(drawn.children[0])
        return [evaluate(body, self.env.at(**{name: k})) for k in self.env.range(name)]

    # Functions and derivatives.

    def apply(self, tree):
        """``f(x)``, ``f'(x)``, ``f^2(x)``"""
        name, *rest = tree.children
        primes = sum(isinstance(child, Token) for child in rest)
        rest = rest[primes:]
        orders = [child for child in rest if child.data == "order"]
        arguments = [self.visit(child) for child in rest if child.data != "order"]
        return self.to_the_power(orders, self.primed(str(name), primes, arguments))

    def bare(self, tree):
        r"""``\log x``, ``\log^2 x``"""
        name, *rest = tree.children
        *orders, argument = rest
        return self.to_the_power(orders, self.env.call(str(name), [self.visit(argument)]))

    def to_the_power(self, orders, value):
        r"""Raise to the power that stands at the name: ``\log^2 x``."""
        return self.env.arithmetic.power(value, order_of(orders)) if orders else value

    def primed(self, name, primes, arguments):
        """Call a function, or one of its derivatives."""
        if not primes:
            return self.env.call(name, arguments)

        def slope(x):
            inner = functools.partial(self.primed, name, primes - 1)
            return self.env.arithmetic.derivative(lambda t: inner([t]), x)

        (argument,) = arguments
        return functions.each(slope, argument)

    def derivative(self, tree):
        r"""``\frac{\partial f}{\partial x_i}`` of any order"""
        orders = [part for part in tree.children if part.data == "order"]
        wrts = [part.children for part in tree.children if part.data == "wrt"]
        variables = [variable for variable, *order in wrts for _ in range(order_of(order))]
        if order_of(orders) != len(variables):
            raise TexError("a derivative has another order above than below")
        (body,) = (part for part in tree.children if part.data not in {"order", "wrt"})
        return differentiate(body, variables, self.env)

    def nabla(self, tree):
        r"""``\nabla_x f``: the gradient, or with a 2 the matrix of second derivatives"""
        variable, *rest = tree.children
        *orders, body = rest
        return differentiate(body, [variable] * order_of(orders), self.env)


class Places(Evaluator):
    """Computes the place that a subscript names."""

    def later(self, tree):
        """``i + 1``"""
        place, step = tree.children
        return int(self.visit(place)) + int(step)

    def earlier(self, tree):
        """``i - 1``"""
        place, step = tree.children
        return int(self.visit(place)) - int(step)

    def chosen(self, tree):
        """``t_n`` as a subscript"""
        name, subscript = tree.children
        return self.env.lookup(str(name)).item(*places_of(subscript, self.env))

    def infinity(self, tree):
        """``∞`` is the name of a norm only."""
        raise TexError("∞ is no subscript here")


def order_of(orders):
    """Return the number in ``^{2}``, or 1 where there is none."""
    return int(orders[0].children[0]) if orders else 1


def differentiate(body, variables, env):
    """Return the derivative of `body` by each of `variables` in turn.

    By a number it has the shape of the body. By a column it is the column of the derivatives of a
    number, or the matrix of those of a column: a row to an entry of the body.
    """
    if not variables:
        return evaluate(body, env)
    variable, *rest = variables
    name, *subscript = variable.children
    name, value = str(name), env.lookup(str(name))

    def inner(changed):
        return differentiate(body, rest, env.with_value(name, changed))

    if not isinstance(value, Array):
        return env.arithmetic.derivative(inner, value)

    def partial(at):
        return env.arithmetic.derivative(lambda t: inner(value.with_item(at, t)), value.item(*at))

    if subscript:
        return partial(places_of(subscript[0], env))
    if value.kind == "matrix":
        rows, columns = (range(1, n + 1) for n in value.shape[1:])
        return Array([[partial((r, c)) for c in columns] for r in rows], "matrix")
    return side_by_side([partial((n,)) for n in range(1, len(value.rows) + 1)])


def side_by_side(slopes):
    """Make a column of numbers, or a matrix of columns."""
    if not isinstance(slopes[0], Array):
        return Array.column(slopes)
    if slopes[0].kind != "column":
        raise ShapeError("only numbers and columns are differentiated by a vector")
    return Array([list(row) for row in zip(*(s.entries for s in slopes), strict=True)], "matrix")
