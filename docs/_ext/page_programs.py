"""Programs on pages: the build runs each, and it must print what stands under it.

    ```{script}
    import torch
    print(torch.zeros(2))
    ```

    ```{prints}
    tensor([0., 0.])
    ```

The build runs them on refimpl; the tests run them on torch as well. ``{prints} refimpl`` holds what
refimpl prints where that differs from torch.
"""

from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from evidence.page_programs import MARK, QUESTIONS, examples, printed

logger = logging.getLogger(__name__)


class Program(SphinxDirective):
    """Show a program, some lines of it marked."""

    has_content = True
    option_spec = {"marked": directives.positive_int_list}

    def run(self):
        source = "\n".join(self.content)
        shown = nodes.literal_block("", source, language="python", classes=["runnable"])
        if "marked" in self.options:
            shown["highlight_args"] = {"hl_lines": self.options["marked"]}
        self.set_source_info(shown)
        return [shown]


class Prints(SphinxDirective):
    """Show what the program above prints; of refimpl, where that differs."""

    has_content = True
    optional_arguments = 1
    classes = ("prints", "no-copy")

    def run(self):
        shown = nodes.literal_block(
            "", "\n".join(self.content), language="text", classes=list(self.classes)
        )
        self.set_source_info(shown)
        who = None
        if self.arguments:
            who = nodes.paragraph("", f"{self.arguments[0]} prints:", classes=["prints-of"])
        return [each for each in (who, shown) if each]


def check(app, docname, content):
    """Warn of a program that prints something else: warnings stop the build."""
    page = Path(app.env.doc2path(docname, base=True))
    found = examples(page) if MARK in content[0] else []
    if page in QUESTIONS and not found:
        logger.warning("a question page without a program", location=docname)
    for example in found:
        got = printed(example.source, "refimpl")
        if got != example.prints["refimpl"]:
            logger.warning(
                "the program prints\n%s\nbut the page says\n%s",
                got,
                example.prints["refimpl"],
                location=docname,
            )


def setup(app):
    """Add the directives and the check."""
    app.add_directive("script", Program)
    app.add_directive("prints", Prints)
    app.add_css_file("page_programs.css")
    app.connect("source-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
