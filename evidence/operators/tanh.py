"""The record of tanh."""

import mpmath
import numpy as np

from evidence.edge_inputs import POINTS
from evidence.kinds import Elementwise
from evidence.peers import onnx
from evidence.record import Edges, call
from evidence.refusals import C64, a_list, no_tensor, not_for
from evidence.remarks import FORMULA_REFUSES, ROUNDED_ONCE
from evidence.samples import LOGITS, X
from evidence.samples import POINTS as FAR_POINTS

RECORD = Elementwise(
    name="tanh",
    topic="tanh",
    value=mpmath.tanh,
    slope=lambda x: mpmath.sech(x) ** 2,
    bend=lambda x: -2 * mpmath.tanh(x) * mpmath.sech(x) ** 2,
    torch="torch.tanh",
    samples=[call(X), call(np.empty(0))],
    special=FAR_POINTS,
    edges=[
        Edges(
            inputs=POINTS,
            remarks={"integer, gradient": FORMULA_REFUSES, "half, gradient": ROUNDED_ONCE},
        )
    ],
    refusals=[a_list("tanh"), not_for("tanh", "ComplexFloat", (C64,), torch="accepts")],
    calls=[call(LOGITS)],
    misuses=no_tensor(),
    module="Tanh",
    opaque=["Tanh"],
    peers={"value": {"onnx": onnx("Tanh")}, "vjp": {}},  # SciPy has none
)
