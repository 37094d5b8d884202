"""Where a page names the code of a formula, the code computes what the formula says.

The oracle is the formula itself, evaluated from the text that the reader sees.
"""

import ast
from pkgutil import resolve_name

import numpy as np
import pytest
from mpmath import mp

from evidence.formula_checker.arithmetic import Numeric
from evidence.formula_checker.check import DIGITS
from evidence.formula_checker.evaluate import Environment, evaluate
from evidence.formula_checker.mutate import contexts
from evidence.formula_checker.page import Code, bind
from evidence.formula_checker.points import environment
from evidence.formula_checker.syntax import free_indices, parse
from evidence.formula_checker.tex import name_of
from evidence.formula_checker.values import Array

CASES = [
    pytest.param(context, block, id=block.label)
    for context in contexts()
    for block in context.blocks
    if "code" in block.options
]
SIZES = {"K": 4, "N": 3, "D": 2, "M": 5, "T": 2, "P": 2, "n": 3}


def rounded(value):
    if isinstance(value, Array):
        return value.map(lambda entry: mp.mpf(float(entry)))
    return mp.mpf(float(value))


def as_array(value):
    """Turn a value of the checker into an ndarray of float64."""
    if not isinstance(value, Array):
        return np.float64(value)
    rows = np.array([[float(entry) for entry in row] for row in value.rows])
    return rows if value.kind == "matrix" else rows.reshape(-1)


def order_of_indices(node):
    """Return the free indices in the order in which the left side names them."""
    found = [str(t) for t in node.scan_values(lambda t: t.type == "INDEX")]
    return [name for name in dict.fromkeys(found) if name in free_indices(node)]


def right_side(statement, env):
    names = order_of_indices(statement.sides[0])
    if not names:
        return as_array(evaluate(statement.sides[1], env))
    shape = [len(env.range(name)) for name in names]
    entries = [
        float(
            evaluate(statement.sides[1], env.at(**dict(zip(names, np.add(place, 1), strict=True))))
        )
        for place in np.ndindex(*shape)
    ]
    return np.array(entries).reshape(shape)


def argument(name, text, env):
    """Return what the code is called with: a literal, the value of a symbol, or a tuple of them."""
    if text.startswith("("):
        return tuple(argument(name, part, env) for part in text[1:-1].split(", "))
    symbol = env.symbols.by_name.get(" ".join(name_of(text)))
    if symbol is None:
        value = ast.literal_eval(text)
        return np.asarray(value) if isinstance(value, float) and not name else value
    value = as_array(env.lookup(symbol.name))
    if symbol.kind == "choices":
        return value.astype(np.int64) - 1
    return value if name else np.asarray(value)


@pytest.mark.parametrize(("context", "block"), CASES)
def test_the_code_computes_what_the_formula_says(context, block):
    page = context.before(block.label)
    bind(block.tex, page)
    statement = parse(block.tex, page.symbols.kinds)[-1]
    sizes = {s.name: min(SIZES[s.name], int(s.options["high"])) for s in page.symbols.sizes}
    with mp.workdps(DIGITS):
        env = environment(
            page.symbols, page.definitions, set(page.symbols.by_name), sizes, "plain", 7
        )
        values = {n: v if n in sizes or n == " seed" else rounded(v) for n, v in env.values.items()}
        env = Environment(page.symbols, page.definitions, Numeric(), values)
        expected = right_side(statement, env)
        code = Code.parse(block.options["code"])
        calls = [(name, argument(name, text, env)) for name, text in code.arguments]
    function = resolve_name(code.path)
    got = function(*(v for n, v in calls if not n), **{n: v for n, v in calls if n})
    got = got if code.part is None else got[code.part]
    # A handful of roundings in float64 on numbers near 1; cancelling sums are judged near 1 too.
    np.testing.assert_allclose(got, expected, rtol=2e-14, atol=2e-15, strict=True)


def test_every_family_names_its_code():
    named = {
        context.name for context in contexts() if any("code" in b.options for b in context.blocks)
    }
    assert {context.name for context in contexts()} - named == {"seeds", "softmax_twice", "tape"}
