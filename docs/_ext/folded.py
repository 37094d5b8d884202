"""Parts of a page that open on demand: Sphinx's own collapsible admonitions.

:::{answer} Show the steps
The content, which may hold formulas and code.
:::
"""

from docutils import nodes
from sphinx.directives.admonitions import Admonition


def folded(heading, *content):
    """Fold nodes up under a paragraph, which becomes their title and stays translatable."""
    title = nodes.title(heading.rawsource, "", *heading.children)
    title.source, title.line = heading.source, heading.line
    return nodes.admonition("", title, *content, classes=["folded"], collapsible="closed")


class Answer(Admonition):
    """The answer of an exercise."""

    def run(self):
        """Parse the content as an admonition does."""
        self.options |= {"class": ["answer"], "collapsible": "closed"}
        return super().run()


def setup(app):
    """Add the directive."""
    app.add_directive("answer", Answer)
    app.add_css_file("folded.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
