"""A tree has the value that mathematics gives it: small cases, computed by hand."""

import pytest
from mpmath import mp

from evidence.formula_checker.arithmetic import NotSymbolicError, Numeric, Symbolic
from evidence.formula_checker.definitions import define, definition
from evidence.formula_checker.evaluate import Environment, Places, evaluate, holds
from evidence.formula_checker.symbols import parse as declare
from evidence.formula_checker.syntax import parse
from evidence.formula_checker.tex import TexError, name_of
from evidence.formula_checker.values import Array, ShapeError

SYMBOLS = declare(
    ["K : size 1..3", "N : size 1..3", "i, j, k : index over K", "n : index over N"]
    + ["x, y, p : vector over K", "A : matrix K by K", "a, b : real", "t : choices over N of K"]
    + ["g, h, q : function", "s : vector over K", "c : real", "v : vector over N"]
    + ["f : smooth function", "F : smooth map K to N"]
)


def column(*entries):
    return Array.column([mp.mpf(entry) for entry in entries])


VALUES = {
    "K": mp.mpf(3),
    "N": mp.mpf(2),
    "x": column(1, 2, 4),
    "y": column(3, 0, -1),
    "p": column("0.5", "0.25", "0.25"),
    "A": Array([[mp.mpf(r * c) for c in (1, 2, 3)] for r in (1, 1, 2)], "matrix"),
    "a": mp.mpf(2),
    "b": mp.mpf(-3),
    "t": column(3, 1),
    " seed": 1,
}


def environment(*definitions, arithmetic=None):
    """Return an environment in which the given definitions hold."""
    bound = {}
    for tex in definitions:
        (statement,) = parse(tex, SYMBOLS.kinds)
        define(statement, SYMBOLS, bound)
    return Environment(SYMBOLS, bound, arithmetic or Numeric(), VALUES)


def tree(tex):
    return parse(f"{tex} = 0", SYMBOLS.kinds)[0].sides[0]


def value(tex, *definitions, **indices):
    """Return a value as a number, or the rows of an array as lists of numbers."""
    with mp.workdps(40):  # as the checker does; a limit needs them
        found = evaluate(tree(tex), environment(*definitions).at(**indices))
    if isinstance(found, Array):
        return [[float(entry) for entry in row] for row in found.rows]
    return float(found)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a - b - 1", 4),
        ("-a^2", -4),
        ("a b / 4", -1.5),
        (r"\frac{a}{4} \cdot 3", 1.5),
        (r"\sqrt{a + 2}", 2),
        ("|b|", 3),
        (r"e^{0} + \log e", 2),
        (r"\sigma(0)", 0.5),
        (r"\max(a, b) - \min(x)", 1),
        (r"\operatorname{sign} b", -1),
        (r"\cos \pi", -1),
        (r"\log^2 e^{a}", 4),
    ],
)
def test_numbers(tex, expected):
    assert value(tex) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x + y", [[4], [2], [3]]),
        ("a x", [[2], [4], [8]]),
        ("x / a", [[0.5], [1], [2]]),
        (r"x \odot y", [[3], [0], [-4]]),
        (r"x^\top", [[1, 2, 4]]),
        (r"x^\top y", -1),
        (r"\langle x, y \rangle", -1),
        ("A x", [[17], [17], [34]]),
        (r"x\,y^\top", [[3, 0, -1], [6, 0, -2], [12, 0, -4]]),
        (r"\lVert x \rVert^2", 21),
        (r"\lVert y \rVert_1", 4),
        (r"\lVert y \rVert_\infty", 3),
        (r"\operatorname{tr}(A)", 9),
        (r"\operatorname{rank}(A)", 1),
        (r"\operatorname{diag}(x)", [[1, 0, 0], [0, 2, 0], [0, 0, 4]]),
        ("(a, b)", [[2], [-3]]),
        (r"\begin{pmatrix} a & 1 \\ 0 & b \end{pmatrix}", [[2, 1], [0, -3]]),
        ("x_2 + A_{2 3}", 5),
        ("|y|", [[3], [0], [1]]),
    ],
)
def test_vectors_and_matrices(tex, expected):
    assert value(tex) == (pytest.approx(expected) if isinstance(expected, int) else expected)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\sum_k x_k", 7),
        (r"\sum_{k=2}^{K} x_k", 6),
        (r"\sum_{k=2} x_k", 6),
        (r"\sum_{k \ne 1} x_k a", 12),
        (r"\sum_{i, j} x_i y_j", 14),
        (r"\prod_k x_k", 8),
        (r"\sum_{k > 3} x_k", 0),
        (r"\prod_{k > 3} x_k", 1),
        (r"\max_k y_k", 3),
        (r"\operatorname{argmax}_k x_k", 3),
        (r"\operatorname{argmin}_k y_k", 3),
        (r"\mathbb{E}_{k \sim p}[x_k]", 2),
        (r"\mathbb{E}_p[x]", 2),
        (r"\operatorname{Var}_p[x]", 1.5),
        (r"\operatorname{Cov}_p[x, y]", -2),
    ],
)
def test_what_runs_over_an_index(tex, expected):
    assert value(tex) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("i", 2),
        ("x_i", 2),
        ("x_{i + 1} - x_{i - 1}", 3),
        (r"\delta_{i j} + \delta_{i 2}", 1),
        (r"\mathbb{1}[i < j]", 1),
        ("x_{t_n}", 4),
        ("e_i", [[0], [1], [0]]),
        (r"\begin{cases} a, & i = 1 \\ b, & i = 2 \end{cases}", -3),
    ],
)
def test_what_depends_on_free_indices(tex, expected):
    assert value(tex, i=2, j=3, n=1) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\frac{d}{d a} a^3", 12),
        (r"\frac{d^2}{d a^2} a^3", 12),
        (r"\frac{\partial (x_1 x_2)}{\partial x_1}", 2),
        (r"\nabla_x \langle x, x \rangle", [[2], [4], [8]]),
        (r"\nabla_x^2 (x_1 x_2 x_3)", [[0, 4, 2], [4, 0, 1], [2, 1, 0]]),
        (r"\lim_{a \to 0} \frac{e^a - 1}{a}", 1),
        (r"\lim_{a \to 0^-} \frac{|a|}{a}", -1),
        (r"\lim_{a \to \infty} a", float("inf")),
        (r"\lim_{a \to \infty} (-a)", -float("inf")),
    ],
)
def test_derivatives_and_limits(tex, expected):
    found = value(tex)
    if isinstance(expected, list):
        assert [round(e, 9) for row in found for e in row] == [e for row in expected for e in row]
    else:
        assert found == pytest.approx(expected, abs=1e-11)  # a limit stops at a finite place


@pytest.mark.parametrize(
    ("tex", "definitions", "expected"),
    [
        ("c + 1", ["c := a b"], -5),
        ("s_3", ["s_i := x_i^2"], 16),
        ("s", ["s_1 := a", "s_i := x_i"], [[2], [2], [4]]),
        ("g(3)", ["g(c) := c^2 + a"], 11),
        ("g(x)", ["g(c) := c^2"], [[1], [4], [16]]),
        ("h(x)", ["h(y) := \\sum_k y_k"], 7),
        ("h(1, 2)", ["h(v) := \\langle v, v \\rangle"], 5),
        ("q(x)_2", ["q(x)_i := \\frac{x_i}{\\sum_k x_k}"], 2 / 7),
        ("h(x)", ["h(v) := \\sum_n v_n"], 7),  # inside, N is the number of entries of x
        ("q'(2)_3", ["q(c)_i := c^2 x_i"], 16),
        ("g'(3)", ["g(c) := c^2"], 6),
        ("g''(3)", ["g(c) := c^3"], 18),
        ("g^2(3)", ["g(c) := c + 1"], 16),
    ],
)
def test_definitions_and_functions(tex, definitions, expected):
    found = value(tex, *definitions)
    assert found == expected if isinstance(expected, list) else pytest.approx(expected) == found


def test_a_function_of_which_nothing_is_known_changes_from_point_to_point():
    env = environment()
    other = Environment(SYMBOLS, {}, Numeric(), VALUES | {" seed": 2})
    assert evaluate(tree("f(a)"), env) != evaluate(tree("f(a)"), other)
    assert evaluate(tree("F(x)"), env).shape == ("column", 2, 1)


@pytest.mark.parametrize(
    ("tex", "error", "complaint"),
    [
        ("i", TexError, "the index i is bound by nothing"),
        ("c", TexError, "c has neither a value nor a definition here"),
        ("g(a)", TexError, "g is called, but not defined here"),
        (r"\exp(a, b)", TexError, r"\\exp takes 1 argument"),
        (r"\lVert x \rVert_3", TexError, "there is no norm ‖ ‖_3 here"),
        (r"\lVert a \rVert", ShapeError, "‖ ‖ takes a vector or a matrix"),
        (r"\operatorname{diag}(A)", ShapeError, "diag takes a column, not a matrix of 3 × 3"),
        ("a / x", ShapeError, "something is divided by an array"),
        (r"a \odot x", ShapeError, "⊙ stands between two vectors or matrices"),
        ("x^2", ShapeError, "a power of an array has no meaning here"),
        (r"a^\top", ShapeError, "a number is transposed"),
        ("a_1", ShapeError, "a number has no entries"),
        (r"x_\infty", TexError, "∞ is no subscript here"),
        (r"\sum_{k \ne 1}^{3} x_k", TexError, "an upper end needs a lower one"),
        (r"\max_{k > 3} x_k", ValueError, "an extremum over nothing"),
        (r"\operatorname{Var}_p[x, y]", TexError, "a covariance two"),
        (r"\frac{d^2}{d a} a", TexError, "another order above than below"),
        (r"\nabla_x A", ShapeError, "only numbers and columns are differentiated"),
        ("e_1", TexError, "the unit vector e takes one declared index"),
        (r"\begin{cases} a, & a > 2 \end{cases}", TexError, "no case applies"),
    ],
)
def test_what_has_no_value_says_why(tex, error, complaint):
    with pytest.raises(error, match=complaint):
        evaluate(tree(tex), environment())


@pytest.mark.parametrize(
    ("tex", "definitions", "complaint"),
    [
        ("g(a, b)", ["g(c) := c"], "g takes c, a real"),
        ("q(a)", ["q(a, b) := a b"], "q takes 2 arguments"),
        ("s_{1 2}", ["s_i := x_i"], "s is defined with 1 subscripts"),
        ("s_2", ["s_1 := a"], r"s is not defined at \(2,\)"),
        ("g(a)", ["g(c) := g(c)"], "a definition leads back to itself"),
    ],
)
def test_a_wrong_use_of_a_definition_says_why(tex, definitions, complaint):
    with pytest.raises((TexError, ShapeError), match=complaint):
        evaluate(tree(tex), environment(*definitions))


@pytest.mark.parametrize(
    ("tex", "complaint"),
    [
        ("a b := 1", "the left of := is a name"),
        ("g(a + b) := 1", "the arguments in a definition are declared symbols"),
        ("s_{t_n} := 1", "the subscripts in a definition are indices or numbers"),
        ("c := x_i", "the index i is bound by nothing"),
    ],
)
def test_a_definition_that_binds_no_name_is_refused(tex, complaint):
    (statement,) = parse(tex, SYMBOLS.kinds)
    with pytest.raises(TexError, match=complaint):
        definition(*statement.sides)


def test_two_definitions_of_one_entry_are_refused():
    with pytest.raises(TexError, match="s is defined twice"):
        environment("s_1 := a", "s_1 := b")


def test_a_changed_symbol_changes_what_is_defined_with_it():
    env = environment("c := a^2")
    assert env.lookup("c") == 4
    assert env.with_value("a", mp.mpf(5)).lookup("c") == 25
    assert env.lookup("c") == 4


def test_conditions_hold_together():
    def met(condition):
        (statement,) = parse(rf"a = a \qquad ({condition})", SYMBOLS.kinds)
        return holds(statement.conditions, environment())

    assert met("b < 0 < a")
    assert not met("b < 0, a < 0")
    assert holds([], environment())


def test_places_are_whole_numbers():
    subscript = tree("x_{i + 1}").children[1].children[0]
    assert Places(environment().at(i=1)).visit(subscript) == 2


def test_the_symbolic_arithmetic_refuses_what_needs_numbers():
    for tex in (r"\max(a, b)", r"\max_k x_k", "|a|", r"\lim_{a \to 0} a", r"\lVert x \rVert_1"):
        with pytest.raises(NotSymbolicError):
            evaluate(tree(tex), environment(arithmetic=Symbolic()))


def test_names_are_spelled_as_in_the_declarations():
    assert {" ".join(name_of(symbol.tex)) for symbol in SYMBOLS.by_name.values()} == set(
        SYMBOLS.by_name
    )
