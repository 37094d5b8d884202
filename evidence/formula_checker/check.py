"""Is every link of a chain true at random points, for several sizes? And which are proved?"""

import random
from dataclasses import dataclass, field
from itertools import product as cartesian

import sympy
from lark import Token
from mpmath import mp

from evidence.formula_checker.arithmetic import NotSymbolicError, Numeric, Symbolic
from evidence.formula_checker.evaluate import Environment, evaluate, holds
from evidence.formula_checker.symbols import STYLES, Draw
from evidence.formula_checker.syntax import free_indices
from evidence.formula_checker.tex import TexError
from evidence.formula_checker.values import Array, ShapeError

DIGITS, DIGITS_OF_EXTREMES = 40, 90
TOLERANCE = mp.mpf(10) ** -30  # ten digits above what derivatives lose
SHARP = mp.mpf(10) ** -3  # an inequality must come this close to equality somewhere
MOST_INDICES = 30
SIGNS = {"=": "=", "<=": "≤", ">=": "≥", "<": "<", ">": ">", "!=": "≠", "~": "≈", "psd": "⪰"}
SIGNS |= {"in": "∈", ":=": ":="}
CANNOT = (TexError, ShapeError, ZeroDivisionError, ValueError, TypeError, AttributeError)


class RefusedError(Exception):
    """A link is false, or cannot be evaluated; says where and at which point."""

    def __init__(self, link, reason, point=None):
        super().__init__(reason)
        self.link, self.reason, self.point = link, reason, point

    def __str__(self):
        return f"link {self.link}: {self.reason}" if self.link else self.reason


@dataclass
class Point:
    """A counterexample."""

    sizes: dict
    indices: dict
    values: dict
    left: str
    right: str

    def __str__(self):
        named = [f"{name} = {value}" for name, value in {**self.sizes, **self.indices}.items()]
        named += [f"{name} = {value}" for name, value in self.values.items()]
        where = ", ".join(named)
        return (f"at {where}: " if where else "") + f"left {self.left}, right {self.right}"


@dataclass
class Link:
    """What is known of one relation."""

    text: str
    relation: str
    points: int = 0
    deviation: object = field(default_factory=lambda: mp.mpf(0))
    gap: object = mp.inf
    proved: bool = False


def show(value):
    if isinstance(value, Array):
        rows = ["(" + ", ".join(mp.nstr(e, 4) for e in row) + ")" for row in value.rows]
        if value.kind == "column":
            return "(" + ", ".join(mp.nstr(e, 4) for e in value.entries) + ")"
        return "(" + ", ".join(rows) + ")"
    return mp.nstr(mp.mpf(value), 8)


def names_in(node, symbols, definitions, seen=None):
    """Return every symbol on which the value of a tree rests, through the definitions."""
    seen = set() if seen is None else seen
    if isinstance(node, Token):
        if node.type in {"SYMBOL", "FUNC", "INDEX"} and str(node) not in seen:
            seen.add(str(node))
            for found in definitions.get(str(node), []):
                names_in(found.body, symbols, definitions, seen)
            symbol = symbols.by_name.get(str(node))
            for key in ("over", "of"):
                if symbol is not None and symbol.options.get(key):
                    seen.add(symbol.options[key])
        return seen
    for child in node.children:
        names_in(child, symbols, definitions, seen)
    return seen


def combinations(sizes):
    """Return the sizes to try: each alone over its range, several so that they differ."""
    if not sizes:
        return [{}]
    ranges = {s.name: range(int(s.options["low"]), int(s.options["high"]) + 1) for s in sizes}
    order = [2, 1, 3, 4, 5]
    tried = []
    for step, first in enumerate(order):
        chosen = {}
        for position, (name, allowed) in enumerate(ranges.items()):
            wanted = first if position == 0 else order[(step + 2 * position) % len(order)]
            chosen[name] = min(max(wanted, allowed[0]), allowed[-1])
        if chosen not in tried:
            tried.append(chosen)
    return tried


def trials(sizes, unequal):
    """Yield (sizes, style): every size plain; the extremes where an inequality needs them."""
    found = combinations(sizes)
    again = found * (6 // len(found) - 1)
    yield from ((chosen, "plain") for chosen in [*found, *again])
    widest = [chosen for chosen in found if min(chosen.values(), default=2) > 1]
    yield from ((chosen, "wide") for chosen in widest[:1])
    if unequal:
        chosen = (widest * 4)[: max(2, 4 - len(sizes) * 2)]
        yield from ((each, style) for style in STYLES[1:] for each in chosen)


def environment(symbols, definitions, used, sizes, style, seed):
    draw = Draw(seed, style)
    values = {name: mp.mpf(count) for name, count in sizes.items()} | {" seed": seed % 1000}
    for name, symbol in symbols.by_name.items():
        if name in used and name not in definitions and name not in values:
            value = draw.value(symbol, sizes)
            if value is not None:
                values[name] = value
    return Environment(symbols, definitions, Numeric(), values, {}, {}, {})


def symbolic(env):
    r"""Put symbols in place of the drawn numbers; a real number is the log of a positive one."""
    values = {}
    for name, value in env.values.items():
        kind = getattr(env.symbols.by_name.get(name), "kind", "size")
        positive = (env.symbols.by_name[name].options.get("domain") if kind != "size" else "") or ""
        if kind in {"size", "integer", "place", "choices"}:

            def whole(entry):
                return sympy.Integer(int(entry))

            values[name] = value.map(whole) if isinstance(value, Array) else whole(value)
        elif kind in {"ones", "identity"}:
            values[name] = value.map(lambda entry: sympy.Integer(int(entry)))
        else:
            count = iter(range(10**6))
            real = positive in {"", "real"} and not kind.startswith("distribution")

            def symbol(_, name=name, count=count, real=real):
                made = sympy.Symbol(f"{name}{next(count)}", positive=True)
                return sympy.log(made) if real else made

            value = value.map(symbol) if isinstance(value, Array) else symbol(value)
            if kind == "distribution":
                *most, _ = value.entries
                value = Array.column([*most, 1 - sum(most)])
            elif kind == "distributions":
                value = Array([[*row[:-1], 1 - sum(row[:-1])] for row in value.rows], "matrix")
            values[name] = value
    return Environment(env.symbols, env.definitions, Symbolic(), values, {}, {}, {})


def index_choices(names, env, seed):
    """Return assignments of the free indices, all or enough to meet every pattern of equality."""
    names = sorted(names)
    ranges = [env.range(name) for name in names]
    every = list(cartesian(*ranges))
    if len(every) > MOST_INDICES:
        near = [places for places in every if max(places) <= 2]
        every = near + random.Random(seed).sample(every, max(0, MOST_INDICES - len(near)))
    return [dict(zip(names, places, strict=True)) for places in every]


def is_number(value):
    return not isinstance(value, Array)


def distance(left, right):
    """Return |left − right| relative to the larger, or to one where both are small."""
    if is_number(left) != is_number(right) and right != 0:
        raise ShapeError(f"the sides differ in shape: {show(left)} and {show(right)}")
    if not is_number(left):
        return max(distance(a, b) for a, b in pairs_of(left, right))
    if left == right:
        return mp.mpf(0)
    return abs(left - right) / max(1, abs(left), abs(right))


def last_digit(node):
    """Return the unit of the last digit of a displayed decimal number."""
    match node.data:
        case "number":
            digits = str(node.children[0])
            return mp.mpf(10) ** -(len(digits.split(".")[1]) if "." in digits else 0)
        case "neg":
            return last_digit(node.children[0])
        case "mul" if node.children[1].data == "power":
            base, exponent = node.children[1].children
            sign = -1 if exponent.data == "neg" else 1
            exponent = exponent.children[0] if sign < 0 else exponent
            if base.data == exponent.data == "number":
                power = mp.mpf(str(base.children[0])) ** (sign * int(exponent.children[0]))
                return last_digit(node.children[0]) * power
    raise TexError("≈ needs a decimal number on its right")


def pairs_of(left, right):
    if is_number(left) and is_number(right):
        return [(left, right)]
    if is_number(left) or is_number(right):
        lone, many = (left, right) if is_number(left) else (right, left)
        if lone != 0:
            raise ShapeError("a vector is compared with a number other than 0")
        return [(left, e) if is_number(left) else (e, right) for e in many.entries]
    return left.zip(right, lambda a, b: (a, b)).entries


def smallest_eigenvalue(matrix):
    if is_number(matrix) or matrix.kind != "matrix" or len(matrix.rows) != len(matrix.rows[0]):
        raise ShapeError("⪰ 0 is said of a square matrix")
    largest = max(1, max(abs(entry) for entry in matrix.entries))
    if distance(matrix, matrix.transposed()) > TOLERANCE:
        raise ShapeError("⪰ 0 is said of a symmetric matrix")
    return min(mp.eigsy(mp.matrix(matrix.rows), eigvals_only=True)) / largest


def test(link, left, right, right_node, style, small):
    """Compare two values; return whether the relation holds and note how closely."""
    relation = link.relation
    if relation == "=":
        deviation = distance(left, right)
        link.deviation = max(link.deviation, deviation)
        return deviation <= TOLERANCE
    if relation == "~":
        unit = last_digit(right_node)
        return abs(left - right) <= unit / 2 * (1 + mp.mpf(10) ** -9)
    if relation == "!=":
        return distance(left, right) > TOLERANCE
    if relation == "psd":
        if not is_number(right) or right != 0:
            raise ShapeError("⪰ stands before 0 only")
        least = smallest_eigenvalue(left)
        if style == "plain" and not small:
            link.gap = min(link.gap, abs(least))
        return least >= -TOLERANCE
    if relation in {">", ">="}:
        left, right = right, left
    gaps = [b - a for a, b in pairs_of(left, right)]
    if not small:
        link.gap = min(link.gap, *gaps)
    if relation in {"<", ">"} and style == "plain":  # far out, a difference may be beyond digits
        return min(gaps) > 0
    return all(gap >= -TOLERANCE * max(1, abs(left) if is_number(left) else 1) for gap in gaps)


def links_of(statement):
    """Return (link, left tree, right tree) for each relation that is to be checked."""
    sides, found = statement.sides, []
    for left, relation, right in zip(sides, statement.relations, sides[1:], strict=False):
        text = f"{statement.text(left)} {SIGNS[relation]} {statement.text(right)}"
        if relation == "in":
            opening, low, _, high, closing = right.children
            found.append((Link(text, "<" if opening == "(" else "<="), low, left))
            found.append((Link(text, "<" if closing == ")" else "<="), left, high))
        elif relation != ":=":
            found.append((Link(text, relation), left, right))
    return found


def check(statement, symbols, definitions, seed=0, loose=False, prove=False, stop_early=False):
    """Return the links of a statement with what was found, or raise `RefusedError`."""
    claim = Claim(statement, symbols, definitions)
    with mp.workdps(DIGITS_OF_EXTREMES if claim.unequal else DIGITS):
        claim.try_points(seed, stop_early)
        if not loose:
            claim.is_sharp()
        if prove:
            claim.prove()
    return [link for link, _, _ in claim.links]


class Claim:
    """One statement, and what its evaluation at many points says of it."""

    def __init__(self, statement, symbols, definitions):
        self.symbols, self.definitions = symbols, definitions
        self.links, self.conditions = links_of(statement), statement.conditions
        nodes = [node for _, left, right in self.links for node in (left, right)]
        nodes += self.conditions
        self.used, self.names = set(), set()
        for node in nodes:
            self.used |= names_in(node, symbols, definitions)
            self.names |= free_indices(node)
        self.sizes = [size for size in symbols.sizes if size.name in self.used]
        relations = {link.relation for link, _, _ in self.links}
        self.unequal = not relations <= {"=", "~", "!="}
        self.needed = {}  # sizes -> does the claim fail wherever its condition is not met?

    def try_points(self, seed, stop_early):
        passed, refusals = [], []
        for count, (sizes, style) in enumerate(trials(self.sizes, self.unequal)):
            env = environment(self.symbols, self.definitions, self.used, sizes, style, seed + count)
            refusal = self.refusal_at(env, sizes, style)
            (refusals if refusal else passed).append((sizes, refusal))
            if refusal and stop_early:
                raise refusal
            if style == "plain":
                self.try_exceptions(env, sizes)
        if refusals:
            failing = [sizes for sizes, _ in refusals]
            good = [said(sizes) for sizes, _ in passed if sizes and sizes not in failing]
            if good:
                places = "; ".join(dict.fromkeys(good))
                refusals[0][1].reason += f" (it holds at the points tried for {places})"
            raise refusals[0][1]
        for number, (link, _, _) in enumerate(self.links, 1):
            if not link.points:
                raise RefusedError(number, f"{link.text}: no point meets the condition")

    def try_exceptions(self, env, sizes):
        """Go to the very point that a condition such as x ≠ 0 leaves out."""
        for test in self.conditions:
            left, relation, *right = test.children
            if left.data == "symbol" and str(relation) == "!=" and len(right) == 1:
                there = env.with_value(str(left.children[0]), evaluate(right[0], env))
                self.refusal_at(there, sizes, "plain")

    def refusal_at(self, env, sizes, style):
        """Check all links at one drawn point, for the values of the free indices."""
        for chosen in index_choices(self.names, env, 1):
            inner = env.at(**chosen)
            links = [link for link, _, _ in self.links]
            try:
                met = holds(self.conditions, inner)
            except CANNOT as error:
                return RefusedError(1, f"{links[0].text}: {error}")
            if not met:
                links = [Link(link.text, link.relation) for link in links]
            refusal = self.refusal_here(links, inner, chosen, style)
            if not met:
                key = said(sizes)
                self.needed[key] = self.needed.get(key, True) and refusal is not None
            elif refusal:
                return refusal
        return None

    def refusal_here(self, links, env, chosen, style):
        values, number = {}, 0
        small = any(env.values[size.name] < 2 for size in self.sizes)
        try:
            for number, (link, (_, left, right)) in enumerate(
                zip(links, self.links, strict=True), 1
            ):
                for node in (left, right):
                    if id(node) not in values:
                        values[id(node)] = evaluate(node, env)
                sides = values[id(left)], values[id(right)]
                if not test(link, *sides, right, style, small):
                    point = point_of(env, self.used, chosen, *sides)
                    return RefusedError(number, f"{link.text} is false {point}", point)
                link.points += 1
        except CANNOT as error:
            return RefusedError(number, f"{links[number - 1].text}: {error}")
        return None

    def is_sharp(self):
        """Refuse what says less than it could: a slack bound, a condition without need."""
        for number, (link, _, _) in enumerate(self.links, 1):
            if link.gap != mp.inf and link.gap > SHARP:
                raise RefusedError(
                    number,
                    f"{link.text}: true, but no point comes closer to equality than "
                    f"{mp.nstr(link.gap, 3)}; sharpen it or give a reason with :loose:",
                )
        idle = [sizes for sizes, needed in self.needed.items() if not needed]
        if idle:
            where = f" for {idle[0]}" if idle[0] else ""
            raise RefusedError(0, f"the condition is not needed{where}: it holds without as well")

    def prove(self):
        """Let SymPy reduce left − right to 0 where that is cheap, with two of everything."""
        two = {
            s.name: min(max(2, int(s.options["low"])), int(s.options["high"])) for s in self.sizes
        }
        env = symbolic(environment(self.symbols, self.definitions, self.used, two, "plain", 0))
        choices = [env.at(**chosen) for chosen in index_choices(self.names, env, 1)]
        for link, left, right in self.links:
            if link.relation == "=":
                try:
                    link.proved = all(
                        vanishes(evaluate(left, inner), evaluate(right, inner))
                        for inner in choices
                        if holds(self.conditions, inner)
                    )
                except (NotSymbolicError, *CANNOT):
                    link.proved = False


def said(sizes):
    return ", ".join(f"{name} = {count}" for name, count in sizes.items())


def point_of(env, used, indices, left, right):
    declared = env.symbols.by_name
    sizes = {s.tex: int(env.values[s.name]) for s in env.symbols.sizes if s.name in used}
    values = {
        declared[name].tex: show(value)
        for name, value in env.values.items()
        if name in used
        and name in declared
        and declared[name].kind not in {"size", "ones", "identity"}
    }
    indices = {declared[name].tex: place for name, place in indices.items()}
    return Point(sizes, indices, values, show(left), show(right))


def vanishes(left, right):
    return all(is_zero(sympy.sympify(a) - b) for a, b in pairs_of(left, right))


def is_zero(expression):
    if expression == 0:
        return True
    if expression.count_ops() > 400:
        raise NotSymbolicError
    numerator, _ = sympy.fraction(sympy.together(expression))
    if sympy.expand(numerator) == 0:
        return True
    return sympy.expand(sympy.expand_log(sympy.powsimp(sympy.expand(numerator)), force=True)) == 0
