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
PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}
STYLES = ("plain", "wide", "narrow", "zero", "equal", "one ahead", "one behind", "huge")


@dataclass
class Symbol:
    tex: str
    kind: str
    words: str
    options: dict
    meaning: str = ""

    @property
    def name(self):
        return " ".join(name_of(self.tex))

    @property
    def token(self):
        named = {"index": "INDEX", "function": "FUNC", "smooth": "FUNC", "map": "FUNC"}
        return named.get(self.kind, "SYMBOL")


@dataclass
class Symbols:
    """All declarations of one page."""

    by_name: dict = field(default_factory=dict)

    @property
    def kinds(self):
        return {name_of(symbol.tex): symbol.token for symbol in self.by_name.values()}

    @property
    def sizes(self):
        return [symbol for symbol in self.by_name.values() if symbol.kind == "size"]

    def indices_like(self, name):
        over = self.by_name[name].options["over"]
        return [
            s.name
            for s in self.by_name.values()
            if s.kind == "index" and s.options["over"] == over and s.name != name
        ]


def parse_line(line):
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
    symbols = Symbols()
    for line in lines:
        if not line.strip():
            continue
        for symbol in parse_line(line):
            if symbol.name in {"d", "e"}:
                raise TexError(f"{symbol.name} is kept for the differential and for Euler's number")
            if symbol.name in symbols.by_name:
                raise TexError(f"{symbol.tex} is declared twice")
            symbols.by_name[symbol.name] = symbol
    for symbol in symbols.by_name.values():
        for key in ("over", "of"):
            over = symbol.options.get(key)
            if (
                over
                and not over.isdigit()
                and getattr(symbols.by_name.get(over), "kind", "") != "size"
            ):
                raise TexError(f"{symbol.tex} runs over {over}, which is not declared as a size")
    return symbols


def extent(text, sizes):
    """Return the number of entries that `over K` or `over 3` means."""
    return int(text) if text and text.isdigit() else sizes.get(text)


class Draw:
    """Random values of the declared kinds, in one of several styles of extremity."""

    def __init__(self, seed, style="plain"):
        self.random, self.style = random.Random(seed), style

    def real(self):
        spread = {"wide": 9, "narrow": 0.05, "zero": 0, "equal": 0, "huge": 90}.get(self.style, 2)
        return mp.mpf(self.random.uniform(-spread, spread)) + mp.mpf(self.random.random()) / 10**9

    def scalar(self, domain):
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
        drawn = [self.scalar(domain) for _ in range(count)]
        if self.style == "equal":
            drawn = [drawn[0]] * count
        if self.style in {"one ahead", "one behind"} and domain in {"real", None}:
            shift = {"one ahead": 150, "one behind": -150}[self.style]
            drawn[self.random.randrange(count)] += shift
        return drawn

    def simplex(self, count):
        with mp.workdps(400):  # more digits than any limit needs: the sum must not show
            weights = [mp.exp(entry) for entry in self.entries(None, count)]
            return [weight / sum(weights) for weight in weights]

    def value(self, symbol, sizes):
        options = symbol.options
        over, of = (extent(options.get(key), sizes) for key in ("over", "of"))
        domain = options.get("domain")
        match symbol.kind:
            case "scalar":
                return self.scalar(domain)
            case "integer":
                return mp.mpf(self.random.randint(int(options["low"]), int(options["high"])))
            case "place":
                return mp.mpf(self.random.randint(1, over))
            case "vector":
                return Array.column(self.entries(domain, over))
            case "distribution":
                return Array.column(self.simplex(over))
            case "choices":
                return Array.column([mp.mpf(self.random.randint(1, of)) for _ in range(over)])
            case "matrix":
                return Array([self.entries(domain, of) for _ in range(over)], "matrix")
            case "distributions":
                return Array([self.simplex(of) for _ in range(over)], "matrix")
            case "ones":
                return Array.column([mp.mpf(1)] * over)
            case "identity":
                rows = [[mp.mpf(r == c) for c in range(over)] for r in range(over)]
                return Array(rows, "matrix")
        return None
