"""What is to be translated: the messages of every page, as Sphinx will look them up.

They are collected while the English pages are read and written to build/messages.json when the
English build ends; docs/_ext/translations.py makes the catalogues of them. Left out is what reads
the same in every language: displayed formulas, names, numbers, code.

A text with computed parts is one message, with a placeholder for each part: else each new number
would be a new message. The figures' labels of the gallery are read from its scripts, and a node
may carry `template` and `values`.
"""

import ast
import functools
import json
import re
from pathlib import Path

from docutils import nodes
from gallery_figures import caption_and_alt
from ledger import WITHOUT_IMAGES, WORDS
from sphinx.util.nodes import extract_messages, get_node_source
from sphinx_gallery.directives import imgsgnode

from evidence.kept import write_whole

FILE = "build/messages.json"
SHARED = "shared"
ELSEWHERE = (WITHOUT_IMAGES, *WORDS)  # words of builds on other machines
EXAMPLES = "auto_examples/"
# Sphinx-gallery's own sentences differ by the name of the example alone.
EXAMPLE_NAME = re.compile(r"sphx_glr_download_\w+\.py|\b(?:\w+/)*plot_\w+\.(?:py|ipynb|zip)")
# What a program of a page counts, and its lists of names.
COUNTED = re.compile(r"`[^`]+`(?:, `[^`]+`)+|(?<![\w.])-?\d[\d.,]*(?:e[-+]?\d+)?(?!\w)(?<![.,])")
REST = re.compile(r":[a-z:]+:`|``|`_")
MYST = re.compile(r"(?<![\w^_}\\])\{[a-z][\w:-]*\}`")  # a role; :math:`2^{8}` ends in none
# What is no sentence: code, formulas, roles without a title, targets of links, entities.
UNSPOKEN = re.compile(
    r"``.+?``|(?<!`)`(?!`)[^`<]+`(?!`)(?!_)|(?:\{[\w:-]+\}|:[\w:]+:)`[^`<]*`"
    r"|\$[^$]+\$|\]\([^)]*\)|<[^<>\s]+>|https?://\S+|[{][\w-]+[}]"
)
ARGUMENT = re.compile(r"\*\*[\w\\*., ]+\*\*")  # the name that numpydoc puts before its description
CITED = re.compile(
    r"(?:[A-Z]\.[ -]?)+(?:(?:et|de|van) )*[A-Z]\w+.*\(\d{4}\)"
)  # authors, title, year
WORD = re.compile(r"[^\W\d_][\w./-]*")


def spoken(message):
    """Return the words of a message, without code, formulas and links."""
    return WORD.findall(UNSPOKEN.sub(" ", message))


@functools.cache
def unchanged():
    """Return the words and the whole messages that stay as they are in every language."""
    lines = Path(__file__).with_name("unchanged.txt").read_text("utf-8").splitlines()
    whole = {line[2:] for line in lines if line.startswith("= ")}
    rows = [line.partition("  # ")[0] for line in lines if line[:2] not in ("", "# ", "= ")]
    return {word for row in rows for word in row.split()}, whole


def same_everywhere(message):
    """Tell whether a message needs no translation: it cites, or has no words but names."""
    words, whole = unchanged()
    if message.strip() in whole or ARGUMENT.fullmatch(message) or CITED.match(message):
        return True
    return set(spoken(message)) <= words


def template_of(pattern, message):
    """Replace what a pattern finds by placeholders; return the template and the values."""
    found = {}

    def placeholder(match):
        found[str(len(found) + 1)] = match[0]
        return f"{{{len(found)}}}"

    return pattern.sub(placeholder, message), found


@functools.cache
def figures(script):
    """Return the texts of a script's figures, captions and alternatives: templates, patterns."""
    found = []
    for node in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "set_label":
            texts = dict.fromkeys(caption_and_alt(label(node.args[0])))
            found += [(each, pattern(each)) for each in texts]
    return found


def label(node):
    """Return the text of a string in a script, a placeholder for each computed part."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts, number = [], 0
    for part in parts:
        number += isinstance(part, ast.FormattedValue)
        constant = isinstance(part, ast.Constant)
        texts.append(part.value if constant else f"{{{number}}}")
    return "".join(texts)


def pattern(template):
    """Return what matches the texts that a template can become."""
    parts = re.split(r"\{(\d+)\}", template)
    groups = [f"(?P<v{p}>.*?)" if i % 2 else re.escape(p) for i, p in enumerate(parts)]
    return re.compile("".join(groups), re.DOTALL)


def in_output(node):
    """Tell whether a node stands in what a program of its page shows."""
    while node is not None and "cell_output" not in node.get("classes", ()):
        node = node.parent
    return node is not None


def computed(app, page, node, message):
    """Return the template of a message and its values; without computed parts there are none."""
    if "template" in node:
        return node["template"], {name: str(value) for name, value in node["values"].items()}
    if not page.startswith(EXAMPLES):
        return template_of(COUNTED, message) if in_output(node) else (message, {})
    script = Path(app.confdir, "gallery", page.removeprefix(EXAMPLES)).with_suffix(".py")
    for template, pattern in figures(script) if script.exists() else ():
        if match := pattern.fullmatch(message):
            return template, {name[1:]: value for name, value in match.groupdict().items()}
    return template_of(EXAMPLE_NAME, message)


def place(node, message):
    """Say what a message is: translators write a heading otherwise than a sentence."""
    if node.get("alt") == message:
        return "alternative text"
    if isinstance(node, nodes.title):
        return "heading"
    source = get_node_source(node)
    if "docstring of" in source:
        return f"docstring of {source.rpartition('docstring of ')[2]}"
    return "caption" if "figure-caption" in node.get("classes", ()) else ""


def markup(page, where, message):
    """Return the language of a message: docstrings and examples are reStructuredText."""
    rest = page.startswith(EXAMPLES) or where.startswith("docstring") or REST.search(message)
    return "reST" if rest and not MYST.search(message) else "MyST"


def entry(app, page, node, message):
    """Describe a message."""
    template, values = computed(app, page, node, message)
    where = place(node, message)
    found = {"id": template, "markup": markup(page, where, template)}
    found |= {"place": where} if where else {}
    return found | ({"text": message, "values": values} if values else {})


def has_words(node):
    """Tell whether a text has more than code and formulas."""
    if isinstance(node, nodes.Text):
        return any(map(str.isalpha, node))
    return not isinstance(node, nodes.literal | nodes.math) and any(map(has_words, node.children))


def extracted(document):
    """Return the messages of a page with their nodes.

    They are those that Sphinx has, but for three things. Sphinx has no alternative texts of
    examples. It has the parameter and its type as one message, and the type again as another one,
    which ends before the first code in it; then the term has all of it. And it has displayed
    formulas.
    """
    for node, message in extract_messages(document):
        if isinstance(node, nodes.TextElement) and not has_words(node):
            continue
        if isinstance(node, nodes.math_block):
            continue
        name, colon, kind = message.partition(" : ")
        if isinstance(node, nodes.term) and colon:
            yield node, name
        elif isinstance(node, nodes.classifier):
            yield node, node.parent[0].rawsource.partition(" : ")[2] or message
        else:
            yield node, message
    for image in document.findall(imgsgnode):
        if not image["alt"].startswith("plot "):  # else it is the name of the script
            yield image, image["alt"]


def collect(app, document):
    """Keep the messages of a page that was read."""
    page = app.env.docname
    kept = app.env.__dict__.setdefault("messages", {})
    kept[page] = [entry(app, page, node, message) for node, message in extracted(document)]


def merge(app, env, docnames, other):
    """Take over what another process has read."""
    kept = env.__dict__.setdefault("messages", {})
    kept.update({name: other.messages[name] for name in docnames if name in other.messages})


def write(app, error):
    """Write the messages of all pages, whether read now or before."""
    if not error and app.config.language == "en":
        pages = {
            page: [each for each in app.env.messages[page] if not same_everywhere(each["id"])]
            for page in sorted(app.env.found_docs)
        }
        pages[SHARED] = [{"id": word, "markup": "MyST"} for word in ELSEWHERE]
        write_whole(Path(app.confdir, FILE), json.dumps(pages, ensure_ascii=False, indent=1))


def setup(app):
    """Collect while reading, write at the end."""
    app.connect("doctree-read", collect)
    app.connect("env-merge-info", merge)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
