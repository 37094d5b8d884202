"""Change one sign, index, exponent or constant of a displayed formula: the check must notice.

    python -m evidence.formula_checker.mutate

writes docs/derivations/mutants.json, from which the index of the derivations takes its numbers. A
mutant that is not noticed needs its reason in docs/derivations/survivors.toml, or the run fails.
"""

import datetime
import json
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lark import Token

from evidence.command import parser
from evidence.formula_checker import symbols as declarations
from evidence.formula_checker.check import CANNOT, RefusedError, names_in
from evidence.formula_checker.definitions import definition
from evidence.formula_checker.page import Page, bind, blocks, check_formula
from evidence.formula_checker.syntax import binder_of, bound_names, parse
from evidence.formula_checker.tex import TexError, tokenize

FOLDER = Path(__file__).resolve().parents[2] / "docs/derivations"
OPERANDS = {"NUMBER", "SYMBOL", "INDEX", "_EULER", "_PI", "_INFTY", "_RPAR", "_RSQB", "_RBRACE"}
OPERANDS |= {"_RVERT", "_RNORM", "_RANGLE", "_ENDCASES", "_ENDMATRIX"}


@dataclass(frozen=True)
class Mutant:
    """One change of one formula."""

    page: str
    label: str
    kind: str
    start: int
    tex: str
    was: str
    now: str

    @property
    def change(self):
        """Describe the change by the text around it, which outlives changes elsewhere."""
        behind = self.start + len(self.now)
        before, after = (
            self.tex[max(0, self.start - 16) : self.start],
            self.tex[behind : behind + 16],
        )
        now = self.now.strip() or "nothing"
        return " ".join(f"{before}[{self.was} → {now}]{after}".split())


def another_number(text):
    """Return the next number, with as many decimals."""
    if "." in text:
        places = len(text.split(".")[1])
        return f"{float(text) + 10.0**-places:.{places}f}"
    return str(int(text) + 1)


def changes(tex, symbols):
    """Yield (kind, start, end, replacement) for every single change of a formula."""
    tokens = list(tokenize(tex, symbols.kinds))
    here = {str(token) for token in tokens if token.type == "INDEX"}
    for before, token in zip([None, *tokens], tokens, strict=False):
        span = token.start_pos, token.end_pos
        if token.type == "INDEX":
            yield from (("index", *span, now) for now in other_indices(token, here, symbols))
        elif token.type in CHANGES:
            yield from CHANGES[token.type](before, token, span)


def other_indices(token, here, symbols):
    """Return the spellings of the indices that can stand for one: those of the formula first."""
    others = symbols.indices_like(str(token))
    chosen = [name for name in others if name in here] or others[:1]
    spelled = [symbols.by_name[name].tex for name in chosen]
    return [f"{{{tex}}}" if len(tex) > 1 else tex for tex in spelled]


def change_plus(before, token, span):
    """Make a minus of a plus."""
    yield "sign", *span, "-"


def change_minus(before, token, span):
    """Make a plus of a minus between two operands; drop the sign of a single one."""
    binary = before is not None and before.type in OPERANDS
    yield "sign", *span, "+" if binary else " "


def change_number(before, token, span):
    """Put the next number in the place of one."""
    exponent = before is not None and before.type == "_LBRACE"
    yield "exponent" if exponent else "constant", *span, another_number(token)


def change_exponential(before, token, span):
    """Drop an ``e^``."""
    if before is not None and before.type == "_EULER":
        yield "exponential", before.start_pos, token.end_pos, " "


CHANGES = {
    "_PLUS": change_plus,
    "_MINUS": change_minus,
    "NUMBER": change_number,
    "_CARET": change_exponential,
}


def canonical(node, names):
    """Write a tree down with its indices numbered, so that renamed formulas come out equal.

    `names` maps the indices that were met to their numbers; new free ones are added. The indices
    under one sum share a number: a double sum may be written in either order.
    """
    if isinstance(node, Token):
        if node.type != "INDEX":
            return str(node)
        return names.setdefault(str(node), f"free{len(names)}")
    binder = binder_of(node)
    inner = names
    if binder is not None:
        inner = names | dict.fromkeys(bound_names(binder), f"bound{len(names)}")
    written = " ".join(canonical(child, inner) for child in node.children)
    names.update({name: number for name, number in inner.items() if number.startswith("free")})
    return f"({node.data} {written})"


def written(tex, kinds):
    """Return a formula in a form in which only its meaning counts."""
    out = []
    for statement in parse(tex, kinds):
        names = {}
        parts = [canonical(node, names) for node in (*statement.sides, *statement.conditions)]
        out.append((parts, statement.relations))
    return out


def mutants_of(page, block, symbols):
    """Yield every changed formula that means something else than the one that stands there."""
    original = written(block.tex, symbols.kinds)
    for kind, start, end, replacement in changes(block.tex, symbols):
        tex = block.tex[:start] + replacement + block.tex[end:]
        try:
            if written(tex, symbols.kinds) == original:
                continue
        except (TexError, *CANNOT):
            pass
        yield Mutant(page, block.label, kind, start, tex, block.tex[start:end], replacement)


@dataclass
class Context:
    """A page as it stands before one of its formulas."""

    name: str
    symbols: object
    blocks: list

    @classmethod
    def read(cls, path):
        """Read the declarations and the formulas of a page."""
        text = path.read_text(encoding="utf-8")
        found = blocks(text)
        symbols = declarations.Symbols()
        for block in found:
            if block.name == "symbols":
                symbols.by_name |= declarations.parse(block.body).by_name
        shown = [b for b in found if b.name == "math" and "prose" not in b.options]
        return cls(path.stem, symbols, shown)

    def mutants(self):
        """Yield the changed formulas of the page."""
        for block in self.blocks:
            yield from mutants_of(self.name, block, self.symbols)

    def before(self, label):
        """Return a page on which all formulas above `label` have bound their names."""
        page = Page(self.symbols, {}, [], [])
        for block in self.blocks:
            if block.label == label:
                return page
            bind(block.tex, page)
        raise KeyError(label)

    def survives(self, mutant):
        """Is the changed formula, and all that rests on it, still accepted?"""
        page = self.before(mutant.label)
        known = set(page.definitions)
        position = [block.label for block in self.blocks].index(mutant.label)
        loose = bool(self.blocks[position].options.get("loose"))
        try:
            check_formula(mutant.tex, page, mutant.label, loose, stop_early=True)
            new = set(page.definitions) - known | defined_names(mutant.tex, page)
            for block in self.blocks[position + 1 :]:
                if new and new & names_of(block.tex, page):
                    options = block.options.get("loose")
                    check_formula(block.tex, page, block.label, bool(options), stop_early=True)
                else:
                    bind(block.tex, page)
        except (RefusedError, TexError, *CANNOT):
            return False
        return True


def defined_names(tex, page):
    """Return the names that a formula defines."""
    statements = [s for s in parse(tex, page.symbols.kinds) if s.is_definition]
    return {definition(s.sides[0], s.sides[1]).name for s in statements}


def names_of(tex, page):
    """Return the names that a formula rests on, also by what it defines itself."""
    used = set()
    for statement in parse(tex, page.symbols.kinds):
        for node in (*statement.sides, *statement.conditions):
            names_in(node, page.symbols, page.definitions, used)
    return used


def contexts():
    """Return every derivation page."""
    pages = sorted(path for path in FOLDER.glob("*.md") if path.stem != "index")
    return [Context.read(path) for path in pages]


def reasons():
    """Return (label, change) -> why the changed formula is true as well."""
    path = FOLDER / "survivors.toml"
    if not path.exists():
        return {}
    found = tomllib.loads(path.read_text(encoding="utf-8"))["survivor"]
    return {(entry["label"], entry["change"]): entry["reason"] for entry in found}


def main(arguments=()):
    """Check all mutants and write down what was found; return whether one lacks its reason."""
    parser("python -m evidence.formula_checker.mutate", __doc__).parse_args(arguments)
    known, pages, survivors = reasons(), {}, []
    for context in contexts():
        mutants = list(context.mutants())
        alive = [mutant for mutant in mutants if context.survives(mutant)]
        pages[context.name] = {"mutants": len(mutants), "killed": len(mutants) - len(alive)}
        print(f"{context.name}: {len(mutants)} mutants, {len(alive)} alive", flush=True)
        for mutant in alive:
            reason = known.get((mutant.label, mutant.change), "")
            print(f"  {mutant.label}: {mutant.change}: {reason or mutant.tex}", flush=True)
            survivors.append({"label": mutant.label, "change": mutant.change, "reason": reason})
    write(pages, survivors)
    gone = known.keys() - {(survivor["label"], survivor["change"]) for survivor in survivors}
    for label, change in gone:
        print(f"survivors.toml names {label}, {change}, which does not survive")
    return bool(gone) or not all(survivor["reason"] for survivor in survivors)


def write(pages, survivors):
    """Write what was found into mutants.json."""
    total = sum(page["mutants"] for page in pages.values())
    found = {
        "date": datetime.date.today().isoformat(),
        "mutants": total,
        "killed": total - len(survivors),
        "pages": pages,
        "survivors": survivors,
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (FOLDER / "mutants.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
