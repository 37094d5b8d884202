"""Each number in the prose of a page is shown by the page, proved, or listed as plain."""

import pytest

from evidence import prose

RECORD = prose.record()
KNOWN = [(page, number) for page, numbers in RECORD.items() for number in numbers]


@pytest.mark.parametrize(
    "path", prose.pages(), ids=lambda path: path.relative_to(prose.ROOT).as_posix()
)
def test_no_number_in_prose_is_without_proof(path):
    page = path.relative_to(prose.ROOT).as_posix()
    bare = prose.bare_numbers(path.read_text("utf-8"))
    known = RECORD.get(page, {})
    unknown = [f"{page}:{line}: {number}" for number, line in bare if number not in known]
    assert unknown == [], "show it in code, prove it in evidence/prose_numbers.toml, or drop it"


@pytest.mark.parametrize(("page", "number"), KNOWN)
def test_what_the_record_says_of_a_number_holds_and_is_needed(page, number):
    entry = RECORD[page][number]
    assert set(entry) in ({"plain"}, {"holds"})
    assert prose.holds(entry["holds"]) if "holds" in entry else entry["plain"].strip()
    text = (prose.ROOT / page).read_text("utf-8")
    assert number in {found for found, _ in prose.bare_numbers(text)}, "drop the entry"


def test_a_number_that_code_or_a_formula_shows_is_not_bare():
    page = "At 17 or $18$, `19` of 17.5.\n\n```python\nx = 20\n```\n\nIn 18, 20 and 60 000 parts.\n"
    assert prose.bare_numbers(page) == [("17", 1), ("17.5", 1), ("60 000", 7)]


@pytest.mark.parametrize(
    "text", ["A5-C26", "float32", "[x](a2.md)", "{claim}`A1-C08`", "B-3", "v1.2x"]
)
def test_names_are_no_numbers(text):
    assert prose.bare_numbers(text) == []


def test_an_expression_that_is_false_is_seen():
    assert not prose.holds("np.finfo(np.float32).nmant + 1 == 25")
