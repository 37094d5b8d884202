"""TeX text becomes typed tokens, and no token lies about its place."""

import pytest

from evidence.formula_checker.tex import TexError, group_end, name_of, scan, tokenize

KINDS = {
    name_of(tex): kind
    for tex, kind in {
        "x": "SYMBOL",
        r"\bar y": "SYMBOL",
        "x_1": "SYMBOL",
        "i": "INDEX",
        "k": "INDEX",
        "f": "FUNC",
        r"\max": "FUNC",
    }.items()
}


def types(tex):
    return [token.type for token in tokenize(tex, KINDS)]


def texts(tex):
    return [str(token) for token in tokenize(tex, KINDS)]


def braced(*inner):
    return ["_LBRACE", *inner, "_RBRACE"]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x + 2.5", ["SYMBOL", "_PLUS", "NUMBER"]),
        ("f(x)", ["FUNC", "_LPAR", "SYMBOL", "_RPAR"]),
        ("x_k", ["SYMBOL", "_UNDERSCORE", *braced("INDEX")]),
        ("x^2", ["SYMBOL", "_CARET", *braced("NUMBER")]),
        (r"\sqrt x", ["_SQRT", *braced("SYMBOL")]),
        (r"\frac12", ["_FRAC", *braced("NUMBER"), *braced("NUMBER")]),
        (r"\dfrac{x}{2}", ["_FRAC", *braced("SYMBOL"), *braced("NUMBER")]),
        ("e^x", ["_EULER", "_CARET", *braced("SYMBOL")]),
        (r"x \le 1", ["SYMBOL", "REL", "NUMBER"]),
        (r"x := 1", ["SYMBOL", "DEFINE", "NUMBER"]),
        (r"\left( x \right)", ["_LPAR", "SYMBOL", "_RPAR"]),
        (r"\Bigl( x \Bigr)", ["_LPAR", "SYMBOL", "_RPAR"]),
        (r"{} x\,x", ["SYMBOL", "SYMBOL"]),
    ],
)  # fmt: skip
def test_signs_and_names_have_their_types(tex, expected):
    assert types(tex) == expected


def test_the_longest_declared_name_is_read():
    assert types("x_1") == ["SYMBOL"]
    assert types("x_2") == ["SYMBOL", "_UNDERSCORE", *braced("NUMBER")]


def test_an_accent_has_one_spelling_with_braces_and_without():
    assert name_of(r"\bar y") == name_of(r"\bar{y}") == (r"\bar{y}",)
    assert types(r"\bar y + \bar{y}") == ["SYMBOL", "_PLUS", "SYMBOL"]


def test_a_maximum_over_an_index_is_no_call_of_max():
    assert types(r"\max_k x")[0] == "EXTREMUM"
    assert types(r"\max(x)")[0] == "FUNC"
    assert texts(r"\operatorname*{argmax}_k x")[0] == "argmax"


def test_the_side_of_a_limit_is_one_token():
    assert types("0^+") == ["NUMBER", "SIDE"]
    assert types("0^{-1}") == ["NUMBER", "_CARET", *braced("_MINUS", "NUMBER")]


def test_bars_open_and_close_in_turn():
    assert types("|x| + |x|") == [
        "_LVERT",
        "SYMBOL",
        "_RVERT",
        "_PLUS",
        "_LVERT",
        "SYMBOL",
        "_RVERT",
    ]
    assert types("|(|x|)|") == [
        *("_LVERT", "_LPAR", "_LVERT", "SYMBOL", "_RVERT", "_RPAR", "_RVERT"),
    ]  # fmt: skip
    assert types(r"\|x\|") == ["_LNORM", "SYMBOL", "_RNORM"]
    assert types(r"\bigl| x \bigr|") == ["_LVERT", "SYMBOL", "_RVERT"]


def test_a_comma_parts_statements_only_outside_of_brackets():
    assert "_SEP" not in types("f(x, 2)")
    assert types(r"x, \quad x") == ["SYMBOL", "_SEP", "SYMBOL"]


def test_a_bracket_behind_a_wide_space_is_a_condition():
    assert types(r"x \qquad (x > 0)") == ["SYMBOL", "_LCOND", "SYMBOL", "REL", "NUMBER", "_RPAR"]


def test_a_line_break_before_a_relation_continues_the_chain():
    chain = ["SYMBOL", "REL", "NUMBER", "REL", "NUMBER"]
    assert types(r"\begin{aligned} x &= 1 \\ &= 2 \end{aligned}") == chain
    assert types(r"\begin{aligned} x &= 1 \\ x &= 2 \end{aligned}").count("_SEP") == 1


def test_a_line_break_and_a_full_stop_at_the_end_are_nothing():
    assert types(r"\begin{aligned} x &= 1 \\ \end{aligned}") == ["SYMBOL", "REL", "NUMBER"]
    assert types("x = 1.") == ["SYMBOL", "REL", "NUMBER"]


def test_cases_and_matrices_keep_their_columns():
    assert types(r"\begin{cases} x & 1 \\ 2 & 3 \end{cases}") == [
        *("_BEGINCASES", "SYMBOL", "_AMP", "NUMBER", "_NEWLINE"),
        *("NUMBER", "_AMP", "NUMBER", "_ENDCASES"),
    ]
    assert types(r"\begin{pmatrix} x \end{pmatrix}") == ["_BEGINMATRIX", "SYMBOL", "_ENDMATRIX"]


@pytest.mark.parametrize("tex", [r"x + \bar{y}_k^{12}", r"\frac{x}{2} \le f(x)", r"\max_k x_k"])
def test_every_token_stands_where_it_says(tex):
    for token in tokenize(tex, KINDS):
        shown = tex[token.start_pos : token.end_pos]
        if token.type in {"SYMBOL", "INDEX", "NUMBER", "FUNC"}:
            assert "".join(name_of(shown)).replace(" ", "") == str(token).replace(" ", "")


@pytest.mark.parametrize(
    ("tex", "complaint", "start"),
    [
        (r"x + \foo", r"the symbol \foo is not declared on this page", 4),
        (r"x^{2", "a brace is not closed", 2),
        ("x^", "a script or an argument is missing", 1),
        (r"x = \bar", r"\bar stands before nothing", 4),
        (r"x \end{cases}", r"\end{cases} closes nothing", 2),
        (r"\begin{cases} x \end{aligned}", r"\end{aligned} closes nothing", 16),
    ],
)
def test_what_is_no_formula_is_refused_at_its_place(tex, complaint, start):
    with pytest.raises(TexError) as refused:
        list(tokenize(tex, KINDS))
    assert str(refused.value) == complaint
    assert refused.value.start == start


def test_the_end_of_a_group_is_found_behind_inner_groups():
    tokens = scan("{a{b}c}d")
    assert tokens[group_end(tokens, 0)].text == "d"
