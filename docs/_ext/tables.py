"""The one table builder of the extensions."""

from docutils import nodes


def table(head, rows, css, widths=None, named_rows=False):
    """Build a table.

    `head` and each of `rows` is a list of cells, or a row that `row` made; a cell is a list of
    nodes, or what `span` made. `widths` are relative; without them all columns are equally wide.
    With `named_rows` the first cell of a row names it, also to who only hears the table.
    """
    body = [as_row(cells) for cells in rows]
    widths = widths or [1] * sum(1 + cell.get("morecols", 0) for cell in body[0])
    group = nodes.tgroup("", cols=len(widths))
    group += [nodes.colspec(colwidth=width) for width in widths]
    if named_rows:
        group[0]["stub"] = True
    if head:
        group += nodes.thead("", as_row(head))
    group += nodes.tbody("", *body)
    return nodes.table("", group, classes=css.split())


def row(*cells, css=""):
    """Make a row of cells, with classes of its own."""
    made = [cell if isinstance(cell, nodes.entry) else nodes.entry("", *cell) for cell in cells]
    return nodes.row("", *made, classes=css.split())


def as_row(cells):
    """Make a row of a list of cells, unless it is one already."""
    return cells if isinstance(cells, nodes.row) else row(*cells)


def span(columns, *children):
    """Make a cell that reaches over several columns."""
    cell = nodes.entry("", *children)
    if columns > 1:
        cell["morecols"] = columns - 1
    return cell
