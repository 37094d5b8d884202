r"""The declarations at the top of a page: what each symbol is, and how to draw one at random.

One line per symbol or group: ``x, v : vector over K -- the logits and a direction``.
"""

import random
import re
from dataclasses import dataclass, field

from mpmath import mp

from evidence.formula_checker.tex import TexError, name_of
from evidence.formula_checker.values import Array

LINE = re.compile(r"(?P<names>.+?)\s+:\s+(?P<kind>.+?)(?:\s+--\s+(?P<meaning>.*))?$")
NUMBER = r"-?[\d.]+"
DOMAIN = rf"(?P<domain>real|positive|in \({NUMBER}, {NUMBER}\))"
KINDS = {
    "size": r"size (?P<low>\d+)\.\.(?P<high>\d+)",
    "index": r"index over (?P<over>\w+)",
    "scalar": DOMAIN,
    "integer": r"integer (?P<low>-?\d+)\.\.(?P<high>\d+)",
    "place": r"place in (?P<over>\w+)",
    "vector": rf"(?:{DOMAIN} )?vector over (?P<over>\w+)",
    "distribution": r"distribution over (?P<over>\w+)",
    "choices": r"choices over (?P<over>\w+) of (?P<of>\w+)",
    "matrix": rf"(?:{DOMAIN} )?matrix (?P<over>\w+) by (?P<of>\w+)",
    "distributions": r"distributions (?P<over>\w+) by (?P<of>\w+)",
    "ones": r"ones over (?P<over>\w+)",
    "identity": r"identity over (?P<over>\w+)",
    "function": r"function",
    "smooth": r"smooth function",
    "map": r"smooth map (?P<over>\w+) to (?P<of>\w+)",
}
NUMBERS = {"scalar", "integer", "place"}
COLUMNS = {"vector", "distribution", "choices", "ones"}
MATRICES = {"matrix", "distributions", "identity"}
PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}
STYLES = ("plain", "wide", "narrow", "zero", "equal", "one ahead", "one behind", "huge")


@dataclass
class Symbol:
    """One declared name. `options` are the parts of its kind, such as ``over`` in "over K"."""

    tex: str
    kind: str
    words: str
    options: dict
    meaning: str = ""

    @property
    def name(self):
        """Return the spelling under which the name stands in a tree."""
        return " ".join(name_of(self.tex))

    @property
    def token(self):
        """Return the type of token that the name is read as."""
        named = {"index": "INDEX", "function": "FUNC", "smooth": "FUNC", "map": "FUNC"}
        return named.get(self.kind, "SYMBOL")

    @property
    def range(self):
        """Return the least and the largest value of a size or an integer."""
        return int(self.options["low"]), int(self.options["high"])


@dataclass
class Symbols:
    """All declarations of one page."""

    by_name: dict = field(default_factory=dict)

    @property
    def kinds(self):
        """Return what `tokenize` needs: spelling -> type of token."""
        return {name_of(symbol.tex): symbol.token for symbol in self.by_name.values()}

    @property
    def sizes(self):
        """Return the symbols that are sizes."""
        return [symbol for symbol in self.by_name.values() if symbol.kind == "size"]

    def indices_like(self, name):
        """Return the other indices that run over the same size."""
        over = self.by_name[name].options["over"]
        return [
            s.name
            for s in self.by_name.values()
            if s.kind == "index" and s.options["over"] == over and s.name != name
        ]


def parse_line(line):
    """Read one line of declarations; return its symbols."""
    match = LINE.match(line.strip())
    if not match:
        raise TexError(f"a declaration reads “names : kind -- meaning”, this one: {line.strip()}")
    words = match["kind"]
    for kind, pattern in PATTERNS.items():
        found = pattern.fullmatch(words)
        if found:
            names = re.split(r",\s+", match["names"])
            meaning = match["meaning"] or ""
            return [Symbol(name, kind, words, found.groupdict(), meaning) for name in names]
    raise TexError(f"“{words}” is no kind of symbol; there are: {', '.join(KINDS)}")


def parse(lines):
    """Read the declarations of a page; raise `TexError` where one does not fit the others."""
    symbols = Symbols()
    for line in lines:
        for symbol in parse_line(line) if line.strip() else []:
            declare(symbol, symbols)
    for symbol in symbols.by_name.values():
        check_sizes(symbol, symbols)
    return symbols


def declare(symbol, symbols):
    """Add a symbol whose name is still free."""
    if symbol.name in {"d", "e"}:
        raise TexError(f"{symbol.name} is kept for the differential and for Euler's number")
    if symbol.name in symbols.by_name:
        raise TexError(f"{symbol.tex} is declared twice")
    symbols.by_name[symbol.name] = symbol


def check_sizes(symbol, symbols):
    """Raise unless what a symbol runs over is a number or a declared size."""
    sizes = {size.name for size in symbols.sizes}
    for key in ("over", "of"):
        over = symbol.options.get(key)
        if over and not over.isdigit() and over not in sizes:
            raise TexError(f"{symbol.tex} runs over {over}, which is not declared as a size")


def extent(text, sizes):
    """Return the number of entries that `over K` or `over 3` means."""
    return int(text) if text and text.isdigit() else sizes.get(text)


class Draw:
    """Random values of the declared kinds, in one of several styles of extremity."""

    def __init__(self, seed, style="plain"):
        self.random, self.style = random.Random(seed), style

    def real(self):
        """Draw a real number."""
        spread = {"wide": 9, "narrow": 0.05, "zero": 0, "equal": 0, "huge": 90}.get(self.style, 2)
        return mp.mpf(self.random.uniform(-spread, spread)) + mp.mpf(self.random.random()) / 10**9

    def scalar(self, domain):
        """Draw a number of a domain."""
        if domain in {"real", None}:
            return self.real()
        if domain == "positive":
            spread = {"wide": 6, "narrow": 0.01, "huge": 60, "zero": 0}.get(self.style, 1.2)
            return mp.exp(self.random.uniform(-spread, spread))
        low, high = (mp.mpf(end) for end in re.findall(NUMBER, domain))
        squeeze = {"huge": 30, "wide": 8, "zero": 0, "narrow": 0.01}.get(self.style, 2)
        share = 1 / (1 + mp.exp(self.random.uniform(-squeeze, squeeze)))
        return low + (high - low) * share

    def entries(self, domain, count):
        """Draw the entries of a vector."""
        drawn = [self.scalar(domain) for _ in range(count)]
        if self.style == "equal":
            drawn = [drawn[0]] * count
        if self.style in {"one ahead", "one behind"} and domain in {"real", None}:
            shift = {"one ahead": 150, "one behind": -150}[self.style]
            drawn[self.random.randrange(count)] += shift
        return drawn

    def simplex(self, count):
        """Draw positive numbers whose sum is 1."""
        with mp.workdps(400):  # more digits than any limit needs: the sum must not show
            weights = [mp.exp(entry) for entry in self.entries(None, count)]
            return [weight / sum(weights) for weight in weights]

    def value(self, symbol, sizes):
        """Draw a value of a symbol, or return None for a kind that has none, such as an index.

        `sizes` maps the names of sizes to numbers.
        """
        over, of = (extent(symbol.options.get(key), sizes) for key in ("over", "of"))
        if symbol.kind in NUMBERS:
            return self.number(symbol, over)
        if symbol.kind in COLUMNS:
            return Array.column(self.column(symbol, over, of))
        if symbol.kind in MATRICES:
            return Array(self.rows(symbol, over, of), "matrix")
        return None

    def number(self, symbol, over):
        """Draw the value of a number."""
        if symbol.kind == "scalar":
            return self.scalar(symbol.options["domain"])
        low, high = (1, over) if symbol.kind == "place" else symbol.range
        return mp.mpf(self.random.randint(low, high))

    def column(self, symbol, over, of):
        """Draw the entries of a column with `over` entries; places are among `of`."""
        match symbol.kind:
            case "vector":
                return self.entries(symbol.options["domain"], over)
            case "distribution":
                return self.simplex(over)
            case "choices":
                return [mp.mpf(self.random.randint(1, of)) for _ in range(over)]
        return [mp.mpf(1)] * over

    def rows(self, symbol, over, of):
        """Draw the rows of a matrix with `over` rows and `of` columns."""
        match symbol.kind:
            case "matrix":
                return [self.entries(symbol.options["domain"], of) for _ in range(over)]
            case "distributions":
                return [self.simplex(of) for _ in range(over)]
        return [[mp.mpf(r == c) for c in range(over)] for r in range(over)]
