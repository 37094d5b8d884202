"""Figures that one can move; without JavaScript a picture stands in their place.

    ```{movable-softmax}

What stands on the page first is the state in which the script of the figure starts, with the
numbers of refimpl. ``NAME_figure.js`` draws it anew; ``figure_parts.js`` is what the scripts share.
"""

import dim_figure
import smoothing_figure
import softmax_figure
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

PICTURES = {
    "softmax": softmax_figure.picture,
    "dim": dim_figure.picture,
    "smoothing": smoothing_figure.picture,
}


def mark(name):
    """Return the tag with which a figure begins."""
    return f'<div class="movable movable-{name}">'


class Movable(nodes.General, nodes.Element):
    """A figure, drawn when the page is written: its words have the language of the page."""


def visit(translator, node):
    """Write a figure."""
    name = node["name"]
    translator.body.append(f"{mark(name)}{PICTURES[name]()}</div>\n")
    raise nodes.SkipNode


class MovableFigure(SphinxDirective):
    """Show the figure after which the directive is called."""

    def run(self):
        return [Movable(name=self.name.removeprefix("movable-"))]


def add_scripts(app, page, template, context, doctree):
    """Load a script where its figure is, and nowhere else."""
    found = [name for name in PICTURES if mark(name) in context.get("body", "")]
    for script in ("figure_parts", *(f"{name}_figure" for name in found)) if found else ():
        app.add_js_file(f"{script}.js", loading_method="defer")
    if found:
        app.add_css_file("movable.css")


def setup(app):
    app.add_node(Movable, html=(visit, None))
    for name in PICTURES:
        app.add_directive(f"movable-{name}", MovableFigure)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
