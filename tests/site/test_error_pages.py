"""The pages of the error messages are what their records say, or the build names the entry."""

import error_pages
import findable

from evidence import errors
from evidence.small_site import built, html

ENTRIES = {entry.name: entry for page in errors.pages() for entry in page.entries}
SEED, TARGET = ENTRIES["seed"], ENTRIES["target-out-of-bounds"]


def page_of(entry, folder, monkeypatch):
    """Build a page with one entry; return it with what the build warned of."""
    page = errors.Page("random", "Draws", "What draws say.", (entry,))
    monkeypatch.setattr(errors, "page", {errors.FOLDER / "random.toml": page}.__getitem__)
    pages = {"errors/random.md": "```{errors} random\n```\n"}
    app = built(folder, pages, "error_pages", "page_programs", "findable")
    return html(app, "errors/random"), app.warning.getvalue()


def test_an_entry_shows_its_programs_and_what_they_say(tmp_path, monkeypatch):
    shown, warned = page_of(TARGET._replace(older=("an `old` text",)), tmp_path, monkeypatch)
    assert warned == ""
    parts = ("IndexError: Target 5 is out of bounds.", "This is refused:", "This runs:")
    parts += ("tensor(1.6094)", "refimpl adds:", "Older releases said:", "`old`")
    assert [part for part in parts if part not in shown] == []
    assert 'id="error-target-out-of-bounds"' in shown


def test_a_program_that_ends_otherwise_is_named(tmp_path, monkeypatch):
    _, warned = page_of(SEED._replace(prints="6\n"), tmp_path, monkeypatch)
    assert "seed: the programs say 'RuntimeError: manual_seed expected a long" in warned
    _, warned = page_of(SEED._replace(said="RuntimeError: no"), tmp_path / "other", monkeypatch)
    assert "seed: the programs say" in warned


def test_the_lines_that_differ_are_marked():
    entry = SEED._replace(raises="a = 1\nb = 2\na + b\n", mended="a = 1\nb = 3\nprint(a + b)\n")
    assert error_pages.changed(entry) == [2]


def test_a_long_title_ends_with_a_sentence():
    said = f"RuntimeError: {'a' * 50}. {'b' * 50}; {'c' * 50}"
    assert error_pages.title(SEED._replace(said=said)) == "a" * 50 + "."
    assert error_pages.title(SEED) == "manual_seed expected a long, but got float"


def test_code_may_hold_back_quotes():
    assert error_pages.code("use `item()`") == "`` use `item()` ``"
    assert error_pages.code("plain\ntext") == "`plain text`"


def test_the_index_of_the_search_keeps_what_leads_to_readers():
    index = {
        "docnames": ["a", "errors/index", "errors/b"],
        "objtypes": {"0": "formula:formula", "1": "py:function"},
        "objects": {"": [[0, 0, 1, "equation-x", "x"]], "m": [[0, 1, 1, "", "f"]]},
        "alltitles": {
            "A": [[0, None]],
            "What holds: A1-C02": [[0, "a1-c02"]],
            "B": [[2, None]],
            "`text`": [[2, "error-b"]],
        },
        "titleterms": {"kl": [0, 2], "bce": 2, "The": 0},
        "terms": {
            "word": [0, 1],
            "only": 1,
            "2d": 0,
            "1e": 0,
            "0123": [0, 2],
            "_own": 0,
            "x": 0,
            "But": 0,
            "c02": 0,
        },
        "filenames": ["a.md", "errors/index.md", "errors/b.md"],
        "indexentries": {"f() (in module m)": [[0, "m.f", False]]},
        "titles": ["A", "Errors", "B"],
    }
    assert findable.slimmed(index) == index | {
        "objects": {"m": [[0, 1, 1, "", "f"]]},
        "alltitles": {"A": [[0, None]], "B": [[2, None]]},
        "titleterms": {"kl": 0},
        "terms": {"word": 0, "2d": 0},
        "filenames": ["", "", ""],
        "indexentries": {},
    }
