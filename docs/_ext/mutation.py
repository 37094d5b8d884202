"""What the run of mutants recorded: how many changes of the code the tests noticed.

```{mutation} found       the sentence that counts them
```{mutation} parts       a row to each part of the code
```{mutation} kinds       a row to each kind of change
```{mutation} survivors   what no test noticed, and why

The record is made by evidence/mutation.
"""

import json
from collections import Counter
from pathlib import Path

from docutils import nodes
from ledger import LedgerDirective, plain
from tables import table

RECORD = Path(__file__).resolve().parents[1] / "_data/mutation.json"
FOUND = (
    "On {date}, {mutants} places of revision {revision} were changed, drawn by the seed {seed}. "
    "The tests noticed {killed} of the changes, {share}; of these, {timeouts} by coming to no end."
)


def share(killed, mutants):
    """Write a share in percent, rounded down, so that only all is 100."""
    return f"{1000 * killed // mutants / 10:g} %"


def cell(text):
    """Make a cell of characters that no translation touches, all on one line."""
    return [plain("", nodes.Text(text.replace(" ", "\N{NO-BREAK SPACE}")))]


def code(text):
    """Make a cell that holds code."""
    return [plain("", nodes.literal("", text))]


class Mutation(LedgerDirective):
    """Show a part of the record."""

    def run(self):
        self.env.note_dependency(str(RECORD))
        record = json.loads(RECORD.read_text(encoding="utf-8"))
        return [getattr(self, f"show_{self.arguments[0]}")(record)]

    def show_found(self, record):
        """Make the sentence."""
        counts = record | {"share": share(record["killed"], record["mutants"])}
        return nodes.paragraph("", FOUND.format(**counts))

    def show_parts(self, record):
        """Make the table of the parts."""
        return self.counted(record, "part", code)

    def show_kinds(self, record):
        """Make the table of the kinds."""
        return self.counted(record, "kind", lambda kind: [self.word(kind)])

    def counted(self, record, key, named):
        """Count mutants by a key of their strata."""
        mutants, killed = Counter(), Counter()
        for stratum in record["strata"]:
            mutants[stratum[key]] += stratum["mutants"]
            killed[stratum[key]] += stratum["killed"]
        head = [[self.word(word)] for word in (key, "changes", "noticed", "share")]
        rows = [
            [
                named(name),
                cell(str(mutants[name])),
                cell(str(killed[name])),
                cell(share(killed[name], mutants[name])),
            ]
            for name in sorted(mutants)
        ]
        return table(head, rows, "ratios")

    def show_survivors(self, record):
        """Make the table of what was not noticed."""
        head = [[self.word(word)] for word in ("place", "change", "why nothing is wrong")]
        rows = [
            [
                code(f"{each['file']}, {each['function']}".removesuffix(", ")),
                code(each["change"]),
                self.parse(each["reason"]),
            ]
            for each in record["survivors"]
        ]
        return table(head, rows, "formula-symbols", widths=(2, 3, 4))


def setup(app):
    app.add_directive("mutation", Mutation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
