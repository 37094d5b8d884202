"""The record of logsumexp."""

import mpmath

from evidence.edge_inputs import SLICES
from evidence.exact import mpfs, partition
from evidence.kinds import Sliced
from evidence.operators import softmax
from evidence.peers import onnx, scipy
from evidence.record import Edges, Refusal, call
from evidence.refusals import C64, bad_dims, no_list, not_for
from evidence.remarks import ROUNDED_ONCE
from evidence.samples import BY_DIM, LOGITS, ROWS, X

WINNER = "The winner minus the result is infinity minus infinity; refimpl follows torch."


def value(row):
    """Return the exact log-partition of a row."""
    if not row:
        return mpmath.mpf("-inf")
    p = partition(row)
    return row[p.top] + mpmath.log1p(p.others)


def slope(cotangent, row):
    """Return the exact vjp of a row; the cotangent stands beside each of its entries."""
    return [g * p for g, p in zip(mpfs(cotangent), softmax.value(row), strict=True)]


def terms(row):
    """Return the maximum and the logarithm that is added to it, without their signs."""
    p = partition(row)
    return [abs(row[p.top]) + mpmath.log1p(p.others)]


RECORD = Sliced(
    name="logsumexp",
    topic="softmax",
    value=value,
    slope=slope,
    reduces=True,
    torch="torch.logsumexp",
    samples=[*BY_DIM[:-1], call(X, dim=1, keepdim=True)],
    special=ROWS,
    edges=[
        Edges(
            inputs=SLICES,
            options={"dim": -1},
            fixed="dim=-1",
            first=True,
            remarks={
                "half, gradient": ROUNDED_ONCE,
                "integer, gradient": "torch lets no integer tensor require a gradient; the formula "
                "takes integers for the real numbers that they are.",
                "one +inf, gradient": WINNER,
                "±inf, gradient": WINNER,
            },
        )
    ],
    refusals=[
        *bad_dims("logsumexp"),
        not_for("logsumexp", "ComplexFloat", (C64,), {"dim": 1}, "accepts"),
        Refusal(([1.0],), {"dim": 0}, TypeError, no_list("logsumexp")),
    ],
    calls=[call(LOGITS, dim=1), call(LOGITS, dim=0, keepdim=True)],
    peers={
        "value": {
            "SciPy": scipy("logsumexp", -1),
            "onnx": onnx("ReduceLogSumExp", axes=(-1,), keepdims=0),
        }
    },
    terms={"value": terms},
)
