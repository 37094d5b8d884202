"""Directives that show what other libraries answer to the same call, as benchmarks/elsewhere
recorded it.

    ```{answers} softmax, axis        who answers a case in which way
    ```{moving} jax                   one library: where it is not PyTorch, and all its answers

Above each ``{answers}`` stands a heading with the label ``elsewhere-softmax-axis``.
"""

import re

from docutils import nodes
from ledger import LedgerDirective, box, plain
from tables import span, table

from benchmarks import machine
from benchmarks.elsewhere.answers import (
    NAMES,
    NO_CALL,
    NOT_RUN,
    NOT_TRIED,
    Answer,
    answer,
    exact_text,
    moving,
    recorded,
)
from benchmarks.elsewhere.answers import table as grouped
from benchmarks.elsewhere.cases import CASES, IGNORED
from benchmarks.elsewhere.exact import case_of, meanings
from benchmarks.elsewhere.recorder import LIBRARIES, RECORD

FOLDER = "elsewhere/"
OWN = "torch"  # the library that the others are compared with; refimpl stands on its page too
MINUS = str.maketrans("-", "\N{MINUS SIGN}")
NUMBERS = re.compile("[-\N{MINUS SIGN}0-9e., ]+")  # what is no word in any language


def label(name):
    """Name the anchor of a case."""
    return f"elsewhere-{nodes.make_id(name)}"


def written(values):
    """Write an input as a program does; None is the label that is ignored."""
    if isinstance(values, list):
        return f"[{', '.join(map(written, values))}]"
    return "ignored" if values is IGNORED else f"{values:g}"


def page_of(library):
    """Return the page of a library, which refimpl shares with torch."""
    return FOLDER + (OWN if library == "refimpl" else library)


class Elsewhere(LedgerDirective):
    """What the directives share: the record, text that a search need not find twice."""

    final_argument_whitespace = True

    def recorded(self):
        """Return the record, and read the page again when it changes."""
        self.env.note_dependency(str(machine.DATA / RECORD))
        return recorded()

    def text(self, answer, exact=False):
        """Show an answer: its words, and whether it is the exact value or another."""
        text, css = answer.text.translate(MINUS), "elsewhere-answer"
        shown = [plain(css, nodes.Text(text)) if NUMBERS.fullmatch(text) else self.word(text, css)]
        if exact:
            shown.append(self.word("the exact value", "elsewhere-exact"))
        if answer.differs:
            shown.append(self.word("not the exact value", "elsewhere-differs"))
        return shown

    def noted(self, answer):
        """Show an answer with what stands beside it."""
        note, css = answer.note.translate(MINUS), "elsewhere-note"
        if answer.text == NOT_TRIED:  # the note is the reason, else numbers or a library's own text
            return [*self.text(answer), self.word(note, css)]
        return self.text(answer) + ([plain(css, nodes.Text(note))] if note else [])


class Answers(Elsewhere):
    """Show who answers a case in which way."""

    def run(self):
        self.recorded()
        name = self.arguments[0]
        if name not in NAMES:
            raise self.error(f"{name} is no case of benchmarks/elsewhere/cases.py; correct it")
        answers, exact = grouped(name), (exact_text(name), False)
        rows = [
            [self.text(of[0][1], key == exact), self.libraries(of)] for key, of in answers.items()
        ]
        if exact[0] and exact not in answers and not meanings(name):  # no library gives it
            rows.insert(0, [self.text(Answer(exact[0]), exact=True), []])
        head = [[self.word("answer")], [self.word("libraries")]]
        return [self.inputs(name), table(head, rows, "elsewhere", named_rows=True)]

    def inputs(self, name):
        """Show what every library is given."""
        case = CASES[case_of(name)]
        given = {"x": case.x, "y": case.y, "w": case.w}
        lines = [f"{key} = {written(value)}" for key, value in given.items() if value]
        text = "\n".join(lines)
        return nodes.literal_block(text, text, language="none", classes=["no-copy", "given"])

    def libraries(self, found):
        """List libraries, each a link to its page."""
        names = [
            f"{{doc}}`{LIBRARIES[library]['title']} </{page_of(library)}>`" for library, _ in found
        ]
        return self.parse(", ".join(names))


class Moving(Elsewhere):
    """Show one library: where it answers otherwise than PyTorch, and all its answers."""

    def run(self):
        library = self.arguments[0]
        if library not in LIBRARIES:
            raise self.error(f"{library} is not in libraries.toml; correct the name")
        if library not in self.recorded():
            return self.parse("This library was **not run**.")
        shown = [] if library == OWN else self.differences(library)
        return [
            *shown,
            nodes.rubric("", "All answers"),
            self.answers(library),
            self.run_of(library),
        ]

    def differences(self, library):
        """List the cases in which a program that moves to PyTorch meets something else."""
        found = moving(library)
        asked = [n for n in NAMES if answer(library, n).text not in (NO_CALL, NOT_RUN)]
        lead = "Other answers than those of PyTorch: {found} of {asked}."
        values = {"found": len(found), "asked": len(asked)}
        counted = nodes.paragraph("", lead.format(**values), template=lead, values=values)
        items = [self.difference(name, *pair) for name, pair in found.items()]
        return [counted, nodes.bullet_list("", *items, classes=["elsewhere-list"])]

    def difference(self, name, here, there):
        """Show one case, with both answers."""
        item = nodes.list_item("")
        item += self.parse(f"{{ref}}`{label(name)}`")
        for who, found in (("here", here), ("PyTorch", there)):
            line = box("elsewhere-side", self.word(who, "elsewhere-who"))
            line += plain("", nodes.literal("", found.call))
            line += self.noted(found)
            item += line
        return item

    def answers(self, library):
        """Show every question with the call that was run and its answer."""
        rows = []
        for name in NAMES:
            found: Answer = answer(library, name)
            asked = self.parse(f"{{ref}}`{label(name)}`")
            call = [plain("elsewhere-call", nodes.literal("", found.call))] if found.call else []
            rows.append([[*asked, *call], span(1, *self.noted(found))])
        head = [[self.word("question and call")], [self.word("answer")]]
        return table(head, rows, "elsewhere", widths=(3, 2), named_rows=True)

    def run_of(self, library):
        """Say what was run, when and where."""
        run = self.recorded()[library]
        versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        text = f"{run['date']}; {versions}; {run['cpu']}; python -m benchmarks.elsewhere {library}"
        return plain("computed", nodes.Text(text))


def setup(app):
    """Add the directives."""
    app.add_directive("answers", Answers)
    app.add_directive("moving", Moving)
    app.add_css_file("elsewhere.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
