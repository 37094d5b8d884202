"""The record of log_softmax."""

import mpmath

from evidence.edge_inputs import SLICES
from evidence.exact import minus, mpfs, partition
from evidence.kinds import Sliced
from evidence.peers import onnx, scipy
from evidence.record import Edges, given
from evidence.refusals import INT, along_no_dim, bad_dims, not_for
from evidence.remarks import (
    FORMULA_REFUSES,
    INTEGERS_REFUSED,
    ROUNDED_ONCE,
    SPREADING_NAN,
    everywhere,
)
from evidence.samples import ALONG, BY_DIM, ROWS


def value(row):
    """Return the exact logarithms of a row's probabilities."""
    if not row:
        return []
    p = partition(row)
    log = mpmath.log1p(p.others)
    return [minus(v, log) for v in p.d]  # d may be a tie, and the log as small as e**-1400


def slope(cotangent, row):
    """Return the exact vjp; 1 - p is taken as a sum of the other exponentials."""
    if not row:
        return []
    p, g = partition(row), mpfs(cotangent)
    whole = mpmath.fsum(g)
    return [
        (v * r - e * (whole - v)) / (1 + p.others)
        for v, r, e in zip(g, p.rests(), p.e, strict=True)
    ]


def terms(cotangent, row):
    """Return the terms of g - y sum of g, added up without their signs."""
    p, g = partition(row), mpfs(cotangent)
    whole = mpmath.fsum(map(abs, g))
    return [abs(b) + e / (1 + p.others) * whole for e, b in zip(p.e, g, strict=True)]


def scipy_vjp(x, g):
    """Return the vjp, as a user of SciPy would write it."""
    return g - scipy("softmax", -1)(x) * g.sum(-1, keepdims=True)


RECORD = Sliced(
    name="log_softmax",
    topic="softmax",
    value=value,
    slope=slope,
    torch="torch.log_softmax",
    samples=BY_DIM,
    special=ROWS,
    edges=[
        Edges(
            inputs=SLICES,
            options={"dim": -1},
            fixed="dim=-1",
            first=True,
            remarks={
                "integer, value": INTEGERS_REFUSED,
                "integer, gradient": FORMULA_REFUSES,
                "half, value": ROUNDED_ONCE,
            }
            | everywhere(SPREADING_NAN, "one +inf", "±inf"),
        )
    ],
    refusals=[
        *bad_dims("log_softmax"),
        not_for("log_softmax_lastdim_kernel_impl", "Long", (INT,), {"dim": 1}),
    ],
    calls=ALONG,
    misuses=along_no_dim(),
    module="LogSoftmax",
    made=[given(-1)],
    peers={
        "value": {"SciPy": scipy("log_softmax", -1), "onnx": onnx("LogSoftmax", axis=-1)},
        "vjp": {"SciPy": scipy_vjp},
    },
    terms={"vjp": terms},
    timed=["value"],
)
