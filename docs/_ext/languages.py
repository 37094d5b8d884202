"""What a page says of its language, and the way to the same page in the other one.

A language beside English is a folder in docs/locale. Its pages show the commit of the English file
that they are translated from.
"""

import functools
import json
import subprocess
from pathlib import Path

import sphinx
from repairs import source_of
from sphinx.locale import _, get_translation
from translations import of_scripts

NAMES = {"en": "English", "zh_CN": "中文"}


def marked(text):
    """Mark a text for the catalogue `sphinx`."""
    return text


# What the theme and myst-nb write in English in every language.
FIXED = (
    marked("Toggle site navigation sidebar"),
    marked("Toggle table of contents sidebar"),
    marked("Toggle Light / Dark / Auto color theme"),
    marked("Toggle hidden content"),
    marked("Show code cell source"),
    marked("Hide code cell source"),
    marked("Show code cell output"),
    marked("Hide code cell output"),
    marked("Show code cell content"),
    marked("Hide code cell content"),
)


def known(root):
    """Return the languages of a project, English first."""
    folder = Path(root, "docs/locale")
    return ["en", *sorted(path.name for path in folder.glob("*") if path.name in NAMES)]


def tag(language):
    """Return a language as HTML has it."""
    return language.replace("_", "-")


def set_base(app, config):
    """Let the addresses of a language begin with its folder."""
    if config.html_baseurl:
        config.html_baseurl = config.html_baseurl.removesuffix("en/") + f"{config.language}/"


def give_words(app, config):
    """Write translations.js, what scripts say in the language of their page.

    Sphinx's own file of this name, which is put into every page, makes a function of a string; the
    strict policy forbids this. Its words are kept.
    """
    if config.language == "en":
        return
    file = Path(sphinx.__file__).parent / f"locale/{config.language}/LC_MESSAGES/sphinx.js"
    catalogue = json.loads(file.read_text("utf-8").partition("(")[2].rpartition(")")[0])
    known = get_translation("sphinx")
    words = catalogue["messages"] | {word: str(known(word)) for word in of_scripts()}
    words = json.dumps(words, ensure_ascii=False, indent=0).replace("您", "你")  # as all pages do
    config.html_context |= {"words": words, "plural": catalogue["plural_expr"]}
    config.html_static_path.append("docs/_words")


@functools.cache
def commits(root):
    """Return the last commit of each file, with its date; nothing outside of a repository."""
    command = [
        "git",
        "log",
        "--full-history",
        "-c",  # also what a merge itself changed
        "--format=%x00%h %cs",
        "--name-only",
        "--",
        "docs",
        "gallery",
    ]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    except OSError:
        return {}
    found = {}
    for entry in done.stdout.split("\0")[1:]:
        commit, *files = entry.split("\n")
        for file in filter(None, files):
            found.setdefault(file, commit.split())
    return found


def way(app, context, page, code):
    """Describe the page in a language: the way from this page, and the address where it stands."""
    name = f"{page}{context['file_suffix']}"
    here = context["pathto"](f"../{code}/{name}", 1)
    root = app.config.html_baseurl.removesuffix(f"{app.config.language}/")
    url = f"{root}{code}/{name}" if root else here
    return {"code": code, "tag": tag(code), "name": NAMES[code], "href": here, "url": url}


def describe(app, page, template, context, doctree):
    """Give the template the languages, the commit, and whether the page is in its language yet."""
    codes, here = known(app.confdir), app.config.language
    context["languages"] = [way(app, context, page, code) for code in codes]
    context["untranslated"] = getattr(app.env, "untranslated", {}).get(page, 0)
    context["in_english"] = getattr(app.env, "in_english", {}).get(page, False)
    source = source_of(app, page) if here != "en" else None
    commit = source and commits(app.confdir).get(source.as_posix())
    context["translated_from"] = commit and {
        "file": source.as_posix(),
        "commit": commit[0],
        "date": commit[1],
    }
    context["in_words"] = in_words


def in_words(html):
    """Translate what the theme writes in English in every language."""
    for text in FIXED:
        html = html.replace(text, _(text))
    return html


def setup(app):
    """Describe the language of each page."""
    app.add_js_file("language.js")
    app.connect("config-inited", set_base)
    app.connect("config-inited", give_words)
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
