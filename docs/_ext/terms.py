"""Directives that show docs/glossary/terms.toml.

```{terms}           every term with its translation and where that comes from
```{term-sources}    the sources
"""

from docutils import nodes
from glossary import FILE, sources, terms
from ledger import LedgerDirective, plain
from tables import table


def chinese(text):
    """Show Chinese words, in both languages the same."""
    return plain("", nodes.inline("", text, classes=["chinese"]))


class Terms(LedgerDirective):
    """Every term, in alphabetical order."""

    required_arguments = 0

    def run(self):
        self.env.note_dependency(str(FILE))
        return self.content_nodes()

    def content_nodes(self):
        head = [[self.word("English")], [self.word("Chinese")], [self.word("from")]]
        listed = sorted(terms(), key=lambda term: term["en"][0].lower())
        return [table(head, [self.row(term) for term in listed], "terms", widths=(4, 3, 5))]

    def row(self, term):
        said = [plain("", nodes.Text(", ".join(term["en"])))]
        source = self.word(term["source"])
        note = self.parse(term["note"]) if "note" in term else []
        return [said, [chinese(term["zh"])], [source, *note]]


class Sources(Terms):
    """What the sources are."""

    def content_nodes(self):
        rows = [[[self.word(name)], self.parse(text)] for name, text in sources().items()]
        return [table([], rows, "term-sources", widths=(1, 4))]


def setup(app):
    """Add the directives."""
    app.add_directive("terms", Terms)
    app.add_directive("term-sources", Sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
