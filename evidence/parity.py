"""Compare the pages of two languages: all but words has to be the same.

The article of a page is taken apart into formulas, listings and outputs, code, pictures, ids and
links. Listings and displayed formulas have to come in the same order; what stands within sentences
may change its place.
"""

from collections import Counter
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
KEPT = ("math", "pre", "code", "svg")  # whose text is compared
MOVED = "aria-label"  # an attribute that is translated


class Article(HTMLParser):
    """What stands in the article of a page beside words."""

    def __init__(self, text):
        super().__init__()
        self.found, self.listings = Counter(), []
        self.depth = 0  # of tags within the article
        self.kept = []  # the text of an element that is compared, and of which kind it is
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = {name: value for name, value in attributes if name != MOVED}
        if not self.depth and values.get("role") != "main":
            return
        self.depth += tag not in VOID
        if self.kept or tag in KEPT:
            self.kept.append([tag, f"<{tag} {sorted(values.items())}>" if self.kept else tag])
        for name in ("id", "href", "src", "srcset"):
            if values.get(name) and tag != "use":
                self.found[name, values[name]] += 1

    def handle_data(self, text):
        if self.kept:
            self.kept[-1][1] += text

    def handle_endtag(self, tag):
        self.depth -= bool(self.depth)
        if not self.kept or self.kept[-1][0] != tag:
            return
        _, text = self.kept.pop()
        if self.kept:
            self.kept[-1][1] += text
        elif tag == "pre":
            self.listings.append(text)
        else:
            self.found[tag, text] += 1


def differences(one, other):
    """Return what the articles of two pages do not have in common, in sentences."""
    first, second = Article(one), Article(other)
    told = [f"{kind} missing: {what}" for kind, what in (first.found - second.found)]
    told += [f"{kind} too many: {what}" for kind, what in (second.found - first.found)]
    if first.listings != second.listings:
        pairs = zip(first.listings, second.listings, strict=False)
        other = next((f"{a!r} is {b!r}" for a, b in pairs if a != b), "another number of them")
        told.append(f"listings: {other}")
    return told


def compare(site, language, source="en"):
    """Return the differences of all pages of a language from those of the source."""
    told = []
    for path in sorted((site / source).rglob("*.html")):
        name = path.relative_to(site / source)
        translated = site / language / name
        if not translated.exists():
            told.append(f"{name}: there is no such page")
            continue
        texts = (each.read_text("utf-8") for each in (path, translated))
        told += [f"{name}: {difference}" for difference in differences(*texts)]
    extra = {p.relative_to(site / language) for p in (site / language).rglob("*.html")}
    extra -= {p.relative_to(site / source) for p in (site / source).rglob("*.html")}
    return told + [f"{name}: the source has no such page" for name in sorted(extra)]
