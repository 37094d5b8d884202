"""What the reference says of the operators comes from their records.

    ```{topics}
    softmax
    tanh

A toctree: the pages that are named, in this order, then those of the records' topics that are not.

    ```{formulas} softmax log_softmax

Each formula with its derivatives, then how the operators behave where numbers end.
"""

import re

from docutils.statemachine import StringList
from sphinx.directives.other import TocTree

from evidence.edge_cases import TABLES
from evidence.operators import RECORDS

FORMULAS = re.compile(r"^```\{formulas\} (.+)\n```$", re.M)
ROLES = ("", ".vjp", ".jvp", ".vjp_vjp")
EDGES = """\
## At the edges

What comes out where numbers end: the exact limit (a dash where there is none), refimpl and torch,
in one cell where they agree.
"""
FIRST = "The gradient is that of the result's first entry."


def listed(named, records):
    """Return the named pages and, after them, the topics of records that are not named."""
    topics = dict.fromkeys(record.topic for record in records)
    return [*named, *(topic for topic in topics if topic not in named)]


def described(names):
    """Return what stands for ``{formulas}`` in a page: MyST text of formulas and edge cases."""
    roles = "\n\n".join(
        f".. autofunction:: refimpl.formulas.{name}{role}" for name in names for role in ROLES
    )
    tables = {title: table for title, table in TABLES.items() if table.record.name in names}
    first = f" {FIRST}" if any(table.edges.first for table in tables.values()) else ""
    edges = "\n".join(f"```{{edge-cases}} {title}\n```\n" for title in tables)
    return f"```{{eval-rst}}\n{roles}\n```\n\n{EDGES.strip()}{first}\n\n{edges}"


def describe(app, docname, content):
    """Put the described formulas into the text of a page when it is read."""
    content[0] = FORMULAS.sub(lambda found: described(found[1].split()), content[0])


class Topics(TocTree):
    """List the pages of the operators."""

    def run(self):
        self.content = StringList(listed(list(self.content), RECORDS.values()))
        return super().run()


def setup(app):
    app.add_directive("topics", Topics)
    app.connect("source-read", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
