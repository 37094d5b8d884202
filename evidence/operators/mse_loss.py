"""The record of mse_loss."""

import numpy as np

from evidence.edge_inputs import POINTS
from evidence.kinds import Compared
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, A, B, bad_reduction, no_loss, not_for, other_shapes, p, x
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED
from evidence.samples import INF, LOGITS, MEAN_SUM_NONE, NAN, OTHERS, PAIR, PROBS, WIDE, P, X

RECORD = Compared(
    name="mse_loss",
    topic="mse_loss",
    value=lambda x, t: (x - t) ** 2,
    slope=lambda x, t: 2 * (x - t),
    torch="torch.nn.functional.mse_loss",
    samples=[*PAIR, call(X, P[:, :1]), call(X[0, 0], P, reduction="none")],
    special=[call([INF, INF, NAN], [INF, 0.0, 0.0], reduction="none")],
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
        not_for("mse_cpu", "Long", (INT, INT)),
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
    module="MSELoss",
    peers={},  # a difference and a square
)  # fmt: skip
