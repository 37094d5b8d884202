"""The table builder of the extensions, and what folds up."""

import pytest
from docutils import nodes
from folded import folded
from tables import row, span, table


def cell(text):
    return [nodes.paragraph("", text)]


def test_a_table_has_a_head_a_body_and_its_classes():
    made = table([cell("a"), cell("b")], [[cell("c"), cell("d")]], "one two")
    assert made["classes"] == ["one", "two"]
    (head,), (body,) = (list(made.findall(kind)) for kind in (nodes.thead, nodes.tbody))
    assert [entry.astext() for entry in head.findall(nodes.entry)] == ["a", "b"]
    assert [entry.astext() for entry in body.findall(nodes.entry)] == ["c", "d"]
    assert not list(table([], [[cell("c")]], "one").findall(nodes.thead))


@pytest.mark.parametrize("named", [True, False])
def test_the_first_cell_names_the_row_where_asked(named):
    made = table([], [[cell("c"), cell("d")]], "", widths=(1, 3), named_rows=named)
    columns = list(made.findall(nodes.colspec))
    assert [column["colwidth"] for column in columns] == [1, 3]
    assert [column.get("stub", False) for column in columns] == [named, False]


def test_a_wide_cell_counts_as_several_columns():
    made = table([], [row(span(3, *cell("c")), css="wide"), [cell("d")] * 3], "")
    (group,) = made.findall(nodes.tgroup)
    assert group["cols"] == len(list(group.findall(nodes.colspec))) == 3
    first, *others = made.findall(nodes.entry)
    assert first["morecols"] == 2
    assert not any("morecols" in entry for entry in others)
    assert [line["classes"] for line in made.findall(nodes.row)] == [["wide"], []]
    assert "morecols" not in span(1)


def test_what_is_folded_is_closed_under_its_title():
    made = folded(nodes.paragraph("", "", nodes.literal("", "title")), nodes.paragraph("", "text"))
    assert made["collapsible"] == "closed"
    assert [child.astext() for child in made.children] == ["title", "text"]
    assert isinstance(made.children[0], nodes.title)
