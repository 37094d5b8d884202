"""The programs of the question pages print what stands under them, on both engines."""

import re

import pytest

from evidence import questions

INDEX = (questions.FOLDER / "index.md").read_text("utf-8")
EXAMPLES = [
    pytest.param(example, id=f"{page.stem}{i or ''}")
    for page in questions.PAGES
    for i, example in enumerate(questions.examples(page))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_refimpl_prints_what_stands_under_the_program(example):
    assert questions.printed(example.source, "refimpl") == example.prints["refimpl"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_torch_prints_what_stands_under_the_program(torch, example):
    assert questions.printed(example.source, "torch") == example.prints["torch"]


@pytest.mark.parametrize("page", questions.PAGES, ids=lambda page: page.stem)
def test_a_question_has_a_bold_answer_a_short_program_and_a_reason(page):
    text = page.read_text("utf-8")
    assert re.search(r"^\{\.lead\}\n\*\*[^*]+\*\*", text, re.M)
    assert text.count("```{script}") == len(questions.examples(page)) >= 1
    for example in questions.examples(page):
        assert len(example.source.splitlines()) <= questions.LINES
        assert "import torch" in example.source or "numpy" in example.source
    assert "\n## Why\n" in text


def test_every_question_is_listed_once():
    listed = re.findall(r"^([a-z0-9_]+)$", INDEX, re.M)
    assert sorted(listed) == [page.stem for page in questions.PAGES]
