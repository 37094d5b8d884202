"""The record of huber_loss."""

import mpmath
import numpy as np

from evidence.edge_inputs import POINTS
from evidence.kinds import Compared
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, A, B, bad_reduction, no_loss, not_for, other_shapes, p, x
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED
from evidence.samples import INF, LOGITS, MEAN_SUM_NONE, NAN, OTHERS, PAIR, PROBS, WIDE, P, X


def value(x, t, delta=1):
    """Return the loss of two numbers."""
    far = abs(x - t)
    return far**2 / 2 if far < delta else delta * (far - mpmath.mpf(delta) / 2)


def slope(x, t, delta=1):
    """Return its slope in the first."""
    return max(-delta, min(x - t, delta))


RECORD = Compared(
    name="huber_loss",
    topic="huber_loss",
    value=value,
    slope=slope,
    torch="torch.nn.functional.huber_loss",
    samples=[
        *PAIR,
        call(X, P[:, :1]),
        call(X[0, 0], P, reduction="none"),
        call(X, P, delta=2.5),
        call(X, P, reduction="none", delta=0.25),
    ],
    special=[call([INF, -INF, INF, NAN, 1.0], [INF, 0.0, 0.0, 0.0, 0.0], reduction="none")],
    edges=[
        Edges(
            inputs=POINTS,
            rest=lambda x: (np.full_like(x, 1),),
            options={"reduction": "none"},
            fixed="target=1",
            remarks={"integer, value": INTEGERS_REFUSED, "integer, gradient": FORMULA_REFUSES},
        )
    ],
    refusals=[
        bad_reduction(A, B),
        Refusal((A, WIDE[0]), {}, RuntimeError,
                "The size of tensor a (3) must match the size of tensor b (4) "
                "at non-singleton dimension 1"),
        Refusal((A, B), {"delta": 0.0}, RuntimeError,
                "huber_loss does not support non-positive values for delta."),
        not_for("huber_cpu", "Long", (INT, INT)),
        Refusal((INT, B), {}, RuntimeError,
                "result type Double can't be cast to the desired output type Long"),
    ],
    calls=[
        each
        for r in MEAN_SUM_NONE
        for each in (
            call(LOGITS, PROBS, reduction=r),
            call(LOGITS, PROBS, reduction=r, delta=0.25),
            call(LOGITS, PROBS, reduction=r, weight=OTHERS),
        )
    ],
    misuses=no_loss(p)
    | other_shapes()
    | {
        "no bound": lambda T: given(x(T), p(T), "mean", 0.0),
        "a negative bound": lambda T: given(x(T), p(T), delta=-1.0),
        "a text as bound": lambda T: given(x(T), p(T), delta="1"),
        "a weight of another shape": lambda T: given(x(T), p(T), "sum", 1.0, T.ones(3)),
        "a weight and an unknown reduction": lambda T: given(x(T), p(T), "max", 1.0, p(T)),
    },
    module="HuberLoss",
    peers={},  # a square or a line
)  # fmt: skip
