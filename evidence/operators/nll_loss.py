"""The record of nll_loss."""

import mpmath
import numpy as np

from evidence.edge_inputs import SLICES
from evidence.kinds import Classified
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, T2, bad_classes, no_classes, not_for
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED, NOT_ON_THAT_ENTRY
from evidence.samples import (
    BAD_CLASSES,
    CLASSES,
    CUBE,
    CUBE_LABELS,
    IMAGE,
    IMAGE_LABELS,
    LABELS,
    LOGITS,
    MEAN_SUM_NONE,
    WEIGHTS,
)

RECORD = Classified(
    name="nll_loss",
    topic="cross_entropy",
    value=lambda row: row,
    slope=lambda row, target: [mpmath.mpf(-(i == target)) for i, _ in enumerate(row)],
    torch="torch.nn.functional.nll_loss",
    samples=CLASSES,
    special=BAD_CLASSES,
    edges=[
        Edges(
            inputs=SLICES,
            rest=lambda x: (np.array(0),),
            fixed="target=0",
            defined=lambda x: x.ndim > 0 and x.size > 0,
            remarks={
                "integer, value": INTEGERS_REFUSED,
                "integer, gradient": FORMULA_REFUSES,
                "nan, gradient": NOT_ON_THAT_ENTRY,
            },
        )
    ],
    refusals=[
        *bad_classes(),
        not_for("nll_loss_out_frame", "Long", (INT, T2)),
        Refusal((np.array(1.0), np.array(0)), {}, ValueError,
                "Expected 1 or more dimensions (got 0)"),
    ],
    calls=[
        each
        for r in MEAN_SUM_NONE
        for each in (
            call(LOGITS, LABELS, reduction=r),
            call(LOGITS, LABELS, reduction=r, weight=WEIGHTS),
            call(WEIGHTS, 1, reduction=r),
            call(CUBE, CUBE_LABELS, reduction=r),
            call(IMAGE, IMAGE_LABELS, reduction=r),
        )
    ],
    misuses=no_classes(),
    module="NLLLoss",
    made=[given(WEIGHTS)],
    peers={},  # it picks a number
)  # fmt: skip
