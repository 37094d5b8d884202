"""A site of a few pages, built inside the process of the test by the extensions that it tests."""

import re
from html import unescape

from sphinx.testing.util import SphinxTestApp

CONF = """
extensions = [{extensions}, "myst_parser"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
html_theme = "basic"
html_math_renderer = "mathjax"
html_copy_source = False
root_doc = "index"
suppress_warnings = ["myst.header", "toc.not_included"]

def setup(app):
    app.add_config_value("refimpl_fingerprint", "12ab", "env")
"""


def built(folder, pages, *extensions):
    """Build pages, which are texts by name; return the application, with what it warned of."""
    source = folder / "docs"
    for name, text in {"index.md": "# Index\n", **pages}.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    listed = ", ".join(f'"{name}"' for name in extensions)
    (source / "conf.py").write_text(CONF.replace("{extensions}", listed), encoding="utf-8")
    app = SphinxTestApp("html", source, builddir=folder / "out")
    try:
        app.build()
    finally:
        app.cleanup()
    return app


def html(app, page):
    """Return the body of a page."""
    text = (app.outdir / f"{page}.html").read_text("utf-8")
    return text.partition('role="main">')[2].partition('<div class="clearer">')[0]


def words(text):
    """Return what a reader sees of HTML, a line to every block or cell."""
    text = re.sub(r'<a class="headerlink".*?</a>', "", text, flags=re.S)
    text = re.sub(r"\s*\n\s*", " ", text)
    text = re.sub(r"</?(?:p|div|pre|t[dhr]|h\d|li|ul|ol|dt|dd|summary|details)\b[^>]*>", "\n", text)
    lines = unescape(re.sub(r"<[^>]+>", "", text)).splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]


def table_of(text, css):
    """Return the rows of the first table of a class, each a list of the texts of its cells."""
    table = re.search(rf'<table class="[^"]*\b{css}\b.*?</table>', text, re.S)[0]
    rows = re.findall(r"<tr.*?</tr>", table, re.S)
    return [
        [" ".join(words(cell)) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.S)]
        for row in rows
    ]
