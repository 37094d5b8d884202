"""The field of the search in a page, for readers who come with words of their own.

    ```{search-form}

It is the field of the page of the search and of the page 404.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class SearchForm(nodes.General, nodes.Element):
    """Stands where the field is written."""


class Search(SphinxDirective):
    """Put the field into the page."""

    def run(self):
        return [SearchForm()]


def write(translator, node):
    """Write the field; what is typed goes to the page of the search."""
    builder = translator.builder
    action = builder.get_relative_uri(builder.current_docname, "search")
    form = builder.templates.render("components/search-form.html", {"action": action})
    translator.body.append(form)
    raise nodes.SkipNode


def setup(app):
    app.add_node(SearchForm, html=(write, None))
    app.add_directive("search-form", Search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
