"""The record of linear."""

from dataclasses import dataclass

import numpy as np

from evidence import exact
from evidence.edge_inputs import ROWS, single
from evidence.record import Edges, Record, Refusal, call, given
from evidence.refusals import INT, no_affine_map, not_for, p, x
from evidence.remarks import FORMULA_REFUSES, NOT_ON_THAT_ENTRY
from evidence.samples import CUBE, LOGITS, PROBS, WEIGHTS, WIDE, X

ZERO_WEIGHT = "The weight 0 times infinity is nan; refimpl follows torch."
ROW = np.array([[1.0, 2.0, -1.0, 0.5]])


@dataclass(frozen=True, kw_only=True)
class Affine(Record):
    """The one operator that multiplies matrices."""

    def exact(self, x, weight, bias=0):
        """Return x times the transposed weight, plus the bias."""
        return exact.array(exact.array(x) @ exact.array(weight).T + exact.array(bias))

    def exact_vjp(self, cotangent, x, weight):
        """Return the cotangent times the weight."""
        return exact.array(cotangent) @ exact.array(weight)


RECORD = Affine(
    name="linear",
    topic="linear",
    torch="torch.nn.functional.linear",
    samples=[*(call(x, X[1, :2], X[0, 0, :2]) for x in (X, X[0], X[0, 0])), call(X, X[1])],
    edges=[
        Edges(
            inputs=ROWS,
            rest=lambda x: (single(1, 0)[None].astype(x.dtype),),
            fixed="weight=[[1, 0]]",
            defined=lambda x: x.ndim == 2,
            remarks={
                "integer, value": "torch multiplies integers; this formula takes floating dtypes "
                "only.",
                "integer, gradient": FORMULA_REFUSES,
                "nan, gradient": NOT_ON_THAT_ENTRY,
                "±inf, value": ZERO_WEIGHT,
                "all +inf, value": ZERO_WEIGHT,
                "all -inf, value": ZERO_WEIGHT,
            },
        )
    ],
    refusals=[
        *(Refusal((x, WIDE[0].T.copy()), {}, RuntimeError,
                  f"mat1 and mat2 shapes cannot be multiplied ({rows}x4 and 3x4)")
          for x, rows in ((WIDE[0], 3), (WIDE[0, 0], 1), (WIDE, 6))),
        Refusal((np.array(1.0), WIDE[0]), {}, RuntimeError,
                "both arguments to linear need to be at least 1D, but they are 0D and 2D"),
        Refusal((WIDE[0], WIDE), {}, RuntimeError,
                "t() expects a tensor with <= 2 dimensions, but self is 3D"),
        Refusal((WIDE[0], WIDE[0, 0]), {}, RuntimeError,
                "mat2 must be a matrix, got 1-D tensor", "accepts"),
        Refusal((WIDE[0], WIDE[0].astype("f"), np.ones(3, "f")), {}, RuntimeError,
                "mat1 and mat2 must have the same dtype, but got Double and Float"),
        Refusal((WIDE[0], WIDE[0], np.ones(2)), {}, RuntimeError,
                "The expanded size of the tensor (3) must match the existing size (2) "
                "at non-singleton dimension 1.", "other words"),
        not_for("addmm_impl_cpu_", "Long", (INT, INT), torch="accepts"),
    ],
    calls=[
        call(LOGITS, PROBS),
        call(LOGITS, PROBS, WEIGHTS[:2]),
        call(WEIGHTS, PROBS),
        call(WEIGHTS, PROBS, WEIGHTS[:2]),
        call(CUBE, ROW),
        call(CUBE, ROW, [0.25]),
        call(LOGITS, PROBS, [0.25]),
    ],
    misuses={
        "rank 0": lambda T: given(T.tensor(1.0), p(T)),
        "a list": lambda T: given([1.0], p(T)),
        "a list as bias": lambda T: given(x(T), p(T), [1, 2]),
        "nothing as weight": lambda T: given(x(T), None),
    }
    | no_affine_map(),
    opaque=["functional.linear"],
    inputs=3,
    peers={},  # measured by its largest term in tests/formulas/test_accuracy.py
)  # fmt: skip
