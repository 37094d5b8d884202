"""Arrays of exact shape, two kinds of arithmetic, and how closely two values agree."""

import pytest
import sympy
from mpmath import mp

from evidence.formula_checker import compare, points, proof, symbols
from evidence.formula_checker.arithmetic import NotSymbolicError, Numeric, Symbolic
from evidence.formula_checker.compare import Comparison, Link
from evidence.formula_checker.syntax import parse
from evidence.formula_checker.tex import TexError
from evidence.formula_checker.values import Array, ShapeError, add, multiply, negative

NUMERIC, SYMBOLIC = Numeric(), Symbolic()
COLUMN = Array.column([1, 2])
ROW = COLUMN.transposed()
MATRIX = Array([[1, 2], [3, 4]], "matrix")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (ROW, COLUMN, 5),
        (COLUMN, ROW, [[1, 2], [2, 4]]),
        (MATRIX, COLUMN, [[5], [11]]),
        (ROW, MATRIX, [[7, 10]]),
        (MATRIX, MATRIX, [[7, 10], [15, 22]]),
        (3, COLUMN, [[3], [6]]),
        (ROW, 3, [[3, 6]]),
        (3, 4, 12),
    ],
)
def test_products_have_the_shape_of_linear_algebra(left, right, expected):
    found = multiply(left, right)
    assert (found.rows if isinstance(found, Array) else found) == expected


@pytest.mark.parametrize(
    ("function", "left", "right", "complaint"),
    [
        (multiply, COLUMN, COLUMN, "a column of 2 × 1 times a column of 2 × 1 has no meaning"),
        (multiply, Array([[1, 2, 3]], "row"), COLUMN, "has no meaning"),
        (add, COLUMN, ROW, "a column of 2 × 1 meets a row of 1 × 2"),
        (add, COLUMN, 1, "meets a number"),
        (add, 1, COLUMN, "a number is added to a column of 2 × 1"),
    ],
)
def test_nothing_is_broadcast(function, left, right, complaint):
    with pytest.raises(ShapeError, match=complaint):
        function(left, right)


def test_entries_are_counted_from_one():
    assert (COLUMN.item(2), ROW.item(2), MATRIX.item(1, 2)) == (2, 2, 2)
    assert MATRIX.with_item((2, 1), 9).rows == [[1, 2], [9, 4]]
    assert MATRIX.rows == [[1, 2], [3, 4]]
    assert negative(ROW).rows == [[-1, -2]]
    with pytest.raises(ShapeError, match="is outside a column"):
        COLUMN.item(0)
    with pytest.raises(ShapeError, match="takes other subscripts"):
        MATRIX.item(1)


def test_numbers_are_read_exactly():
    assert NUMERIC.number("3") == 3
    assert SYMBOLIC.number("0.1") == sympy.Rational(1, 10)


@pytest.mark.parametrize(
    "compute",
    [
        lambda: NUMERIC.function("log", mp.mpf(-1)),
        lambda: NUMERIC.function("sqrt", mp.mpf(-1)),
        lambda: NUMERIC.power(-1, mp.mpf("0.5")),
    ],
)
def test_what_is_not_real_is_refused(compute):
    with pytest.raises(ValueError, match="is not real"):
        compute()


def test_a_derivative_keeps_more_digits_than_the_tolerance():
    with mp.workdps(40):
        slope = NUMERIC.derivative(lambda t: mp.exp(t) * mp.sin(t), mp.mpf(1))
        exact = mp.e * (mp.sin(1) + mp.cos(1))
        assert abs(slope - exact) < compare.TOLERANCE
    x = sympy.Symbol("x")
    assert SYMBOLIC.derivative(lambda t: t**3, x) == 3 * x**2


def test_a_sequence_that_swings_has_no_limit():
    with mp.workdps(40), pytest.raises(ValueError, match="does not settle"):
        NUMERIC.limit(mp.sin, mp.inf, 1)


@pytest.mark.parametrize(("side", "expected"), [(1, 1), (-1, -1)])
def test_a_limit_is_approached_from_its_side(side, expected):
    with mp.workdps(40):
        assert NUMERIC.limit(mp.sign, mp.mpf(0), side) == expected


def test_symbols_are_compared_only_where_they_are_numbers():
    assert SYMBOLIC.compare(sympy.pi, ">", 3)
    with pytest.raises(NotSymbolicError):
        SYMBOLIC.compare(sympy.Symbol("x"), ">", 3)
    with pytest.raises(ValueError, match="psd is no comparison of two numbers"):
        NUMERIC.compare(1, "psd", 0)


def holds(relation, left, right, right_node=None, plain=True, small=False):
    return Comparison(Link("", relation), right_node, plain, small).holds(left, right)


@pytest.mark.parametrize(
    ("relation", "left", "right", "expected"),
    [
        ("=", 1, 1, True),
        ("=", 1, 2, False),
        ("=", Array.column([0, 0]), 0, True),
        ("=", Array.column([0, 1]), 0, False),
        ("!=", 1, 2, True),
        ("!=", 1, 1, False),
        ("<", 1, 2, True),
        ("<", 1, 1, False),
        (">", 1, 2, False),
        ("<=", 1, 1, True),
        ("<=", 2, 1, False),
        (">=", 1, 1, True),
        (">=", COLUMN, 0, True),
        (">", COLUMN, Array.column([0, 3]), False),
        ("psd", Array([[2, 1], [1, 2]], "matrix"), 0, True),
        ("psd", Array([[1, 2], [2, 1]], "matrix"), 0, False),
    ],
)
def test_relations(relation, left, right, expected):
    assert holds(relation, left, right) is expected


@pytest.mark.parametrize(("exponent", "equal"), [(-31, True), (-28, False)])
def test_thirty_digits_decide(exponent, equal):
    with mp.workdps(40):
        above = 1 + mp.mpf(10) ** exponent
        assert holds("=", 1, above) is equal
        assert holds("!=", 1, above) is not equal
        assert holds("<=", above, 1) is equal
        assert holds("<=", 10**6 * above, 10**6) is equal
        assert holds("=", 10**6, 10**6 * above) is equal  # the distance is relative


def test_far_out_a_strict_inequality_may_be_an_equation():
    assert holds("<", 1, 1, plain=False)
    assert not holds("<", 2, 1, plain=False)


@pytest.mark.parametrize(
    ("left", "shown", "tex", "expected"),
    [
        ("0.6931", "0.693", "0.693", True),
        ("0.6936", "0.693", "0.693", False),
        ("-1.5", "-2", "-2", True),
        ("0.00214", "0.0021", r"2.1 \cdot 10^{-3}", True),
        ("0.00216", "0.0021", r"2.1 \cdot 10^{-3}", False),
    ],
)
def test_a_rounded_number_is_right_to_half_of_its_last_digit(left, shown, tex, expected):
    (statement,) = parse(f"1 \\approx {tex}", {})
    with mp.workdps(40):
        assert holds("~", mp.mpf(left), mp.mpf(shown), statement.sides[1]) is expected


def test_a_link_remembers_how_closely_it_held():
    link = Link("", "<=")
    for gap, small in ((3, False), (2, False), (1, True)):
        assert Comparison(link, None, True, small).holds(0, gap)
    assert link.gap == 2
    matrix = Link("", "psd")
    for rows, plain in (([[3]], True), ([[2, 1], [1, 2]], False)):
        assert Comparison(matrix, None, plain, False).holds(Array(rows, "matrix"), 0)
    assert matrix.gap == 1  # relative to the largest entry, and at ordinary points only


@pytest.mark.parametrize(
    ("relation", "left", "right", "complaint"),
    [
        ("=", COLUMN, 1, "the sides differ in shape"),
        ("<", COLUMN, 1, "a vector is compared with a number other than 0"),
        ("psd", MATRIX, 1, "⪰ stands before 0 only"),
        ("psd", COLUMN, 0, "⪰ 0 is said of a square matrix"),
        ("psd", MATRIX, 0, "⪰ 0 is said of a symmetric matrix"),
    ],
)
def test_a_relation_without_meaning_is_refused(relation, left, right, complaint):
    with pytest.raises(ShapeError, match=complaint):
        holds(relation, left, right)


@pytest.mark.parametrize("tex", [r"\pi", r"2 \cdot 3", "2^2"])
def test_what_is_no_decimal_number_has_no_last_digit(tex):
    (statement,) = parse(f"{tex} = 0", {})
    with pytest.raises(TexError, match="≈ needs a decimal number on its right"):
        compare.last_digit(statement.sides[0])


KINDS = [
    ("real", lambda v: -2.1 < v < 2.1),
    ("positive", lambda v: v > 0),
    ("in (-1, 1)", lambda v: -1 < v < 1),
    ("integer 2..5", lambda v: v in {2, 3, 4, 5}),
    ("place in K", lambda v: v in {1, 2, 3}),
    ("vector over K", lambda v: v.shape == ("column", 3, 1)),
    ("positive vector over K", lambda v: min(v.entries) > 0),
    ("distribution over K", lambda v: abs(sum(v.entries) - 1) < 1e-14 and min(v.entries) > 0),
    ("choices over N of K", lambda v: len(v.rows) == 2 and set(v.entries) <= {1, 2, 3}),
    ("matrix K by N", lambda v: v.shape == ("matrix", 3, 2)),
    ("distributions N by K", lambda v: all(abs(sum(row) - 1) < 1e-14 for row in v.rows)),
    ("ones over K", lambda v: v.rows == [[1], [1], [1]]),
    ("identity over N", lambda v: v.rows == [[1, 0], [0, 1]]),
]


@pytest.mark.parametrize(("kind", "fits"), KINDS, ids=[kind for kind, _ in KINDS])
def test_every_kind_of_symbol_is_drawn_as_declared(kind, fits):
    (symbol,) = symbols.parse_line(f"z : {kind}")
    for seed in range(20):
        assert fits(symbols.Draw(seed).value(symbol, {"K": 3, "N": 2}))


def test_every_declared_kind_is_drawn_or_has_no_value():
    without = {"size", "index", "function", "smooth", "map"}
    assert set(symbols.KINDS) - without == symbols.NUMBERS | symbols.COLUMNS | symbols.MATRICES


def test_the_extremes_are_what_they_are_called():
    (symbol,) = symbols.parse_line("z : vector over K")

    def drawn(style):
        return symbols.Draw(1, style).value(symbol, {"K": 3}).entries

    assert len(set(drawn("equal"))) == 1
    assert max(drawn("one ahead")) > 100
    assert min(drawn("one behind")) < -100
    assert max(map(abs, drawn("zero"))) < 1e-8


def test_several_sizes_differ_and_every_size_is_met():
    sizes = symbols.parse(["K : size 1..5", "N : size 1..5"]).sizes
    found = points.combinations(sizes)
    assert {chosen["K"] for chosen in found} == {1, 2, 3, 4, 5}
    assert all(chosen["K"] != chosen["N"] for chosen in found)
    assert points.combinations([]) == [{}]
    few = symbols.parse(["K : size 2..3"]).sizes
    assert points.combinations(few) == [{"K": 2}, {"K": 3}]


def test_only_inequalities_go_to_the_extremes():
    sizes = symbols.parse(["K : size 1..3"]).sizes
    styles = {style for _, style in points.trials(sizes, unequal=False)}
    assert styles == {"plain", "wide"}
    assert {style for _, style in points.trials(sizes, unequal=True)} == set(symbols.STYLES)


def test_many_indices_are_sampled_and_still_meet_each_other():
    declared = symbols.parse(["K : size 1..5", "i, j, k : index over K"])
    env = points.environment(declared, {}, set(), {"K": 5}, "plain", 1)
    found = points.index_choices({"i", "j", "k"}, env, 1)
    assert len(found) == points.MOST_INDICES
    assert {"i": 1, "j": 1, "k": 1} in found
    assert {"i": 1, "j": 2, "k": 1} in found
    assert len(points.index_choices({"i"}, env, 1)) == 5


def test_symbols_take_the_place_of_numbers():
    declared = symbols.parse(
        ["K : size 1..3", "x : vector over K", "p : distribution over K", "r : integer 1..4"]
    )
    env = points.environment(declared, {}, {"x", "p", "r"}, {"K": 2}, "plain", 1)
    values = proof.symbolic(env).values
    assert values["K"] == 2
    assert values["r"] == int(env.values["r"])
    assert sympy.simplify(sum(values["p"].entries)) == 1
    assert all(sympy.exp(entry).is_positive for entry in values["x"].entries)
    assert not any(entry.is_positive for entry in values["x"].entries)  # nothing is known of x


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("exp(a + b)", "exp(a)*exp(b)", True),
        ("log(x*y)", "log(x) + log(y)", True),
        ("1/(1 + x)", "1 - x/(1 + x)", True),
        ("x", "x + y", False),
    ],
)
def test_what_sympy_proves(left, right, expected):
    names = {n: sympy.Symbol(n, positive=True) for n in "abxy"}
    left, right = (sympy.sympify(text, locals=names) for text in (left, right))
    assert proof.vanishes(left, right) is expected


def test_a_long_expression_is_not_worth_the_proof():
    x = sympy.symbols("x:500")
    with pytest.raises(NotSymbolicError):
        proof.is_zero(sum(x))
