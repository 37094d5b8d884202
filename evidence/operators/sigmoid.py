"""The record of sigmoid."""

from evidence.edge_inputs import POINTS
from evidence.exact import logistic
from evidence.kinds import Elementwise
from evidence.peers import onnx, scipy
from evidence.record import Edges, call
from evidence.refusals import C64, a_list, no_tensor, not_for
from evidence.remarks import FORMULA_REFUSES, ROUNDED_ONCE
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS


def slope(x):
    """Return the exact slope, in which nothing cancels."""
    return logistic(x) * logistic(-x)


def scipy_slope(x):
    """Return the slope, as a user of SciPy would write it."""
    y = scipy("expit")(x)
    return y * (1 - y)


RECORD = Elementwise(
    name="sigmoid",
    topic="sigmoid",
    value=logistic,
    slope=slope,
    bend=lambda x: slope(x) * (logistic(-x) - logistic(x)),
    torch="torch.sigmoid",
    samples=[call(X), call(0.5)],
    special=FAR_POINTS,
    edges=[
        Edges(
            inputs=POINTS,
            remarks={"integer, gradient": FORMULA_REFUSES, "half, gradient": ROUNDED_ONCE},
        )
    ],
    refusals=[
        a_list("sigmoid"),
        not_for("sigmoid", "ComplexFloat", (C64,), torch="accepts"),
    ],
    calls=[call(LOGITS)],
    misuses=no_tensor(),
    module="Sigmoid",
    opaque=["Sigmoid"],
    peers={
        "value": {"SciPy": scipy("expit"), "onnx": onnx("Sigmoid")},
        "vjp": {"SciPy": scipy_slope},
    },
)
