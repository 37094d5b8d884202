"""The numbers in the prose of the pages: each is shown by its page, proved, or listed as plain.

A number is shown by its page if the same digits stand in its code, its output or its formulas,
which the build runs or checks. prose_numbers.toml has the others.
"""

import functools
import json
import math
import re
import tomllib
from pathlib import Path

import mpmath
import numpy as np
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

import refimpl

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


def pages():
    """Return the pages that somebody wrote, in the order of their names."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in found if not set(path.parts) & set(GENERATED)]


def bare_numbers(text):
    """Return the numbers in the prose of a page that nothing else on the page shows, with lines.

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
    """Return what is known of the numbers that no page shows: by page, then by number."""
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
