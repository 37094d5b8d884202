"""Every sign, index, exponent and constant is changed once; only changes of the meaning count."""

import json

import pytest
from lark import Token

from evidence.formula_checker import mutate
from evidence.formula_checker.mutate import Context, Mutant, canonical, changes, mutants_of
from evidence.formula_checker.page import Block
from evidence.formula_checker.symbols import parse as declare
from evidence.formula_checker.syntax import parse

SYMBOLS = declare(
    ["K : size 1..3", "i, k : index over K", r"j_1 : index over K", "x : vector over K"]
    + ["a, b : real"]
)

PAGE = r"""
```{symbols}
K : size 1..3
i, k : index over K
a : real
x : vector over K
s : vector over K
```

```{math}
:label: first
s_i := x_i + a
```

```{math}
:label: second
s_i - a = x_i
```

```{math}
:label: third
:prose: a picture
\foo
```
"""


def changed(tex):
    return [
        (kind, tex[:start] + now + tex[end:]) for kind, start, end, now in changes(tex, SYMBOLS)
    ]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a + b", [("sign", "a - b")]),
        ("a - b", [("sign", "a + b")]),
        ("-a", [("sign", " a")]),
        ("2a", [("constant", "3a")]),
        ("0.25a", [("constant", "0.26a")]),
        ("a^2", [("exponent", "a^3")]),
        ("e^a", [("exponential", " a")]),
        ("x_i", [("index", "x_k")]),
        ("x_i x_k", [("index", "x_k x_k"), ("index", "x_i x_i")]),
        (r"x_{j_1}", [("index", "x_{i}")]),
    ],
)
def test_each_kind_of_change(tex, expected):
    assert changed(tex) == expected


def form(tex):
    node = parse(f"{tex} = 0", SYMBOLS.kinds)[0].sides[0]
    return canonical(node, {})


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (r"\sum_i x_i", r"\sum_k x_k", True),
        ("x_i", "x_k", True),
        ("x_i x_k", "x_i x_i", False),
        (r"x_i \sum_k x_k", r"x_i \sum_k x_k x_i", False),
        (r"\max_i x_i", r"\sum_i x_i", False),
    ],
)
def test_renamed_formulas_are_the_same(left, right, same):
    assert (form(left) == form(right)) is same


def test_a_change_that_only_renames_is_no_mutant():
    block = Block("math", 1, {"label": "it"}, ["x_i = x_i"], 1)
    found = [mutant.tex for mutant in mutants_of("page", block, SYMBOLS)]
    assert found == ["x_k = x_i", "x_i = x_k"]
    alone = Block("math", 1, {"label": "it"}, ["x_i = a"], 1)
    assert not list(mutants_of("page", alone, SYMBOLS))


def test_a_change_is_described_by_the_text_around_it():
    mutant = Mutant("page", "it", "sign", 2, "a - b", "+", "-")
    assert mutant.change == "a [+ → -] b"
    assert Mutant("page", "it", "sign", 0, " a", "-", " ").change == "[- → nothing]a"


@pytest.fixture
def context(tmp_path):
    path = tmp_path / "sums.md"
    path.write_text(PAGE, encoding="utf-8")
    return Context.read(path)


def test_a_formula_in_prose_is_not_changed(context):
    assert {mutant.label for mutant in context.mutants()} == {"first", "second"}


def test_a_wrong_definition_is_noticed_by_what_rests_on_it(context):
    alive = {(m.label, m.change) for m in context.mutants() if context.survives(m)}
    assert alive == set()
    harmless = Mutant("sums", "second", "sign", 0, "x_i = s_i - a", "", "")
    assert context.survives(harmless)


def test_the_page_before_a_formula_has_bound_the_names_above_it(context):
    assert set(context.before("second").definitions) == {"s"}
    assert set(context.before("first").definitions) == set()
    with pytest.raises(KeyError):
        context.before("unheard-of")


def test_a_run_writes_its_counts_and_fails_for_a_survivor_without_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(mutate, "FOLDER", tmp_path)
    page = tmp_path / "sums.md"
    page.write_text(PAGE, encoding="utf-8")
    assert not mutate.main()
    found = json.loads((tmp_path / "mutants.json").read_text("utf-8"))
    assert found["mutants"] == found["killed"] == found["pages"]["sums"]["killed"] > 0
    survivor = "```{math}\n:label: weak\n:loose: only the sign matters\n\\sigma(a) < 2\n```\n"
    page.write_text(PAGE + survivor, encoding="utf-8")
    assert mutate.main()
    (alive,) = json.loads((tmp_path / "mutants.json").read_text("utf-8"))["survivors"]
    assert (alive["label"], alive["reason"]) == ("weak", "")
    listed = (
        f'[[survivor]]\nlabel = "weak"\nchange = {json.dumps(alive["change"])}\nreason = "so"\n'
    )
    (tmp_path / "survivors.toml").write_text(listed, encoding="utf-8")
    assert not mutate.main()
    page.write_text(PAGE, encoding="utf-8")
    assert mutate.main()  # the reason stands there, but not its survivor


def test_a_free_index_keeps_its_number_behind_a_sum():
    names = {}
    node = parse(r"\sum_k x_k x_i = 0", SYMBOLS.kinds)[0].sides[0]
    canonical(node, names)
    assert names == {"i": "free1"}
    assert canonical(Token("INDEX", "i"), names) == "free1"
