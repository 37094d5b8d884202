"""The record of kl_div."""

import itertools

import mpmath
import numpy as np

from evidence.edge_inputs import POINTS
from evidence.exact import times
from evidence.kinds import Compared
from evidence.record import Edges, Refusal, call
from evidence.refusals import C64, INT, A, B, bad_reduction, no_loss, other_shapes, p
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED, NOT_ON_THAT_ENTRY
from evidence.samples import INF, MEAN_SUM_NONE, NAN, NONE_MEAN_SUM, OTHERS, PROBS, WIDE, P, X

FAR_X = np.array([-1, -1, -INF, -INF, -1, NAN, -1, -INF, -1, -1, INF])
FAR_T = np.array([0, 0.5, 0.5, 0, -0.5, 0, -INF, -INF, NAN, INF, 0])


def value(x, t, log_target=False):
    """Return the divergence of one entry; t log t is 0 where t is."""
    return mpmath.exp(t) * (t - x) if log_target else times(t, mpmath.log, t) - t * x


def beside(target, **more):
    """Return the edges beside a target that is the same everywhere."""
    remarks = {
        "integer, value": INTEGERS_REFUSED,
        "integer, gradient": FORMULA_REFUSES,
        "nan, gradient": NOT_ON_THAT_ENTRY,
    }
    return Edges(
        inputs=POINTS,
        rest=lambda x: (np.full_like(x, target),),
        options={"reduction": "none"},
        fixed=f"target={target:g}",
        remarks=remarks | more.pop("remarks", {}),
        **more,
    )


RECORD = Compared(
    name="kl_div",
    topic="kl_div",
    value=value,
    slope=lambda x, t: -t,
    torch="torch.nn.functional.kl_div",
    samples=[
        *(
            call(X, P, reduction=r, log_target=b)
            for r in (*NONE_MEAN_SUM, "batchmean")
            for b in (False, True)
        ),
        call(X, P[:, :1], log_target=True),
    ],
    special=[call(FAR_X, FAR_T, reduction="none", log_target=b) for b in (False, True)],
    edges=[
        beside(0.5),
        beside(
            0,
            beside=" beside a target of 0",
            remarks={"±inf, value": "Zero times infinity is nan; refimpl follows torch."},
        ),
    ],
    refusals=[
        bad_reduction(A, B),
        Refusal((A, WIDE[0]), {}, RuntimeError,
                "The size of tensor a (4) must match the size of tensor b (3) "
                "at non-singleton dimension 1"),
        *(Refusal(pair, {}, RuntimeError, "kl_div: Integral inputs not supported.")
          for pair in ((INT, B), (A, INT))),
        Refusal((C64, C64), {}, RuntimeError, "kl_div: Complex inputs not supported."),
    ],
    calls=[
        call(
            np.log(PROBS), np.log(OTHERS) if log else OTHERS, reduction=r, log_target=log
        )
        for r, log in itertools.product((*MEAN_SUM_NONE, "batchmean"), (False, True))
    ],
    misuses=no_loss(p) | other_shapes(),
    module="KLDivLoss",
    peers={},  # a logarithm, two products and a difference
)  # fmt: skip
