"""Write mathematics as MathML while building: readers need no script and nothing moves on load."""

import html
import re

import math_core
from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOG = logging.getLogger(__name__)
FONT = "_static/fonts/math.woff2"
PRIME = re.compile(r"<msup>(<mi[^>]*>[^<]*</mi>)<mo>([′″‴])</mo></msup>")
CLOSE_PRIME = r'<mrow>\1<mo class="prime" lspace="0" rspace="0">\2</mo></mrow>'


def mathml(tex, display):
    """Convert TeX to MathML; primes are set close to their letter, which browsers do not do."""
    if display and r"\\" in tex and r"\begin" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    converter = math_core.LatexToMathML(fancy_error=False)
    return PRIME.sub(CLOSE_PRIME, converter.convert_with_local_state(tex, displaystyle=display))


def rendered(node, display):
    """Convert the text of a node; what cannot be read is a warning, so an error under -W."""
    tex = node.astext().strip()
    try:
        return mathml(tex, display)
    except math_core.LatexError as error:
        LOG.warning("math not rendered: %s: %s", error, tex, location=node, type="math")
        return f"<code>{html.escape(tex)}</code>"


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
        translator.add_permalink_ref(node, "Link to this equation")
        body.append("</span>")
    body.append(
        f'<div class="math-scroll" tabindex="0">{rendered(node, display=True)}</div></div>\n'
    )
    raise nodes.SkipNode


def preload_font(app, page, template, context, doctree):
    """Ask for the font early on pages with mathematics, so that no line moves when it comes."""
    if doctree is not None and next(doctree.findall(is_math), None) is not None:
        link = '<link rel="preload" as="font" type="font/woff2" crossorigin href="{}">'
        context["metatags"] += link.format(context["pathto"](FONT, 1))


def is_math(node):
    return isinstance(node, nodes.math | nodes.math_block)


def setup(app):
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("html-page-context", preload_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
