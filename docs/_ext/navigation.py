"""The tree of pages beside each page, resolved once and not page by page.

Sphinx resolves the whole tree anew for every page, and Furo parses it anew: together more than half
of the time in which the pages are written. Here the tree is made once, as the start page has it. A
page gets a copy with its own addresses, and with the marks of where it stands.
"""

import functools

from bs4 import BeautifulSoup
from furo.navigation import get_navigation_tree
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.locale import _


class Tree:
    """The tree of one build."""

    def __init__(self, builder):
        self.builder = builder
        root = builder.config.root_doc
        shown = {"collapse": False, "titles_only": True, "maxdepth": -1, "includehidden": True}
        found = global_toctree_for_doc(builder.env, root, builder, tags=builder.tags, **shown)
        text = builder.render_partial(found)["fragment"]
        self.soup = BeautifulSoup(get_navigation_tree(text), "html.parser")
        pages = {builder.get_relative_uri(root, page): page for page in builder.env.found_docs}
        self.links = {pages[link["href"]]: link for link in self.soup.find_all("a", href=True)}
        for switch in self.soup.find_all("input"):
            title = switch.parent.find("a").text
            switch["aria-label"] = _("Toggle navigation of %s") % title
            del switch["checked"]  # each page opens its own

    def at(self, page):
        """Return the tree as a page shows it."""
        for target, link in self.links.items():
            link["href"] = self.builder.get_relative_uri(page, target)
        marked = [self.mark(each) for each in self.around(page)]
        text = str(self.soup)
        for tag, classes in marked:
            self.unmark(tag, classes)
        return text

    def around(self, page):
        """Return the link of a page and all that is around it."""
        link = self.links.get(page)
        if link is None:
            return []
        link["href"] = "#"
        return [link, *(tag for tag in link.parents if tag.name in ("li", "ul"))]

    def mark(self, tag):
        """Mark one tag; return it with the classes that it had."""
        classes = tag.get("class")
        if tag.name == "li":
            first, *others = classes
            own = (
                []
                if any("current" in each.get("class", ()) for each in tag.find_all("li"))
                else ["current-page"]
            )
            tag["class"] = [first, "current", *others, *own]
            if switch := tag.find("input", recursive=False):
                switch["checked"] = ""
        else:
            tag["class"] = ["current", *(classes or ())]
        return tag, classes

    def unmark(self, tag, classes):
        """Take the marks away again."""
        del tag["class"]
        if classes:
            tag["class"] = classes
        if tag.name == "li" and (switch := tag.find("input", recursive=False)):
            del switch["checked"]


@functools.lru_cache(maxsize=1)
def tree(builder):
    """Return the tree of this build."""
    return Tree(builder)


def hide_from_theme(app, page, template, context, doctree):
    """Let the theme find no tree, so that it does not make its own."""
    context["toctree"] = lambda **options: ""


def show(app, page, template, context, doctree):
    """Give the template the tree as the page shows it."""
    context["furo_navigation_tree"] = tree(app.builder).at(page)


def setup(app):
    """Take the place of the theme's handler, which has priority 500."""
    app.connect("html-page-context", hide_from_theme, priority=400)
    app.connect("html-page-context", show, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
