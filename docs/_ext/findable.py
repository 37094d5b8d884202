"""What the search finds first: claims by id and printed digits, functions by torch's names.

Sphinx's search ranks the entries of the index above all else. These entries are added when a page
is written, so they are in the search and not in the printed index, which they would fill.
A directive gives a node words by its attribute `found`; functions have theirs from `public_names`.
"""

import functools

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

import refimpl
from refimpl import formulas

# Where torch's programs reach a name from, the way that they usually write last.
PATHS = {
    "": ("torch.{}",),
    "nn": ("torch.nn.{}", "nn.{}"),
    "nn.functional": ("torch.nn.functional.{}", "F.{}"),
    "optim": ("torch.optim.{}",),
    "autograd": ("torch.autograd.{}",),
    "utils.data": ("torch.utils.data.{}",),
}


def reached(path):
    """Return the module at a path below refimpl."""
    return functools.reduce(getattr, filter(None, path.split(".")), refimpl)


@functools.cache
def public_names():
    """Return the names that programs call an object by, by the anchor of its description."""
    found = {f"refimpl.formulas.{name}": [name] for name in formulas.__all__}
    for path, forms in PATHS.items():
        module = reached(path)
        for name in module.__all__:
            each = getattr(module, name)
            anchor = f"{getattr(each, '__module__', '')}.{getattr(each, '__qualname__', name)}"
            found.setdefault(anchor, []).extend(form.format(name) for form in forms)
    return found


def section(node):
    """Return the anchor of the section around a node, nothing for that of the whole page."""
    around = node.parent
    inner = isinstance(around, nodes.section) and isinstance(around.parent, nodes.section)
    return around["ids"][0] if inner else ""


class Findable(SphinxPostTransform):
    """Give the words of a page's nodes to the search, each with its anchor."""

    default_priority = 900

    def run(self, **options):
        """Add the entries to the page."""
        entries = []
        for node in self.document.findall(nodes.Element):
            for anchor in node["ids"] or [section(node)]:
                words = node.get("found") or public_names().get(anchor, ())
                entries += [("single", word, anchor, "main", None) for word in words]
        if entries:
            self.document += addnodes.index(entries=entries)


class Found(SphinxDirective):
    """Lines under ``{found}``: queries of which this page or section shall be the first hit."""

    has_content = True

    def run(self):
        """Leave the words in the page, unseen."""
        return [nodes.comment(found=list(self.content))]


def setup(app):
    """Add the transform and the directive."""
    app.add_post_transform(Findable)
    app.add_directive("found", Found)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
