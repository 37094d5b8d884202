"""Pages that keep a strict policy: no inline script, no inline style, nothing from elsewhere.

    Content-Security-Policy: default-src 'self'

The theme and the converter of formulas write some inline. When a build ends, this is moved into
files of the site, and what is not known here stops the build. ``_headers`` says which headers the
site wants, in the form that Netlify and others read; docs/engine/hosting.md has them for other
hosts. Where a host sends no headers, REFIMPL_POLICY_META puts the policy into every page.
"""

import hashlib
import re
import time
from pathlib import Path
from urllib.parse import unquote

from sphinx.errors import ExtensionError

PAGES = "default-src 'self'"
# The worker alone compiles WebAssembly; a worker has the policy that comes with its own file.
WORKER = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
FOREVER = "public, max-age=31536000, immutable"  # the name of a folder holds what is in it
HEADERS = "".join(
    f"{path}\n  Content-Security-Policy: {policy}\n  X-Content-Type-Options: nosniff\n{more}"
    for path, policy, more in (
        ("/", PAGES, ""),
        ("/index.html", PAGES, ""),
        ("/404.html", PAGES, ""),
        ("/en/*", PAGES, ""),
        ("/zh_CN/*", PAGES, ""),
        ("/run/*", WORKER, f"  Cache-Control: {FOREVER}\n"),
    )
)

# What the theme, the converter and the index write into style attributes: a class of policy.css.
STYLES = {
    "display: none;": "policy-none",
    "display: none": "policy-unscripted",  # a script of Sphinx shows it
    "opacity: 50%": "policy-pale",
    "text-align: right;justify-items: end;padding-right: 0;": "policy-right",
    "text-align: left;justify-items: start;padding-left: 0;": "policy-left",
    "text-align: left;justify-items: start;padding-right: 0;": "policy-start",
    "text-align: left;justify-items: start;padding-right: 0;padding-left:1em;": "policy-next",
    "width: 33%; vertical-align: top;": "policy-third",
    "width: 100%": "policy-wide",
}
CHARSET = re.compile(r'<meta charset="utf-8"( /)?>(?!<meta http-equiv)')
META = f'<meta http-equiv="Content-Security-Policy" content="{PAGES}">'
COLOURS = re.compile(r"<style>(\s*body \{\s*--color-code-background.*?)</style>", re.S)
CHOICE = re.compile(r"<script>\s*document\.body\.dataset\.theme = [^<]*</script>")
TAG = re.compile(r"<[a-zA-Z][^<>]*\sstyle=\"[^<>]*>")
STYLE, CLASS = re.compile(r'\sstyle="([^"]*)"'), re.compile(r'\sclass="([^"]*)"')
INLINE = re.compile(r"<style\b|<script(?![^>]*\bsrc=)[^>]*>\s*\S|<[a-z][^<>]*\son[a-z]+=")
PICTURE = re.compile(r"url\((['\"]?)data:image/svg\+xml(;charset=utf-8)?,(.*?)\1\)", re.S)
ICON = re.compile(rf"--icon-[\w-]+:{PICTURE.pattern}", re.S)


def with_class(match):
    """Put the class of a style into a tag in its place; an unknown style stays."""
    tag, style = match[0], STYLE.search(match[0])[1]
    if style not in STYLES:
        return tag
    tag, name = STYLE.sub("", tag, count=1), STYLES[style]
    if CLASS.search(tag):
        return CLASS.sub(rf' class="\1 {name}"', tag, count=1)
    return re.sub(r"^(<[\w:-]+)", rf'\1 class="{name}"', tag)


def cleaned(text, static, version, meta=""):
    """Return a page without inline styles and scripts; `static` is the way to the static files."""
    text = CHARSET.sub(rf"\g<0>{meta}", text, count=1)
    text = COLOURS.sub(f'<link rel="stylesheet" href="{static}colours.css?v={version}">', text)
    text = CHOICE.sub(f'<script src="{static}theme.js"></script>', text)
    return TAG.sub(with_class, text)


def faults(text):
    """Name what a page still holds that the policy forbids."""
    return [match[0][:80] for match in (*INLINE.finditer(text), *TAG.finditer(text))]


STARTED = time.time() - 1  # clocks of file systems may lag behind


def move(app, error):
    """Clean the pages and style sheets that a build wrote; those of earlier ones are clean."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static, forbidden = out / "_static", []
    for page in sorted(out.rglob("*.html")):
        if page.stat().st_mtime < STARTED:
            continue
        text = page.read_text("utf-8")
        version = keep_colours(text, static)
        depth = len(page.relative_to(out).parts) - 1
        meta = META if app.config.refimpl_policy_meta else ""
        clean = cleaned(text, "../" * depth + "_static/", version, meta)
        forbidden += [f"{page.relative_to(out)}: {fault}" for fault in faults(clean)]
        if clean != text:
            page.write_text(clean, "utf-8")
    for sheet in sorted(static.rglob("*.css")):
        move_pictures(sheet, static)
    if forbidden:
        raise ExtensionError("the strict policy forbids\n" + "\n".join(forbidden))
    (out.parent / "_headers").write_text(HEADERS, "utf-8")


def keep_colours(text, static):
    """Write the colours of the theme, which every page holds, into a file; return its version."""
    found = COLOURS.search(text)
    if found is None:
        return ""
    data = found[1].strip().encode() + b"\n"
    (static / "colours.css").write_bytes(data)
    return hashlib.sha256(data).hexdigest()[:8]


def move_pictures(sheet, static):
    """Write the pictures in a style sheet into files beside it."""

    def file_of(match):
        data = unquote(match[3]).replace('\\"', '"').encode()
        name = f"{hashlib.sha256(data).hexdigest()[:12]}.svg"
        (static / "icons").mkdir(exist_ok=True)
        (static / "icons" / name).write_bytes(data)
        depth = len(sheet.relative_to(static).parts) - 1
        return f'url("{"../" * depth}icons/{name}")'

    text = sheet.read_text("utf-8")
    icons = [match[0] for match in ICON.finditer(text)]
    if icons:  # opened from disk a page may not load a picture as a mask: theme.js asks for these
        (static / "offline.css").write_text(f"body {{\n{';'.join(icons)};\n}}\n", "utf-8")
    clean = PICTURE.sub(file_of, text)
    if clean != text:
        sheet.write_text(clean, "utf-8")


def setup(app):
    app.add_config_value("refimpl_policy_meta", False, "html")
    app.add_css_file("policy.css", priority=900)
    app.connect("build-finished", move, priority=900)  # when everything is written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
