"""Run buttons: under the programs of pages, the examples of the reference and of the gallery.

A button stands where the browser can run what is above it on refimpl and NumPy alone. What it loads
is gathered by `browser_assets` and lies in ``run/`` beside the languages; where that is missing,
there is no button, and the rest of the site is the same.
"""

import ast
import functools
import json
import re
import shutil
from pathlib import Path

from browser_assets import MissingError, contents, folder_name, listed
from sphinx.locale import _
from sphinx.util import logging

from evidence.gallery import scripts

logger = logging.getLogger(__name__)

END = r'<div class="highlight"><pre.*?</pre></div>\n</div>\n'
PROGRAM = re.compile(rf'<div class="[^"]*\brunnable\b[^>]*>{END}', re.S)
SESSION = re.compile(rf'<div class="doctest highlight-default [^>]*>{END}', re.S)
FIRST_BLOCK = re.compile(r'<div class="highlight-Python notranslate">')
BAR = (
    '<p class="run-bar"{}><button type="button" class="run-button">{}</button>'
    '<span class="run-status" role="status"></span></p>\n'
)
OTHER_PACKAGES = ("api/seeds",)  # these examples need numba, which no browser has


@functools.cache
def gather():
    """Return what the buttons load, the programs of the gallery among it, as bytes by path."""
    files = contents()
    programs = {
        f"programs/{scripts.name(script)}.json": json.dumps(program(script)).encode()
        for script in scripts.SCRIPTS
    }
    return listed(files | programs)


def find(app, config):
    """Gather what the buttons load, or say why there are none."""
    try:
        config.refimpl_run = folder_name(gather())
    except MissingError as reason:
        config.refimpl_run = ""
        logger.info("no Run buttons: %s", reason)


def script_of(page):
    """Return the script of a page of the gallery that the browser can run, or nothing."""
    script = scripts.script_of(page.removeprefix("auto_examples/"))
    return script if page.startswith("auto_examples/") and script in scripts.SCRIPTS else None


def put_buttons(app, page, template, context, doctree):
    """Put a bar with a button behind what can be run."""
    if not app.config.refimpl_run or "body" not in context:
        return
    body, script = context["body"], script_of(page)
    body = PROGRAM.sub(lambda found: found[0] + BAR.format("", _("Run")), body)
    if page.startswith("api/") and page not in OTHER_PACKAGES:
        body = SESSION.sub(lambda found: found[0] + BAR.format(" data-session", _("Run")), body)
    if script:
        place = f' data-program="programs/{scripts.name(script)}.json"'
        bar = BAR.format(place, _("Run this example"))
        body = FIRST_BLOCK.sub(lambda found: bar + found[0], body, count=1)
    context["body"] = body
    if 'class="run-bar"' in body:
        folder = f"../../run/{app.config.refimpl_run}/"
        app.add_js_file("run.js", **{"data-assets": folder, "defer": "defer"})
        app.add_css_file("run.css")


def without_head(source):
    """Return a script without the text that heads it, which the page shows."""
    head = ast.parse(source).body[0]
    return "".join(source.splitlines(keepends=True)[head.end_lineno :]).lstrip("\n")


def program(script):
    """Return a script, what it prints in a browser, and what differs there."""
    return {
        "source": without_head(script.read_text("utf-8")),
        "prints": scripts.expected(script, "refimpl", digits=True).read_text("utf-8"),
        "digits": scripts.trains_on_pictures(script),  # in place of Fashion-MNIST
    }


def publish(app, error):
    """Put the files beside the languages, and remove those of earlier builds."""
    if error or app.builder.format != "html":
        return
    top = Path(app.outdir).parent / "run"
    shutil.rmtree(top, ignore_errors=True)
    if not app.config.refimpl_run:
        return
    for path, data in gather().items():
        file = top / app.config.refimpl_run / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def setup(app):
    app.add_config_value("refimpl_run", "", "html")
    app.connect("config-inited", find)
    app.connect("html-page-context", put_buttons, priority=600)  # after the repairs of listings
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
