"""A translation moves the nodes of a sentence and changes its words, nothing else."""

import pytest
from docutils import nodes
from replace_text import ReplaceError, replace
from sphinx import addnodes


def paragraph(*children):
    return nodes.paragraph("", "", *children)


def link(text, target):
    return addnodes.pending_xref("", nodes.inline("", text), reftarget=target)


def test_nodes_go_where_the_translation_has_them():
    code, formula = nodes.literal("", "dim"), nodes.math("", "x")
    node = paragraph(nodes.Text("Use "), code, nodes.Text(" with "), formula, nodes.Text("."))
    replace(node, "Use `dim` with $x$.", "对 $x$ 用 `dim`。", "MyST")
    assert node.astext() == "对 x 用 dim。"
    assert node[1] is formula and node[3] is code


def test_a_link_keeps_its_target_and_has_other_words():
    node = paragraph(nodes.Text("See "), link("the page", "a.md"), nodes.Text("."))
    replace(node, "See [the page](a.md).", "见[该页](a.md)。", "MyST")
    assert node.astext() == "见该页。"
    assert node[1]["reftarget"] == "a.md"


def test_equal_parts_keep_their_order():
    first, second = nodes.literal("", "x"), nodes.literal("", "x")
    node = paragraph(first, nodes.Text(" or "), second)
    replace(node, "`x` or `x`", "`x` 或 `x`", "MyST")
    assert node[0] is first and node[2] is second


def test_bold_words_with_code_inside():
    bold = nodes.strong("", "", nodes.Text("The "), nodes.literal("", "x"), nodes.Text(" sum"))
    node = paragraph(bold, nodes.Text(" is 1."))
    replace(node, "**The `x` sum** is 1.", "**`x` 之和**是 1。", "MyST")
    assert node.astext() == "x 之和是 1。"
    assert node[0][0].tagname == "literal"


def test_the_text_of_a_docstring():
    role = addnodes.pending_xref("", nodes.literal("", "softmax()"), reftarget="softmax")
    node = paragraph(nodes.Text("As "), role, nodes.Text(" of "), nodes.literal("", "x"))
    replace(node, "As :func:`softmax` of ``x``", "同 ``x`` 的 :func:`softmax`", "reST")
    assert node.astext() == "同 x 的 softmax()"


def test_an_alternative_text():
    image = nodes.image(alt="A curve", uri="c.svg")
    replace(image, "A curve", "一条曲线", "MyST")
    assert image["alt"] == "一条曲线"


@pytest.mark.parametrize(
    ("message", "translation"),
    [("Use `dim`.", "用 `dims`。"), ("Use dim.", "用。"), ("Use `dim`.", "- 用 `dim`。")],
    ids=["another name", "a node that the message has not", "a list"],
)
def test_what_does_not_fit_is_refused(message, translation):
    node = paragraph(nodes.Text("Use "), nodes.literal("", "dim"), nodes.Text("."))
    with pytest.raises(ReplaceError):
        replace(node, message, translation, "MyST")
