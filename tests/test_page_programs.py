"""The programs on pages print what stands under them, on both engines; questions are short."""

import re

import pytest

from evidence import page_programs

INDEX = (page_programs.FOLDER / "questions/index.md").read_text("utf-8")
EXAMPLES = [
    pytest.param(example, id=f"{page.stem}{i or ''}")
    for page in page_programs.PAGES
    for i, example in enumerate(page_programs.examples(page))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_refimpl_prints_what_stands_under_the_program(example):
    assert page_programs.printed(example.source, "refimpl") == example.prints["refimpl"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_torch_prints_what_stands_under_the_program(torch, example):
    assert page_programs.printed(example.source, "torch") == example.prints["torch"]


@pytest.mark.parametrize("page", page_programs.QUESTIONS, ids=lambda page: page.stem)
def test_a_question_has_a_bold_answer_a_short_program_and_a_reason(page):
    text = page.read_text("utf-8")
    assert re.search(r"^\{\.lead\}\n\*\*[^*]+\*\*", text, re.M)
    assert text.count(page_programs.MARK) == len(page_programs.examples(page)) >= 1
    for example in page_programs.examples(page):
        assert len(example.source.splitlines()) <= page_programs.LINES
        assert "import torch" in example.source or "numpy" in example.source
    assert "\n## Why\n" in text


def test_every_question_is_listed_once():
    listed = re.findall(r"^([a-z0-9_]+)$", INDEX, re.M)
    assert sorted(listed) == [page.stem for page in page_programs.QUESTIONS]
