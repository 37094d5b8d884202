"""The record of binary_cross_entropy."""

import mpmath
import numpy as np

from evidence.edge_inputs import PROBABILITIES
from evidence.exact import times
from evidence.kinds import Compared
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, A, B, bad_reduction, no_loss, not_for, p, trained
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED
from evidence.samples import MEAN_SUM_NONE, NAN, NONE_MEAN_SUM, OTHERS, PROBS, WEIGHTS, P

BETWEEN = "all elements of {} should be between 0 and 1"
DIVIDED = "torch divides by x (1 - x), which it keeps above 1e-12; refimpl follows."
BOUNDED = "torch lets no logarithm fall below -100; refimpl follows."


def value(x, t):
    """Return the loss of a probability; a logarithm that is multiplied by 0 counts as 0."""
    return -times(t, mpmath.log, x) - times(1 - t, mpmath.log, 1 - x)


def slope(x, t):
    """Return the derivative of the loss by the probability."""

    def inverse(v):
        return 1 / v

    return times(1 - t, inverse, 1 - x) - times(t, inverse, x)


RECORD = Compared(
    name="binary_cross_entropy",
    topic="binary_cross_entropy",
    value=value,
    slope=slope,
    torch="torch.nn.functional.binary_cross_entropy",
    samples=[
        *(call(P, P[::-1].copy(), reduction=r) for r in NONE_MEAN_SUM),
        call(P, P * P, weight=P[0]),
    ],
    special=[
        call(
            [0.0, 0.0, 1.0, 1.0, 0.5, 1e-40, 0.0, 1.0],
            [0.0, 1.0, 0.0, 1.0, 0.5, 1.0, 0.5, 0.5],
            reduction="none",
        )
    ],
    edges=[
        Edges(
            inputs=PROBABILITIES,
            rest=lambda x: (np.full_like(x, 1),),
            options={"reduction": "none"},
            fixed="target=1",
            domain=(0, 1),
            remarks={
                "integer, value": INTEGERS_REFUSED,
                "integer, gradient": FORMULA_REFUSES,
                "length one, gradient": DIVIDED,
                "0-d, gradient": DIVIDED,
                "0 and 1, gradient": DIVIDED,
                "subnormal, gradient": DIVIDED,
                "0 and 1, value": BOUNDED,
                "subnormal, value": BOUNDED,
            },
        )
    ],
    refusals=[
        bad_reduction(A, B),
        Refusal((B, B[0]), {}, ValueError,
                "Using a target size (torch.Size([3])) that is different to the input size "
                "(torch.Size([2, 3])) is deprecated. Please ensure they have the same size."),
        Refusal((B + 1, B), {}, RuntimeError, BETWEEN.format("input")),
        Refusal((B * NAN, B), {}, RuntimeError, BETWEEN.format("input")),
        Refusal((B, B - 1), {}, RuntimeError, BETWEEN.format("target")),
        Refusal((B, B.astype(np.float32)), {}, RuntimeError,
                "Found dtype Float but expected Double"),
        Refusal((B, B), {"weight": np.ones((5, 2, 3))}, RuntimeError,
                "output with shape [2, 3] doesn't match the broadcast shape [5, 2, 3]"),
        not_for("binary_cross_entropy", "Long", (INT, INT)),
    ],
    calls=[
        each
        for r in MEAN_SUM_NONE
        for each in (
            call(PROBS, OTHERS, reduction=r),
            call(PROBS, OTHERS, reduction=r, weight=WEIGHTS),
        )
    ],
    misuses=no_loss(p)
    | {
        "shapes": lambda T: given(p(T), p(T)[0]),
        "above one": lambda T: given(p(T) * 3, p(T)),
        "a weight to be trained": lambda T: given(p(T), p(T), trained(T, 3)),
        "a list as weight": lambda T: given(p(T), p(T), [1]),
    },
    module="BCELoss",
    made=[given(WEIGHTS)],
    peers={},  # the bounds that torch sets make it another function
)  # fmt: skip
