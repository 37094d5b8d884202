"""The record of erfc."""

import mpmath

from evidence.edge_inputs import POINTS
from evidence.exact import bell
from evidence.kinds import Elementwise
from evidence.peers import scipy
from evidence.record import Edges, call
from evidence.refusals import C64, a_list, no_tensor, not_for
from evidence.remarks import FORMULA_REFUSES
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS

RECORD = Elementwise(
    name="erfc",
    topic="erf",
    value=mpmath.erfc,
    slope=lambda x: -bell(x),
    bend=lambda x: 2 * x * bell(x),
    torch="torch.erfc",
    samples=[call(X), call(0.5)],
    special=FAR_POINTS,
    edges=[Edges(inputs=POINTS, remarks={"integer, gradient": FORMULA_REFUSES})],
    refusals=[a_list("erfc"), not_for("erfc_vml_cpu", "ComplexFloat", (C64,))],
    calls=[call(LOGITS)],
    misuses=no_tensor(),
    peers={"value": {"SciPy": scipy("erfc")}, "vjp": {}},
    timed=["value"],
)
