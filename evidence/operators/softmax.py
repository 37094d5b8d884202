"""The record of softmax."""

import mpmath

from evidence.edge_inputs import SLICES
from evidence.exact import mpfs, partition
from evidence.kinds import Sliced
from evidence.peers import onnx, scipy
from evidence.record import Edges, given
from evidence.refusals import INT, along_no_dim, bad_dims, not_for
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED, SPREADING_NAN, everywhere
from evidence.samples import ALONG, BY_DIM, ROWS

KERNEL = "softmax_lastdim_kernel_impl"


def value(row):
    """Return the exact probabilities of a row."""
    if not row:
        return []
    p = partition(row)
    return [v / (1 + p.others) for v in p.e]


def slope(cotangent, row):
    """Return the exact vjp of a row."""
    if not row:
        return []
    p, g = partition(row), mpfs(cotangent)
    s = 1 + p.others
    h = [v - g[p.top] for v in g]  # so that the top's own entry does not cancel
    mean = mpmath.fsum(e * v for e, v in zip(p.e, h, strict=True)) / s
    return [e / s * (v - mean) for e, v in zip(p.e, h, strict=True)]


def terms(cotangent, row):
    """Return the terms of y (g - sum of y g), added up without their signs."""
    y, g = value(row), mpfs(cotangent)
    mean = mpmath.fsum(a * abs(b) for a, b in zip(y, g, strict=True))
    return [a * (abs(b) + mean) for a, b in zip(y, g, strict=True)]


def scipy_both(x, g, dim=-1):
    """Return value and vjp, as a user of SciPy would write them."""
    y = scipy("softmax", -1)(x, dim)
    return y, y * (g - (y * g).sum(dim, keepdims=True))


RECORD = Sliced(
    name="softmax",
    topic="softmax",
    value=value,
    slope=slope,
    torch="torch.softmax",
    samples=BY_DIM,
    special=ROWS,
    edges=[
        Edges(
            inputs=SLICES,
            options={"dim": -1},
            fixed="dim=-1",
            first=True,
            remarks={"integer, value": INTEGERS_REFUSED, "integer, gradient": FORMULA_REFUSES}
            | everywhere(SPREADING_NAN, "one +inf", "±inf"),
        )
    ],
    refusals=[
        *bad_dims("softmax"),
        not_for(KERNEL, "Long", (INT,), {"dim": 1}),
    ],
    calls=ALONG,
    misuses=along_no_dim(),
    module="Softmax",
    made=[given(0)],
    peers={
        "value": {"SciPy": scipy("softmax", -1), "onnx": onnx("Softmax", axis=-1)},
        "vjp": {"SciPy": lambda x, g: scipy_both(x, g)[1]},
        "both": {"SciPy": scipy_both},
    },
    terms={"vjp": terms},
    timed=["value", "both", "then"],
)
