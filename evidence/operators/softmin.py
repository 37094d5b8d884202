"""The record of softmin."""

from evidence.edge_inputs import SLICES
from evidence.kinds import Sliced
from evidence.operators import softmax
from evidence.record import Edges, given
from evidence.refusals import INT, along_no_dim, bad_dims, not_for
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED, SPREADING_NAN, everywhere
from evidence.samples import ALONG, BY_DIM, ROWS


def value(row):
    """Return softmax of the negated row."""
    return softmax.value([-v for v in row])


def slope(cotangent, row):
    """Return the exact vjp of a row."""
    return [-v for v in softmax.slope(cotangent, [-v for v in row])]


RECORD = Sliced(
    name="softmin",
    topic="softmax",
    value=value,
    slope=slope,
    torch="torch.nn.functional.softmin",
    samples=BY_DIM,
    special=ROWS,
    edges=[
        Edges(
            inputs=SLICES,
            options={"dim": -1},
            fixed="dim=-1",
            first=True,
            remarks={"integer, value": INTEGERS_REFUSED, "integer, gradient": FORMULA_REFUSES}
            | everywhere(SPREADING_NAN, "one -inf", "±inf"),
        )
    ],
    refusals=[
        *bad_dims("softmin"),
        not_for(softmax.KERNEL, "Long", (INT,), {"dim": 1}),
    ],
    calls=ALONG,
    misuses=along_no_dim(),
    module="Softmin",
    made=[given(0)],
    peers={},  # its errors are softmax's
)
