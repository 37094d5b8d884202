"""Small repairs to what the theme and the generators write: accessibility, links, descriptions."""

import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util.images import get_image_size

CAPTION = re.compile(r'<p class="caption" role="heading">')
SCROLLING = re.compile(r"<pre>")
IMAGE = re.compile(r'<img (?=[^>]*src="[^"]*_images/([^"/]+)")(?![^>]*width=)')
EMPTY = re.compile(r"<div id='sg-tag-list'[^>]*></div>|<div class=\"sphx-glr-thumbnails\"></div>")


def description(doctree):
    """Return the first paragraph of a page, cut off where it is long."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 40:
            return text if len(text) <= 160 else text[:159].rsplit(" ", 1)[0] + "…"
    return ""


def describe(app, page, template, context, doctree):
    """Take the first paragraph of a page as its description."""
    if doctree is not None and (text := description(doctree)):
        context["metatags"] += f'<meta name="description" content="{escape(text)}">'


def source_of(app, page):
    """Name the file that a reader edits to change a page; None for a page that has none."""
    if page.startswith("auto_examples/"):
        stem = Path("gallery", page.removeprefix("auto_examples/"))
        candidates = [stem.with_suffix(".py"), stem.with_name("GALLERY_HEADER.rst")]
    else:
        candidates = [Path("docs", f"{page}.md"), Path("docs", f"{page}.rst")]
    return next((path for path in candidates if (Path(app.confdir) / path).exists()), None)


def link_source(app, page, template, context, doctree):
    """Give the template the address at which the page's source is edited."""
    source = source_of(app, page)
    repository = app.config.html_theme_options["source_repository"].rstrip("/")
    branch = app.config.html_theme_options["source_branch"]
    context["edit_url"] = source and f"{repository}/edit/{branch}/{source.as_posix()}"


def head_captions(app, page, template, context, doctree):
    """Say at which level the captions of the navigation stand."""
    context["furo_navigation_tree"] = CAPTION.sub(
        '<p class="caption" role="heading" aria-level="2">', context["furo_navigation_tree"]
    )


def scroll_by_keyboard(app, page, template, context, doctree):
    """Let the keyboard reach listings, which scroll sideways on a phone."""
    if "body" in context:
        context["body"] = SCROLLING.sub('<pre tabindex="0">', context["body"])


def size_images(app, page, template, context, doctree):
    """Say how large each image is, so that nothing moves when it comes; thumbnails come late."""
    files = {name: Path(app.srcdir, path) for path, (_, name) in app.env.images.items()}
    copied = Path(app.outdir, app.builder.imagedir)  # sphinx-gallery copies its own

    def sized(match):
        width, height = get_image_size(files.get(match[1], copied / match[1]))
        later = 'loading="lazy" ' if match[1].endswith("_thumb.png") else ""
        return f'<img width="{width}" height="{height}" {later}'

    if "body" in context:
        context["body"] = IMAGE.sub(sized, context["body"])


def tidy_gallery(app, page, template, context, doctree):
    """Drop what sphinx-gallery writes for tags and for examples that a page does not have."""
    if page.startswith("auto_examples/"):
        context["body"] = EMPTY.sub("", context["body"])


def root_not_found(app, page, template, context, doctree):
    """Make the links of the 404 page hold at whatever address it is shown."""
    if page == "404":
        base = urlsplit(app.config.html_baseurl).path or f"/{app.config.language}/"
        context["metatags"] = f'<base href="{base}">' + context["metatags"]


def setup(app):
    for handler in (
        describe,
        link_source,
        scroll_by_keyboard,
        size_images,
        tidy_gallery,
        root_not_found,
    ):
        app.connect("html-page-context", handler)
    app.connect("html-page-context", head_captions, priority=900)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
