"""The pages of the error messages, made from their records.

    ```{errors} targets          a page: each entry with its texts and its two programs
    ```{error-groups}            links to the groups of the next
    ```{error-index}             all entries by their texts, each under the address errors/#id

The build runs the programs on refimpl; what they say and print must be what the record says.
"""

import difflib
import re

from docutils import nodes
from page_programs import Prints
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from evidence import errors
from refimpl._entries import HOLE, fits

logger = logging.getLogger(__name__)

MARK = re.compile(r"^```\{errors\} (\w+)\n```$", re.M)
INDEX = re.compile(r"^```\{error-index\}\n```$", re.M)
GROUPS = re.compile(r"^```\{error-groups\}\n```$", re.M)
EACH = (
    "Each entry: what the text means, the smallest program that brings it up, and the program "
    "mended, with the lines that differ marked."
)
LONGEST = 110  # characters of a title


def code(text):
    """Write a text as code in MyST."""
    text = text.replace("\n", " ").strip()
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    room = " " if "`" in text else ""
    return f"{ticks}{room}{text}{room}{ticks}"


def title(entry):
    """Return the message, up to the end of a sentence where it is long."""
    text = errors.message(entry).replace("\n", " ")
    ends = [found.end() - 1 for found in re.finditer(r"[.;:] ", text)]
    if len(text) <= LONGEST:
        return text
    return text[: min((end for end in ends if end > LONGEST // 3), default=len(text))]


def changed(entry):
    """Return the numbers of the lines in which the mended program is another one."""
    before, after = (list(map(_bare, each.splitlines())) for each in (entry.raises, entry.mended))
    same = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {block.b + i for block in same for i in range(block.size)}
    return [i + 1 for i, line in enumerate(after) if i not in kept and line]


def _bare(line):
    """Return a line without a `print` around it."""
    return re.sub(r"^print\((.*)\)$", r"\1", line)


def words(entry):
    """Return what the search finds an entry by; its message as well where its text says little."""
    message = errors.message(entry)
    text = next((each for each in entry.texts if fits(message, each)), "")
    little = len(text.replace(HOLE, "")) < 0.8 * len(message) or len(text.split()) < 4
    said = [message] if little else []
    return (*entry.texts, *entry.older, *said)


def flat(texts):
    """Return texts in one line each."""
    return "\n".join(text.replace("\n", " ").strip() for text in texts)


def fence(kind, text, *options):
    """Write a directive."""
    lines = [f"```{{{kind}}}", *options, *([""] if options else []), text.rstrip("\n"), "```"]
    return "\n".join(lines)


def section(entry, advice):
    """Return the MyST text of an entry."""
    lines = ",".join(map(str, changed(entry)))
    more = entry.texts if entry.texts[1:] else ()
    parts = [
        f"(error-{entry.name})=\n## {code(title(entry))}",
        fence("found", flat(words(entry))),
        entry.meaning,
        f"{{.program}}\n{'This warns' if entry.warns else 'This is refused'}:",
        fence("script", entry.raises),
        fence("said", entry.said),
        *(["{.program}\nrefimpl adds:", fence("said", "\n".join(advice))] if advice else []),
        "{.program}\nThis runs:",
        fence("script", entry.mended, *([f":marked: {lines}"] if lines else [])),
        fence("prints", entry.prints),
        "Only refimpl says so; torch does not." if entry.engine else "",
        *(["{.program}\nTexts of this entry:", fence("texts", flat(more))] if more else []),
        *(
            ["{.program}\nOlder releases said:", fence("texts", flat(entry.older))]
            if entry.older
            else []
        ),
    ]
    return "\n\n".join(filter(None, parts))


def written(name, docname):
    """Return the MyST text of a page; warn where a program ends otherwise than recorded."""
    page = errors.page(errors.FOLDER / f"{name}.toml")
    sections = []
    for entry in page.entries:
        refused, runs = (
            errors.end(each, "refimpl", entry.cut) for each in (entry.raises, entry.mended)
        )
        if (refused.said, runs.said, runs.printed) != (entry.said, "", entry.prints):
            logger.warning(
                "%s: the programs say %r, and print %r",
                entry.name,
                refused.said,
                runs.printed,
                location=docname,
            )
        sections.append(section(entry, refused.advice))
    head = f"# {page.title}\n\n{{.lead}}\n{page.lead} {EACH}"
    return "\n\n".join([head, *sections]) + "\n"


def index():
    """Return the MyST text of the list of all entries."""
    parts = []
    for page in errors.pages():
        heading = f"({label(page)})=\n## [{page.title}]({page.name}.md)"
        parts.append(f"{heading}\n\n```{{error-list}} {page.name}\n```")
    return "\n\n".join(parts)


def groups():
    """Return the MyST text of the links to the parts of that list."""
    return "\n".join(f"- [{page.title}](#{label(page)})" for page in errors.pages())


def label(page):
    """Name the part of the list that has the entries of a page."""
    return f"messages-{page.name}"


def write(app, docname, content):
    """Put the entries into the text of a page when it is read."""
    content[0] = MARK.sub(lambda found: written(found[1], docname), content[0])
    content[0] = INDEX.sub(lambda found: index(), content[0])
    content[0] = GROUPS.sub(lambda found: groups(), content[0])


class Said(Prints):
    """Show a message: its lines are long, and break on a narrow screen."""

    classes = (*Prints.classes, "said")


class Texts(SphinxDirective):
    """List texts of torch's, which nobody translates."""

    has_content = True

    def run(self):
        items = [nodes.paragraph("", "", nodes.literal("", text)) for text in self.content]
        for item in items:
            item["translatable"] = False
        return [nodes.bullet_list("", *(nodes.list_item("", item) for item in items))]


class ErrorList(SphinxDirective):
    """List the entries of a page: the texts, each a link, and the meaning."""

    required_arguments = 1

    def run(self):
        page = errors.page(errors.FOLDER / f"{self.arguments[0]}.toml")
        return [nodes.definition_list("", *map(self.item, page.entries), classes=["errors"])]

    def item(self, entry):
        """Return an entry's part of the list; its address is errors/#id."""
        links = []
        for text in entry.texts:
            inner = nodes.literal("", text.replace("\n", " "))
            links.append(self.link(f"error-{entry.name}", inner))
        terms = [nodes.term("", "", link) for link in links]
        terms[0]["ids"] = [entry.name]
        said, _ = self.parse_inline(entry.meaning)
        meaning = nodes.paragraph(entry.meaning, "", *said)  # the text is what a translation has
        self.set_source_info(meaning)
        return nodes.definition_list_item("", *terms, nodes.definition("", meaning))

    def link(self, target, inner):
        """Refer to the entry."""
        return addnodes.pending_xref(
            "",
            inner,
            refdomain="std",
            reftype="ref",
            reftarget=target,
            refexplicit=True,
            refwarn=True,
            refdoc=self.env.docname,
        )


def find(app, page, template, context, doctree):
    """Let the search find texts with other numbers in them."""
    if page == "search":
        app.add_js_file("error_search.js", loading_method="defer")


def setup(app):
    """Add the list, and what writes the pages."""
    app.add_directive("error-list", ErrorList)
    app.add_directive("said", Said)
    app.add_directive("texts", Texts)
    app.add_css_file("error_pages.css")
    app.connect("source-read", write)
    app.connect("html-page-context", find)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
