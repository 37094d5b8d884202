"""The record of erf."""

import mpmath

from evidence.edge_inputs import POINTS
from evidence.exact import bell
from evidence.kinds import Elementwise
from evidence.peers import onnx, scipy
from evidence.record import Edges, call
from evidence.refusals import C64, a_list, no_tensor, not_for
from evidence.remarks import FORMULA_REFUSES
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS

RECORD = Elementwise(
    name="erf",
    topic="erf",
    value=mpmath.erf,
    slope=bell,
    bend=lambda x: -2 * x * bell(x),
    torch="torch.erf",
    samples=[call(X), call(0.5)],
    special=FAR_POINTS,
    edges=[Edges(inputs=POINTS, remarks={"integer, gradient": FORMULA_REFUSES})],
    refusals=[a_list("erf"), not_for("erf_vml_cpu", "ComplexFloat", (C64,))],
    calls=[call(LOGITS)],
    misuses=no_tensor(),
    peers={"value": {"SciPy": scipy("erf"), "onnx": onnx("Erf")}, "vjp": {}},
    timed=["value"],
)
