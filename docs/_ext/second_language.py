"""Chinese pages from the English ones: the same trees of nodes, with other words.

Nothing is read, executed or computed again. When Sphinx builds another language than English, this
extension takes the doctrees and the environment of the English build, puts in the translations and
leaves the result where Sphinx looks for what it has read before; so Sphinx only writes pages. Ids,
anchors, formulas, code and printed outputs are those of the English page by construction.

A page is shown in Chinese when most of its messages are translated: the others stay English, and a
line at its top says how many. Below that share all of it is English, and the line says so.
"""

import hashlib
import json
import pickle
import re
import shutil
from html import escape
from pathlib import Path
from types import SimpleNamespace

import translations
from docutils import nodes
from messages import EXAMPLES, entry, extracted, same_everywhere
from replace_text import ReplaceError, replace
from sphinx import addnodes
from sphinx.environment.collectors.title import TitleCollector
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.errors import ExtensionError
from sphinx.locale import get_translation
from sphinx.util.docutils import LoggingReporter
from sphinx.util.nodes import clean_astext

SOURCE = "en"
ENVIRONMENT = "environment.pickle"
FEW = 0.2  # the share of messages that may stay English on a Chinese page
TITLE = re.compile(r'(<div class="sphx-glr-thumbnail-title">)[^<]*(</div>)')
TIP = re.compile(r'(tooltip=")[^"]*(")')
CODE = [
    Path(__file__).with_name(name).read_text("utf-8")
    for name in (
        "markup.py",
        "messages.py",
        "replace_text.py",
        "unchanged.txt",
        Path(__file__).name,
    )
]
# How Sphinx writes an entry of the index, each a message of its own catalogue.
ENTRIES = (
    "%s() (in module %s)",
    "%s (in module %s)",
    "%s() (%s method)",
    "%s() (%s static method)",
    "%s() (%s class method)",
    "%s (%s property)",
    "%s (%s attribute)",
    "%s (class in %s)",
)


class Words:
    """The translations of all catalogues."""

    def __init__(self):
        self.of = {
            page: {m.id: m.string for m in translations.read(page) if translations.done(m)}
            for page in translations.pages()
        }

    def find(self, page, each):
        """Return the translation of an entry, None when there is none."""
        known = self.of.get(page, {})
        found = known.get(each["id"]) or self.of.get(translations.SHARED, {}).get(each["id"])
        for name, value in each.get("values", {}).items() if found else ():
            found = found.replace(f"{{{name}}}", known.get(value, value))
        return found


class Page:
    """A page on its way into the other language."""

    def __init__(self, app, name, tree, words):
        self.name, self.tree = name, tree
        self.todo = []
        self.missing = 0
        for node, message in extracted(tree):
            each = entry(app, name, node, message)
            if same_everywhere(each["id"]):
                continue
            found = words.find(name, each)
            self.missing += found is None
            self.todo.append((node, message, found, each["markup"]))

    @property
    def english(self):
        """Tell whether too much is missing for a page in Chinese."""
        return self.missing > FEW * len(self.todo)

    def translate(self):
        """Put the translations in, if enough are there; return what is wrong with them."""
        wrong = []
        for node, message, found, markup in () if self.english else self.todo:
            if found is None:
                continue
            try:
                replace(node, message, found, markup)
            except ReplaceError as error:
                wrong.append(f"{self.name}: {message}\n{found}\n{error}")
        for link in self.tree.findall(nodes.inline):
            if "viewcode-link" in link["classes"] and not self.english:
                link.children = [nodes.Text(get_translation("sphinx")(link.astext()))]
        return wrong

    def collect(self, env):
        """Take the titles of the page into the tables of contents, the labels and the index."""
        env.current_document.docname = self.name
        self.tree.reporter = LoggingReporter(
            self.name
        )  # the collectors need one, pickles have none
        for collector in (TitleCollector(), TocTreeCollector()):
            collector.clear_doc(None, env, self.name)
            collector.process_doc(SimpleNamespace(env=env, config=env.config), self.tree)
        self.tree.reporter = None
        sections = {i: s for s in self.tree.findall(nodes.section) for i in s["ids"]}
        labels = env.domaindata["std"]["labels"]
        for label, (page, anchor, _) in list(labels.items()):
            if page == self.name and anchor in sections:
                labels[label] = page, anchor, clean_astext(sections[anchor][0])
        index = env.domaindata["index"]["entries"]
        index[self.name] = [(kind, named(text), *rest) for kind, text, *rest in index[self.name]]
        env.untranslated[self.name] = self.missing
        env.in_english[self.name] = self.english


def named(text):
    """Translate an entry of the index, in Sphinx's own words."""
    for message in ENTRIES:
        first, middle, end = message.split("%s")
        if middle in text and text.endswith(end):
            parts = text.removesuffix(end).partition(middle)
            said = get_translation("sphinx")(message).replace(" （", "（")
            return said % (parts[0], parts[2])
    return text


def take_over(env, old, page):
    """Take from an earlier environment what it has of a page that did not change."""
    for kept in ("titles", "longtitles", "tocs", "toc_num_entries", "untranslated", "in_english"):
        getattr(env, kept)[page] = getattr(old, kept)[page]
    labels, before = env.domaindata["std"]["labels"], old.domaindata["std"]["labels"]
    labels.update({k: v for k, v in before.items() if v[0] == page and k in labels})
    entries = old.domaindata["index"]["entries"]
    env.domaindata["index"]["entries"][page] = entries[page]


def translate_thumbnails(tree, env, said):
    """Translate titles and tips of examples, which are raw HTML in the lists of them."""
    tip = page = None
    for node in tree.findall(lambda node: isinstance(node, nodes.raw | addnodes.pending_xref)):
        if isinstance(node, addnodes.pending_xref):
            page = node["reftarget"].strip("/")
        elif TIP.search(node.astext()):
            tip = node
        elif TITLE.search(node.astext()) and page in said:
            fill_raw(node, TITLE, clean_astext(env.titles[page]))
            fill_raw(tip, TIP, said[page])


def fill_raw(raw, pattern, words):
    """Replace what a pattern finds in a raw node."""
    text = pattern.sub(lambda found: found[1] + escape(words) + found[2], raw.astext())
    raw.clear()
    raw += nodes.Text(text)


def load(path):
    """Read what Sphinx has pickled."""
    with path.open("rb") as file:
        return pickle.load(file)


def keep(path, value):
    """Write what Sphinx will read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pickle.dump(value, file, pickle.HIGHEST_PROTOCOL)


def stamp(source, page):
    """Return what a page depends on: two catalogues, as text, since to read them takes seconds."""
    paths = map(translations.path_of, (page, translations.SHARED))
    known = [path.read_text("utf-8") if path.exists() else None for path in paths]
    digest = hashlib.sha256(json.dumps([known, CODE]).encode()).hexdigest()
    return f"{source.stat().st_mtime_ns} {digest[:16]}"


class Translation:
    """The doctrees and the environment of another language, beside those of English."""

    def __init__(self, app):
        self.app, self.folder, self.out = app, Path(app.doctreedir), Path(app.outdir)
        self.source = self.folder.parent / SOURCE
        if not (self.source / ENVIRONMENT).exists():
            raise ExtensionError(f"{self.source} is empty: build the English pages first")
        self.stamps = self.folder / "stamps.json"
        self.env = load(self.source / ENVIRONMENT)
        self.env.untranslated, self.env.in_english = {}, {}
        for value in app.config.filter("env"):  # else Sphinx would read every page again
            setattr(self.env.config, value.name, value.value)

    def make(self):
        """Translate what changed."""
        known = json.loads(self.stamps.read_text("utf-8")) if self.stamps.exists() else {}
        old = load(self.folder / ENVIRONMENT) if known else None
        now = {p: stamp(self.path(p), p) for p in sorted(self.env.found_docs)}
        if known == now:
            return
        self.stamps.unlink(missing_ok=True)
        changed = [page for page in now if known.get(page) != now[page]]
        if any(page.startswith(EXAMPLES) for page in changed):  # their lists show their titles
            changed = [p for p in now if p in changed or p.startswith(EXAMPLES)]
        for page in now.keys() - set(changed):
            take_over(self.env, old, page)
        self.translate(changed)
        keep(self.folder / ENVIRONMENT, self.env)
        self.forget(changed, old)
        self.stamps.write_text(json.dumps(now), "utf-8")

    def path(self, page):
        """Return where the English doctree of a page lies."""
        return self.source / f"{page}.doctree"

    def translate(self, names):
        """Translate pages; the lists of examples need the titles of all others."""
        lists, said, wrong, words = {}, {}, [], Words()
        for name in names:
            page = Page(self.app, name, load(self.path(name)), words)
            wrong += page.translate()
            page.collect(self.env)
            if name.startswith(EXAMPLES):
                first = next(page.tree.findall(nodes.paragraph), None)
                said |= {} if page.english or first is None else {name: first.astext()}
                if name.endswith("/index"):
                    lists[name] = page.tree
                    continue
            keep(self.folder / f"{name}.doctree", page.tree)
        if wrong:
            raise ExtensionError("\n\n".join(wrong))
        for name, tree in lists.items():
            translate_thumbnails(tree, self.env, said)
            keep(self.folder / f"{name}.doctree", tree)

    def forget(self, changed, old):
        """Delete the output that is old: of the pages, of all where a title changed."""
        titles = {page: title.astext() for page, title in self.env.titles.items()}
        if old is None or titles != {p: title.astext() for p, title in old.titles.items()}:
            shutil.rmtree(self.out, ignore_errors=True)
        for page in changed:
            (self.out / f"{page}.html").unlink(missing_ok=True)


def prepare(app, config):
    """Let Sphinx find a translated site where it looks for what it has read before."""
    if config.language != SOURCE:
        Translation(app).make()


def read_nothing_again(app):
    """Let no page depend on a compiled catalogue: there are none, and each would be read again."""
    app.builder.use_message_catalog = False


def setup(app):
    """Translate before Sphinx loads the environment."""
    app.connect("config-inited", prepare, priority=900)
    app.connect("builder-inited", read_nothing_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
