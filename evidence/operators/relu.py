"""The record of relu."""

import mpmath

from evidence.edge_inputs import POINTS
from evidence.kinds import Elementwise
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import C64, INT, a_list, no_tensor, trained
from evidence.remarks import FORMULA_REFUSES
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS

RECORD = Elementwise(
    name="relu",
    topic="relu",
    value=lambda x: max(x, mpmath.mpf(0)),
    slope=lambda x: mpmath.mpf(x > 0),
    bend=lambda x: mpmath.mpf(0),
    torch="torch.relu",
    samples=[call(X)],
    special=FAR_POINTS,
    edges=[
        Edges(
            inputs=POINTS,
            remarks={
                "integer, value": "The result keeps the integer dtype; the limit is that of real "
                "numbers.",
                "integer, gradient": FORMULA_REFUSES,
                "±0, gradient": "At the corner the slopes of both sides differ; torch takes 0, and "
                "so does refimpl.",
                "nan, gradient": "Neither above nor below zero: torch lets the cotangent pass, and "
                "so does refimpl.",
            },
        )
    ],
    refusals=[
        a_list("relu"),
        Refusal((INT > 0,), {}, RuntimeError, "Boolean inputs not supported for relu"),
        Refusal((C64,), {}, NotImplementedError, "clamp is not supported for complex types"),
    ],
    calls=[call(LOGITS)],
    misuses=no_tensor()
    | {
        "bools": lambda T: given(T.tensor([True])),
        "a leaf in place": lambda T: given(trained(T, 2), inplace=True),
    },
    module="ReLU",
    made=[given(inplace=True)],
    peers={},  # nothing is rounded
)
