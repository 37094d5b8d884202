"""What the search finds first: claims by id and printed digits, functions by torch's names.

Sphinx's search ranks the entries of the index above all else. These entries are put into the file
of the search when a build ends: so they are not in the printed index, which they would fill, and
they stay when a page is not written anew (Sphinx forgets the entries of such pages).
A directive gives a node words by its attribute `found`; functions have theirs from `public_names`;
queries in another language stand in docs/locale/LANGUAGE/found.toml.
"""

import functools
import itertools
import json
import re
import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import refimpl
from benchmarks.elsewhere.recorder import LIBRARIES
from evidence.operators import RECORDS
from refimpl import formulas

BEFORE, AFTER = "Search.setIndex(", ")"
# Where programs reach a name from, as they write it at its shortest: error_search.js shortens the
# query in the same way.
PATHS = {
    "": "torch.{}",
    "nn": "nn.{}",
    "nn.functional": "F.{}",
    "optim": "optim.{}",
    "autograd": "autograd.{}",
    "utils.data": "data.{}",
}


def reached(path):
    """Return the module at a path below refimpl."""
    return functools.reduce(getattr, filter(None, path.split(".")), refimpl)


@functools.cache
def public_names():
    """Return the names that programs call an object by, by the anchor of its description."""
    found = {f"refimpl.formulas.{name}": [name] for name in formulas.__all__}
    for path, form in PATHS.items():
        module = reached(path)
        for name in module.__all__:
            each = getattr(module, name)
            made = f"{getattr(each, '__module__', '')}.{getattr(each, '__qualname__', name)}"
            for anchor in {made, ".".join(filter(None, ("refimpl", path, name)))}:
                found.setdefault(anchor, []).append(form.format(name))
    return found


def section(node):
    """Return the anchor of the section around a node, nothing for that of the whole page."""
    around = node.parent
    inner = isinstance(around, nodes.section) and isinstance(around.parent, nodes.section)
    return around["ids"][0] if inner else ""


class Found(SphinxDirective):
    """Lines under ``{found}``: queries of which this page or section shall be the first hit."""

    has_content = True

    def run(self):
        """Leave the words in the page, unseen."""
        return [nodes.comment(found=list(self.content))]


def leave_out_mathematics(app, document):
    """Keep the names of LaTeX's commands out of the index: frac and mathbf lead to no formula."""
    for node in (*document.findall(nodes.math), *document.findall(nodes.math_block)):
        node["classes"].append("no-search")  # by which Sphinx leaves it out


def collect(app, document):
    """Keep the words of a page that was read, each with its anchor."""
    kept = app.env.__dict__.setdefault("findable", {})
    kept[app.env.docname] = [
        (word.lower(), anchor)
        for node in document.findall(nodes.Element)
        for anchor in node["ids"] or [section(node)]
        for word in node.get("found") or public_names().get(anchor, ())
    ]


def merge(app, env, docnames, other):
    """Take over what another process has read."""
    kept = env.__dict__.setdefault("findable", {})
    kept.update({name: other.findable[name] for name in docnames if name in other.findable})


# Private names, numbers but for 0d, 1d, 2d, single letters, the halves of claims' ids, and what has
# a capital: Sphinx keeps a stop word that begins a sentence, and makes every query small, so that
# none finds it.
NOBODYS = re.compile(r"_|\d(?!d$)|[a-z]$|c\d\d$|.*[A-Z]")
CLAIM = re.compile(r"A\d-C\d\d")


OPERATORS = {f"api/{name}" for name in RECORDS}
MOVING = {f"elsewhere/{name}" for name in LIBRARIES}
REPEATING = {"errors/index", "articles/errata", *(f"articles/checks/a{n}" for n in range(1, 6))}
SHARED = 0.6  # a word on so many of the pages that are made alike leads to none of them
SAME = 8  # a heading that stands at so many places (Proof, Exercise) leads to none of them


def slimmed(index):
    """Leave out of the index of the search what leads nowhere else, or to no reader.

    Functions are found as objects, so their entries in the printed index are left out; formulas
    have labels that nobody searches; claims are found by their ids; the headings of errors/ repeat
    the texts that its entries are found by, those of the operators' pages are alike, and so are
    many of their words; errata and checks repeat the articles; most numbers among the words are
    halves of printed ones. No file of a page is shown. What NOBODYS matches is no word of a query.
    """
    names = index["docnames"]
    errors = {i for i, name in enumerate(names) if name.startswith("errors/")}
    kinds = {int(key): kind for key, kind in index["objtypes"].items()}
    objects = {
        prefix: [each for each in found if kinds[each[1]] != "formula:formula"]
        for prefix, found in index["objects"].items()
    }
    alike = errors | {i for i, name in enumerate(names) if name in OPERATORS}
    headings = {
        title: [place for place in places if place[0] not in alike or place[1] is None]
        for title, places in index["alltitles"].items()
        if len(places) < SAME and not CLAIM.search(title)
    }
    words, heads = (
        {word: pages for word, pages in index[part].items() if not NOBODYS.match(word)}
        for part in ("terms", "titleterms")
    )
    examples = {name for name in names if name.startswith("auto_examples/")}
    for group in (OPERATORS, MOVING, examples):
        words = _told_apart(words, {i for i, name in enumerate(names) if name in group})
    return index | {
        "indexentries": {},
        "filenames": [""] * len(names),
        "objects": {prefix: found for prefix, found in objects.items() if found},
        "alltitles": {title: places for title, places in headings.items() if places},
        "titleterms": _without(heads, errors),
        "terms": _not_begun(_without(words, {i for i, n in enumerate(names) if n in REPEATING})),
    }


def _told_apart(words, group):
    """Return words without those pages of a group of which most have the word."""
    common = {
        word
        for word, pages in words.items()
        if isinstance(pages, list) and len(group.intersection(pages)) > SHARED * len(group)
    }
    shared = _without({word: words[word] for word in common}, group)
    return {word: pages for word, pages in words.items() if word not in common} | shared


def _not_begun(words):
    """Return words without those that begin another word of all their pages, as sin begins sin_.

    The search looks for what a query is a part of, where it is no word of its own.
    """
    pages = {
        word: set(found if isinstance(found, list) else [found]) for word, found in words.items()
    }
    order, left_out = sorted(words), set()
    for place, word in enumerate(order):
        for other in itertools.islice(order, place + 1, None):
            if len(word) < 3 or not other.startswith(word):
                break
            if pages[word] <= pages[other]:
                left_out.add(word)
    return {word: found for word, found in words.items() if word not in left_out}


def _without(words, left_out):
    """Return words with their pages, one or a list, but for some pages."""
    found = {
        word: [
            page for page in (pages if isinstance(pages, list) else [pages]) if page not in left_out
        ]
        for word, pages in words.items()
    }
    return {word: pages[0] if len(pages) == 1 else pages for word, pages in found.items() if pages}


def foreign(app):
    """Return the queries of the language of this build, by page: words with anchors."""
    path = Path(app.srcdir, "locale", app.config.language, "found.toml")
    listed = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    found = {}
    for target, words in listed.items():
        page, _, anchor = target.partition("#")
        if page not in app.env.found_docs:
            raise ExtensionError(f"{path} names the page {page}, which does not exist")
        found.setdefault(page, []).extend((word.lower(), anchor) for word in words)
    return found


def words_of(app):
    """Return the words of all pages; those of the language lead to one place alone."""
    known, own = app.env.__dict__.get("findable", {}), foreign(app)
    taken = {word for words in own.values() for word, _ in words}
    pages = {
        page: [each for each in words if each[0] not in taken] for page, words in known.items()
    }
    return {page: [*pages.get(page, ()), *own.get(page, ())] for page in pages.keys() | own.keys()}


def add(app, error):
    """Add the words to the index of the search: of all pages, also of those not written anew."""
    path = Path(app.outdir) / "searchindex.js"
    if error or app.builder.format != "html" or not path.exists():
        return
    text = path.read_text("utf-8")
    index = slimmed(json.loads(text.removeprefix(BEFORE).removesuffix(AFTER)))
    entries, words = index["indexentries"], words_of(app)
    for number, name in enumerate(index["docnames"]):
        for word, anchor in words.get(name, ()):
            entry = [number, anchor, 1]  # 1, which is short for true: it ranks above all else
            if entry not in entries.setdefault(word, []):
                entries[word].append(entry)
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_text(f"{BEFORE}{text}{AFTER}", "utf-8")


def setup(app):
    """Add the directive and what collects the words."""
    app.add_directive("found", Found)
    app.connect("doctree-read", collect)
    app.connect("doctree-read", leave_out_mathematics)
    app.connect("env-merge-info", merge)
    app.connect("build-finished", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
