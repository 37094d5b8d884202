"""Read a derivation page: its declarations and displayed formulas, from the source text."""

import hashlib
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from mpmath import mp

from evidence.formula_checker import symbols as declarations
from evidence.formula_checker.check import RefusedError, check
from evidence.formula_checker.definitions import define
from evidence.formula_checker.syntax import parse
from evidence.formula_checker.tex import TexError, tokenize

FENCE = re.compile(
    r"^(?P<indent>\s*)(?P<fence>`{3,}|:{3,})\{(?P<name>math|symbols|refused)\}\s*(?P<rest>.*)$"
)
OPTION = re.compile(r"^\s*:(?P<key>[a-z]+):\s*(?P<value>.*)$")


CODE = re.compile(r"(?P<path>[\w.]+)\((?P<arguments>.*)\)(?:\[(?P<part>\d)\])?$")


@dataclass
class Code:
    """``refimpl.module.function(x, dim=0)[1]``: the path, the arguments, which of the results."""

    path: str
    arguments: list
    part: int | None

    @classmethod
    def parse(cls, text):
        match = CODE.match(text)
        if not match:
            raise TexError(f":code: reads refimpl.module.function(arguments), this one: {text}")
        pairs = [part.rpartition("=") for part in match["arguments"].split(", ")]
        arguments = [(name, value) for name, _, value in pairs]
        return cls(match["path"], arguments, int(match["part"]) if match["part"] else None)


@dataclass
class Block:
    """One fenced directive as it stands in the page."""

    name: str
    line: int
    options: dict
    body: list
    first: int

    @property
    def tex(self):
        return "\n".join(self.body)

    @property
    def label(self):
        return self.options.get("label", "")

    def line_at(self, start):
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
    line: int
    label: str
    text: str

    def __str__(self):
        return f"formula {self.label or 'without label'}: {self.text}"


@dataclass
class Page:
    symbols: declarations.Symbols = field(default_factory=declarations.Symbols)
    definitions: dict = field(default_factory=dict)
    results: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def blocks(text):
    lines = text.splitlines()
    found, at = [], 0
    while at < len(lines):
        match = FENCE.match(lines[at])
        at += 1
        if not match:
            continue
        start, options, body = at, {}, []
        while at < len(lines) and not lines[at].strip().startswith(match["fence"]):
            option = OPTION.match(lines[at])
            if option and not body:
                options[option["key"]] = option["value"].strip()
            else:
                if not body:
                    first = at + 1
                body.append(lines[at])
            at += 1
        if match["rest"]:
            body, first = [match["rest"], *body], start
        found.append(Block(match["name"], start, options, body, first if body else start))
        at += 1
    return found


def seed_of(label):
    return zlib.crc32(label.encode())


def check_formula(tex, page, label, loose=False, prove=False, stop_early=False):
    """Check one displayed formula; return (links, number of definitions)."""
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
    """Check a whole page; `cache` maps the key of a formula to a stored result."""
    page, used = Page(), set()
    history = hashlib.sha256(SOURCE + bytes([prove]))
    labels = set()
    for block in blocks(text):
        if block.name == "symbols":
            history.update(block.tex.encode())
            try:
                page.symbols.by_name |= declarations.parse(block.body).by_name
            except TexError as error:
                page.problems.append(Problem(block.line, "{symbols}", str(error)))
            continue
        if not block.label:
            page.problems.append(Problem(block.line, "", "give it a :label:"))
            continue
        if block.label in labels:
            page.problems.append(Problem(block.line, block.label, "the label stands twice here"))
        labels.add(block.label)
        try:
            page.results.append(examine(block, page, history, prove, cache))
        except RefusedError as refusal:
            page.problems.append(Problem(block.first, block.label, str(refusal)))
        except TexError as error:
            page.problems.append(Problem(block.line_at(error.start), block.label, str(error)))
        else:
            shown = "" if "prose" in block.options else block.tex
            used |= {str(token) for token in tokenize(shown, page.symbols.kinds)}
    if not page.problems:
        page.problems = [
            Problem(1, "{symbols}", f"{symbol.tex} is declared, but no formula uses it")
            for name, symbol in page.symbols.by_name.items()
            if name not in used and symbol.kind != "size"
        ]
    return page


def examine(block, page, history, prove, cache):
    """Return the result for one block, from the cache where nothing it rests on has changed."""
    result = Result(block.label, block.tex, block.first)
    result.code = block.options.get("code", "")
    if "prose" in block.options:
        if not block.options["prose"]:
            raise TexError(":prose: needs the reason why it cannot be checked")
        result.kind, result.mark = "prose", block.options["prose"]
        return result
    key = history.copy()
    key.update(f"{block.name} {block.options} {block.tex}".encode())
    key = key.hexdigest()[:24]
    loose = bool(block.options.get("loose"))
    if block.name == "refused":
        return refused(block, page, result, key, cache)
    stored = cache.get(key) if cache is not None else None
    if stored:
        for statement in parse(block.tex, page.symbols.kinds):
            if statement.is_definition:
                define(statement, page.symbols, page.definitions)
        result.__dict__.update(stored)
        defined = result.kind == "definition" or ":=" in block.tex
    else:
        links, defined = check_formula(block.tex, page, block.label, loose, prove)
        result.kind = "checked" if links else "definition"
        result.links, result.proved = len(links), sum(link.proved for link in links)
        result.points = sum(link.points for link in links)
        result.deviation = max((float(link.deviation) for link in links), default=0.0)
        result.mark = block.options.get("loose", "")
        store(cache, key, result)
    if defined:
        history.update(block.tex.encode())
    return result


def refused(block, page, result, key, cache):
    """A wrong formula stands here on purpose; to accept it is the failure."""
    result.kind = "refused"
    stored = cache.get(key) if cache is not None else None
    if stored:
        result.__dict__.update(stored)
        return result
    try:
        check_formula(block.tex, page, block.label)
    except RefusedError as refusal:
        if refusal.point is None:
            raise
        result.refusal = str(refusal.point)
        store(cache, key, result)
        return result
    raise TexError("stands here as wrong, but the checker finds it true")


def store(cache, key, result):
    if cache is not None:
        kept = ("kind", "links", "proved", "points", "deviation", "mark", "refusal")
        cache[key] = {name: getattr(result, name) for name in kept}


SOURCE = (
    b"".join(
        path.read_bytes()
        for path in sorted(Path(__file__).parent.iterdir())
        if path.suffix in {".py", ".lark"}
    )
    + mp.__class__.__module__.encode()
)
