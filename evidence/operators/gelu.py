"""The record of gelu."""

import math

import mpmath
import numpy as np

from evidence.edge_inputs import POINTS
from evidence.exact import logistic
from evidence.kinds import Elementwise
from evidence.peers import onnx, scipy
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import C64, INT, A, a_list, integers, no_tensor, not_for, x
from evidence.remarks import (
    FORMULA_REFUSES,
    HALF_IS_A_TIE,
    INFINITY_TIMES_ZERO,
    INTEGERS_REFUSED,
)
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS

TANH = {"approximate": "tanh"}
CUBIC = "0.044715"  # the decimal number, not the float64 nearest to it


def below(x):
    """Return the probability that a standard normal variable is below x."""
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def density(x):
    """Return the density of that variable."""
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def logit(x):
    """Return what the form with tanh takes a sigmoid of, its slope and its bend."""
    scale, cubic = mpmath.sqrt(8 / mpmath.pi), mpmath.mpf(CUBIC)
    return scale * (x + cubic * x**3), scale * (1 + 3 * cubic * x * x), scale * 6 * cubic * x


def value(x, approximate="none"):
    """Return x times a probability, or times a sigmoid."""
    return x * (logistic(logit(x)[0]) if approximate == "tanh" else below(x))


def parts(x, approximate="none"):
    """Return the two terms of the slope, which cancel near -0.75."""
    if approximate == "none":
        return below(x), x * density(x)
    w, w_slope, _ = logit(x)
    return logistic(w), x * logistic(w) * logistic(-w) * w_slope


def slope(x, approximate="none"):
    """Return the sum of the two."""
    return mpmath.fsum(parts(x, approximate))


def larger(x, approximate="none"):
    """Return the size of the largest of the two and their sum."""
    return max(map(abs, (*parts(x, approximate), slope(x, approximate))))


def bend(x, approximate="none"):
    """Return the slope of the slope."""
    if approximate == "none":
        return density(x) * (2 - x * x)
    w, w_slope, w_bend = logit(x)
    p, q = logistic(w), logistic(-w)
    return p * q * (2 * w_slope + x * w_bend + x * w_slope * w_slope * (q - p))


def scipy_value(x):
    """Return the value, as a user of SciPy would write it."""
    return x * scipy("ndtr")(x)


def scipy_slope(x):
    """Return the slope, as a user of SciPy would write it."""
    return scipy("ndtr")(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


UNKNOWN = "approximate argument must be either none or tanh."
REMARKS = {
    "integer, value": INTEGERS_REFUSED,
    "integer, gradient": FORMULA_REFUSES,
    "±inf, gradient": INFINITY_TIMES_ZERO,
}

RECORD = Elementwise(
    name="gelu",
    topic="gelu",
    value=value,
    slope=slope,
    bend=bend,
    torch="torch.nn.functional.gelu",
    samples=[call(X), call(X, **TANH), call(-5 * X), call(-5 * X, **TANH)],
    special=[*FAR_POINTS, call(*FAR_POINTS[0].inputs, **TANH)],
    edges=[
        Edges(
            inputs=POINTS,
            remarks=REMARKS
            | {
                "±inf, value": f"{INFINITY_TIMES_ZERO} Plus infinity is nan in torch only in a "
                "float32 tensor of two or more entries, and kept by refimpl.",
                "subnormal, value": HALF_IS_A_TIE,
            },
        ),
        Edges(
            inputs=POINTS,
            remarks=REMARKS
            | {
                "±inf, value": INFINITY_TIMES_ZERO,
                "subnormal, value": HALF_IS_A_TIE,
            },
            options=TANH,
            fixed='approximate="tanh"',
            beside=' with approximate="tanh"',
        ),
    ],
    refusals=[
        a_list("gelu"),
        not_for("GeluKernelImpl", "Long", (INT,)),
        not_for("GeluKernelImpl", "ComplexFloat", (C64,)),
        Refusal((A,), {"approximate": "erf"}, RuntimeError, UNKNOWN),
        Refusal((A,), {"approximate": None}, TypeError,
                "gelu(): argument 'approximate' must be str, not NoneType"),
    ],
    calls=[call(LOGITS), call(LOGITS, **TANH)],
    misuses=no_tensor()
    | integers()
    | {
        "a form by position": lambda T: given(x(T), "tanh"),
        "a capital": lambda T: given(x(T), approximate="Tanh"),
        "in place": lambda T: given(x(T), inplace=True),
    },
    module="GELU",
    made=[given("tanh"), given(approximate="tanh")],
    opaque=["functional.gelu"],
    promise={"value": 3, "vjp": 5},
    terms={"vjp": larger},
    peers={
        "value": {"SciPy": scipy_value, "onnx": onnx("Gelu", opset=20)},
        "vjp": {"SciPy": scipy_slope},
    },
    forms={
        "gelu_tanh": {
            "fixed": TANH,
            "terms": {"vjp": lambda x: larger(x, "tanh")},
            "peers": {"value": {"onnx": onnx("Gelu", opset=20, approximate="tanh")}, "vjp": {}},
        }
    },
    timed=["value"],
)  # fmt: skip
