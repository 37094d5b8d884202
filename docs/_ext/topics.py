"""The lists of pages that have a topic of the records.

    ```{topics}
    softmax
    tanh

A toctree: the pages that are named, in this order, then those of the records' topics that are not.
"""

from docutils.statemachine import StringList
from sphinx.directives.other import TocTree

from evidence.operators import RECORDS


def listed(named, records):
    """Return the named pages and, after them, the topics of records that are not named."""
    topics = dict.fromkeys(record.topic for record in records)
    return [*named, *(topic for topic in topics if topic not in named)]


class Topics(TocTree):
    """List the pages of the operators."""

    def run(self):
        self.content = StringList(listed(list(self.content), RECORDS.values()))
        return super().run()


def setup(app):
    app.add_directive("topics", Topics)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
