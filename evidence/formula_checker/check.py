"""Is every link of a chain true at random points, for several sizes? And which are proved?"""

from dataclasses import dataclass

from lark import Token
from mpmath import mp

from evidence.formula_checker.arithmetic import NotSymbolicError
from evidence.formula_checker.compare import Comparison, Link, show
from evidence.formula_checker.evaluate import evaluate, holds
from evidence.formula_checker.points import environment, index_choices, trials
from evidence.formula_checker.proof import symbolic, vanishes
from evidence.formula_checker.syntax import free_indices
from evidence.formula_checker.tex import TexError
from evidence.formula_checker.values import ShapeError

DIGITS, DIGITS_OF_EXTREMES = 40, 90
SHARP = mp.mpf(10) ** -3  # an inequality must come this close to equality somewhere
SIGNS = {"=": "=", "<=": "≤", ">=": "≥", "<": "<", ">": ">", "!=": "≠", "~": "≈", "psd": "⪰"}
SIGNS |= {"in": "∈", ":=": ":="}
UNSHOWN = {"size", "ones", "identity"}  # their values are clear from their sizes
# What the evaluation of a formula without meaning may raise.
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
    """A counterexample: what every name stands for there, and the values of both sides."""

    sizes: dict
    indices: dict
    values: dict
    left: str
    right: str

    def __str__(self):
        where = said({**self.sizes, **self.indices, **self.values})
        return (f"at {where}: " if where else "") + f"left {self.left}, right {self.right}"


def said(named):
    """Write names with their values: ``K = 2, i = 1``."""
    return ", ".join(f"{name} = {value}" for name, value in named.items())


def names_in(node, symbols, definitions, seen=None):
    """Return every symbol on which the value of a tree rests, through the definitions.

    With a set as `seen`, the names are added to it, and names that it holds are not followed.
    """
    seen = set() if seen is None else seen
    for token in node.scan_values(lambda leaf: isinstance(leaf, Token)):
        name = str(token)
        if token.type in {"SYMBOL", "FUNC", "INDEX"} and name not in seen:
            seen.add(name)
            seen |= sizes_under(symbols.by_name.get(name))
            for found in definitions.get(name, []):
                names_in(found.body, symbols, definitions, seen)
    return seen


def sizes_under(symbol):
    """Return the names of the sizes over which a symbol runs."""
    options = {} if symbol is None else symbol.options
    return {options[key] for key in ("over", "of") if options.get(key)}


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
    """Return the links of a statement with what was found, or raise `RefusedError`.

    `loose` allows an inequality that is not sharp, `prove` asks SymPy as well, `stop_early` ends
    with the first refusal, without looking for the sizes at which the relation holds.
    """
    claim = Claim(statement, symbols, definitions)
    with mp.workdps(DIGITS_OF_EXTREMES if claim.unequal else DIGITS):
        claim.try_points(seed, stop_early)
        if not loose:
            claim.check_sharpness()
        if prove:
            claim.prove()
    return [link for link, _, _ in claim.links]


class Claim:
    """One statement, and what its evaluation at many points says of it."""

    def __init__(self, statement, symbols, definitions):
        self.symbols, self.definitions = symbols, definitions
        self.links, self.conditions = links_of(statement), statement.conditions
        nodes = [node for _, left, right in self.links for node in (left, right)]
        self.used, self.names = set(), set()
        for node in [*nodes, *self.conditions]:
            self.used |= names_in(node, symbols, definitions)
            self.names |= free_indices(node)
        self.sizes = [size for size in symbols.sizes if size.name in self.used]
        relations = {link.relation for link, _, _ in self.links}
        self.unequal = not relations <= {"=", "~", "!="}
        self.needed = {}  # sizes -> does the claim fail wherever its condition is not met?

    def environment(self, sizes, style, seed):
        """Draw the values of one point."""
        return environment(self.symbols, self.definitions, self.used, sizes, style, seed)

    def try_points(self, seed, stop_early):
        """Evaluate all links at all points; raise where one is false."""
        passed, refusals = [], []
        for count, (sizes, style) in enumerate(trials(self.sizes, self.unequal)):
            env = self.environment(sizes, style, seed + count)
            refusal = self.refusal_at(env, sizes, style)
            (refusals if refusal else passed).append((sizes, refusal))
            if refusal and stop_early:
                raise refusal
            if style == "plain":
                self.try_exceptions(env, sizes)
        if refusals:
            raise first_refusal(refusals, passed)
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
        """Check all links at one drawn point, for the values of the free indices.

        Return the first refusal, or None. Where the condition is not met, only note whether the
        links are false there.
        """
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
        """Check all links with all indices chosen; return the first refusal, or None."""
        number, values = 0, {}
        small = any(env.values[size.name] < 2 for size in self.sizes)
        try:
            for number, (link, (_, left, right)) in enumerate(
                zip(links, self.links, strict=True), 1
            ):
                for node in (left, right):
                    if id(node) not in values:  # the right side of one link is the next one's left
                        values[id(node)] = evaluate(node, env)
                sides = values[id(left)], values[id(right)]
                if not Comparison(link, right, style == "plain", small).holds(*sides):
                    point = point_of(env, self.used, chosen, *sides)
                    return RefusedError(number, f"{link.text} is false {point}", point)
                link.points += 1
        except CANNOT as error:
            return RefusedError(number, f"{links[number - 1].text}: {error}")
        return None

    def check_sharpness(self):
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
        two = {size.name: min(max(2, size.range[0]), size.range[1]) for size in self.sizes}
        env = symbolic(self.environment(two, "plain", 0))
        choices = [env.at(**chosen) for chosen in index_choices(self.names, env, 1)]
        for link, left, right in self.links:
            if link.relation == "=":
                link.proved = self.is_proved(left, right, choices)

    def is_proved(self, left, right, choices):
        """Say whether SymPy finds two trees equal wherever the condition is met."""
        try:
            return all(
                vanishes(evaluate(left, env), evaluate(right, env))
                for env in choices
                if holds(self.conditions, env)
            )
        except (NotSymbolicError, *CANNOT):
            return False


def first_refusal(refusals, passed):
    """Return the first refusal; it also says for which sizes the relation was never false."""
    failing = [sizes for sizes, _ in refusals]
    good = [said(sizes) for sizes, _ in passed if sizes and sizes not in failing]
    _, first = refusals[0]
    if good:
        first.reason += f" (it holds at the points tried for {'; '.join(dict.fromkeys(good))})"
    return first


def point_of(env, used, indices, left, right):
    """Describe where a relation is false."""
    declared = env.symbols.by_name
    sizes = {s.tex: int(env.values[s.name]) for s in env.symbols.sizes if s.name in used}
    drawn = {
        symbol.tex: show(env.values[symbol.name])
        for symbol in map(declared.get, env.values)
        if symbol is not None and symbol.name in used and symbol.kind not in UNSHOWN
    }
    indices = {declared[name].tex: place for name, place in indices.items()}
    return Point(sizes, indices, drawn, show(left), show(right))
