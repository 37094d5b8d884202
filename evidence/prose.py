"""The numbers in prose: each is shown beside it, proved, or listed as plain.

A number is shown if the same digits stand in code, output or formulas of the same page, in code
or prints of the same gallery script, in values or formulas of the same claim or in the code of its
check: these the build runs or checks. prose_numbers.toml has the others.
"""

import ast
import functools
import importlib
import inspect
import json
import math
import re
import tomllib
from pathlib import Path
from types import CodeType

import mpmath
import numpy as np
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

import refimpl
from evidence.articles.registry import CHECKS
from refimpl.articles import load

ROOT = Path(__file__).resolve().parents[1]
RECORD = Path(__file__).with_suffix("").with_name("prose_numbers.toml")
GENERATED = ("auto_examples", "_data")
PLAIN = {"0", "1", "2", "3", "−1", "−0"}  # bounds, ranks, lengths, the sign of zero
NUMBER = re.compile(
    r"(?<![\w./#-])[−-]?(?:\d{1,3}(?: \d{3})+|\d+(?:[.,]?\d+)*)(?:e[-−]?\d+)?(?![\w-])"
)
PARSER = (
    MarkdownIt("commonmark")
    .enable("table")
    .use(myst_role_plugin)
    .use(dollarmath_plugin)
    .use(colon_fence_plugin)
    .use(front_matter_plugin)
)
SHOWN = {"fence", "colon_fence", "math_block", "math_inline", "code_inline", "myst_role"}


@functools.cache
def texts():
    """Return all that somebody wrote by its name: pages, scripts of the gallery, claims."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    pages = [path for path in found if not set(path.parts) & set(GENERATED)]
    scripts = sorted((ROOT / "gallery").rglob("*.py"))
    articles = load()
    claims = [claim for article in articles for claim in article.claims]
    return (
        {of(path): path.read_text("utf-8") for path in pages}
        | {of(path): script(path) for path in scripts}
        | {article.id: article.teaches for article in articles}
        | {claim.id: entry(claim) for claim in claims}
    )


def of(path):
    """Name a file of the project."""
    return path.relative_to(ROOT).as_posix()


def script(path):
    """Return a script as a page: its texts and the labels of its figures, then what shows them."""
    said, *shown = parts(path)
    return "\n\n".join([*said, fenced(*shown)])


def parts(path):
    """Return what a script says in prose, its code without this, and what it prints."""
    blocks = split_code_and_text_blocks(str(path))[1]
    code = "\n".join(content for kind, content, _ in blocks if kind == "code")
    said = [content for kind, content, _ in blocks if kind == "text"]
    for label in labels(code):  # as much prose as the texts are
        said.append(constant(label))
        code = code.replace(ast.get_source_segment(code, label), "", 1)
    return said, code, *prints(path)


def prints(path):
    """Return what a script prints, on each engine and on each set of pictures."""
    return [file.read_text("utf-8") for file in sorted(path.parent.glob(f"{path.stem}.*out"))]


def labels(code):
    """Return the labels of the figures in the syntax tree, the last one first."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    found = [node.args[0] for node in calls if getattr(node.func, "attr", "") == "set_label"]
    return sorted(found, key=lambda node: -node.lineno)


def constant(label):
    """Return what of a string is written, not computed."""
    parts = label.values if isinstance(label, ast.JoinedStr) else [label]
    return " … ".join(part.value for part in parts if isinstance(part, ast.Constant))


def entry(claim):
    """Return an entry of the ledger as a page: all that it says, then what shows its numbers.

    The rows of a table in a statement are data, which the check reads.
    """
    lines = claim.statement.splitlines()
    rows = [line for line in lines if line.startswith("|")]
    said = "\n".join(line for line in lines if line not in rows)
    values = [
        " ".join((value.article, value.text, value.exact, value.torch)) for value in claim.value
    ]
    names = [value.name for value in claim.value]
    shown = fenced(*rows, *values, claim.formula, claim.shown, *computed_with(claim.id, names))
    return "\n\n".join([said, claim.why, *names, shown])


def computed_with(claim_id, names):
    """Return the numbers and texts in the code of a check, and of the script that it is given.

    The names of the values stand there too; they are what is to be shown.
    """
    importlib.import_module(f"evidence.articles.{claim_id[:2].lower()}")
    if claim_id not in CHECKS:
        return []
    check = CHECKS[claim_id]
    found = [each for each in held(check, set()) if each not in names]
    study = parts(ROOT / f"gallery/{check.study}.py")[1:] if check.study else ()
    return [*map(written, found), *study]


def held(thing, seen):
    """Yield the numbers and texts in a constant, or in a function and what it names of ours."""
    if isinstance(thing, int | float | str):
        yield thing
    elif isinstance(thing, tuple | list | set | frozenset):
        for each in thing:
            yield from held(each, seen)
    elif isinstance(thing, dict):
        yield from held([*thing.items()], seen)
    elif ours(thing := inspect.unwrap(thing)) and thing not in seen:
        seen.add(thing)
        for code in codes(thing.__code__):
            consts = [each for each in code.co_consts if each != thing.__doc__]
            named = map(thing.__globals__.get, code.co_names)
            yield from held([*consts, *named, thing.__defaults__], seen)


def ours(thing):
    """Tell whether a thing is a function of the checks."""
    return inspect.isfunction(thing) and thing.__module__.startswith("evidence.articles.")


def codes(code):
    """Yield the code of a function and of the functions in it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes(inner)


def written(thing):
    """Return a text, or the ways to write a number.

    >>> written(-60000.0)
    '-60000.0 −60000.0 -60000 −60000 -60 000 −60 000'
    """
    if isinstance(thing, str):
        return thing
    ways = dict.fromkeys((repr(thing), f"{thing:.15g}", f"{thing:,.15g}".replace(",", " ")))
    return " ".join(each for way in ways for each in dict.fromkeys((way, way.replace("-", "−"))))


def fenced(*shown):
    """Write what shows numbers as code, behind a fence that no text of it holds."""
    return "\n".join(["~" * 9, *shown, "~" * 9, ""])


def bare_numbers(text):
    """Return the numbers in the prose of a text that nothing else in it shows, with lines.

    >>> bare_numbers("It is 17, not `16`; of 16 bits it has 2.")
    [('17', 1)]
    """
    blocks = PARSER.parse(text)
    spans = [(span, block) for block in blocks for span in block.children or [block]]
    shown = {n for span, _ in spans if span.type in SHOWN for n in NUMBER.findall(span.content)}
    return [
        (number, block.map[0] + 1)
        for span, block in spans
        if span.type == "text"
        for number in NUMBER.findall(span.content)
        if number not in shown | PLAIN
    ]


def record():
    """Return what is known of the numbers that are not shown: by text, then by number."""
    return tomllib.loads(RECORD.read_text("utf-8"))


def holds(expression):
    """Evaluate what proves a number."""
    names = {"torch": refimpl, "np": np, "math": math, "mpmath": mpmath, "read": read}
    with mpmath.workdps(80), np.errstate(over="ignore"):
        return bool(eval(expression, names))


@functools.cache
def read(path):
    """Return a file of the project: parsed JSON, or text."""
    text = (ROOT / path).read_text("utf-8")
    return json.loads(text) if path.endswith(".json") else text
