"""The record of logsigmoid."""

from evidence.edge_inputs import POINTS
from evidence.exact import log_logistic, logistic
from evidence.kinds import Elementwise
from evidence.peers import scipy
from evidence.record import Edges, call
from evidence.refusals import INT, integers, no_tensor, not_for
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED, ROUNDED_ONCE
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS

RECORD = Elementwise(
    name="logsigmoid",
    topic="sigmoid",
    value=log_logistic,
    slope=lambda x: logistic(-x),
    bend=lambda x: -logistic(x) * logistic(-x),
    torch="torch.nn.functional.logsigmoid",
    samples=[call(X)],
    special=FAR_POINTS,
    edges=[
        Edges(
            inputs=POINTS,
            remarks={
                "integer, value": INTEGERS_REFUSED,
                "integer, gradient": FORMULA_REFUSES,
                "half, gradient": ROUNDED_ONCE,
            },
        )
    ],
    refusals=[not_for("log_sigmoid_cpu", "Long", (INT,))],
    calls=[call(LOGITS)],
    misuses=no_tensor() | integers(),
    module="LogSigmoid",
    opaque=["functional.logsigmoid", "LogSigmoid"],
    peers={
        "value": {"SciPy": scipy("log_expit")},
        "vjp": {"SciPy": lambda x: scipy("expit")(-x)},
    },
)
