"""The record of cross_entropy."""

import numpy as np

from evidence.edge_inputs import SLICES
from evidence.exact import partition
from evidence.kinds import Classified
from evidence.operators import log_softmax
from evidence.peers import onnx, scipy
from evidence.record import Edges, Refusal, call, given
from evidence.refusals import INT, T2, A, B, bad_classes, no_classes, no_list, not_for, p, t, x
from evidence.remarks import FORMULA_REFUSES, INTEGERS_REFUSED, SPREADING_NAN, everywhere
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
    NONE_MEAN_SUM,
    PROBS,
    WEIGHTS,
    P,
    T,
    W,
    X,
)

SOFT = [
    call(X, target, reduction=r, weight=w, label_smoothing=0.25)
    for target in (T, P)
    for r in NONE_MEAN_SUM
    for w in (None, W)
]
SOFT += [call(X, P), call(X[:, :, 0], P[:, :, 0], weight=W), call(X[0, :, 0], P[0, :, 0])]
SOFT += [call(X, P, label_smoothing=1.0), call(X, np.where(T == 0, -100, T), weight=W)]


def slope(row, target):
    """Return the gradient of one class's loss; 1 - p of that class is taken as a sum."""
    split = partition(row)
    rest = split.rests()[target]
    return [(-rest if i == target else e) / (1 + split.others) for i, e in enumerate(split.e)]


def scipy_value(x, target):
    """Return the losses by SciPy, as a user would write them."""
    return -scipy("log_softmax", -1)(x)[np.arange(len(target)), target]


def scipy_vjp(x, target):
    """Return the gradients of the losses, as a user of SciPy would write them."""
    y = scipy("softmax", -1)(x)
    y[np.arange(len(target)), target] -= 1
    return y


def scipy_both(x, target, dim=-1):
    """Return the mean loss and its gradient, as a user of SciPy would write them."""
    places = (np.arange(len(target)), target)
    places = places if dim == -1 else places[::-1]
    log_probs = scipy("log_softmax", -1)(x, dim)
    loss = -log_probs[places].mean()
    slopes = np.exp(log_probs)
    slopes[places] -= 1
    slopes /= len(target)
    return loss, slopes


RECORD = Classified(
    name="cross_entropy",
    topic="cross_entropy",
    value=log_softmax.value,
    slope=slope,
    inputs=2,
    torch="torch.nn.functional.cross_entropy",
    samples=[*CLASSES, *SOFT],
    special=BAD_CLASSES,
    edges=[
        Edges(
            inputs=SLICES,
            rest=lambda x: (np.array(0),),
            fixed="target=0",
            defined=lambda x: x.ndim > 0 and x.size > 0,
            remarks={"integer, value": INTEGERS_REFUSED, "integer, gradient": FORMULA_REFUSES}
            | everywhere(SPREADING_NAN, "one +inf", "±inf"),
        )
    ],
    refusals=[
        *bad_classes(),
        not_for("log_softmax_lastdim_kernel_impl", "Long", (INT, T2)),
        Refusal((A, [0, 2]), {}, TypeError, no_list("cross_entropy", "target", 2), "other words"),
        Refusal((A, INT), {}, RuntimeError,
                "Expected floating point type for target with class probabilities, got Long"),
        Refusal((A, B), {"ignore_index": 0}, RuntimeError,
                "ignore_index is not supported for floating point target"),
        Refusal((A, T2), {"label_smoothing": 1.5}, RuntimeError,
                "label_smoothing must be between 0.0 and 1.0. Got: 1.5"),
        Refusal((A, T2), {"label_smoothing": -0.5}, RuntimeError,
                "label_smoothing must be between 0.0 and 1.0. Got: -0.5", "accepts"),
        Refusal((np.array(1.0), np.array(1.0)), {}, IndexError,
                "Dimension specified as 1 but tensor has no dimensions"),
    ],
    calls=[
        *(
            each
            for r in MEAN_SUM_NONE
            for each in (
                call(LOGITS, LABELS, reduction=r),
                call(LOGITS, LABELS, reduction=r, label_smoothing=0.1),
                call(LOGITS, LABELS, reduction=r, ignore_index=0),
                call(LOGITS, LABELS, reduction=r, weight=WEIGHTS),
                call(WEIGHTS, 1, reduction=r),
                call(CUBE, CUBE_LABELS, reduction=r),
                call(CUBE, CUBE_LABELS, reduction=r, label_smoothing=0.2),
                call(IMAGE, IMAGE_LABELS, reduction=r),
                call(LOGITS, PROBS, reduction=r),
                call(LOGITS, PROBS, reduction=r, weight=WEIGHTS),
            )
        ),
        call(LOGITS, LABELS, weight=WEIGHTS, label_smoothing=0.2),
    ],
    misuses=no_classes()
    | {
        "one-hot integers": lambda T: given(x(T), T.tensor([[1, 0, 0], [0, 1, 0]])),
        "probabilities of another shape": lambda T: given(x(T), p(T)[:1]),
        "ignore_index beside probabilities": lambda T: given(x(T), p(T), ignore_index=1),
        "too much smoothing": lambda T: given(x(T), t(T), label_smoothing=1.2),
    },
    module="CrossEntropyLoss",
    peers={
        "value": {
            "SciPy": scipy_value,
            "onnx": onnx("SoftmaxCrossEntropyLoss", reduction="none"),
        },
        "vjp": {"SciPy": scipy_vjp},
        "both": {"SciPy": scipy_both},
    },
    timed=["both"],
)  # fmt: skip
