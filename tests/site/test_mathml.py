"""Formulas become MathML while building."""

import string
import unicodedata

import math_core
import math_font
import mathml
import pytest
from fontTools.ttLib import TTFont


def test_lines_without_an_environment_are_aligned():
    assert "<mtable" in mathml.mathml(r"a &= b \\ &= c", display=True)


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
