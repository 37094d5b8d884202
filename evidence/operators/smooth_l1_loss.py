"""The record of smooth_l1_loss."""

import mpmath
import numpy as np

from evidence.edge_inputs import POINTS
from evidence.kinds import Compared
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, A, B, bad_reduction, no_loss, not_for, other_shapes, p, x
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED
from evidence.samples import INF, LOGITS, MEAN_SUM_NONE, NAN, PAIR, PROBS, WIDE, P, X


def value(x, t, beta=1):
    """Return the loss of two numbers."""
    far = abs(x - t)
    return far**2 / (2 * beta) if far < beta else far - mpmath.mpf(beta) / 2


def slope(x, t, beta=1):
    """Return its slope in the first."""
    return max(-1, min((x - t) / beta, 1)) if beta else mpmath.sign(x - t)


RECORD = Compared(
    name="smooth_l1_loss",
    topic="huber_loss",
    value=value,
    slope=slope,
    torch="torch.nn.functional.smooth_l1_loss",
    samples=[
        *PAIR,
        call(X, P[:, :1]),
        call(X[0, 0], P, reduction="none"),
        call(X, P, beta=2.5),
        call(X, P, reduction="none", beta=0.25),
        call(X, P, beta=0.0),
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
        Refusal((A, B), {"beta": -1.0}, RuntimeError,
                "smooth_l1_loss does not support negative values for beta."),
        not_for("smooth_l1_cpu", "Long", (INT, INT)),
    ],
    calls=[
        each
        for r in MEAN_SUM_NONE
        for each in (
            call(LOGITS, PROBS, reduction=r),
            call(LOGITS, PROBS, reduction=r, beta=0.25),
        )
    ],
    misuses=no_loss(p)
    | other_shapes()
    | {
        "a negative bound": lambda T: given(x(T), p(T), beta=-1.0),
        "a text as bound": lambda T: given(x(T), p(T), beta="1"),
    },
    module="SmoothL1Loss",
    peers={},  # a square or a line
)  # fmt: skip
