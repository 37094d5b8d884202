"""Tokens become a tree: what binds closer, what binds an index, what the tree leaves out."""

import pytest
from lark import Token, Tree

from evidence.formula_checker.evaluate import Evaluator, Places
from evidence.formula_checker.symbols import parse as declare
from evidence.formula_checker.syntax import PARSER, free_indices, parse
from evidence.formula_checker.tex import TexError

SYMBOLS = declare(
    ["K : size 1..3", "i, j, k : index over K", "x, p : vector over K", "a, b : real"]
    + ["f : function", "A : matrix K by K"]
)


def tree(tex):
    """Return the left side of a formula."""
    return parse(f"{tex} = 0", SYMBOLS.kinds)[0].sides[0]


def shape(node):
    """Write a tree as nested tuples of rules and texts."""
    if isinstance(node, Token):
        return str(node)
    return (str(node.data), *map(shape, node.children))


A, B, X = ("symbol", "a"), ("symbol", "b"), ("symbol", "x")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a + b a", ("add", A, ("mul", B, A))),
        ("a - b - a", ("sub", ("sub", A, B), A)),
        ("-a b", ("neg", ("mul", A, B))),
        ("a b / a", ("div", ("mul", A, B), A)),
        ("a b^2", ("mul", A, ("power", B, ("number", "2")))),
        ("(a + b) a", ("mul", ("add", A, B), A)),
        (r"\frac{a}{b}", ("div", A, B)),
        ("x_i", ("item", X, ("subscript", ("index", "i")))),
        (r"A^\top", ("transpose", ("symbol", "A"))),
        ("x_i^2", ("power", ("item", X, ("subscript", ("index", "i"))), ("number", "2"))),
        (r"a \log b", ("mul", A, ("bare", r"\log", B))),
        ("f(a, b)", ("apply", "f", A, B)),
        ("f''(a)", ("apply", "f", "'", "'", A)),
        ("(a, b)", ("tuple", A, B)),
        ("|a|", ("absolute", A)),
    ],
)  # fmt: skip
def test_a_formula_is_read_as_mathematicians_read_it(tex, expected):
    assert shape(tree(tex)) == expected


@pytest.mark.parametrize("tex", [r"\log a b", "a / b a", "a / b / a"])
def test_what_has_two_readings_is_refused(tex):
    with pytest.raises(TexError, match="cannot be read at the mark"):
        tree(tex)


def test_a_sum_reaches_over_the_whole_product_and_no_further():
    node = tree(r"\sum_k x_k a + b")
    assert node.data == "add"
    total, rest = node.children
    assert total.data == "summation"
    assert total.children[-1].data == "mul"
    assert shape(rest) == B


def test_the_tree_holds_no_punctuation():
    node = tree(r"\sum_{k \ne i} \frac{f(x_k)^2}{\sqrt{a}} \langle x, p \rangle")
    kept = {token.type for token in node.scan_values(lambda leaf: isinstance(leaf, Token))}
    assert kept == {"INDEX", "REL", "FUNC", "SYMBOL", "NUMBER"}


def test_an_interval_keeps_its_brackets():
    (statement,) = parse(r"a \in (0, 1]", SYMBOLS.kinds)
    opening, _, _, _, closing = statement.sides[1].children
    assert (str(opening), str(closing)) == ("(", "]")


def test_every_node_knows_the_text_it_was_read_from():
    (statement,) = parse(r"a + (a - b) a = \frac{a}{b}", SYMBOLS.kinds)
    assert [statement.text(side) for side in statement.sides] == ["a + (a - b) a", r"\frac{a}{b}"]
    assert statement.text(statement.sides[0].children[1]) == "(a - b) a"


def test_a_chain_has_its_relations_and_its_condition():
    (statement,) = parse(r"a \le b < 1 \qquad (a > 0, b > 0)", SYMBOLS.kinds)
    assert statement.relations == ["<=", "<"]
    assert len(statement.conditions) == 2
    assert not statement.is_definition
    assert parse("a := b = 1", SYMBOLS.kinds)[0].is_definition


@pytest.mark.parametrize(
    ("tex", "free"),
    [
        ("x_i", {"i"}),
        (r"\sum_k x_k", set()),
        (r"\sum_k x_k p_i", {"i"}),
        (r"\sum_{k \ne i} x_k", {"i"}),
        (r"\sum_{k > x_k} x_k", set()),
        (r"\sum_{k=1}^{K} x_k", set()),
        (r"\max_k x_k - x_j", {"j"}),
        (r"\mathbb{E}_{i \sim p}[x_i x_j]", {"j"}),
        (r"\mathbb{E}_p[x]", set()),
    ],
)
def test_free_indices_are_those_that_nothing_binds(tex, free):
    assert free_indices(tree(tex)) == free


def test_a_sum_over_an_index_that_does_not_occur_is_refused():
    with pytest.raises(TexError, match="k is bound here, but what follows does not use it"):
        free_indices(tree(r"\sum_k x_i"))


def test_the_mark_of_an_error_stands_before_what_cannot_be_read():
    with pytest.raises(TexError) as refused:
        parse("a + = b", SYMBOLS.kinds)
    assert str(refused.value) == "cannot be read at the mark: a +  ▸ = b"
    assert refused.value.start == 4


# Rules that the evaluation of others reads, so that they have no method of their own.
PARTS = {"start", "statement", "chain", "interval", "conditions", "test", "binder", "restricted"}
PARTS |= {"approach", "order", "wrt", "variable", "drawn", "row", "line", "subscript"}


def test_every_rule_of_the_grammar_has_its_method():
    names = {rule.alias or rule.origin.name for rule in PARSER.rules}
    inlined = {"expr", "term", "product", "juxt", "tail", "barearg", "factor", "paren", "nonparen"}
    inlined |= {"primary", "place", "anchor"}
    rules = {str(name) for name in names if not name.startswith("_")} - inlined - PARTS
    assert rules == {name for name in rules if hasattr(Places, name)}
    assert rules - set(vars(Evaluator)) == {"later", "earlier", "chosen"}


def test_a_rule_without_method_is_an_error():
    with pytest.raises(NotImplementedError, match="no method for the rule unheard_of"):
        Evaluator(None).visit(Tree("unheard_of", []))
