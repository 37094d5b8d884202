"""Each number in the prose of pages, gallery and ledger is shown, proved, or listed as plain."""

from dataclasses import replace

import pytest

from evidence import prose
from refimpl.articles import Claim, Value, load

RECORD = prose.record()
KNOWN = [(name, number) for name, numbers in RECORD.items() for number in numbers]


@pytest.mark.parametrize("name", prose.texts())
def test_no_number_in_prose_is_without_proof(name):
    bare, known = prose.bare_numbers(prose.texts()[name]), RECORD.get(name, {})
    unknown = [f"{name}:{line}: {number}" for number, line in bare if number not in known]
    assert unknown == [], "show it in code, prove it in evidence/prose_numbers.toml, or drop it"


@pytest.mark.parametrize(("name", "number"), KNOWN)
def test_what_the_record_says_of_a_number_holds_and_is_needed(name, number):
    entry = RECORD[name][number]
    assert set(entry) in ({"plain"}, {"holds"})
    assert prose.holds(entry["holds"]) if "holds" in entry else entry["plain"].strip()
    bare = prose.bare_numbers(prose.texts()[name])
    assert number in {found for found, _ in bare}, "drop the entry"


def test_a_number_that_code_or_a_formula_shows_is_not_bare():
    page = "At 17 or $18$, `19` of 17.5.\n\n```python\nx = 20\n```\n\nIn 18, 20 and 60 000 parts.\n"
    assert prose.bare_numbers(page) == [("17", 1), ("17.5", 1), ("60 000", 7)]


def test_the_texts_of_a_script_and_the_labels_of_its_figures_are_prose(tmp_path):
    file = tmp_path / "plot_it.py"
    lines = ['"""', "It", "==", "", "In 17 of 18.", '"""', "", "x = 18"]
    file.write_text("\n".join([*lines, 'f.set_label(f"19 of {x}, not 20.")', ""]))
    (tmp_path / "plot_it.out").write_text("20\n")
    assert {n for n, _ in prose.bare_numbers(prose.script(file))} == {"17", "19"}


def test_all_that_an_entry_of_the_ledger_says_is_prose():
    claim = Claim("A1-C00", "prose", "article", "17 or 21.", "confirmed", "18, 19, 22", "reading")
    claim = replace(claim, formula="19", value=[Value("of 20 and 22", text="18", article="21")])
    assert {n for n, _ in prose.bare_numbers(prose.entry(claim))} == {"17", "20", "22"}


def test_the_code_of_a_check_shows_numbers_and_the_name_of_a_value_does_not():
    claim = next(c for article in load() for c in article.claims if c.id == "A3-C05")
    said = replace(claim, statement="At 20, −104, -104, 2000, 2010, 104.0, 5.0.")
    assert {n for n, _ in prose.bare_numbers(prose.entry(said))} == {"2000", "2010", "104.0", "5.0"}


@pytest.mark.parametrize(
    "text", ["A5-C26", "float32", "[x](a2.md)", "{claim}`A1-C08`", "B-3", "v1.2x"]
)
def test_names_are_no_numbers(text):
    assert prose.bare_numbers(text) == []


def test_an_expression_that_is_false_is_seen():
    assert not prose.holds("np.finfo(np.float32).nmant + 1 == 25")
