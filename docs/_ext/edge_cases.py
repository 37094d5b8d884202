"""A directive that shows an operator at the edge of the numbers.

    ```{edge-cases} softmax

Under each input its value and its gradient; beside each other the exact limit, what refimpl gives
and what torch gives, in one cell where they agree. evidence/edge_cases.py computes the texts once
for each fingerprint; a remark of the record that holds for both is said once.
"""

from itertools import groupby

from docutils import nodes
from ledger import LedgerDirective, box, listing, plain
from tables import row, span, table

from evidence.edge_cases import COLUMNS, TABLES, remarks, results

HEADS = {"exact": "exact limit", "refimpl": "refimpl", "torch": "torch"}


class EdgeCases(LedgerDirective):
    """Show the rows of one operator."""

    final_argument_whitespace = True

    def run(self):
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"{name} has no record in evidence/operators; correct the name")
        rows = []
        for edge, shown in results()[name].items():
            rows += self.rows(name, edge, shown)
        head = [[plain("", nodes.literal("", "x"))], *([self.word(w)] for w in HEADS.values())]
        return [self.call(name), table(head, rows, "edge-cases")]

    def call(self, name):
        """Write the call whose argument varies."""
        function, fixed = name.split()[0], TABLES[name].edges.fixed
        arguments = ", ".join(["x", *([fixed] if fixed else [])])
        return plain("edge-call", nodes.literal("", f"{function}({arguments})"))

    def rows(self, name, edge, shown):
        """Show one input: a row that names it, then its value and its gradient."""
        given = span(1 + len(COLUMNS), self.word(edge), listing(shown["input"], wide=False))
        found = [row(given, css="edge-input")]
        places = {quantity: f"{name}, {edge}, {quantity}" for quantity in ("value", "gradient")}
        said = {quantity: remarks().get(place) for quantity, place in places.items()}
        for quantity, remark in said.items():
            texts = groupby(COLUMNS, shown[quantity].get)
            cells = [self.cell(text, list(columns)) for text, columns in texts]
            found.append(row([self.word(quantity)], *cells))
            if remark and not (quantity == "value" and remark == said["gradient"]):
                found.append(row([], span(len(COLUMNS), *self.parse(remark)), css="edge-remark"))
        return found

    def cell(self, text, columns):
        """Show a text once for the columns that agree on it."""
        _, colon, _ = text.partition(": ")
        shown = plain("edge-error", nodes.literal("", text)) if colon else listing(text, wide=False)
        who = self.word(", ".join(HEADS[column] for column in columns), "edge-who")
        label = [] if len(columns) == len(COLUMNS) else [who]
        return span(len(columns), box("edge-cell", *label, shown))


def setup(app):
    app.add_directive("edge-cases", EdgeCases)
    app.add_css_file("edge_cases.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
