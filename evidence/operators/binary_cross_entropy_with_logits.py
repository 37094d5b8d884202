"""The record of binary_cross_entropy_with_logits."""

import numpy as np

from evidence.edge_inputs import POINTS
from evidence.exact import log_logistic, logistic
from evidence.kinds import Compared
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import (
    INT,
    A,
    B,
    bad_reduction,
    no_loss,
    not_for,
    other_shapes,
    p,
    trained,
    x,
)
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED, ROUNDED_ONCE
from evidence.samples import INF, LOGITS, MEAN_SUM_NONE, NAN, OTHERS, PAIR, WEIGHTS, P, X


def value(x, t, pos_weight=1):
    """Return the loss of a logit, whose two logarithms do not cancel."""
    return -pos_weight * t * log_logistic(x) - (1 - t) * log_logistic(-x)


RECORD = Compared(
    name="binary_cross_entropy_with_logits",
    topic="binary_cross_entropy",
    value=value,
    slope=lambda x, t: (1 - t) * logistic(x) - t * logistic(-x),
    torch="torch.nn.functional.binary_cross_entropy_with_logits",
    samples=[*PAIR, call(X, P, weight=P[0]), call(X, P, pos_weight=P[0, 0] * 5)],
    special=[
        call(
            [INF, INF, -INF, -INF, NAN, 1e3, -1e3, 0.0, INF, -INF],
            [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 0.5, 0.5],
            reduction="none",
        )
    ],
    edges=[
        Edges(
            inputs=POINTS,
            rest=lambda x: (np.full_like(x, 1),),
            options={"reduction": "none"},
            fixed="target=1",
            remarks={
                "integer, value": INTEGERS_REFUSED,
                "integer, gradient": FORMULA_REFUSES,
                "half, gradient": ROUNDED_ONCE,
                "±inf, value": "The infinite logit is multiplied by 1 - target, which is 0; "
                "refimpl follows torch.",
            },
        )
    ],
    refusals=[
        bad_reduction(A, B),
        Refusal((A, B[0]), {}, ValueError,
                "Target size (torch.Size([3])) must be the same as input size "
                "(torch.Size([2, 3]))"),
        Refusal((A.astype(np.float32), INT), {}, RuntimeError,
                "result type Float can't be cast to the desired output type Long"),
        not_for("log_sigmoid_cpu", "Long", (INT, B)),
        Refusal((A, B), {"pos_weight": np.ones((5, 2, 3))}, RuntimeError,
                "output with shape [2, 3] doesn't match the broadcast shape [5, 2, 3]"),
    ],
    calls=[
        each
        for r in MEAN_SUM_NONE
        for each in (
            call(LOGITS, OTHERS, reduction=r),
            call(LOGITS, OTHERS, reduction=r, weight=WEIGHTS),
            call(LOGITS, OTHERS, reduction=r, pos_weight=WEIGHTS),
        )
    ],
    misuses=no_loss(p)
    | other_shapes()
    | {
        "a list as weight": lambda T: given(x(T), p(T), [1]),
        "a weight to be trained": lambda T: given(x(T), p(T), trained(T, 3)),
        "a list as pos_weight": lambda T: given(x(T), p(T), pos_weight=[1]),
    },
    module="BCEWithLogitsLoss",
    peers={},  # its errors are logsigmoid's
)  # fmt: skip
