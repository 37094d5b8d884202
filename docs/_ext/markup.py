"""What a message is made of: words, and the code, formulas, roles and links among them.

Read by the parsers that the pages are built with, so that a translation is seen as the build would
see it. `parse` returns a tuple of strings and items.
"""

import functools
import re
from dataclasses import dataclass

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import roles
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

TITLED = re.compile(r"(.*?)\s*<([^<>]+)>\Z", re.DOTALL)
ROLE = re.compile(r":([a-zA-Z][\w:+-]*):`")
ITEM = re.compile(r"^(\d+)([.)])(?= )")  # what begins like an item of a list
TAG = re.compile(r"(<[^<>]+>)")
BARE = re.compile(r"[^\W\d_][^`*_\[\]{}()$<>&\\|:\n.]*[^`*_\[\]{}()$<>&\\|:\n]?")  # no markup
SINGLE = ["paragraph_open", "inline", "paragraph_close"]
KINDS = {
    "code_inline": "code",
    "math_inline": "formula",
    "math_inline_double": "formula",
    "math_single": "formula",
    "strong": "bold",
    "em": "emphasis",
    "softbreak": "line break",
    "hardbreak": "line break",
}


@dataclass(frozen=True)
class Item:
    """A part that is more than words; `inside` are the parts that are translated in it, if any."""

    kind: str
    content: str = ""
    inside: tuple | None = None


class MarkupError(ValueError):
    """A message that is not read as a sentence."""


@functools.cache
def reader():
    """Return the parser of the pages, with the extensions of conf.py."""
    enabled = {"amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"}
    return create_md_parser(MdParserConfig(enable_extensions=enabled), RendererHTML)


def role(name, content):
    """Return a role: its target stays, its title is translated."""
    titled = TITLED.match(content)
    if titled:
        return Item(f"role {name}", titled[2], (titled[1],))
    return Item(f"role {name}", content)


def myst(message):
    """Read MyST."""
    tokens = reader().parse(message)
    if [token.type for token in tokens] != SINGLE:
        raise MarkupError("it is read as a list, a heading or a block, and would stay English")
    parts, around = [], []  # around: what is open, each with the parts before it
    for token in tokens[1].children:
        if token.nesting == 1:
            around.append((token, parts))
            parts = []
        elif token.nesting == -1:
            opening, before = around.pop()
            parts = [*before, box(opening, tuple(parts))]
        elif token.content or token.type != "text":
            parts.append(leaf(token))
    return tuple(parts)


def box(opening, inside):
    """Return what has words inside: a link, bold, emphasis."""
    name = opening.type.removesuffix("_open")
    return Item(KINDS.get(name, name), str(opening.attrs.get("href", "")), inside)


def leaf(token):
    """Return words, code, a formula, a role or an image."""
    if token.type in ("text", "text_special"):
        return token.content
    if token.type == "myst_role":
        return role(token.meta["name"], token.content)
    if token.type == "image":
        return Item("image", token.attrs["src"])
    return Item(KINDS.get(token.type, token.type), token.content)


def any_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Let a role of Sphinx stand as it is."""
    return [nodes.inline(rawtext, text, role=name)], []


@functools.cache
def settings():
    """Return the settings of docutils, which take longer to make than a message to read."""
    quiet = {"report_level": 5, "halt_level": 5, "file_insertion_enabled": False}
    return publish_doctree("", settings_overrides=quiet).settings


def rest(message):
    """Read reStructuredText."""
    for name in ROLE.findall(message):
        if name != "math":
            roles.register_local_role(name, any_role)
    document = publish_doctree(message, settings=settings().copy())
    broken = any(document.findall(nodes.problematic))
    if broken or [type(node) for node in document] != [nodes.paragraph]:
        raise MarkupError("the markup is broken, or read as a list or a block")
    return inside(document[0])


REST = (
    (nodes.literal, "code"),
    (nodes.title_reference, "code"),
    (nodes.math, "formula"),
    (nodes.strong, "bold"),
    (nodes.emphasis, "emphasis"),
    (nodes.reference, "link"),
)
BOXES = ("bold", "emphasis", "link")


def inside(node):
    """Return the parts of a node of reStructuredText."""
    return tuple(part for child in node.children for part in [item(child)] if part is not None)


def item(node):
    """Return a part of reStructuredText."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if "role" in node:
        return role(node["role"], node.astext())
    if isinstance(node, nodes.target) and "refuri" in node:
        return None  # that of the link before it
    kind = next((kind for each, kind in REST if isinstance(node, each)), node.tagname)
    if kind in BOXES:
        return Item(kind, node.get("refuri", node.get("refname", "")), inside(node))
    return Item(kind, node.astext())


def plain(message):
    """Read a text that is no markup but for tags of HTML."""
    pieces = enumerate(TAG.split(message))
    return tuple(Item("tag", piece) if n % 2 else piece for n, piece in pieces if piece)


READERS = {"MyST": myst, "reST": rest, "plain": plain}


@functools.cache
def parse(message, markup):
    """Return the parts of a message; raise MarkupError where it is not read as a sentence."""
    if BARE.fullmatch(message):
        return (message,)
    return READERS[markup](message)


def parse_source(message, markup):
    """Return the parts of an English message, which may begin with a number, as headings do."""
    return parse(ITEM.sub(r"\1\\\2", message), markup)
