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

MOST = 30_000  # of a logit's distance from the largest, where the gradient is to be seen exactly


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
    g, p = mpfs(cotangent), partition(row)
    # An exponential far below the others may be all that tells a result from a tie: sums have bits
    # enough for all but those that no family has.
    spread = max((-d for d in p.d if -MOST < d <= 0), default=0)
    with mpmath.extraprec(int(1.5 * spread)):
        others = mpmath.fsum(e for i, e in enumerate(p.e) if i != p.top)
        rests = p._replace(others=others).rests()
        whole = mpmath.fsum(g)
        return [
            (v * r - e * (whole - v)) / (1 + others) for v, r, e in zip(g, rests, p.e, strict=True)
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
