"""A picture of `dim`: the entries of a tensor, those that share one sum in one colour.

    ```{dim-picture} 2 3

A figure for each dimension of a tensor of that shape. The groups come from the indices alone: two
entries are in one group where all indices but that of the dimension agree.
"""

from itertools import product

from docutils import nodes
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective

CELL, GAP, MARGIN, TITLE = 44, 26, 8, 26  # pixels


def group(index, dim, shape):
    """Return the number of the group of an entry, counted over all other indices."""
    number = 0
    for axis, (i, n) in enumerate(zip(index, shape, strict=True)):
        if axis != dim:
            number = number * n + i
    return number


def place(index, shape):
    """Return the left upper corner of an entry; the matrices of a block stand side by side."""
    *block, row, column = index
    across = block[0] * (shape[-1] * CELL + GAP) if block else 0
    return MARGIN + across + column * CELL, TITLE + row * CELL


def size(shape):
    """Return width and height of a picture."""
    blocks = shape[0] if len(shape) == 3 else 1
    width = blocks * shape[-1] * CELL + (blocks - 1) * GAP + 2 * MARGIN
    return width, TITLE + shape[-2] * CELL + MARGIN


def picture(shape, dim):
    """Return the picture for one dimension as SVG."""
    width, height = size(shape)
    groups = shape[0] * shape[1] * (shape[2] if len(shape) == 3 else 1) // shape[dim]
    said = _(
        "dim={dim}: {groups} groups of {size} entries; in a group only index number {dim} changes"
    ).format(dim=dim, groups=groups, size=shape[dim])
    parts = [
        f'<svg class="dim-picture" role="img" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" aria-label="{said}"><text x="{MARGIN}" y="17">dim={dim}</text>'
    ]
    for index in product(*map(range, shape)):
        x, y = place(index, shape)
        number = group(index, dim, shape)
        parts.append(
            f'<rect class="group-{number}" x="{x + 2}" y="{y + 2}" rx="5" '
            f'width="{CELL - 4}" height="{CELL - 4}"/>'
            f'<text class="entry" x="{x + CELL / 2}" y="{y + CELL / 2 + 5}">'
            f"{','.join(map(str, index))}</text>"
        )
    return "".join([*parts, "</svg>"])


class Pictures(nodes.General, nodes.Element):
    """The pictures of a shape, drawn when the page is written: their words have its language."""


def visit(translator, node):
    """Write the pictures."""
    shape = node["shape"]
    shown = "".join(picture(shape, dim) for dim in range(len(shape)))
    translator.body.append(f'<div class="dim-pictures">{shown}</div>')
    raise nodes.SkipNode


class DimPicture(SphinxDirective):
    """Show the groups of entries for each dimension of a shape of rank 2 or 3."""

    required_arguments = 2
    optional_arguments = 1

    def run(self):
        return [Pictures(shape=tuple(map(int, self.arguments)))]


def setup(app):
    """Add the directive."""
    app.add_node(Pictures, html=(visit, None))
    app.add_directive("dim-picture", DimPicture)
    app.add_css_file("page_programs.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
