"""Derivatives of every formula up to order four, beside torch and beside mpmath.

A number is made of a result by fixed factors, then of its gradients by a fixed direction, again and
again: after n steps it is the derivative of order n along that direction.
"""

import inspect

import mpmath
import numpy as np
import pytest

import refimpl
from evidence import exact
from evidence.calls import rows, spelt
from evidence.kinds import Elementwise
from evidence.operators import RECORDS

ORDERS = 4
ROWS = rows(RECORDS.values())


def described(record, each):
    """Tell whether the exact value knows the options: F.mse_loss's weight is not the formula's."""
    known = set(inspect.signature(record.formula).parameters) - {"ignore_index"}
    return set(each.options) <= known


CALLS = [
    pytest.param(record, each, id=f"{record.name}-{n}")
    for record in RECORDS.values()
    for n, each in enumerate(record.calls)
    if described(record, each)
]


def factors(shape, shift):
    """Return fixed factors, so that no entry's part cancels another's."""
    return np.cos(np.arange(np.prod(shape, dtype=int)) + shift).reshape(shape)


def derivatives(engine, function, samples):
    """Return the derivatives of the orders 1 to 4 along fixed directions."""

    def fixed(array):
        return engine.tensor(array.tolist(), dtype=engine.float64)

    leaves = [fixed(sample).requires_grad_() for sample in samples]
    y = function(engine, *leaves)
    number = (y * fixed(factors(tuple(y.shape), 0.5))).sum()
    found = []
    for _ in range(ORDERS):
        if not number.requires_grad:  # it does not change any more
            return found + [0.0] * (ORDERS - len(found))
        gradients = engine.autograd.grad(number, leaves, create_graph=True, allow_unused=True)
        parts = [number * 0] + [
            (g * fixed(factors(tuple(leaf.shape), 1.5 + i))).sum()
            for i, (g, leaf) in enumerate(zip(gradients, leaves, strict=True))
            if g is not None
        ]
        number = sum(parts)
        found.append(number.item())
    return found


# Sums of some ten terms as large as the factor, each some ten roundings of float64 off; torch adds
# 1e-12 to p (1 - p) in the second derivative of binary_cross_entropy, and p may be 0.05.
TERMS = 1e-11
LOOSE = {"nn.functional.binary_cross_entropy": 1e-7}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_derivatives_up_to_order_four_are_torchs(row, torch):
    ours = derivatives(refimpl, row.function, row.samples)
    theirs = derivatives(torch, row.function, row.samples)
    close = LOOSE.get(row.name.partition(",")[0], TERMS)
    np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)


def node_names(engine, record, each):
    """Return torch's names of the nodes of a value and of its derivatives up to order four."""
    x = engine.tensor(each.inputs[0].tolist(), dtype=engine.float64, requires_grad=True)
    found = [spelt(record.spellings[0], each)(engine, x)]
    for _ in range(ORDERS):
        found += engine.autograd.grad(found[-1].sum(), x, create_graph=True)
    return [y.grad_fn.name() for y in found]


# Where torch has formulas of its own for later orders, whose nodes have other names.
OTHER_NODES_FROM = {"sigmoid": 3, "tanh": 3, "logsigmoid": 3, "softplus": 3}


@pytest.mark.parametrize(
    ("record", "each"), [row for row in CALLS if isinstance(row.values[0], Elementwise)]
)
def test_the_nodes_of_an_elementwise_operator_have_torchs_names(record, each, torch):
    ours, theirs = (node_names(engine, record, each) for engine in (refimpl, torch))
    same = OTHER_NODES_FROM.get(record.name, ORDERS + 1)
    assert ours[:same] == theirs[:same]
    assert ours[same:] != theirs[same:] or same > ORDERS


@pytest.mark.parametrize(("record", "each"), CALLS)
def test_derivatives_up_to_order_four_are_those_of_the_exact_value(record, each):
    samples = [a for a in each.inputs if a.dtype.kind == "f"]
    ours = derivatives(refimpl, spelt(record.spellings[0], each), samples)
    moving = [a.dtype.kind == "f" for a in each.inputs]
    directions = iter([factors(a.shape, 1.5 + i) for i, a in enumerate(samples)])
    directions = [next(directions) if moves else None for moves in moving]

    def along(step):
        inputs = [
            a if d is None else exact.array(a) + step * exact.array(d)
            for a, d in zip(each.inputs, directions, strict=True)
        ]
        value = np.asarray(record.exact(*inputs, **each.options))
        return mpmath.fsum(np.ravel(value * exact.array(factors(value.shape, 0.5))))

    with mpmath.workprec(400):
        true = [float(mpmath.diff(along, 0, n)) for n in range(1, ORDERS + 1)]
    np.testing.assert_allclose(ours, true, rtol=TERMS, atol=TERMS * max(1, *map(abs, true)))
