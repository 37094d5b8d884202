"""The record of l1_loss."""

import mpmath
import numpy as np

from evidence.edge_inputs import POINTS
from evidence.kinds import Compared
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, A, B, bad_reduction, no_loss, not_for, other_shapes, p, x
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED
from evidence.samples import INF, LOGITS, MEAN_SUM_NONE, NAN, OTHERS, PAIR, PROBS, WIDE, P, X

RECORD = Compared(
    name="l1_loss",
    topic="huber_loss",
    value=lambda x, t: abs(x - t),
    slope=lambda x, t: mpmath.sign(x - t),
    torch="torch.nn.functional.l1_loss",
    samples=[*PAIR, call(X, P[:, :1]), call(X[0, 0], P, reduction="none")],
    special=[call([INF, -INF, INF, NAN, 0.5], [INF, 0.0, 0.0, 0.0, 0.5], reduction="none")],
    edges=[
        Edges(
            inputs=POINTS,
            rest=lambda x: (np.full_like(x, 1),),
            options={"reduction": "none"},
            fixed="target=1",
            remarks={
                "integer, value": INTEGERS_REFUSED,
                "integer, gradient": FORMULA_REFUSES,
                "nan, gradient": "torch's sign of nan is 0; refimpl follows torch.",
            },
        )
    ],
    refusals=[
        bad_reduction(A, B),
        Refusal((A, WIDE[0]), {}, RuntimeError,
                "The size of tensor a (3) must match the size of tensor b (4) "
                "at non-singleton dimension 1"),
        not_for("l1_loss", "Long", (INT, INT), torch="another type"),
    ],
    calls=[
        each
        for r in MEAN_SUM_NONE
        for each in (
            call(LOGITS, PROBS, reduction=r),
            call(LOGITS, PROBS, reduction=r, weight=OTHERS),
        )
    ],
    misuses=no_loss(p)
    | other_shapes()
    | {
        "a weight of another shape": lambda T: given(x(T), p(T), None, None, "sum", T.ones(3)),
        "a weight and an unknown reduction": lambda T: given(x(T), p(T), None, None, "max", p(T)),
    },
    module="L1Loss",
    peers={},  # a difference without its sign
)  # fmt: skip
