"""What programs read of the site: descriptions for links, a sitemap, lists of pages and of errors.

Each page gets the tags of Open Graph. When a build ends, ``errors.json``, ``llms.txt`` and, where
REFIMPL_BASEURL says at which address the site will stand, ``sitemap.xml`` lie beside the pages;
``claims.json`` and ``formulas.json`` come from the ledger and the derivations.
"""

import json
import re
from html import escape, unescape
from pathlib import Path
from urllib.parse import urljoin

from repairs import description

from evidence import errors

DESCRIPTION = re.compile(r'<meta name="description" content="(.*?)">')
PICTURE = re.compile(r'<img [^>]*src="([^"]*_images/[^"]+\.png)"')
CARD = "_static/card.png"  # for pages without a picture of their own
NO_PAGES = ("404", "search", "genindex", "py-modindex")


def plain(title):
    """Return the text of a title, which holds markup."""
    return unescape(re.sub(r"<[^>]+>", "", title))


def describe(app, page, template, context, doctree):
    """Say what a page is for those who show a link to it."""
    described = DESCRIPTION.search(context.get("metatags", ""))
    picture = PICTURE.search(context.get("body", ""))
    base = context.get("pageurl") or ""
    facts = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": plain(context.get("title", "")) or app.config.html_title,
        "og:description": described and unescape(described[1]),
        "og:url": base,
        "og:image": urljoin(base, picture[1] if picture else context["pathto"](CARD, 1)),
    }
    if page == "404" or doctree is None:
        return
    tags = (f'<meta property="{n}" content="{escape(str(v))}">' for n, v in facts.items() if v)
    context["metatags"] += "".join(tags)


def collect(app, document):
    """Keep the description of a page that was read: a page is not written in every build."""
    app.env.__dict__.setdefault("described", {})[app.env.docname] = description(document)


def merge(app, env, docnames, other):
    """Take over what another process has read."""
    kept, found = (each.__dict__.setdefault("described", {}) for each in (env, other))
    kept.update({name: found[name] for name in docnames if name in found})


def sitemap(app):
    """Return the sitemap: every page that is written, by its address."""
    base = app.config.html_baseurl
    pages = sorted(set(app.env.all_docs) - set(NO_PAGES))
    urls = "".join(f"<url><loc>{escape(urljoin(base, f'{p}.html'))}</loc></url>\n" for p in pages)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{urls}</urlset>\n'


def error_list():
    """Return the entries of the error messages, with the address of each."""
    return [
        {
            "id": entry.name,
            "address": f"errors/{page.name}.html#error-{entry.name}",
            "said": entry.said,
            "texts": list(entry.texts),
            "meaning": entry.meaning,
            "raises": entry.raises,
            "mended": entry.mended,
            "prints": entry.prints,
        }
        for page in errors.pages()
        for entry in page.entries
    ]


def overview(app):
    """Return llms.txt: what the site is, and its pages by folder with a line on each."""
    base = app.config.html_baseurl
    folders = {}
    for page in sorted(set(app.env.all_docs) - set(NO_PAGES) - {"index"}):
        folders.setdefault(page.partition("/")[0] if "/" in page else "pages", []).append(page)
    about = app.env.__dict__.get("described", {})
    lines = [f"# {app.config.html_title}", "", f"> {about.get('index', '')}", ""]
    lines += ["Data: claims.json, formulas.json, errors.json beside the pages.", ""]
    for folder, pages in folders.items():
        lines += [f"## {folder}", ""]
        for page in pages:
            title = plain(app.env.titles[page].astext())
            said = about.get(page, "")
            address = urljoin(base, f"{page}.html")
            lines.append(f"- [{title}]({address})" + (f": {said}" if said else ""))
        lines.append("")
    return "\n".join(lines)


def card(path):
    """Draw the picture of links to pages without one: three logits and their softmax."""
    import matplotlib.pyplot as plt
    import numpy as np

    from refimpl.formulas import softmax

    logits = np.float32([2.0, 1.0, 0.1])
    figure, axes = plt.subplots(figsize=(12, 6.3), facecolor="#14566b")
    axes.bar(np.arange(3), softmax(logits, dim=0), color="#8ac9da", width=0.6)
    for i, p in enumerate(softmax(logits, dim=0)):
        axes.text(i, p + 0.01, f"{p:.4f}", ha="center", color="white", fontsize=28)
    axes.set_title("softmax, checked to the last digit", color="white", fontsize=40, pad=30)
    axes.set_axis_off()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def write(app, error):
    """Put the files beside the pages."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    text = json.dumps(error_list(), ensure_ascii=False, indent=1)
    (out / "errors.json").write_text(text, "utf-8")
    (out / "llms.txt").write_text(overview(app), "utf-8")
    card(out / CARD)
    if app.config.html_baseurl:
        (out / "sitemap.xml").write_text(sitemap(app), "utf-8")


def setup(app):
    app.connect("doctree-read", collect)
    app.connect("env-merge-info", merge)
    app.connect("html-page-context", describe, priority=700)  # after the description
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
