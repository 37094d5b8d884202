"""A title that a link takes over fits into its sentence, in both languages."""

import fitted_titles
import pytest
from docutils import nodes

TITLED = {
    "a question, and the end": ("Why?", ". Then", "Why?", " Then"),
    "a question, and another": ("Why?", ", ", "Why?", " · "),
    "a question, and a word": ("Why?", ", and", "Why?", " and"),
    "no question": ("Softmax", ". Then", "Softmax", ". Then"),
    "a number behind a question": ("Why?", ".5", "Why?", ".5"),
    "a Chinese question": ("为什么？", "。然后", "为什么？", "然后"),
    "a list of Chinese questions": ("为什么？", "、", "为什么？", "·"),
}
BESIDE = {
    "Chinese before Chinese": ("详见 ", "均方误差", "详见", "均方误差"),
    "Chinese behind Chinese": ("覆盖范围", " 所列", "覆盖范围", "所列"),
    "Chinese before Latin": ("详见 ", "softmax", "详见 ", "softmax"),
    "Latin behind Chinese": ("成立：", " A1", "成立：", "A1"),
    "Latin before a mark": ("softmax ", "「两次」", "softmax", "「两次」"),
    "English": ("see ", "Softmax", "see ", "Softmax"),
}


@pytest.mark.parametrize(("before", "after", "one", "two"), TITLED.values(), ids=TITLED)
def test_no_mark_stands_behind_a_title_that_asks(before, after, one, two):
    assert fitted_titles.met(before, after, title=True) == [one, two]
    assert fitted_titles.met(before, after, title=False) == [before, after]


@pytest.mark.parametrize(("before", "after", "one", "two"), BESIDE.values(), ids=BESIDE)
def test_no_blank_stands_beside_what_is_chinese(before, after, one, two):
    assert fitted_titles.met(before, after, title=False) == [one, two]


def test_the_titles_of_a_page_are_fitted_and_nothing_else():
    code = nodes.literal("", "f?")
    links = [nodes.reference("", "", nodes.inline("", title)) for title in ("Why?", "为什么？")]
    parts = ["See ", links[0], ", 见 ", links[1], "。But ", code, ". End"]
    parts = [nodes.Text(part) if isinstance(part, str) else part for part in parts]
    block = nodes.paragraph("", "", *parts)
    shown = nodes.literal_block("", "See  这里 吗？。")
    tree = nodes.section("", block, shown)
    fitted_titles.fit(None, tree, "page")
    assert block.astext() == "See Why? 见为什么？But f?. End"
    assert shown.astext() == "See  这里 吗？。"


def test_of_two_equal_texts_the_one_beside_the_title_is_fitted():
    parts = [nodes.literal("", "a"), nodes.Text(" 和 "), nodes.literal("", "b"), nodes.Text("、")]
    parts += [nodes.reference("", "", nodes.inline("", "计算带")), nodes.Text(" 和 ")]
    block = nodes.paragraph("", "", *parts, nodes.literal("", "c"))
    fitted_titles.fit(None, nodes.section("", block), "page")
    assert block.astext() == "a 和 b、计算带和 c"
