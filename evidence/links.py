"""What the pages of a built site refer to, read with the standard library."""

import functools
from collections import Counter
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
    "embed": "src",
}
LOADING_LINKS = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "modulepreload",
    "manifest",
    "preconnect",
}


class Page(HTMLParser):
    """Collect the ids of a page, what it links to and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded, self.base = Counter(), [], [], None
        self.later = set()  # what is loaded when it comes into sight
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids.update(filter(None, [values.get("id")]))
        if tag == "base":
            self.base = values["href"]
        elif tag == "link" and LOADING_LINKS & set(values.get("rel", "").split()):
            self.loaded.append(values["href"])
        elif tag in LOADED and values.get(LOADED[tag]):
            self.loaded.append(values[LOADED[tag]])
            if values.get("loading") == "lazy":
                self.later.add(values[LOADED[tag]])
        elif values.get("href"):
            self.links.append(values["href"])
        srcset = values.get("srcset") or ""
        self.loaded += [entry.split()[0] for entry in srcset.split(",") if entry.strip()]


@functools.cache  # by the whole text: the same page is asked for again and again
def parsed(text):
    """Parse a page."""
    return Page(text)


def read(site):
    """Parse every page of a site, by its path relative to the site's root."""
    return {
        path.relative_to(site).as_posix(): parsed(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def target(name, page, reference):
    """Resolve a reference of a page to (path, fragment) within the site."""
    here = f"/{name}" if page.base is None or reference.startswith("#") else page.base
    parts = urlsplit(urljoin(here, reference))
    path = unquote(parts.path).lstrip("/")
    return (f"{path}index.html" if path.endswith("/") or not path else path), unquote(
        parts.fragment
    )


def is_local(reference):
    """Tell references within the site from those that name a scheme or a host."""
    parts = urlsplit(reference)
    return not parts.scheme and not parts.netloc


def broken(site):
    """List every internal reference whose file or fragment does not exist."""
    pages = read(site)
    wrong = []
    for name, page in pages.items():
        for reference in filter(is_local, page.links + page.loaded):
            path, fragment = target(name, page, reference)
            if not (site / PurePosixPath(path)).is_file():
                wrong.append(f"{name}: {reference}: there is no such file")
            elif fragment and path in pages and fragment not in pages[path].ids:
                wrong.append(f"{name}: {reference}: there is no such anchor")
    return wrong


def external(site):
    """List everything that a page loads from another host."""
    return [
        f"{name}: {reference}"
        for name, page in read(site).items()
        for reference in page.loaded
        if not is_local(reference) and not reference.startswith("data:")
    ]


def repeated(site):
    """List the ids that stand more than once on a page."""
    return [
        f"{name}: {key} ({count} times)"
        for name, page in read(site).items()
        for key, count in page.ids.items()
        if count > 1
    ]
