"""One style sheet in place of those that every page has: a phone asks for one file, not for many.

`site.css` is put together from the static files before pages are written, which name its digest,
and again at the end, should no page have been written. The theme's own sheet, that of myst-nb and
the colours of listings, which are written last of all, stay apart.
"""

from pathlib import Path

SHEET = "site.css"
PRIORITY = 850  # behind the sheets of single pages
LATE = (SHEET, "mystnb.")  # myst-nb writes its sheet when a build ends, after the pages


def names(app):
    """Return the sheets of all pages, in the order in which pages would load them."""
    known = [*app.registry.css_files, *app.config.html_css_files]
    ordered = sorted(known, key=lambda each: each[1].get("priority", 800))
    return list(dict.fromkeys(name for name, _ in ordered if not name.startswith(LATE)))


def prepare(app):
    """Note the sheets of all pages, while none of a single page is among them."""
    app.config.refimpl_sheets = names(app)
    app.add_css_file(SHEET, priority=PRIORITY)


def put_together(app):
    """Write the sheet from the static files."""
    static = Path(app.outdir, "_static")
    texts = [(static / name).read_text("utf-8") for name in app.config.refimpl_sheets]
    (static / SHEET).write_text("\n".join(texts), "utf-8")


def leave_out(app, page, template, context, doctree):
    """Take the sheets that are in the one out of a page."""
    if not app.config.refimpl_sheet_is_there:
        app.config.refimpl_sheet_is_there = True
        put_together(app)
    inside = {f"_static/{name}" for name in app.config.refimpl_sheets}
    sheets = context["css_files"]
    sheets[:] = [sheet for sheet in sheets if sheet.filename not in inside]


def finish(app, error):
    """Write the sheet again: static files may have changed where no page did."""
    if not error and app.builder.format == "html":
        put_together(app)


def setup(app):
    app.add_config_value("refimpl_sheets", [], "")
    app.add_config_value("refimpl_sheet_is_there", False, "")
    app.connect("builder-inited", prepare, priority=990)
    app.connect("html-page-context", leave_out, priority=950)  # after the theme
    app.connect("build-finished", finish, priority=850)  # before the pictures in it become files
    return {"parallel_read_safe": True, "parallel_write_safe": True}
