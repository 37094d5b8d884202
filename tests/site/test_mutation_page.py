"""The page of the tests shows the record of the mutants, and the record holds what it promises."""

import json

import mutation
import pytest

from evidence.mutation import record
from evidence.small_site import built, html, table_of, words

RECORD = {
    "date": "2026-01-02",
    "revision": "12ab34c",
    "seed": 5,
    "mutants": 8,
    "killed": 7,
    "timeouts": 1,
    "strata": [
        {"part": "refimpl/tape", "kind": "loop", "mutants": 3, "killed": 2},
        {"part": "refimpl/tape", "kind": "sign", "mutants": 3, "killed": 3},
        {"part": "docs/_ext", "kind": "loop", "mutants": 2, "killed": 2},
    ],
    "survivors": [
        {"file": "a.py", "function": "f", "change": "x < 1 → x <= 1", "reason": "*Never* 1."},
        {"file": "b.py", "function": "", "change": "X → Y", "reason": "No matter."},
    ],
}


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Return a function that shows a part of the record."""
    monkeypatch.setattr(mutation, "RECORD", tmp_path / "mutation.json")
    mutation.RECORD.write_text(json.dumps(RECORD), "utf-8")
    monkeypatch.setattr("ledger.results", lambda: {})
    monkeypatch.setattr("ledger.claims", lambda: {})

    def show(what):
        page = f"# Page\n\n```{{mutation}} {what}\n```\n"
        app = built(tmp_path, {"page.md": page}, "ledger", "mutation")
        assert app.warning.getvalue() == ""
        return html(app, "page")

    return show


def test_a_sentence_counts_the_mutants(shown):
    assert words(shown("found"))[1] == (
        "On 2026-01-02, 8 places of revision 12ab34c were changed, drawn by the seed 5. The tests "
        "noticed 7 of the changes, 87.5 %; of these, 1 by coming to no end."
    )


def test_parts_and_kinds_are_counted(shown):
    assert table_of(shown("parts"), "ratios") == [
        ["part", "changes", "noticed", "share"],
        ["docs/_ext", "2", "2", "100 %"],
        ["refimpl/tape", "6", "5", "83.3 %"],
    ]
    assert table_of(shown("kinds"), "ratios") == [
        ["kind", "changes", "noticed", "share"],
        ["loop", "5", "4", "80 %"],
        ["sign", "3", "3", "100 %"],
    ]


def test_a_share_stays_on_one_line_with_its_sign(shown):
    for what, share in (("parts", "83.3"), ("kinds", "80")):
        assert f"{share}\N{NO-BREAK SPACE}%" in shown(what)
        assert f"{share} %" not in shown(what)


def test_what_survived_stands_there_with_its_reason(shown):
    assert table_of(shown("survivors"), "formula-symbols") == [
        ["place", "change", "why nothing is wrong"],
        ["a.py, f", "x < 1 → x <= 1", "Never 1."],
        ["b.py", "X → Y", "No matter."],
    ]


def test_only_all_is_a_hundred_percent():
    assert [mutation.share(n, 1000) for n in (0, 1, 999, 1000)] == [
        "0 %",
        "0.1 %",
        "99.9 %",
        "100 %",
    ]
    assert mutation.share(9999, 10000) == "99.9 %"


def test_the_record_has_600_mutants_of_which_97_percent_are_noticed_and_the_others_explained():
    found = json.loads(mutation.RECORD.read_text("utf-8"))
    strata = found["strata"]
    assert found["mutants"] == sum(each["mutants"] for each in strata) >= 600
    assert found["killed"] == sum(each["killed"] for each in strata) >= 0.97 * found["mutants"]
    assert found["mutants"] - found["killed"] == len(found["survivors"])
    assert all(each["reason"].strip() for each in found["survivors"])
    written = record.reasons()
    for each in found["survivors"]:
        assert written[each["file"], each["function"], each["change"]] == each["reason"]
