"""Read a derivation page: its declarations and displayed formulas, from the source text."""

import hashlib
import re
import zlib
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

import lark
import mpmath
import sympy

from evidence.formula_checker import symbols as declarations
from evidence.formula_checker.check import RefusedError, check
from evidence.formula_checker.definitions import define
from evidence.formula_checker.syntax import parse
from evidence.formula_checker.tex import TexError, tokenize

FENCE = re.compile(
    r"^(?P<indent>\s*)(?P<fence>`{3,}|:{3,})\{(?P<name>math|symbols|refused)\}\s*(?P<rest>.*)$"
)
OPTION = re.compile(r"^\s*:(?P<key>[a-z]+):\s*(?P<value>.*)$")
KEPT = ("kind", "links", "proved", "points", "deviation", "mark", "refusal")  # in the cache
BETWEEN = re.compile(r", (?![^()]*\))")  # two arguments, not two parts of a tuple
CODE = re.compile(r"(?P<path>[\w.]+)\((?P<arguments>.*)\)(?:\[(?P<part>\d)\])?$")


@dataclass
class Code:
    """``refimpl.module.function(x, dim=0)[1]``: the path, the arguments, which of the results."""

    path: str
    arguments: list
    part: int | None

    @classmethod
    def parse(cls, text):
        """Read the value of the option ``:code:``."""
        match = CODE.match(text)
        if not match:
            raise TexError(f":code: reads refimpl.module.function(arguments), this one: {text}")
        pairs = [part.rpartition("=") for part in BETWEEN.split(match["arguments"])]
        arguments = [(name, value) for name, _, value in pairs]
        return cls(match["path"], arguments, int(match["part"]) if match["part"] else None)


@dataclass
class Block:
    """One fenced directive as it stands in the page; the body begins in line `first`."""

    name: str
    line: int
    options: dict
    body: list
    first: int

    @property
    def tex(self):
        """Return the formula, or the declarations, as one text."""
        return "\n".join(self.body)

    @property
    def label(self):
        """Return the label, or an empty text."""
        return self.options.get("label", "")

    def line_at(self, start):
        """Return the line of the page at which a place of the formula stands."""
        return self.first + self.tex[:start].count("\n")


@dataclass
class Result:
    """What the checker found out about one displayed formula."""

    label: str
    tex: str
    line: int
    kind: str = "checked"  # or definition, prose, refused
    links: int = 0
    proved: int = 0
    points: int = 0
    deviation: float = 0.0
    code: str = ""
    mark: str = ""
    refusal: str = ""


@dataclass
class Problem:
    """Why a formula is refused, and in which line of the page it stands."""

    line: int
    label: str
    text: str

    def __str__(self):
        return f"formula {self.label or 'without label'}: {self.text}"


@dataclass
class Page:
    """What is known of a page when some of its formulas have been read."""

    symbols: declarations.Symbols = field(default_factory=declarations.Symbols)
    definitions: dict = field(default_factory=dict)
    results: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def blocks(text):
    """Return the blocks of declarations and formulas of a page, in order."""
    lines = text.splitlines()
    found, at = [], 0
    while at < len(lines):
        opening = FENCE.match(lines[at])
        at += 1
        if opening:
            rest = lines[at:]
            ends = (n for n, line in enumerate(rest) if line.strip().startswith(opening["fence"]))
            count = next(ends, len(rest))
            found.append(block_of(opening, rest[:count], at))
            at += count + 1
    return found


def block_of(opening, lines, start):
    """Make a block of the lines between its fences; the opening fence is line `start`."""
    head = list(takewhile(OPTION.match, lines))
    options = {match["key"]: match["value"].strip() for match in map(OPTION.match, head)}
    body = lines[len(head) :]
    first = start + len(head) + 1 if body else start
    if opening["rest"]:
        body, first = [opening["rest"], *body], start
    return Block(opening["name"], start, options, body, first)


def seed_of(label):
    """Return the seed of the random points of a formula: another one for every label."""
    return zlib.crc32(label.encode())


def bind(tex, page):
    """Bind the names that a formula defines, without checking it."""
    for statement in parse(tex, page.symbols.kinds):
        if statement.is_definition:
            define(statement, page.symbols, page.definitions)


def check_formula(tex, page, label, loose=False, prove=False, stop_early=False):
    """Check one displayed formula; return its links and the number of its definitions."""
    links, defined = [], 0
    for statement in parse(tex, page.symbols.kinds):
        if statement.is_definition:
            define(statement, page.symbols, page.definitions)
            defined += 1
        links += check(
            statement, page.symbols, page.definitions, seed_of(label), loose, prove, stop_early
        )
    return links, defined


def read(text, prove=False, cache=None):
    """Check a whole page and return it, with its results and problems.

    `prove` asks SymPy as well; `cache` maps the key of a formula to a stored result.
    """
    reader = Reader(prove, cache)
    for block in blocks(text):
        if block.name == "symbols":
            reader.read_declarations(block)
        else:
            reader.read_formula(block)
    if not reader.page.problems:
        reader.page.problems = reader.symbols_without_use()
    return reader.page


def source():
    """Return what every result rests on: the text of the checker, the versions that it uses."""
    files = sorted(p for p in Path(__file__).parent.iterdir() if p.suffix in {".py", ".lark"})
    versions = f"{lark.__version__} {mpmath.__version__} {sympy.__version__}"
    return b"".join(path.read_bytes() for path in files) + versions.encode()


SOURCE = source()


class Reader:
    """Reads the blocks of a page in order.

    The key of a formula in the cache is a hash of everything that its result rests on: the checker
    itself, the declarations and definitions above it, and its own text.
    """

    def __init__(self, prove, cache):
        self.prove, self.cache = prove, {} if cache is None else cache
        self.page, self.used, self.labels = Page(), set(), set()
        self.history = hashlib.sha256(SOURCE + bytes([prove]))

    def complain(self, line, label, text):
        """Note a problem of the page."""
        self.page.problems.append(Problem(line, label, text))

    def read_declarations(self, block):
        """Add the symbols that a block declares."""
        self.history.update(block.tex.encode())
        try:
            self.page.symbols.by_name |= declarations.parse(block.body).by_name
        except TexError as error:
            self.complain(block.line, "{symbols}", str(error))

    def read_formula(self, block):
        """Check a formula; add its result to the page, or why it is refused."""
        if not block.label:
            self.complain(block.line, "", "give it a :label:")
            return
        if block.label in self.labels:
            self.complain(block.line, block.label, "the label stands twice here")
        self.labels.add(block.label)
        try:
            self.page.results.append(self.examine(block))
        except RefusedError as refusal:
            self.complain(block.first, block.label, str(refusal))
        except TexError as error:
            self.complain(block.line_at(error.start), block.label, str(error))
        else:
            shown = "" if "prose" in block.options else block.tex
            self.used |= {str(token) for token in tokenize(shown, self.page.symbols.kinds)}

    def symbols_without_use(self):
        """Return a problem for every symbol that no formula uses."""
        return [
            Problem(1, "{symbols}", f"{symbol.tex} is declared, but no formula uses it")
            for name, symbol in self.page.symbols.by_name.items()
            if name not in self.used and symbol.kind != "size"
        ]

    def examine(self, block):
        """Return the result for one formula."""
        result = Result(block.label, block.tex, block.first, code=block.options.get("code", ""))
        if "prose" in block.options:
            return self.prose(block, result)
        key = self.history.copy()
        key.update(f"{block.name} {block.options} {block.tex}".encode())
        key = key.hexdigest()[:24]
        examine = self.refused if block.name == "refused" else self.checked
        return examine(block, result, key)

    def prose(self, block, result):
        """Return the result for a formula that is shown, not checked."""
        if not block.options["prose"]:
            raise TexError(":prose: needs the reason why it cannot be checked")
        return replace(result, kind="prose", mark=block.options["prose"])

    def checked(self, block, result, key):
        """Return the result for a formula that must be true, from the cache if it is there."""
        stored = self.cache.get(key)
        if stored:
            bind(block.tex, self.page)
            result = replace(result, **stored)
        else:
            loose = block.options.get("loose", "")
            links, _ = check_formula(block.tex, self.page, block.label, bool(loose), self.prove)
            result = replace(result, kind="checked" if links else "definition", mark=loose)
            result.links, result.proved = len(links), sum(link.proved for link in links)
            result.points = sum(link.points for link in links)
            result.deviation = max((float(link.deviation) for link in links), default=0.0)
            self.store(key, result)
        if ":=" in block.tex:
            self.history.update(block.tex.encode())
        return result

    def refused(self, block, result, key):
        """Return the result for a formula that is wrong on purpose; to accept it is the failure."""
        stored = self.cache.get(key)
        if stored:
            return replace(result, **stored)
        try:
            check_formula(block.tex, self.page, block.label)
        except RefusedError as refusal:
            if refusal.point is None:
                raise
            result = replace(result, kind="refused", refusal=str(refusal.point))
            self.store(key, result)
            return result
        raise TexError("stands here as wrong, but the checker finds it true")

    def store(self, key, result):
        """Put what the checker found into the cache."""
        self.cache[key] = {name: getattr(result, name) for name in KEPT}
