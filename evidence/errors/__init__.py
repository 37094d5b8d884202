"""The entries of the error messages: what a text means, a program that raises it, and it mended.

A page is a TOML file, an entry a table of it under the id that `refimpl._entries` gives to its
texts. `said` and `prints` are what torch says and prints; `python -m evidence.errors [part of a
page's name ...]` writes them down anew. The line ``import torch`` and its like is put before each
program.
"""

import ast
import contextlib
import io
import json
import re
import tomllib
import warnings
from pathlib import Path
from typing import NamedTuple

from evidence.engines import INTERNAL
from evidence.page_programs import ENGINES
from refimpl._entries import TEXTS
from refimpl.errors import ADDRESS, advice_of

FOLDER = Path(__file__).parent
# What stands before a program that uses the name.
IMPORTS = {
    "torch.": "import torch",
    "F.": "import torch.nn.functional as F",
    "nn.": "from torch import nn",
}
FORMS = ", but expected one of:"  # torch goes on to list the forms of a function


class Entry(NamedTuple):
    """What is known of a message."""

    name: str
    meaning: str
    raises: str  # the program
    said: str  # the error or warning in which it ends, with its class
    mended: str  # the program without the mistake
    prints: str
    older: tuple = ()  # texts of older releases that pages still quote
    engine: str = ""  # the one that refuses, where the other does not
    cut: str = ""  # the end of what both engines say, where each goes on in its own words

    @property
    def texts(self):
        """Return the texts that lead to this entry."""
        return TEXTS[self.name]

    @property
    def warns(self):
        """Return whether the program goes on."""
        return re.match(r"\w*Warning:", self.said) is not None

    @property
    def engines(self):
        """Return the engines that say so."""
        return [self.engine] if self.engine else list(ENGINES)


def message(entry):
    """Return what the program of an entry raises, without the class."""
    kind, _, text = entry.said.partition(": ")
    return ast.literal_eval(text) if kind == "KeyError" else text  # which Python writes quoted


class Page(NamedTuple):
    """A page of entries."""

    name: str
    title: str
    lead: str
    entries: tuple


def page(path):
    """Read the entries of a page."""
    tables = tomllib.loads(path.read_text("utf-8"))
    title, lead = tables.pop("title"), tables.pop("lead")
    entries = []
    for name, table in tables.items():
        programs = {part: whole(table.pop(part)) for part in ("raises", "mended")}
        table["older"] = tuple(table.get("older", ()))
        entries.append(Entry(name, **{"said": "", "prints": "", **table, **programs}))
    return Page(path.stem, title, lead, tuple(entries))


ORDER = """targets shapes indexing numbers gradients in_place modules optimizers data random devices
    calls""".split()


def pages():
    """Return all pages, in their order."""
    return [page(FOLDER / f"{name}.toml") for name in ORDER]


def whole(program):
    """Return a program with the imports that it needs."""
    own = re.match(r"(?:(?:import|from) .*\n)*", program)[0]
    needed = [line for name, line in IMPORTS.items() if re.search(rf"(?<![\w.]){name}", program)]
    standard = [line for line in own.splitlines() if "torch" not in line]
    others = needed + [line for line in own.splitlines() if "torch" in line]
    blocks = ["\n".join(standard), "\n".join(others), program[len(own) :].strip("\n")]
    return "\n\n".join(filter(None, blocks)) + "\n"


class End(NamedTuple):
    """How a program ended: what it said, what refimpl advised, where it points, what it printed."""

    said: str
    advice: list
    address: str | None  # the id of an entry
    printed: str


def end(program, engine, cut=""):
    """Run a program on an engine up to its error, or to its end; `cut` as of `Entry`."""
    out, error = io.StringIO(), None
    with ENGINES[engine](), contextlib.redirect_stdout(out), _every_warning(engine) as caught:
        try:
            exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
        except Exception as raised:
            error = raised
    told = [each for each in caught if each.category is not DeprecationWarning]
    if error is None and told:
        error = told[0].message
    said = "" if error is None else f"{type(error).__name__}: {_text(error)}"
    if cut and cut in said:
        said = said[: said.index(cut) + len(cut)]
    address = next((n for n in getattr(error, "__notes__", ()) if n.startswith(ADDRESS)), None)
    return End(said, advice_of(error), address and address.removeprefix(ADDRESS), out.getvalue())


def _text(error):
    return INTERNAL.sub("", str(error)).partition(FORMS)[0]


@contextlib.contextmanager
def _every_warning(engine):
    """Catch warnings, also those of which torch says each only once in a process."""
    if engine == "torch":
        import torch

        before = torch.is_warn_always_enabled()
        torch.set_warn_always(True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield caught
        finally:
            if engine == "torch":
                torch.set_warn_always(before)


def recorded(path):
    """Return the text of a page's file with what its programs say and print now."""
    found = {entry.name: entry for entry in page(path).entries}
    text = re.sub(
        r"^said = [^\n]*\n|^prints = '''\n.*?^'''\n", "", path.read_text("utf-8"), flags=FLAGS
    )
    return TABLE.sub(lambda table: _recorded(found[table["name"]], table), text)


FLAGS = re.M | re.S
TABLE = re.compile(
    r"^(?P<before>\[(?P<name>[^\]\n]+)\]\n.*?^raises = '''\n.*?^'''\n)"
    r"(?P<mended>mended = '''\n.*?^'''\n)",
    FLAGS,
)


def _recorded(entry, table):
    """Return the table of an entry with what its programs say and print."""
    engine = entry.engines[0]
    said = end(entry.raises, engine, entry.cut).said
    prints = end(entry.mended, engine).printed
    said = f"said = {json.dumps(said, ensure_ascii=False)}\n"
    return f"{table['before']}{said}{table['mended']}prints = '''\n{prints}'''\n"
