"""What the checker reads, construct by construct: a true formula passes, a near miss does not."""

from pathlib import Path

import pytest

from evidence.formula_checker.page import read

DECLARED = r"""
```{symbols}
K : size 1..4
D : size 1..3
i, j, k : index over K
x, v, \bar y : vector over K
p : distribution over K
A : matrix K by K
W : matrix D by K
n : index over D
t : choices over D of K
m : place in K
a, b : real
c, \beta : positive
u : in (-1, 1)
r : integer 1..4
\mathbf{1} : ones over K
I : identity over K
f, g : smooth function
F : smooth map K to D
\operatorname{softmax}, \operatorname{lse}, h : function
s, q : vector over K
```
"""

CONSTRUCTS = [
    pytest.param(*(line.strip() for line in formulas), id=name)
    for name, *formulas in (
        block.splitlines()
        for block in Path(__file__).with_name("constructs.txt").read_text("utf-8").split("\n\n")[1:]
    )
]


def problems(tex, options=""):
    page = read(f"{DECLARED}\n```{{math}}\n:label: it\n{options}{tex}\n```\n")
    return [str(problem) for problem in page.problems if "no formula uses" not in str(problem)]


@pytest.mark.parametrize(("true", "false"), CONSTRUCTS)
def test_the_true_formula_passes_and_the_near_miss_does_not(true, false):
    assert problems(true) == []
    (found,) = problems(false)
    assert " is false at " in found or " is false left " in found or "no point comes" in found, (
        found
    )


@pytest.mark.parametrize(
    ("tex", "complaint"),
    [
        (r"x_i = \sum_k", "cannot be read at the mark"),
        (r"\frac{a}{b = 1", "a brace is not closed"),
        (r"a = z", "the symbol z is not declared on this page"),
        (r"a = \foo", r"the symbol \foo is not declared on this page"),
        (r"x = a", "the sides differ in shape"),
        (r"x + a = x", " meets a number"),
        (r"x\,v = 0", "has no meaning"),
        (r"\log 2 a = 1", "cannot be read at the mark"),
        (r"a / b c = 1", "cannot be read at the mark"),
        (r"\sum_k x_i = 1", "k is bound here, but what follows does not use it"),
        (r"\max_k x_i = x_i", "k is bound here"),
        (r"s_i := x_k", "the index k is bound by nothing"),
        (r"a = b := c", "a definition (:=) can only stand first"),
        (r"a + b := c", "the left of := is a name"),
        (r"s_i := s_i, \quad s_i = 0", "a definition leads back to itself"),
        (r"s_i := x_i, \quad s_i := v_i", "s is defined twice"),
        (r"h(a) := a^2 \qquad (a > 0)", "a definition holds everywhere"),
        (r"h(x) := x_i, \quad h(x) = 0", "the index i is bound by nothing"),
        (r"x_5 = 0", "is outside a column"),
        (r"\ln 2 \approx \ln 3", "≈ needs a decimal number on its right"),
        (r"A \succeq 0", "⪰ 0 is said of a symmetric matrix"),
        (r"\log(-c) = 0", "not real"),
        (r"\frac{1}{K - K} = 1", "division by zero"),
        (r"\lim_{a \to \infty} \sin a = 0", "the sequence does not settle"),
        (r"a = a \qquad (a > 9)", "no point meets the condition"),
        (r"a = a \qquad (a > 0)", "the condition is not needed"),
        (r"\sigma(a) < 2", "no point comes closer to equality"),
        (r"\begin{cases} a, & a > 0 \end{cases} = a", "no case applies"),
        (r"\begin{cases} a, & a < 2 \\ b, & a > -9 \end{cases} = a", "two cases apply and differ"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_refused_with_its_reason(tex, complaint):
    (found,) = problems(tex)
    assert complaint in found


def test_an_inequality_may_be_loose_with_a_reason():
    assert problems(r"\sigma(a) < 2", ":loose: only the sign matters\n") == []


def test_a_failure_names_the_link_and_a_counterexample():
    (found,) = problems(r"a + a = 2a = a^2")
    assert found.startswith("formula it: link 2: 2a = a^2 is false at a = ")
    assert ": left " in found
    assert ", right " in found


def test_a_relation_that_holds_for_one_size_only_says_so():
    (found,) = problems(r"\sum_k x_k = x_i")
    assert "is false at K = 2, i = 1, x = (" in found
    assert found.endswith("(it holds at the points tried for K = 1)")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("x = vector", "a declaration reads"),
        ("x : vectr over K", "is no kind of symbol"),
        ("x : vector over Q", "runs over Q, which is not declared as a size"),
        ("d : real", "d is kept for the differential"),
        ("a, a : real", "a is declared twice"),
    ],
)
def test_a_wrong_declaration_is_refused(line, complaint):
    (found,) = read(f"```{{symbols}}\nK : size 1..3\n{line}\n```\n").problems
    assert complaint in str(found)


def test_a_symbol_without_use_is_refused():
    page = read("```{symbols}\na, b : real\n```\n```{math}\n:label: it\na = a\n```\n")
    assert [str(p) for p in page.problems] == [
        "formula {symbols}: b is declared, but no formula uses it"
    ]
