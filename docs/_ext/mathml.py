"""Write mathematics as MathML while building: readers need no script and nothing moves on load."""

import html
import re

import math_core
from docutils import nodes
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOG = logging.getLogger(__name__)
FONT = "_static/fonts/math.woff2"
GATHERED = re.compile(r"\\begin\{gathered\}(.*)\\end\{gathered\}", re.S)
TOKEN = re.compile(r":=|\\(?:begin|end)\{\w+\}|\\[a-zA-Z]+|\\.|.", re.S)
OPENS, CLOSES = re.compile(r"\\begin\b|\\left$|\{"), re.compile(r"\\end\b|\\right$|\}")
SPACE, ROW = re.compile(r"\\q?quad"), re.compile(r"\\\\")
RELATION = re.compile(r":?=|[<>]|\\(?:le|ge|approx|leftarrow|iff)")
SIGN = re.compile(r"\\[a-zA-Z]{2,}|[^\s{}^_\\]")
LONG = 24  # signs: about what a phone shows side by side
RAISED_PRIME = re.compile(r"<msup>(?P<letter><mi[^>]*>[^<]*</mi>)<mo>(?P<prime>[′″‴])</mo></msup>")


def mathml(tex, display):
    """Convert TeX to the text of a MathML element."""
    converter = math_core.LatexToMathML(fancy_error=False)
    text = converter.convert_with_local_state(tex, displaystyle=display)
    return RAISED_PRIME.sub(beside_letter, text)


def in_environment(tex):
    """Align lines that stand in no environment of their own."""
    lines = tex.split(r"\\")
    if len(lines) == 1 or r"\begin" in tex:
        return tex
    return r"\begin{aligned}" + tex + r"\end{aligned}"


def beside_letter(power):
    """Set a prime beside its letter: browsers leave a gap below one that is raised."""
    prime = f'<mo class="prime" lspace="0" rspace="0">{power["prime"]}</mo>'
    return f"<mrow>{power['letter']}{prime}</mrow>"


def rows(tex):
    """Return the rows of a displayed formula, each as the parts that a wide space sets apart."""
    gathered = GATHERED.fullmatch(tex)
    lines = cut(gathered[1], ROW) if gathered else [in_environment(tex)]
    return [cut(line, SPACE) for line in lines]


def cut(tex, mark, keep=False):
    """Cut a formula at a mark, but for those inside of braces and of environments."""
    depth, parts = 0, [""]
    for token in TOKEN.findall(tex):
        depth += OPENS.match(token) is not None
        depth -= CLOSES.match(token) is not None
        marked = depth == 0 and mark.fullmatch(token)
        if marked:
            parts.append("")
        if keep or not marked:
            parts[-1] += token
    return parts


def broken(part):
    """Convert a part of a row; a long one may go on in another line before each relation."""
    pieces = cut(part, RELATION, keep=True) if len(SIGN.findall(part)) > LONG else [part]
    return "<wbr>".join(mathml(piece, display=True) for piece in pieces if piece.strip())


def displayed(source):
    """Convert a displayed formula, in parts: on a phone they stand below each other."""
    made = (" ".join(map(broken, row)) for row in rows(source))
    return "".join(f'<div class="math-row">{row}</div>' for row in made)


def rendered(node, display):
    """Convert the text of a node; what cannot be read is a warning, so an error under -W."""
    source = node.astext().strip()
    try:
        return displayed(source) if display else mathml(source, display)
    except math_core.LatexError as error:
        LOG.warning("unreadable formula, %s\n%s", error, source, type="math", location=node)
        return f"<code>{html.escape(source)}</code>"


def inline(translator, node):
    translator.body.append(f'<span class="math">{rendered(node, display=False)}</span>')
    raise nodes.SkipNode


def block(translator, node):
    body = translator.body
    outer = node.parent.get("ids", [])  # Furo's wrapper takes the ids of a labelled equation
    name = "".join(f' id="{i}"' for i in node["ids"][:1] if i not in outer)
    body.append(f'<div class="math"{name}>')
    if node["number"]:
        body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        body.append("</span>")
    body.append(
        f'<div class="math-scroll" tabindex="0">{rendered(node, display=True)}</div></div>\n'
    )
    raise nodes.SkipNode


def preload_font(app, page, template, context, doctree):
    """Ask for the font early on pages with mathematics, so that no line moves when it comes."""
    if doctree is not None and next(doctree.findall(is_math), None) is not None:
        href = context["pathto"](FONT, 1)
        kind = 'as="font" type="font/woff2" crossorigin'
        context["metatags"] += f'<link rel="preload" href="{href}" {kind}>'


def is_math(node):
    return isinstance(node, nodes.math | nodes.math_block)


def setup(app):
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("html-page-context", preload_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
