"""The Sphinx side: directives, the domain that lists formulas, checks while pages are read."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from pkgutil import resolve_name

from docutils import nodes
from docutils.parsers.rst import directives
from folded import folded
from sphinx import addnodes
from sphinx.directives.patches import MathDirective
from sphinx.domains import Domain, ObjType
from sphinx.errors import ExtensionError
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode
from tables import table

from evidence.formula_checker import page as pages
from evidence.formula_checker.mutate import FOLDER as DERIVATIONS
from evidence.formula_checker.symbols import parse_line
from evidence.kept import write_whole
from evidence.operators import RECORDS

LOG = logging.getLogger(__name__)
FOLDER = "derivations/"
MUTANTS = DERIVATIONS / "mutants.json"
LIST = "formulas.json"
TEST = "tests/derivations/test_code.py"  # compares a formula with the code that it names
PAGE_TEST = "tests/derivations/test_pages.py"  # checks every formula of a page
# The code of a page whose name is not that of a formula.
CODE = {
    "seeds": ("func", "refimpl.seeds.find"),
    "softmax_in_pieces": ("func", "refimpl.formulas.cross_entropy"),
    "softmax_twice": ("func", "refimpl.formulas.cross_entropy"),
    "double_double": ("func", "refimpl.formulas.softmax"),
    "tape": ("mod", "refimpl.tape.walk"),
}
HEADING = "The symbols, and how all {checked}`formulas` formulas are checked"
SUMMARY = (
    "{checked}`formulas` formulas, {checked}`links` relations checked at {checked}`points` points "
    "while this page was built, {checked}`proved` of them also proved by algebra; {checked}`prose` "
    "marked as prose. Largest relative deviation: {checked}`deviation`."
)


class CheckedNumber(nodes.Inline, nodes.TextElement):
    """A number that is known when the pages have been read."""


class Formula(MathDirective):
    """Displayed mathematics, with the options of a checked formula."""

    option_spec = MathDirective.option_spec | {
        "code": directives.unchanged,
        "loose": directives.unchanged_required,
        "prose": directives.unchanged_required,
    }

    def run(self):
        shown = super().run()
        if "code" in self.options:
            shown.append(self.code(self.options["code"]))
        return shown

    def code(self, text):
        code = pages.Code.parse(text)
        try:
            resolve_name(code.path)
        except (AttributeError, ImportError):
            raise self.error(f":code: names {code.path}, which does not exist") from None
        function = code.path.removeprefix("refimpl.formulas.")
        link = addnodes.pending_xref(
            "",
            nodes.literal(function, function),
            refdomain="py",
            reftype="func",
            reftarget=code.path,
            refexplicit=True,
        )
        shown = [
            f"\\mathtt{{{name}}} = {value}" if name else value for name, value in code.arguments
        ]
        arguments = re.sub(r'"(\w+)"|(True)', r"\\mathtt{\1\2}", ", ".join(shown))
        arguments = "(" + re.sub(r"(?<=[a-z])_(?=[a-z])", r"\\_", arguments) + ")"
        arguments += f"_{code.part}" if code.part is not None else ""
        signature = nodes.math(arguments, arguments)
        test = test_link(self.config, TEST)
        dot = nodes.Text(" · ")
        return nodes.paragraph("", "", link, signature, dot, test, classes=["formula-code"])


def test_link(config, path):
    """Return the name of a test file, as a link where the sources are hosted."""
    name = nodes.literal(path, path.rpartition("/")[2])
    options = config.html_theme_options
    if "source_repository" not in options:
        return name
    root = f"{options['source_repository']}/blob/{options.get('source_branch', 'main')}"
    return nodes.reference("", "", name, refuri=f"{root}/{path}")


def code_of(docname):
    """Return the kind ("func" or "mod") and the name of what a page derives."""
    name = docname.rpartition("/")[2]
    return CODE.get(name, ("func", f"refimpl.formulas.{name}"))


def codes_of(docname):
    """Return the code of a page, and that of its operators without a page of their own."""
    topic = docname.rpartition("/")[2]
    others = [
        ("func", f"refimpl.formulas.{record.name}")
        for record in RECORDS.values()
        if record.topic == topic and not (DERIVATIONS / f"{record.name}.md").exists()
    ]
    return [code_of(docname), *others]


class RefusedFormula(Formula):
    """A formula that the checker must refuse; what it found is shown below."""

    def run(self):
        text = "The checker refuses it: {checked}`refusal-" + self.options["label"] + "`"
        reason = translatable(self, text, "formula-refusal")
        return [nodes.container("", *super().run(), reason, classes=["formula-refused"])]


class SymbolTable(SphinxDirective):
    """The declarations of the page and what was checked, folded up: the formula comes first."""

    has_content = True

    def run(self):
        heading = translatable(self, HEADING)
        rows = [self.row(line) for line in self.content if line.strip()]
        symbols = table([], rows, "formula-symbols", widths=(1, 2, 4), named_rows=True)
        summary = translatable(self, SUMMARY, "formula-summary")
        fold = folded(heading, symbols, summary, self.evidence())
        fold["classes"] += ["symbols", "no-search"]  # nobody searches for them
        return [fold]

    def evidence(self):
        """Link the code of the page and the test that checks all its formulas."""
        page = nodes.paragraph("", classes=["formula-code"])
        for kind, name in codes_of(self.env.docname):
            page += addnodes.pending_xref(
                "",
                nodes.literal(name, name),
                refdomain="py",
                reftype=kind,
                reftarget=name,
                refexplicit=True,
            )
            page += nodes.Text(" · ")
        page += test_link(self.config, PAGE_TEST)
        return page

    def row(self, line):
        symbols = parse_line(line)
        names = ", ".join(f"${symbol.tex}$" for symbol in symbols)
        kind = re.sub(r"\b([A-Z])\b", r"$\1$", symbols[0].words.replace("..", " … "))
        kind = re.sub(r"in (\(.*?\))", r"in $\1$", kind)
        return [[translatable(self, text)] for text in (names, kind, symbols[0].meaning)]


class Survivors(SphinxDirective):
    """The changed formulas that are true as well, and why."""

    def run(self):
        self.env.note_dependency(str(MUTANTS))
        rows = [self.row(survivor) for survivor in mutants()["survivors"]]
        if not rows:
            return []
        return [table([], rows, "formula-symbols", widths=(2, 2, 5), named_rows=True)]

    def row(self, survivor):
        label, change = survivor["label"], survivor["change"]
        return [
            [translatable(self, f"{{formula:ref}}`{label}`")],
            [nodes.paragraph("", "", nodes.literal(change, change), translatable=False)],
            [translatable(self, survivor["reason"])],
        ]


class CountRole(SphinxRole):
    """``{checked}`links```: a number that the checker found."""

    def run(self):
        return [CheckedNumber(self.rawtext, "", what=self.text)], []


def translatable(directive, text, *classes):
    """Parse one line of text as a paragraph that a translation can replace."""
    children, _ = directive.parse_inline(text, lineno=directive.lineno)
    paragraph = nodes.paragraph(text, "", *children, classes=list(classes))
    directive.set_source_info(paragraph)
    return paragraph


class FormulaDomain(Domain):
    """The formulas of all derivation pages, by label."""

    name = "formula"
    label = "formula"
    object_types = {"formula": ObjType("formula", "ref")}
    roles = {"ref": XRefRole()}
    initial_data = {"results": {}, "problems": {}}
    data_version = 1

    @property
    def results(self):
        """Return the results of every page: page -> label -> fields."""
        return self.data["results"]

    @property
    def problems(self):
        return self.data["problems"]

    def clear_doc(self, docname):
        self.results.pop(docname, None)
        self.problems.pop(docname, None)

    def merge_domaindata(self, docnames, otherdata):
        for kind in ("results", "problems"):
            self.data[kind] |= {d: v for d, v in otherdata[kind].items() if d in docnames}

    def get_objects(self):
        for docname, results in self.results.items():
            for label in results:
                yield label, label, "formula", docname, anchor(label), 1

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        for docname, results in self.results.items():
            if target in results:
                return make_refnode(builder, fromdocname, docname, anchor(target), contnode)
        return None

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        return []


def anchor(label):
    return nodes.make_id(f"equation-{label}")


def check_page(app, doctree):
    """Check a derivation page that has just been read."""
    docname = app.env.docname
    if not docname.startswith(FOLDER):
        return
    path = Path(app.env.doc2path(docname))
    cache_path = Path(app.confdir) / "build" / "formulas" / f"{path.stem}.json"
    stored = json.loads(cache_path.read_text()) if cache_path.exists() else {}
    cache = Used(stored)
    found = pages.read(path.read_text(encoding="utf-8"), prove=True, cache=cache)
    domain = app.env.domains["formula"]
    domain.results[docname] = {result.label: asdict(result) for result in found.results}
    problems = [(problem.line, str(problem)) for problem in found.problems]
    known = set(domain.results[docname])
    for block in doctree.findall(nodes.math_block):
        if block.get("label") not in known and not problems:
            problems.append(
                (
                    block.line,
                    f"displayed, but not checked: give it {{math}} and a :label:: {block.astext()}",
                )
            )
    domain.problems[docname] = problems
    for line, text in problems:
        LOG.warning("%s", text, location=(docname, line), type="formula")
    write_whole(cache_path, json.dumps(cache.used, indent=1))


class Used(dict):
    """A cache that remembers what was asked for, so that the rest can be forgotten."""

    def __init__(self, stored):
        super().__init__(stored)
        self.used = {}

    def get(self, key, default=None):
        value = super().get(key, default)
        if value is not None:
            self.used[key] = value
        return value

    def __setitem__(self, key, value):
        self.used[key] = value
        super().__setitem__(key, value)


def stop_for_problems(app, env):
    """End the build when a formula failed, before the pages count as read."""
    problems = env.domains["formula"].problems
    lines = [
        f"{env.doc2path(d)}:{line}: {text}" for d, found in problems.items() for line, text in found
    ]
    if lines:
        raise ExtensionError("the formula checker refuses\n" + "\n".join(lines))
    return []


def counts(results):
    """Return the numbers that a page or the whole site shows."""
    kinds = [result["kind"] for result in results]

    def total(key):
        return sum(result[key] for result in results)

    return {
        "formulas": len([kind for kind in kinds if kind != "refused"]),
        "links": total("links"),
        "points": total("points"),
        "proved": total("proved"),
        "definitions": kinds.count("definition"),
        "prose": kinds.count("prose"),
        "refused": kinds.count("refused"),
        "loose": len([r for r in results if r["kind"] != "prose" and r["mark"]]),
        "pages": 0,
        "deviation": f"{max((r['deviation'] for r in results), default=0):.0e}",
    }


def fill_counts(app, doctree, docname):
    """Put the numbers in, in whatever language the page is."""
    results = app.env.domains["formula"].results
    here = list(results.get(docname, {}).values())
    every = [result for found in results.values() for result in found.values()]
    numbers = counts(here) | {f"all-{name}": value for name, value in counts(every).items()}
    numbers["all-pages"] = len([found for found in results.values() if found])
    numbers |= {f"refusal-{r['label']}": r["refusal"] for r in here}
    numbers |= mutant_numbers()
    for node in list(doctree.findall(CheckedNumber)):
        if node["what"] == "list":
            address = (
                app.builder.get_relative_uri(docname, "formulas").removesuffix(".html") + ".json"
            )
            node.replace_self(nodes.reference("", LIST, refuri=address, internal=True))
            continue
        if node["what"] not in numbers:
            LOG.warning("the checker counts no %s", node["what"], location=node, type="formula")
        node.replace_self(nodes.Text(str(numbers.get(node["what"], ""))))


def mutants():
    return json.loads(MUTANTS.read_text(encoding="utf-8"))


def mutant_numbers():
    found = mutants()
    return {
        "mutants": found["mutants"],
        "mutants-killed": found["killed"],
        "mutants-share": f"{100 * found['killed'] / found['mutants']:.1f} %",
        "mutants-date": found["date"],
    }


def write_list(app, error):
    """Write formulas.json beside the pages."""
    if error or app.builder.format != "html":
        return
    listed = []
    for docname, results in sorted(app.env.domains["formula"].results.items()):
        address = app.builder.get_target_uri(docname)
        listed += [
            result
            | {"code": result["code"] or code_of(docname)[1]}
            | {"test": TEST if result["code"] else PAGE_TEST}
            | {"page": docname, "url": f"{address}#{anchor(result['label'])}"}
            for result in results.values()
        ]
    text = json.dumps(listed, indent=1, ensure_ascii=False)
    (Path(app.outdir) / LIST).write_text(text + "\n", encoding="utf-8")


def setup(app):
    app.add_node(CheckedNumber)
    app.add_directive("math", Formula, override=True)
    app.add_directive("refused", RefusedFormula)
    app.add_directive("symbols", SymbolTable)
    app.add_directive("survivors", Survivors)
    app.add_role("checked", CountRole())
    app.add_domain(FormulaDomain)
    app.add_css_file("derivations.css")
    app.connect("doctree-read", check_page)
    app.connect("env-updated", stop_for_problems)
    app.connect("doctree-resolved", fill_counts)
    app.connect("build-finished", write_list)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
