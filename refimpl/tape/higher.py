"""Derivatives of formulas from the third on.

A formula carries two derivatives as array functions. Beyond them, what the first derivative does
is written in operators of the tape, which can be differentiated without end, and differentiated.
"""

import numpy as np

from refimpl.tape.record import Operator
from refimpl.tape.tensor import GradMode, Tensor, wrap
from refimpl.tape.walk import edge_of, walk

alias = Operator("AliasBackward0", lambda x: x, lambda g, x: g, saves=((),))


def gradient(y, x, cotangent):
    """Return the recorded gradient of `y` in `x`; zeros where y does not depend on it."""
    if y.requires_grad:
        found = walk([y], [cotangent], keep=True, create_graph=True, goals={edge_of(x)})
        if found.get(edge_of(x)) is not None:
            return found[edge_of(x)]
    return wrap(np.zeros(x.shape, x._array.dtype))


def variable(x):
    """Return `x` as a tensor that one can differentiate by, on the record where `x` is on it."""
    array = x._array if isinstance(x, Tensor) else x
    if array.dtype.kind != "f":
        return wrap(array)
    if isinstance(x, Tensor) and x.requires_grad:
        return alias(x)
    tensor = wrap(array)
    tensor.requires_grad = True
    return tensor


def slopes_of(value):
    """Return ``slopes(g, *inputs)``, all gradients of a value that is written in operators."""

    def slopes(g, *inputs, **options):
        y = value(*inputs, **options)
        return [gradient(y, x, g) if x.is_floating_point() else None for x in inputs]

    return slopes


def third(slopes, i, j, m):
    """Return a vjp of the vjp of a vjp.

    ``slopes(g, *inputs)`` gives the gradients in operators of the tape. Number `i` of them is
    pulled back to argument `j` of ``(g, *inputs)`` by a second cotangent s, and the result of that
    to argument `m` of ``(s, g, *inputs)``.
    """

    def vjp(cotangent, *arguments, **options):
        recorded = isinstance(cotangent, Tensor)
        before, GradMode.enabled = GradMode.enabled, True
        try:
            s, *rest = variables = [variable(each) for each in arguments]
            first = slopes(*rest, **options)[i]
            second = gradient(first, rest[j], s)
            result = gradient(second, variables[m], variable(cotangent))
        finally:
            GradMode.enabled = before
        return result if recorded else result._array

    return vjp
