"""Directives that show the ledger: an article, its claims, what was corrected, the checks.

    ```{article} A1             what it teaches, and how many claims have which verdict
    ```{claims} A1-C06 A1-C10   the claims from the first id to the second, or the only one
    ```{errata} formula         everything in which this went wrong, a slip of the ledger
    ```{slips}                  how many errata there are of each slip, with links
    ```{checks} A1              the source of the checks, a block for each claim
    ```{articles}               all articles with their counts
    ```{printed} A1-C08         the values of one claim, for other pages

Any page links to a claim with {claim}`A1-C08`. The results come from the file that
evidence/articles/runner.py keeps for the fingerprint of this build; a check that failed or was not
run stops the build, so nothing is shown as verified that this build did not compute.
"""

import ast
import functools
import json
import re
from collections import Counter
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from folded import folded
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from tables import table

from evidence.articles import runner
from refimpl.articles import load
from refimpl.articles.ledger import ERRATA, SLIPS, VERDICTS


@functools.cache
def articles():
    """Return the articles of the ledger by id."""
    return {article.id: article for article in load()}


@functools.cache
def claims():
    """Return the claims of all articles by id."""
    return {claim.id: claim for article in articles().values() for claim in article.claims}


@functools.cache
def results():
    """Return the results of this build by claim; stop unless every machine claim holds."""
    found = runner.results()
    for claim in claims().values():
        for engine in runner.ENGINES if claim.check == "machine" else ():
            result = found.get(claim.id, {}).get(engine, {"outcome": "missing", "message": ""})
            if result["outcome"] in ("failed", "not run", "missing"):
                raise ExtensionError(
                    f"{claim.id}: the check on {engine} is {result['outcome']}; run "
                    f"python -m evidence.articles.runner and mend it\n{result['message']}"
                )
    return found


def checked_here(claim):
    """Tell whether this build had the images that the check of a claim needs."""
    return results()[claim.id]["torch"]["outcome"] != "without images"


def prints(claim):
    """Tell whether the article prints a value of a claim; all other values are ours."""
    return any(value.article for value in claim.value)


WORDS = ("article", "recorded")  # heads of columns that are no names
WITHOUT_IMAGES = "checked on torch and refimpl where Fashion-MNIST is installed, not here"


def label(kind, claim_id):
    """Name the anchor of a claim, of its erratum or of its check."""
    return f"{kind}-{claim_id.lower()}"


def box(css, *children, **attributes):
    """Put nodes into a division of the page."""
    return nodes.container("", *children, classes=css.split(), **attributes)


def plain(css, *children):
    """Make a paragraph that no translation touches."""
    return nodes.paragraph("", "", *children, classes=css.split(), translatable=False)


class Listing(nodes.General, nodes.FixedTextElement):
    """Characters as an article or an engine printed them: no colours, no translation."""


DIGITS = re.compile(r"(?<![\w.])\d+\.\d{4}(?!\d)|(?<![\w.])\d{6,}(?![\w.])")  # found by the search
GROUPS = (*ERRATA, *(verdict for verdict in VERDICTS if verdict not in ERRATA))  # of an overview
# Over what is said, by whose sentence it is; and over what is right, by the verdict.
SAID = {"article": "The article", "derived": "Derived here"}
RIGHT = {
    "reproduced": "It comes out again",
    "confirmed": "It holds",
    "corrected": "Right",
    "restored": "Restored",
    "misleading": "More exactly",
    "refuted": "Right",
    "unverifiable": "It stays open",
}
# Over entries that are folded up, since no sentence of theirs is wrong, by their verdict.
FOLDED = {"confirmed": "What holds:", "unverifiable": "What cannot be checked:"}
PHONE = 34  # characters that a narrow screen shows in a line


def width(text):
    """Return the length of the longest line."""
    return max(map(len, text.split("\n")))


def widest(values, column):
    """Return the length of the longest line of a column."""
    return max(width(column[value.name]) for value in values)


def listing(text, wide):
    """Show characters as they are; the keyboard has to reach what may scroll."""
    return Listing(text, text, classes=["claim-text"], translatable=False, wide=wide)


def visit_listing(translator, node):
    attributes = {"tabindex": "0"} if node["wide"] else {}
    translator.body.append(translator.starttag(node, "pre", suffix="", **attributes))


def depart_listing(translator, node):
    translator.body.append("</pre>\n")


def link(target, text, page):
    """Refer from a page to a label anywhere on the site."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype="ref",
        reftarget=target,
        refexplicit=True,
        refwarn=True,
        refdoc=page,
    )


class ClaimRole(ReferenceRole):
    """``{claim}`A3-C13```: a link to a claim of the ledger."""

    def run(self):
        reference = link(label("claim", self.target), self.title, self.env.docname)
        self.set_source_info(reference)
        return [nodes.inline("", "", reference, classes=["claim-link-inline"])], []


class LedgerDirective(SphinxDirective):
    """What the directives share: translatable words, links, anchors."""

    required_arguments = 1

    def parse(self, text):
        """Read MyST into nodes that a translation can replace."""
        parent = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), self.env.docname), 0, parent)
        for paragraph in parent.findall(nodes.paragraph):
            if not paragraph.source:  # in tables; Sphinx translates what has a source
                self.set_source_info(paragraph)
        return parent.children

    def word(self, text, css=""):
        """Make a paragraph of a fixed word, which all claims of a page share."""
        (paragraph,) = self.parse(text)
        paragraph["classes"] += css.split()
        return paragraph

    def link(self, target, text):
        """Refer to a label anywhere on the site."""
        return link(target, text, self.env.docname)

    def anchor(self, name, title):
        """Register a label on this page; return the attribute that carries it."""
        standard = self.env.domains.standard_domain
        standard.labels[name] = (self.env.docname, name, title)
        standard.anonlabels[name] = (self.env.docname, name)
        return {"ids": [name]}

    def find(self, claim_id):
        """Return a claim of the ledger, or say that there is none."""
        if claim_id not in claims():
            raise self.error(f"{claim_id} is not in the ledger; correct the id")
        return claims()[claim_id]

    def find_article(self):
        """Return the article that is named."""
        if self.arguments[0] not in articles():
            raise self.error(f"{self.arguments[0]} is not in the ledger; correct the id")
        return articles()[self.arguments[0]]

    def head(self, claim, target):
        """Build the line above a claim: its id, its verdict, whose statement it is."""
        line = box("claim-head", plain("claim-id", self.link(target, claim.id)))
        line += self.word(claim.verdict, f"verdict verdict-{claim.verdict}")
        if claim.source == "derived":
            line += self.word("derived here", "claim-derived")
        return line

    def values(self, claim):
        """Show the article's prints beside what the engines gave in this build."""
        columns = {"article": {value.name: value.article for value in claim.value}}
        columns |= self.computed(claim) if claim.value else {}

        def long(value):
            texts = list(filter(None, (column[value.name] for column in columns.values())))
            row = sum(map(len, texts)) + 3 * len(texts)
            return any("\n" in text for text in texts) or (len(texts) > 1 and row > PHONE)

        shown = []
        for stack, group in groupby(claim.value, long):
            show = self.stacked if stack else self.listed
            shown += show(list(group), columns)
        return shown

    def computed(self, claim):
        """Return the values of the engines on which the check passed; equal ones once."""
        found = results()[claim.id]
        if not checked_here(claim):
            return {"recorded": {value.name: value.text for value in claim.value}}
        engines = {
            engine: found[engine]["values"]
            for engine in runner.ENGINES
            if found[engine]["outcome"] == "passed"
        }
        if len(engines) == 2 and engines["torch"] == engines["refimpl"]:
            return {"torch, refimpl": engines["torch"]}
        return engines

    def heading(self, engine):
        """Head a column: the names of the engines are the same in every language."""
        return self.word(engine) if engine in WORDS else plain("", nodes.Text(engine))

    def listed(self, values, columns):
        """Put values of one line into one table."""
        if not any(value.article for value in values):
            columns = {engine: column for engine, column in columns.items() if engine != "article"}
        head = [[self.word("value")]] + [[self.heading(engine)] for engine in columns]
        wide = sum(widest(values, column) + 3 for column in columns.values()) > PHONE
        rows = [[self.parse(value.name), *self.prints(value, columns, wide)] for value in values]
        return [table(head, rows, f"claim-values columns-{len(columns)}")]

    def prints(self, value, columns, wide):
        """Make a cell for each column; an article need not print every value."""
        texts = [column[value.name] for column in columns.values()]
        return [[listing(text, wide)] if text else [] for text in texts]

    def stacked(self, values, columns):
        """Put values of several lines below each other, digit under digit."""
        shown = []
        for value in values:
            rows = [
                [[self.heading(engine)], [listing(text, width(text) > PHONE)]]
                for engine, column in columns.items()
                if (text := column[value.name])
            ]
            shown += [box("claim-name", *self.parse(value.name)), table([], rows, "claim-prints")]
        return shown

    def evidence(self, claim):
        """Say how the verdict was reached, with links; what folds them up shows our numbers too."""

        def item(word, *link):
            return box("claim-item", self.word(word), plain("claim-link", self.link(*link)))

        links = box("claim-evidence")
        if claim.check == "machine":
            check = results()[claim.id]["check"]
            place = f"{check['path']}:{check['line']}"
            links += item("check", label("check", claim.id), place)
        for example in claim.gallery:
            target = f"sphx_glr_auto_examples_{example.replace('/', '_')}.py"
            links += item("example", target, f"{example}.py")
        if claim.verdict in ERRATA:
            links += item("errata", label("erratum", claim.id), claim.id)
        way = self.word(self.way(claim), "claim-way")
        if claim.verdict in FOLDED:
            return box("claim-ways", *self.values(claim), way, links)
        ours = [] if prints(claim) else self.values(claim)
        return folded(way, *ours, links)

    def way(self, claim):
        """Say how a claim was judged, and on which engines its check passed in this build."""
        if claim.check == "reading":
            return "judged by reading"
        if not checked_here(claim):
            return WITHOUT_IMAGES
        return "checked on torch" if claim.refimpl else "checked on torch and refimpl"

    def body(self, claim):
        """Show what is said, under its label, and then what is right, with the values."""
        formulas = {claim.source: claim.shown, "right": claim.formula}
        if claim.verdict not in ERRATA and claim.formula:  # the formula is the sentence itself
            formulas = {claim.source: claim.formula}
        said = self.part("said", SAID[claim.source], claim.statement, formulas.get(claim.source))
        right = self.part("right", RIGHT[claim.verdict], claim.why, formulas.get("right"))
        right += self.values(claim) if claim.verdict not in FOLDED and prints(claim) else []
        if claim.refimpl:
            right += self.parse(claim.refimpl)
        return [said, right, self.evidence(claim)]

    def part(self, css, heading, text, formula):
        """Put a text and its formula under a label."""
        part = box(f"claim-{css}", self.word(heading, "claim-label"), *self.parse(text))
        part += self.parse(f"$$\n{formula}\n$$") if formula else []
        return part


class Claims(LedgerDirective):
    """Show the claims of a section in reading order; those without a fault are folded up."""

    optional_arguments = 1

    def run(self):
        first, last = self.find(self.arguments[0]), self.find(self.arguments[-1])
        order = list(claims().values())
        section = order[order.index(first) : order.index(last) + 1]
        groups = groupby(section, lambda claim: FOLDED.get(claim.verdict))
        return [node for heading, group in groups for node in self.group(heading, list(group))]

    def group(self, heading, group):
        """Show claims that follow each other; a heading folds them up under it and their ids."""
        shown = [self.claim(claim) for claim in group]
        if not heading:
            return shown
        ids = " ".join(claim.id for claim in group)
        title = self.word(heading)
        title += nodes.inline("", f" {ids}", untouched=True)
        return [folded(title, *shown)]

    def claim(self, claim):
        name = label("claim", claim.id)
        shown = self.env.domains.standard_domain.labels.get(name, (self.env.docname,))
        if shown[0] != self.env.docname or name in self.state.document.ids:
            raise self.error(f"{claim.id} is shown already, on {shown[0]}; show it once")
        shown = "\n".join(value.article for value in claim.value)
        found = [claim.id, *dict.fromkeys(DIGITS.findall(shown))]
        node = box(f"claim claim-{claim.verdict}", found=found, **self.anchor(name, claim.id))
        self.state.document.note_explicit_target(node)
        node += [self.head(claim, name), *self.body(claim)]
        return node


class Printed(LedgerDirective):
    """Show the values of one claim, or the first of them, with a link to it."""

    option_spec = {"first": directives.flag}

    def run(self):
        claim = self.find(self.arguments[0])
        if "first" in self.options:
            claim = replace(claim, value=claim.value[:1])
        link = plain("claim-id", self.link(label("claim", claim.id), claim.id))
        return [box("claim claim-excerpt", *self.values(claim), link)]


class Counts(LedgerDirective):
    """Count the claims of an article."""

    def verdicts(self, article):
        """Show how many claims have which verdict."""
        found = Counter(claim.verdict for claim in article.claims)
        known = filter(found.get, VERDICTS)
        return box(
            "tally",
            *(
                self.tally(v, found[v], f"verdict verdict-{v}", label(f"entries-{v}", article.id))
                for v in known
            ),
        )

    def ways(self, article):
        """Show how many claims were judged in which way."""
        found = Counter(self.way(claim) for claim in article.claims)
        return box("tally", *(self.tally(w, n, "") for w, n in found.most_common()))

    def tally(self, word, number, css, target=None):
        """Show a number and what is counted; the number leads to the list of them."""
        number = self.link(target, str(number)) if target else nodes.Text(number)
        return box("tally-entry", plain("tally-number", number), self.word(word, css))


class ArticleSummary(Counts):
    """Say what an article teaches and how its claims were judged."""

    def run(self):
        article = self.find_article()
        groups = [self.group(article, verdict) for verdict in GROUPS]
        about = self.word("What the article teaches, and how its entries were judged")
        teaches = folded(about, *self.parse(article.teaches.strip()), self.ways(article))
        return [self.verdicts(article), *filter(None, groups), teaches]

    def group(self, article, verdict):
        """List the entries that have a verdict: what is wrong with its sentence, the rest by id."""
        found = [claim for claim in article.claims if claim.verdict == verdict]
        if not found:
            return None
        name = label(f"entries-{verdict}", article.id)
        node = box(f"entries claim-{verdict}", self.word(verdict, f"verdict verdict-{verdict}"))
        node.update_basic_atts(self.anchor(name, verdict))
        self.state.document.note_explicit_target(node)
        if verdict in ERRATA:
            node += [box("entry", self.mark(claim), *self.sentence(claim)) for claim in found]
        else:
            node += box("entries-by-id", *map(self.mark, found))
        return node

    def mark(self, claim):
        """Link to a claim by its number."""
        return plain("claim-id", self.link(label("claim", claim.id), claim.id))

    def sentence(self, claim):
        """Return the first paragraph of what is said."""
        return self.parse(claim.statement)[:1]


class ArticleIndex(Counts):
    """List the articles with the counts of their verdicts."""

    required_arguments = 0

    def run(self):
        shown = []
        for article in articles().values():
            title = self.parse(f"{{doc}}`{article.id.lower()}`")
            shown += [box("article-title", *title), self.verdicts(article)]
        return shown


class ErratumBody(nodes.General, nodes.Element):
    """Stands where the words of a claim are copied from the page of its article."""


class Slips(LedgerDirective):
    """Count what went wrong, each kind with a link to its errata."""

    required_arguments = 0

    def run(self):
        return [box("entries", self.heading(*each), self.marks(each[0])) for each in SLIPS.items()]

    def heading(self, slip, title):
        """Link to the errata of a slip; their number stands beside it."""
        target = label("slip", slip.replace(" ", "-"))
        paragraph = self.word(f"{{ref}}`{title} <{target}>`")
        paragraph += nodes.Text(f" ({len(wrong(slip))})")
        return paragraph

    def marks(self, slip):
        """Link to the single errata of a slip by their numbers."""
        ids = [claim.id for claim in wrong(slip)]
        links = [plain("claim-id", self.link(label("erratum", name), name)) for name in ids]
        return box("entries-by-id", *links)


def wrong(slip):
    """Return the claims in which this went wrong."""
    return [claim for claim in claims().values() if claim.slip == slip]


class Errata(LedgerDirective):
    """List what went wrong in one way, each entry with a link to the sentence."""

    final_argument_whitespace = True

    def run(self):
        slip = self.arguments[0]
        if slip not in SLIPS:
            raise self.error(f"{slip} is no slip of the ledger; write one of {', '.join(SLIPS)}")
        return [self.erratum(claim) for claim in wrong(slip)]

    def erratum(self, claim):
        name = label("erratum", claim.id)
        node = box(f"claim claim-{claim.verdict}", **self.anchor(name, claim.id))
        self.state.document.note_explicit_target(node)
        node += [self.head(claim, label("claim", claim.id)), ErratumBody(claim=claim.id)]
        return node


class CopyClaims(SphinxPostTransform):
    """Fill the errata from the pages of the articles, whose words are translated once."""

    default_priority = 5  # before references are resolved

    def run(self):
        for hole in list(self.document.findall(ErratumBody)):
            name = label("claim", hole["claim"])
            page = self.env.domains.standard_domain.labels[name][0]
            boxes = self.env.get_doctree(page).findall(nodes.container)
            claim = next(node for node in boxes if name in node["ids"])
            head, *body, evidence = claim.children
            copies = box("", *(child.deepcopy() for child in body))
            for reference in copies.findall(addnodes.pending_xref):
                reference["refdoc"] = self.env.docname  # the link starts from the errata
            hole.replace_self(copies.children)


class Checks(LedgerDirective):
    """Show the source of an article's checks, each with a link to its claim."""

    def run(self):
        article = self.find_article()
        path = Path(runner.__file__).with_name(f"{article.id.lower()}.py")
        self.env.note_dependency(str(path))
        source = path.read_text(encoding="utf-8")
        lines, shown, start = source.splitlines(), [], 0
        for function in ast.parse(source).body:
            claim_id = self.claim_of(function)
            if claim_id:
                first = function.decorator_list[0].lineno - 1
                shown += self.code(lines[start:first])
                shown += self.check(claim_id, lines[first : function.end_lineno])
                start = function.end_lineno
        return shown + self.code(lines[start:])

    @staticmethod
    def claim_of(node):
        """Return the id in ``@check("A1-C01")``, or nothing for other code."""
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            call = node.decorator_list[0]
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "check":
                return ast.literal_eval(call.args[0])
        return None

    def check(self, claim_id, lines):
        name = label("check", claim_id)
        node = box("check", **self.anchor(name, claim_id))
        self.state.document.note_explicit_target(node)
        node += plain("claim-id", self.link(label("claim", claim_id), claim_id))
        node += self.code(lines)
        return [node]

    def code(self, lines):
        """Show lines of Python, unless they hold nothing but comments."""
        text = "\n".join(lines).strip("\n")
        if not ast.parse(text).body:
            return []
        return [nodes.literal_block(text, text, language="python")]


def compute(app):
    """Stop before anything is read if a claim does not hold."""
    results()


def read_errata_again(app, env, pages):
    """Renew the errata whenever a page of the site changed, since they copy from others."""
    errata = "articles/errata"
    if pages and errata in env.found_docs and errata not in pages:
        pages.append(errata)


def all_are_shown(app, env):
    """Stop unless every claim of the ledger stands on a page."""
    labels = env.domains.standard_domain.labels
    missing = [claim_id for claim_id in claims() if label("claim", claim_id) not in labels]
    if missing:
        raise ExtensionError(
            f"{', '.join(missing)}: on no page; show every claim of the ledger with {{claims}}"
        )
    missing = [
        claim.id
        for claim in claims().values()
        if claim.verdict in ERRATA and label("erratum", claim.id) not in labels
    ]
    if missing:
        raise ExtensionError(
            f"{', '.join(missing)}: not among the errata; give each a slip, show it with {{errata}}"
        )


def write_json(app, error):
    """Put the ledger with the results of this build beside the pages."""
    if error or app.builder.format != "html":
        return
    entries = [asdict(claim) | {"results": results().get(claim.id)} for claim in claims().values()]
    record = {"fingerprint": app.config.refimpl_fingerprint, "claims": entries}
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (Path(app.outdir) / "claims.json").write_text(text, encoding="utf-8")


def setup(app):
    app.add_node(ErratumBody)
    app.add_node(Listing, html=(visit_listing, depart_listing))
    app.add_directive("article", ArticleSummary)
    app.add_directive("articles", ArticleIndex)
    app.add_directive("claims", Claims)
    app.add_directive("errata", Errata)
    app.add_directive("slips", Slips)
    app.add_directive("checks", Checks)
    app.add_directive("printed", Printed)
    app.add_role("claim", ClaimRole())
    app.add_post_transform(CopyClaims)
    app.add_css_file("ledger.css")
    app.connect("builder-inited", compute)
    app.connect("env-before-read-docs", read_errata_again)
    app.connect("env-check-consistency", all_are_shown)
    app.connect("build-finished", write_json)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
