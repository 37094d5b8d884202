"""The record of silu."""

import mpmath

from evidence.edge_inputs import POINTS
from evidence.exact import logistic
from evidence.kinds import Elementwise
from evidence.peers import onnx, scipy
from evidence.record import Edges, call, given
from evidence.refusals import C64, INT, a_list, integers, no_tensor, not_for, trained
from evidence.remarks import (
    FORMULA_REFUSES,
    HALF_IS_A_TIE,
    INFINITY_TIMES_ZERO,
    INTEGERS_REFUSED,
)
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS


def parts(x):
    """Return the two terms of the slope, which cancel near -1.28."""
    return logistic(x), x * logistic(x) * logistic(-x)


def slope(x):
    """Return the sum of the two."""
    return mpmath.fsum(parts(x))


def larger(x):
    """Return the size of the largest of the two and their sum."""
    return max(map(abs, (*parts(x), slope(x))))


def scipy_slope(x):
    """Return the slope, as a user of SciPy would write it."""
    y = scipy("expit")(x)
    return y * (1 + x * (1 - y))


RECORD = Elementwise(
    name="silu",
    topic="silu",
    value=lambda x: x * logistic(x),
    slope=slope,
    bend=lambda x: logistic(x) * logistic(-x) * (2 + x * (logistic(-x) - logistic(x))),
    torch="torch.nn.functional.silu",
    samples=[call(X), call(-9 * X)],
    special=FAR_POINTS,
    edges=[
        Edges(
            inputs=POINTS,
            remarks={
                "integer, value": INTEGERS_REFUSED,
                "integer, gradient": FORMULA_REFUSES,
                "subnormal, value": HALF_IS_A_TIE,
                "±inf, value": INFINITY_TIMES_ZERO,
                "±inf, gradient": INFINITY_TIMES_ZERO,
            },
        )
    ],
    refusals=[
        a_list("silu"),
        not_for("silu_cpu", "Long", (INT,)),
        not_for("silu_cpu", "ComplexFloat", (C64,), torch="accepts"),
    ],
    calls=[call(LOGITS)],
    misuses=no_tensor()
    | integers()
    | {
        "a leaf in place": lambda T: given(trained(T, 2), inplace=True),
        "a list in place": lambda T: given([1.0], inplace=True),
    },
    module="SiLU",
    made=[given(inplace=True)],
    promise={"value": 3, "vjp": 3.5},
    terms={"vjp": larger},
    peers={
        "value": {
            "SciPy": lambda x: x * scipy("expit")(x),
            "onnx": onnx("Swish", opset=24),
        },
        "vjp": {"SciPy": scipy_slope},
    },
    timed=["value"],
)
