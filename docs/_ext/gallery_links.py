"""Links of the gallery's pages: the claims that a text names, and what can be downloaded.

Both are put in when a page is written, behind the translation: in a text they are plain words.
"""

import functools
import re

from docutils import nodes
from languages import marked
from sphinx import addnodes
from sphinx.locale import _

from refimpl.articles import load

CLAIM = re.compile(r"(?<![\w-])(A\d-C\d\d)(?![\w-])")
# What sphinx-gallery writes before the name of a file, as code and in English in every language.
DOWNLOADS = {
    "Download Jupyter notebook": marked("Download Jupyter notebook: %s"),
    "Download Python source code": marked("Download Python source code: %s"),
    "Download zipped": marked("Download zipped: %s"),
}


@functools.cache
def claims():
    """Return the ids of all claims."""
    return {claim.id for article in load() for claim in article.claims}


def link_claims(app, doctree, page):
    """Make a link of each claim that a text names."""
    for text in list(doctree.findall(nodes.Text)):
        if isinstance(text.parent, nodes.paragraph | nodes.emphasis | nodes.strong):
            parts = [linked(app, page, part) for part in CLAIM.split(text)]
            if len(parts) > 1:
                text.parent.replace(text, parts)


def linked(app, page, text):
    """Return a link where a text is the id of a claim, else the text."""
    if text not in claims():
        return nodes.Text(text)
    article = app.builder.get_relative_uri(page, f"articles/{text[:2].lower()}")
    return nodes.reference("", text, internal=True, refuri=f"{article}#claim-{text.lower()}")


def name_downloads(doctree):
    """Say in the language of the page what a link downloads."""
    for link in doctree.findall(addnodes.download_reference):
        what, _colon, name = link.astext().partition(": ")
        if what in DOWNLOADS:
            link.children = [nodes.inline("", _(DOWNLOADS[what]) % name)]


def finish(app, doctree, page):
    """Put the links into a page of the gallery."""
    if page.startswith("auto_examples/"):
        link_claims(app, doctree, page)
        name_downloads(doctree)


def setup(app):
    app.connect("doctree-resolved", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
