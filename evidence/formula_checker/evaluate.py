"""Tree -> value, in an environment of sizes, symbols, definitions and indices."""

from dataclasses import dataclass, replace
from itertools import product as cartesian

from lark import Token
from mpmath import mp

from evidence.formula_checker.arithmetic import NotSymbolicError, smooth
from evidence.formula_checker.symbols import extent
from evidence.formula_checker.syntax import free_indices
from evidence.formula_checker.tex import TexError
from evidence.formula_checker.values import Array, ShapeError, add, multiply, negative

DEEPEST = 40
PLAIN = {"\\exp": "exp", "\\log": "log", "\\ln": "log", "\\sin": "sin", "\\cos": "cos"}
PLAIN |= {"\\sinh": "sinh", "\\cosh": "cosh", "\\tanh": "tanh", "\\arctan": "atan"}
PLAIN |= {"\\operatorname{sign}": "sign"}


@dataclass
class Definition:
    """``name(parameters)_places := body``."""

    name: str
    parameters: list
    places: list
    body: object


def definition(side, body, symbols):
    """Read the left side of ``:=``."""
    places = []
    if side.data == "item":
        side, subscript = side.children
        places = subscript.children
    parameters = []
    if side.data == "apply":
        name = str(side.children[0])
        parameters = side.children[1:]
        if any(p.data != "symbol" for p in parameters):
            raise TexError("the arguments in a definition are declared symbols")
        parameters = [str(p.children[0]) for p in parameters]
    elif side.data == "symbol":
        name = str(side.children[0])
    else:
        raise TexError("the left of := is a name, name(arguments) or name with subscripts")
    if any(p.data not in {"index", "number"} for p in places):
        raise TexError("the subscripts in a definition are indices or numbers")
    named = {str(p.children[0]) for p in places if p.data == "index"}
    loose = free_indices(body) - named
    if loose:
        raise TexError(f"the index {', '.join(sorted(loose))} is bound by nothing")
    if any(symbols.by_name[p].kind in {"function", "index"} for p in parameters):
        raise TexError("the arguments in a definition are numbers, vectors or matrices")
    return Definition(name, parameters, places, body)


@dataclass(frozen=True)
class Environment:
    """What every name stands for. `local` holds the arguments of the function being applied."""

    symbols: object
    definitions: dict
    arithmetic: object
    values: dict
    indices: dict
    local: dict
    memo: dict
    depth: int = 0

    def at(self, **indices):
        return replace(self, indices={**self.indices, **indices})

    def with_value(self, name, value):
        if name in self.local:
            return replace(self, local={**self.local, name: value})
        return replace(self, values={**self.values, name: value}, memo={})

    def inside(self, local, indices):
        if self.depth > DEEPEST:
            raise TexError("a definition leads back to itself")
        return replace(self, local=local, indices=indices, depth=self.depth + 1)

    def size(self, text):
        return int(extent(text, {**self.values, **self.local}))

    def range(self, index):
        return range(1, int(self.size(self.symbols.by_name[index].options["over"])) + 1)

    def lookup(self, name):
        if name in self.local:
            return self.local[name]
        if name in self.values:
            return self.values[name]
        if name not in self.definitions:
            raise TexError(f"{name} has neither a value nor a definition here")
        if name not in self.memo:
            self.memo[name] = self.inside({}, {}).unfold(name)
        return self.memo[name]

    def chosen(self, name, places):
        """Return the definition of `name` whose subscripts fit, and its indices' values."""
        for found in self.definitions[name]:
            if len(found.places) != len(places):
                raise ShapeError(f"{name} is defined with {len(found.places)} subscripts")
            literal = [p.children[0] for p in found.places]
            fits = all(
                p.type == "INDEX" or int(p) == place
                for p, place in zip(literal, places, strict=True)
            )
            if fits:
                pairs = zip(literal, places, strict=True)
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
        found = self.definitions[name][-1]
        if len(arguments) != len(found.parameters):
            if len(found.parameters) != 1:
                raise TexError(f"{name} takes {len(found.parameters)} arguments")
            arguments = [Array.column(arguments)]
        local = dict(zip(found.parameters, arguments, strict=True))
        for parameter, argument in zip(found.parameters, arguments, strict=True):
            symbol = self.symbols.by_name[parameter]
            vector = symbol.kind in {"vector", "distribution", "matrix", "distributions", "choices"}
            if vector != isinstance(argument, Array):
                raise ShapeError(f"{name} takes {symbol.tex}, a {symbol.words}")
            if vector:
                extents = (symbol.options["over"], symbol.options.get("of"))
                columns = len(argument.rows[0]) if symbol.kind.startswith(("m", "d")) else 0
                for over, count in zip(extents, (len(argument.rows), columns), strict=True):
                    if over and not over.isdigit() and count and symbol.kind != "choices":
                        local[over] = count
        return self.inside(local, {})

    def call(self, name, arguments):
        symbol = self.symbols.by_name.get(name)
        if symbol is not None and symbol.kind == "smooth":
            return self.smooth(name, arguments[0])
        if symbol is not None and symbol.kind == "map":
            return self.smooth_map(symbol, arguments[0])
        if name in self.local or name in self.definitions:
            scalar = all(
                self.symbols.by_name[p].kind in {"scalar", "integer"}
                for p in self.definitions[name][-1].parameters
            )
            if scalar and len(arguments) == 1 and isinstance(arguments[0], Array):
                return arguments[0].map(lambda entry: self.call(name, [entry]))
            return self.entered(name, arguments).unfold(name)
        return self.builtin(name, arguments)

    def smooth(self, name, x):
        seed = sum(map(ord, name)) + int(self.values[" seed"])
        return smooth(self.arithmetic, x, seed)

    def smooth_map(self, symbol, x):
        if self.arithmetic.symbolic:
            raise NotSymbolicError  # it could, but takes seconds
        columns = self.size(symbol.options["of"])
        outputs = []
        for row in range(columns):
            terms = [smooth(self.arithmetic, e, row + 3 * n) for n, e in enumerate(x.entries)]
            mixed = sum(terms, 0) + x.entries[0] * x.entries[-1]
            outputs.append(self.smooth(symbol.name, mixed / (4 + 3 * len(terms))))
        return Array.column(outputs)

    def builtin(self, name, arguments):
        first = arguments[0]
        if name in PLAIN:

            def each(x):
                return self.arithmetic.function(PLAIN[name], x)

            return first.map(each) if isinstance(first, Array) else each(first)
        if name == "\\sigma":

            def each(x):
                return self.arithmetic.divide(1, 1 + self.arithmetic.function("exp", -x))

            return first.map(each) if isinstance(first, Array) else each(first)
        if name in {"\\max", "\\min"}:
            if self.arithmetic.symbolic:
                raise NotSymbolicError
            numbers = [e for a in arguments for e in (a.entries if isinstance(a, Array) else [a])]
            return {"\\max": max, "\\min": min}[name](numbers)
        if name == "\\operatorname{diag}" and first.kind == "column":
            zero = first.entries[0] * 0
            rows = [
                [entry if r == c else zero for c in range(len(first.rows))]
                for r, entry in enumerate(first.entries)
            ]
            return Array(rows, "matrix")
        if name == "\\operatorname{tr}":
            return sum((first.rows[n][n] for n in range(len(first.rows))), 0)
        if name == "\\operatorname{rank}" and not self.arithmetic.symbolic:
            singular = mp.svd_r(mp.matrix(first.rows), compute_uv=False)
            return mp.mpf(sum(value > mp.mpf(10) ** (-mp.dps // 2) for value in singular))
        raise NotSymbolicError


def evaluate(node, env):
    return RULES[node.data](node.children, env)


def rule_number(children, env):
    return env.arithmetic.number(str(children[0]))


def rule_symbol(children, env):
    return env.lookup(str(children[0]))


def rule_index(children, env):
    name = str(children[0])
    if name not in env.indices:
        raise TexError(f"the index {name} is bound by nothing")
    return env.arithmetic.number(str(env.indices[name]))


def rule_neg(children, env):
    return negative(evaluate(children[0], env))


def rule_add(children, env):
    return add(*(evaluate(child, env) for child in children))


def rule_sub(children, env):
    return add(evaluate(children[0], env), negative(evaluate(children[1], env)))


def rule_mul(children, env):
    return multiply(*(evaluate(child, env) for child in children))


def rule_div(children, env):
    above, below = (evaluate(child, env) for child in children)
    if isinstance(below, Array):
        raise ShapeError("something is divided by an array")
    inverse = env.arithmetic.divide(1, below)
    return (
        multiply(above, inverse)
        if isinstance(above, Array)
        else env.arithmetic.divide(above, below)
    )


def rule_hadamard(children, env):
    left, right = (evaluate(child, env) for child in children)
    if not isinstance(left, Array):
        raise ShapeError("⊙ stands between two vectors or matrices")
    return left.zip(right, lambda a, b: a * b)


def rule_power(children, env):
    base, exponent = children
    above = evaluate(exponent, env)
    if base.data == "euler":
        return env.call("\\exp", [above])
    below = evaluate(base, env)
    if isinstance(below, Array) or isinstance(above, Array):
        raise ShapeError("a power of an array has no meaning here; write ⊙")
    return env.arithmetic.power(below, above)


def rule_transpose(children, env):
    value = evaluate(children[0], env)
    if not isinstance(value, Array):
        raise ShapeError("a number is transposed")
    return value.transposed()


def places_of(subscript, env):
    return tuple(int(place_of(child, env)) for child in subscript.children)


def place_of(place, env):
    match place.data:
        case "later" | "earlier":
            step = int(place.children[1])
            return int(place_of(place.children[0], env)) + (
                step if place.data == "later" else -step
            )
        case "chosen":
            name, subscript = place.children
            return env.lookup(str(name)).item(*places_of(subscript, env))
        case "infinity":
            raise TexError("∞ is no subscript here")
    return evaluate(place, env)


def rule_item(children, env):
    target, subscript = children
    if target.data == "norm":
        return norm(evaluate(target.children[0], env), subscript.children[0], env)
    places = places_of(subscript, env)
    if target.data == "euler":
        return unit(subscript, places, env)
    if target.data == "symbol":
        name = str(target.children[0])
        if name not in env.local and name not in env.values and name in env.definitions:
            if any(found.places for found in env.definitions[name]):
                return env.inside({}, {}).entry(name, places)
    if target.data == "apply":
        name = str(target.children[0])
        found = env.definitions.get(name)
        if (
            found
            and found[-1].places
            and not any(isinstance(c, Token) for c in target.children[1:])
        ):
            arguments = [evaluate(child, env) for child in target.children[1:]]
            return env.entered(name, arguments).entry(name, places)
    value = evaluate(target, env)
    if not isinstance(value, Array):
        raise ShapeError("a number has no entries")
    return value.item(*places)


def unit(subscript, places, env):
    place = subscript.children[0]
    while place.data in {"later", "earlier"}:
        place = place.children[0]
    name = str(place.children[0])
    symbol = env.symbols.by_name.get(name)
    if symbol is None or not symbol.options.get("over"):
        raise TexError("the unit vector e takes one declared index")
    over = symbol.options.get("of") or symbol.options["over"]
    zero, one = env.arithmetic.number("0"), env.arithmetic.number("1")
    return Array.column([one if n == places[0] else zero for n in range(1, env.size(over) + 1)])


def rule_euler(children, env):
    return env.arithmetic.e


def rule_pi(children, env):
    return env.arithmetic.pi


def rule_infinity(children, env):
    if env.arithmetic.symbolic:
        raise NotSymbolicError
    return mp.inf


def rule_delta(children, env):
    first, second = places_of(children[0], env)
    return env.arithmetic.number(str(int(first == second)))


def rule_indicator(children, env):
    return env.arithmetic.number(str(int(holds(children[0].children, env))))


def holds(tests, env):
    """Do all conditions hold? Each is a chain of comparisons."""
    for test in tests:
        sides = [evaluate(child, env) for child in test.children if not isinstance(child, Token)]
        relations = [str(child) for child in test.children if isinstance(child, Token)]
        links = zip(sides, relations, sides[1:], strict=False)
        if not all(env.arithmetic.compare(a, relation, b) for a, relation, b in links):
            return False
    return True


def rule_cases(children, env):
    values = [
        evaluate(row.children[0], env) for row in children if holds(row.children[1].children, env)
    ]
    if not values:
        raise TexError("no case applies")
    if len(values) > 1 and any(value != values[0] for value in values):
        raise TexError("two cases apply and differ")
    return values[0]


def rule_matrix(children, env):
    rows = [[evaluate(entry, env) for entry in line.children] for line in children]
    return Array(rows, "column" if len(rows[0]) == 1 else "matrix")


def rule_tuple(children, env):
    return Array.column([evaluate(child, env) for child in children])


def rule_sqrt(children, env):
    return env.arithmetic.function("sqrt", evaluate(children[0], env))


def rule_absolute(children, env):
    value = evaluate(children[0], env)
    if env.arithmetic.symbolic:
        raise NotSymbolicError
    return value.map(abs) if isinstance(value, Array) else abs(value)


def rule_norm(children, env):
    return norm(evaluate(children[0], env), None, env)


def norm(value, which, env):
    if not isinstance(value, Array):
        raise ShapeError("‖ ‖ takes a vector or a matrix; |x| is for numbers")
    kind = "2" if which is None else str(which.children[0]) if which.children else "oo"
    if kind == "2" and value.kind != "matrix":
        return env.arithmetic.function("sqrt", sum(entry**2 for entry in value.entries))
    if env.arithmetic.symbolic:
        raise NotSymbolicError
    if kind == "2":
        return mp.svd_r(mp.matrix(value.rows), compute_uv=False)[0]
    lengths = [abs(entry) for entry in value.entries]
    return sum(lengths) if kind == "1" else max(lengths)


def rule_inner(children, env):
    left, right = (evaluate(child, env) for child in children)
    return sum(left.zip(right, lambda a, b: a * b).entries)


def assignments(binder, env, upper=None):
    """Yield the environments that the line under a sum or a maximum runs through."""
    if binder.data == "restricted":
        name, relation, limit = binder.children
        name = str(name)
        if str(relation) == "=":
            low = int(evaluate(limit, env))
            high = int(upper) if upper is not None else env.range(name)[-1]
            yield from (env.at(**{name: k}) for k in range(low, high + 1))
            return
        for k in env.range(name):
            inner = env.at(**{name: k})
            if env.arithmetic.compare(k, str(relation), evaluate(limit, inner)):
                yield inner
        return
    names = [str(child) for child in binder.children]
    for places in cartesian(*(env.range(name) for name in names)):
        yield env.at(**dict(zip(names, places, strict=True)))


def over(children, env):
    binder, *upper, body = children
    upper = evaluate(upper[0], env) if upper else None
    if upper is not None and (binder.data != "restricted" or str(binder.children[1]) != "="):
        raise TexError("an upper end needs a lower one: \\sum_{k=1}^{K}")
    return [evaluate(body, inner) for inner in assignments(binder, env, upper)]


def rule_summation(children, env):
    values = over(children, env)
    if not values:
        return env.arithmetic.number("0")
    total = values[0]
    for value in values[1:]:
        total = add(total, value)
    return total


def rule_product_over(children, env):
    result = env.arithmetic.number("1")
    for value in over(children, env):
        result = multiply(result, value)
    return result


def rule_extremum(children, env):
    kind, binder, body = children
    if env.arithmetic.symbolic:
        raise NotSymbolicError
    values = over([binder, body], env)
    if not values:
        raise ValueError("an extremum over nothing")
    best = max(values) if "max" in kind else min(values)
    return mp.mpf(values.index(best) + 1) if "arg" in kind else best


def rule_limit(children, env):
    approach, body = children
    name, target, *side = approach.children
    direction = -1 if side and side[0] == "-" else 1

    def along(value):
        return evaluate(body, env.with_value(str(name), value))

    return env.arithmetic.limit(along, evaluate(target, env), direction)


def rule_apply(children, env):
    name, *rest = children
    primes = sum(isinstance(child, Token) for child in rest)
    rest = rest[primes:]
    orders = [child for child in rest if child.data == "order"]
    arguments = [evaluate(child, env) for child in rest if child.data != "order"]
    value = primed(str(name), primes, arguments, env)
    return env.arithmetic.power(value, order_of(orders)) if orders else value


def primed(name, primes, arguments, env):
    if not primes:
        return env.call(name, arguments)

    def slope(x):
        return env.arithmetic.derivative(lambda t: primed(name, primes - 1, [t], env), x)

    (argument,) = arguments
    return argument.map(slope) if isinstance(argument, Array) else slope(argument)


def rule_bare(children, env):
    name, *orders, argument = children
    value = env.call(str(name), [evaluate(argument, env)])
    return env.arithmetic.power(value, order_of(orders)) if orders else value


def order_of(orders):
    return int(orders[0].children[0]) if orders else 1


def rule_expectation(children, env):
    kind, drawn, *bodies = children
    weights = evaluate(drawn.children[-1], env)
    if len(drawn.children) == 2:
        name = str(drawn.children[0])
        each = [[evaluate(b, env.at(**{name: k})) for k in env.range(name)] for b in bodies]
    else:
        each = [evaluate(body, env).entries for body in bodies]
    if len(each) != (2 if "Cov" in kind else 1):
        raise TexError("an expectation and a variance take one argument, a covariance two")

    def mean(values):
        return sum((w * v for w, v in zip(weights.entries, values, strict=True)), 0)

    if "E" in kind:
        return mean(each[0])
    left, right = each[0], each[-1]
    centred = [(a - mean(left)) * (b - mean(right)) for a, b in zip(left, right, strict=True)]
    return mean(centred)


def rule_derivative(children, env):
    orders = [child for child in children if child.data == "order"]
    body = next(child for child in children if child.data not in {"order", "wrt"})
    variables = []
    for wrt in (child for child in children if child.data == "wrt"):
        variable, *order = wrt.children
        variables += [variable] * order_of(order)
    if order_of(orders) != len(variables):
        raise TexError("a derivative has another order above than below")
    return differentiate(lambda inner: evaluate(body, inner), variables, env)


def rule_nabla(children, env):
    variable, *orders, body = children
    variables = [variable] * order_of(orders)
    return differentiate(lambda inner: evaluate(body, inner), variables, env)


def differentiate(function, variables, env):
    """Differentiate `function`, of the environment, once for each variable."""
    if not variables:
        return function(env)
    variable, *rest = variables
    name, *subscript = variable.children
    name = str(name)
    place = places_of(subscript[0], env) if subscript else None
    value = env.lookup(name)

    def inner(changed):
        return differentiate(function, rest, env.with_value(name, changed))

    if not isinstance(value, Array):
        return env.arithmetic.derivative(inner, value)

    def partial(at):
        return env.arithmetic.derivative(lambda t: inner(value.with_item(at, t)), value.item(*at))

    if place is not None:
        return partial(place)
    if value.kind == "matrix":
        rows, columns = (range(1, n + 1) for n in value.shape[1:])
        return Array([[partial((r, c)) for c in columns] for r in rows], "matrix")
    slopes = [partial((n,)) for n in range(1, len(value.rows) + 1)]
    if not isinstance(slopes[0], Array):
        return Array.column(slopes)
    if slopes[0].kind != "column":
        raise ShapeError("only numbers and columns are differentiated by a vector")
    return Array([list(row) for row in zip(*(s.entries for s in slopes), strict=True)], "matrix")


RULES = {name[5:]: rule for name, rule in globals().items() if name.startswith("rule_")}
