"""The record of softplus."""

import mpmath

from evidence.edge_inputs import POINTS
from evidence.exact import logistic
from evidence.kinds import Elementwise
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, A, a_list, integers, no_tensor, not_for
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS


def value(x, beta=1, threshold=20):
    """Return the curve, and beyond the threshold the line."""
    return x if beta * x > threshold else mpmath.log1p(mpmath.exp(beta * x)) / beta


def slope(x, beta=1, threshold=20):
    """Return the slope of the curve or of the line."""
    return mpmath.mpf(1) if beta * x > threshold else logistic(beta * x)


def bend(x, beta=1, threshold=20):
    """Return the slope of the slope."""
    z = beta * x
    return mpmath.mpf(0) if z > threshold else beta * logistic(z) * logistic(-z)


RECORD = Elementwise(
    name="softplus",
    topic="softplus",
    value=value,
    slope=slope,
    bend=bend,
    torch="torch.nn.functional.softplus",
    samples=[
        call(X),
        call(X, beta=2.5),
        call(4 * X, beta=2.0, threshold=3.0),
        call(-9 * X),
    ],
    special=[*FAR_POINTS, call(*FAR_POINTS[0].inputs, beta=-1.0)],
    edges=[
        Edges(
            inputs=POINTS,
            remarks={"integer, value": INTEGERS_REFUSED, "integer, gradient": FORMULA_REFUSES},
        )
    ],
    refusals=[
        a_list("softplus"),
        not_for("softplus_cpu", "Long", (INT,)),
        Refusal((A,), {"beta": "a"}, TypeError,
                "softplus(): argument 'beta' must be Number, not str"),
    ],
    calls=[call(LOGITS), call(LOGITS, beta=3, threshold=1)],
    misuses=no_tensor() | integers(),
    module="Softplus",
    made=[given(2, 10.0), given(3, 2)],
    opaque=["functional.softplus"],
    # torch's, the line itself beyond its threshold; SciPy and onnx have the curve without one
    peers={"value": {}, "vjp": {}},
)  # fmt: skip
