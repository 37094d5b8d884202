"""Formulas become MathML while building."""

import string
import unicodedata

import math_core
import math_font
import mathml
import pytest
from fontTools.ttLib import TTFont


def test_lines_without_an_environment_are_aligned():
    assert "<mtable" in mathml.displayed(r"a &= b \\ &= c")


LONG = (
    r"\ell(x) = \frac{1}{1 + e^{-x_1 - x_2 - x_3}} = \left( a = b \right) + \bar x_{i=1} + 12345678"
)
PARTS = {
    "a wide space": (r"a = b, \qquad c = d", ["a = b, | c = d"]),
    "a condition": (r"1 < L \quad (K \ge 2)", ["1 < L | (K \\ge 2)"]),
    "rows": (r"\begin{gathered} a, \qquad b \\ \{c\} \end{gathered}", ["a, | b", r"\{c\}"]),
    "rows that are aligned": (
        r"\begin{aligned} a &= b \qquad c \\ &= d \end{aligned}",
        [r"\begin{aligned} a &= b \qquad c \\ &= d \end{aligned}"],
    ),
    "cases": (
        r"x \qquad \begin{cases} 1 & i \qquad j \\ 2 \end{cases}",
        [r"x | \begin{cases} 1 & i \qquad j \\ 2 \end{cases}"],
    ),
}


@pytest.mark.parametrize(("tex", "parts"), PARTS.values(), ids=PARTS)
def test_a_formula_is_made_of_parts_that_may_stand_below_each_other(tex, parts):
    shown = [" | ".join(part.strip() for part in row) for row in mathml.rows(tex)]
    assert shown == parts
    assert mathml.displayed(tex).count("<math") == sum(row.count(" | ") + 1 for row in parts)


def test_a_long_formula_may_go_on_before_a_relation():
    pieces = mathml.cut(LONG, mathml.RELATION, keep=True)
    assert [piece.strip()[:2] for piece in pieces] == ["\\e", "= ", "= "]
    assert mathml.displayed(LONG).count("<wbr>") == 2
    assert "<wbr>" not in mathml.displayed("0 < p < 1")


def test_a_prime_stands_close_to_its_letter():
    assert '<mo class="prime" lspace="0" rspace="0">′</mo>' in mathml.mathml("f'(x)", display=False)


@pytest.mark.parametrize("tex", [r"\nosuchcommand", r"\frac{1}{", r"a \tag{1}", r"x^2^3"])
def test_what_is_not_understood_is_refused(tex):
    with pytest.raises(math_core.LatexError):
        mathml.mathml(tex, display=True)


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{cases} 1 & i = j \\ 0 & i \ne j \end{cases}",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\underbrace{e^{x_i}}_{\text{one}} \operatorname*{arg\,max}_i \lVert x \rVert \mathbb{R}",
        r"\frac{\partial p_i}{\partial x_j} = p_i(\delta_{ij} - p_j) \text{ 当 } i = j",
    ],
)
def test_what_the_pages_use_is_understood(tex):
    assert mathml.mathml(tex, display=True).startswith("<math")


THERE = set(map(chr, TTFont(math_font.FILE).getBestCmap()))


def test_the_font_has_every_character_of_the_formulas_and_is_small(site):
    """A missing one would come from another font; `tox run -e font` puts it in."""
    assert math_font.characters(site) <= THERE
    assert math_font.FILE.stat().st_size <= 45_000


def test_the_font_has_the_letters_of_a_formula_upright_and_italic(tmp_path):
    (tmp_path / "en").mkdir()
    page = "<p>x</p> <math><mi>z</mi> <mo>&lt;</mo> <mtext>\u5f53</mtext></math> <math>h</math>"
    (tmp_path / "en/page.html").write_text(page, "utf-8")
    assert math_font.characters(tmp_path) == set("z<h")
    letters = {unicodedata.normalize("NFKC", each) for each in math_font.ITALIC}
    assert {*string.ascii_letters, "\u03b1", "\u03c9"} <= letters
    assert math_font.ITALIC <= THERE
