"""A page for each operator, made from its record, its code and what was measured.

    ```{operator} softmax             the whole page: this is all that stands below its title
    ```{operators}                    a toctree of all these pages

The text of a page is MyST, put in when the page is read; these directives stand in it:

    ```{refusals} softmax             what the operator refuses, with the error
    ```{accuracy-of} softmax          how exact it is
    ```{calls-elsewhere} softmax      the same call in other libraries, and where they differ
    ```{operator-links} functions     on other pages: what stands on a page of an operator

A question page ends with links to the operators of its programs.
"""

import functools
import inspect
import re
import warnings
from pathlib import Path

import measurements
import numpy as np
from docutils import nodes
from docutils.statemachine import StringList
from elsewhere import Elsewhere, label, page_of
from ledger import LedgerDirective, plain
from measurements import LIBRARIES, Measured, code
from sphinx.directives.other import TocTree
from tables import table

import refimpl
from benchmarks.accuracy import summary
from benchmarks.elsewhere.answers import NAMES, NO_CALL, NOT_RUN, answer
from benchmarks.elsewhere.answers import table as grouped
from benchmarks.elsewhere.recorder import LIBRARIES as OTHERS
from evidence.code_of import code_of
from evidence.edge_cases import TABLES
from evidence.operators import RECORDS
from evidence.sampled import errors_of_samples
from evidence.uses import module_of, operators_in, uses
from refimpl import nn

DERIVATIONS = Path(__file__).resolve().parents[1] / "derivations"
MARK = re.compile(r"^```\{operator\} (\w+)\n```$", re.M)
ENTRY = re.compile(r"errors/#([\w-]+)$")
FORMULAS = "refimpl.formulas"
# The questions that were put to other libraries, by the operator that they are about.
ELSEWHERE = {
    "softmax": ("softmax, ",),
    "log_softmax": ("log_softmax, ",),
    "cross_entropy": ("cross entropy, ", "soft labels", "label smoothing"),
    "kl_div": ("kl_div, ",),
    "binary_cross_entropy": ("sigmoid loss, input",),
    "binary_cross_entropy_with_logits": ("sigmoid loss, ",),
    "logsigmoid": ("log_sigmoid, ",),
}
EDGES = (
    "What comes out where numbers end: the exact limit (a dash where there is none), refimpl and \
torch, in one cell where they agree."
)
SECTIONS = (
    *("Formula", "On tensors", "Gradient", "Code", "At the edges"),
    *("Errors", "Accuracy", "The same call elsewhere", "Used in"),
)
# What a page lists instead of describing it: where that is defined, and of which kind it is.
PLACES = {
    "torch": ("refimpl.tape.", inspect.isfunction),
    "functions": ("refimpl.nn.", inspect.isfunction),
    "classes": ("refimpl.nn.", inspect.isclass),
}
FIRST = "The gradient is that of the result's first entry."
TORCH = {
    "the same": "the same",
    "other words": "the same type, in other words",
    "another type": "another type",
    "accepts": "takes it",
}


# ---- the text of a page -----------------------------------------------------------------


def looked_up(path):
    """Return what a path below refimpl names."""
    found = refimpl
    for part in path.split("."):
        found = getattr(found, part)
    return found


def full_name(value):
    """Return the path under which an object is described."""
    return f"{value.__module__}.{value.__qualname__}"


def on_tensors(record):
    """Return the function on tensors that the page describes, and the class, if any."""
    function = looked_up(record.spellings[0])
    name = module_of(record)
    return [function, *([getattr(nn, name)] if name else [])]


@functools.cache  # autodoc asks for each member of each module
def described():
    """Return what the pages of the operators describe: other pages leave it to them."""
    own = [each for record in RECORDS.values() for each in on_tensors(record)]
    return set(map(full_name, own))


def derivation_of(record):
    """Return the page that derives an operator, or None."""
    for name in (record.name, record.topic):
        if (DERIVATIONS / f"{name}.md").exists():
            return name
    return None


def rst(*lines):
    """Put lines of reStructuredText into MyST."""
    return "```{eval-rst}\n" + "\n\n".join(lines) + "\n```"


def auto(value):
    """Describe a function or a class by its docstring."""
    kind = "autoclass" if inspect.isclass(value) else "autofunction"
    return f".. {kind}:: {full_name(value)}"


def folded(title, *parts):
    """Fold text up under a title."""
    inner = "\n\n".join(parts)
    return f":::::{{admonition}} {title}\n:class: folded\n:collapsible: closed\n\n{inner}\n:::::"


def formula(record):
    """Write the formula, with where it is derived."""
    where = derivation_of(record)
    derived = f"Derived and checked step by step: {{doc}}`/derivations/{where}`." if where else ""
    return ["## Formula", derived, rst(f".. autofunction:: {FORMULAS}.{record.name}")]


def tensors(record):
    """Write the function and the class on tensors."""
    names = [path for path in record.spellings[1:] if not path.startswith("Tensor.")]
    more = [f"{{func}}`torch.{path} <{full_name(looked_up(path))}>`" for path in names]
    if any(path.startswith("Tensor.") for path in record.spellings):
        more.append(f"the method `x.{record.name}`")
    also = f"The same: {', '.join(more)}." if more else ""
    return ["## On tensors", rst(*map(auto, on_tensors(record))), also]


def gradient(record):
    """Write the gradient, and folded what autograd needs beside it."""
    roles = [f".. autofunction:: {FORMULAS}.{record.name}.{role}" for role in ("jvp", "vjp_vjp")]
    pulled = rst(f".. autofunction:: {FORMULAS}.{record.name}.vjp")
    return ["## Gradient", pulled, folded("Forward mode and the second derivative", rst(*roles))]


def sources(paths):
    """Write the directive that shows functions."""
    return "```{source} " + " ".join(paths) + "\n```" if paths else ""


def the_code(record):
    """Write the code: the value, then folded the gradient and what both call."""
    home = f"{inspect.unwrap(record.formula.value).__module__}."
    value, slope = code_of(record.formula)
    parts = {
        "The gradient": [path for path in slope if path.startswith(home)],
        "What they call": [path for path in value + slope if not path.startswith(home)],
    }
    more = [folded(title, sources(paths)) for title, paths in parts.items() if paths]
    own = sources([path for path in value if path.startswith(home)])
    return ["## Code", "As it stands in the package, without docstrings.", own, *more]


def edges(record):
    """Write the tables at the edges."""
    tables = {title: each for title, each in TABLES.items() if each.record is record}
    first = FIRST if any(each.edges.first for each in tables.values()) else ""
    shown = [f"```{{edge-cases}} {title}\n```" for title in tables]
    return ["## At the edges", f"{EDGES} {first}".strip(), *shown]


def used(record):
    """Write where the operator is used."""
    scripts = [each.replace("/", "_") for each in uses(record, "examples")]
    lists = {
        "Derivations": [f"- {{doc}}`/derivations/{each}`" for each in derivations(record)],
        "Questions": [f"- {{doc}}`/questions/{each}`" for each in uses(record, "questions")],
        "Examples": [f"- {{ref}}`sphx_glr_auto_examples_{each}.py`" for each in scripts],
        "Claims of the articles, whose checks call it": [
            f"{{claim}}`{each}`" for each in uses(record, "claims")
        ],
    }  # apart from the heads, for what has no words needs no translation
    shown = {head: "\n".join(lines) for head, lines in lists.items() if lines}
    return ["## Used in", *(text for head, each in shown.items() for text in (f"{head}:", each))]


def derivations(record):
    """Return the pages that derive an operator or name its code."""
    named = re.compile(rf"\b{record.name}\b(?!_)")
    code = re.compile(r"^:code: refimpl\.formulas\.(\w+)|^```\{source\} (.+)$", re.M)
    own = derivation_of(record)
    others = {
        page.stem
        for page in DERIVATIONS.glob("*.md")
        if any(named.search(" ".join(found)) for found in code.findall(page.read_text("utf-8")))
    }
    return [own, *sorted(others - {own})]


def written(name):
    """Return the MyST text of the page of an operator."""
    record = RECORDS[name]
    directives = {
        "Errors": "refusals",
        "Accuracy": "accuracy-of",
        "The same call elsewhere": "calls-elsewhere",
    }
    measured = [
        f"## {title}\n\n```{{{directive}}} {name}\n```" for title, directive in directives.items()
    ]
    links = (f"[{title}](#{nodes.make_id(title)})" for title in SECTIONS)
    parts = [
        " · ".join(links),
        *formula(record),
        *tensors(record),
        *gradient(record),
        *the_code(record),
        *edges(record),
        *measured,
        *used(record),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def write(app, docname, content):
    """Put the text into the page of an operator, and links under a question."""
    content[0] = MARK.sub(lambda found: written(found[1]), content[0])
    folder, _, page = docname.rpartition("/")
    if folder == "questions" and operators_in(page):
        links = ", ".join(f"{{doc}}`{name} </api/{name}>`" for name in operators_in(page))
        content[0] += f"\nReference: {links}.\n"


# ---- directives -------------------------------------------------------------------------


def argument(value):
    """Write an argument: an array by its dtype and shape."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}[{', '.join(map(str, value.shape))}]"
    return repr(value)


def written_call(record, refusal):
    """Write a call that is refused."""
    given = [argument(value) for value in refusal.inputs]
    given += [f"{name}={argument(value)}" for name, value in refusal.options.items()]
    return f"{record.name}({', '.join(given)})"


def entry_of(record, refusal):
    """Return the id of the entry that explains an error, where its notes end in its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            record.formula(*refusal.inputs, **refusal.options)
        except refusal.kind as error:
            found = map(ENTRY.search, getattr(error, "__notes__", ()))
            return next((each[1] for each in found if each), None)
    return None


class Refusals(LedgerDirective):
    """Show what an operator refuses."""

    def run(self):
        record = RECORDS[self.arguments[0]]
        found = {}  # the first call to each text
        for each in record.refusals:
            found.setdefault((each.kind.__name__, each.text), each)
        body = [
            [
                [plain("refusal-call", nodes.literal("", written_call(record, each)))],
                [plain("refusal-text", self.error(record, each))],
                [self.word(TORCH[each.torch])],
            ]
            for each in found.values()
        ]
        head = [[self.word("call")], [self.word("error")], [self.word("torch")]]
        lead = self.parse("What the formula refuses; arrays are written by dtype and shape.")
        more = self.parse("What each message means and how to mend it: {ref}`errors`.")
        return [*lead, table(head, body, "refusals", widths=(4, 5, 2)), *more]

    def error(self, record, refusal):
        """Write the type and the text of an error, as a link where an entry explains it."""
        shown = f"{refusal.kind.__name__}: {refusal.text}"
        entry = entry_of(record, refusal)
        text = nodes.literal("", shown)  # its quotes stay as they are
        if not entry:
            return text
        link = self.link(f"error-{entry}", shown)
        link[0] = text
        return link


class AccuracyOf(Measured):
    """Show how exact an operator is: beside other libraries where that was measured."""

    source = "accuracy.json"
    required_arguments = 1
    optional_arguments = 0

    def run(self):
        name = self.arguments[0]
        scores = self.record()["scores"]
        measured = [each for each in (name, f"{name}_vjp") if each in scores]
        if not measured:
            return self.samples(RECORDS[name])
        head = [[self.word("result")], *map(code, LIBRARIES)]
        rows = [
            [
                self.parse(f"{self.role_of(each)}, {dtype}"),
                *measurements.Accuracy.cells(self, summary(families)),
            ]
            for each in measured
            for dtype, families in scores[each].items()
        ]
        lead = self.parse(
            "The worst of all families of inputs: error in units in the last place, below it the "
            "share of results that are correctly rounded. What is measured: {doc}`/accuracy`."
        )
        return [*lead, table(head, rows, "scores")]

    def role_of(self, name):
        """Call the value and the gradient by their names."""
        return "gradient" if name.endswith("_vjp") else "value"

    def samples(self, record):
        """Show the errors on the samples of the tests."""
        lead = self.parse(
            "Errors beside other libraries were not measured. These are the largest errors of the "
            "values on the samples that the tests use, in units in the last place:"
        )
        found = errors_of_samples(record)
        head = [[self.word("dtype")], [self.word("numbers")], [self.word("error")]]
        rows = [
            [code(dtype), measurements.text(str(count)), measurements.text(f"{error:.2g}")]
            for dtype, (count, error) in found.items()
        ]
        return [*lead, table(head, rows, "scores")]


class CallsElsewhere(Elsewhere):
    """Show the same call in other libraries, and the questions that they answer differently."""

    def run(self):
        name = self.arguments[0]
        asked = [n for n in NAMES if n.startswith(ELSEWHERE.get(name, "-"))]
        if not asked:
            return self.parse(
                "No other library was asked; what was asked of others: {ref}`elsewhere`."
            )
        self.recorded()
        lead = self.parse("Which other libraries answer otherwise than PyTorch:")
        items = [self.question(each) for each in asked]
        rows = [self.library(each, asked) for each in OTHERS if each != "refimpl"]
        head = [[self.word("library")], [self.word("call")]]
        calls = table(head, list(filter(None, rows)), "elsewhere-calls", widths=(1, 3))
        return [*lead, nodes.bullet_list("", *items), calls]

    def question(self, name):
        """Link a question, with how many libraries answer otherwise."""
        own = answer("torch", name).text
        silent = (NO_CALL, NOT_RUN, own)
        others = sum(len(found) for (text, _), found in grouped(name).items() if text not in silent)
        link = f"{{ref}}`{label(name)}`"
        (shown,) = self.parse(f"{link} ({others} of them)" if others else f"{link} (none)")
        if others:  # else each new number would be a new message
            shown["template"], shown["values"] = f"{link} ({{count}} of them)", {"count": others}
        return nodes.list_item("", shown)

    def library(self, library, asked):
        """Show the calls of one library."""
        calls = dict.fromkeys(answer(library, name).call for name in asked)
        calls.pop("", None)
        if not calls:
            return None
        title = f"{{doc}}`{OTHERS[library]['title']} </{page_of(library)}>`"
        shown = [plain("elsewhere-call", nodes.literal("", call)) for call in calls]
        return [self.parse(title), shown]


class OperatorLinks(LedgerDirective):
    """List the functions or the classes that stand on a page of their own."""

    def run(self):
        home, kind = PLACES[self.arguments[0]]
        own = [each for record in RECORDS.values() for each in on_tensors(record)]
        places = [each for each in own if kind(each) and each.__module__.startswith(home)]
        rows = [self.item(each) for each in sorted(places, key=lambda each: each.__name__)]
        return [nodes.bullet_list("", *rows)]

    def item(self, value):
        """Link one, with what it does."""
        role = "class" if inspect.isclass(value) else "func"
        link = f"{{py:{role}}}`{value.__name__} <{full_name(value)}>`"
        item = nodes.list_item("")
        item += self.parse(f"{link}: {inspect.getdoc(value).partition(chr(10))[0]}")
        return item


class Operators(TocTree):
    """List the pages of the operators: those that are named, then the rest."""

    def run(self):
        named = list(self.content)
        self.content = StringList([*named, *(name for name in RECORDS if name not in named)])
        return super().run()


def leave_to_operators(app, what, name, value, skip, options):
    """Leave what an operator's page describes to that page."""
    if what == "module" and full_name_or_none(value) in described():
        return True
    return None


def full_name_or_none(value):
    """Return the full name of what has one."""
    return full_name(value) if hasattr(value, "__qualname__") else None


def setup(app):
    """Add the directives and what writes the pages."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("refusals", Refusals)
    app.add_directive("accuracy-of", AccuracyOf)
    app.add_directive("calls-elsewhere", CallsElsewhere)
    app.add_directive("operators", Operators)
    app.add_directive("operator-links", OperatorLinks)
    app.add_css_file("operators.css")
    app.connect("source-read", write)
    app.connect("autodoc-skip-member", leave_to_operators)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
