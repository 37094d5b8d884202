"""One list of inputs for all libraries. Nothing is imported here but the standard library."""

from dataclasses import dataclass
from math import inf

CUBE = [[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]]]
ROW = [[2.0, 1.0, 0.1]]
ROWS = [[2.0, 1.0, 0.1], [1.0, 2.0, 3.0]]
WEIGHTS = [1.0, 2.0, 4.0]
MODEL = [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3]]
TARGET = [[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]]
IGNORED = None  # a label that is left out, whatever number the library has for it


@dataclass(frozen=True, kw_only=True)
class Case:
    """An input, and which of a library's calls is asked: the first of `operations` that it has."""

    operations: tuple
    x: list
    y: list | None = None
    w: list | None = None
    gradient: bool = False


SOFTMAX = ("softmax along the last axis", "softmax")
LOG_SOFTMAX = ("log_softmax along the last axis", "log_softmax")
IGNORING = ("cross entropy that ignores",)
CLASSES = ("cross entropy",)

CASES = {
    "softmax, axis": Case(operations=("softmax",), x=CUBE),
    "softmax, all -inf": Case(operations=SOFTMAX, x=[[-inf, -inf]]),
    "softmax, +inf": Case(operations=SOFTMAX, x=[[inf, 0.0]]),
    "softmax, masked": Case(operations=SOFTMAX, x=[[0.0, -inf]]),
    "softmax, far": Case(operations=SOFTMAX, x=[[0.0, -88.0]]),
    "log_softmax, axis": Case(operations=("log_softmax",), x=CUBE),
    "log_softmax, far": Case(operations=LOG_SOFTMAX, x=[[0.0, -200.0]]),
    "log_softmax, masked": Case(operations=LOG_SOFTMAX, x=[[0.0, -inf]]),
    "cross entropy, input": Case(
        operations=("cross entropy by default", *CLASSES), x=[[0.7, 0.2, 0.1]], y=[0]
    ),
    "cross entropy, reduction": Case(operations=CLASSES, x=ROWS, y=[0, 1]),
    "cross entropy, weights": Case(
        operations=("weighted cross entropy",), x=ROWS, y=[0, 1], w=WEIGHTS
    ),
    "cross entropy, one ignored": Case(operations=IGNORING, x=ROWS, y=[0, IGNORED]),
    "cross entropy, all ignored": Case(operations=IGNORING, x=ROWS, y=[IGNORED, IGNORED]),
    "cross entropy, label 3": Case(operations=CLASSES, x=ROW, y=[3]),
    "cross entropy, label -1": Case(operations=CLASSES, x=ROW, y=[-1]),
    "cross entropy, another masked": Case(operations=CLASSES, x=[[0.0, -inf, 1.0]], y=[0]),
    "cross entropy, far": Case(operations=CLASSES, x=[[0.0, -200.0]], y=[1]),
    "soft labels": Case(
        operations=("soft cross entropy",), x=ROW, y=[[2.0, 0.0, 0.0]], gradient=True
    ),
    "label smoothing": Case(operations=("smoothed cross entropy",), x=ROW, y=[0]),
    "kl_div, reduction": Case(operations=("kl_div",), x=MODEL, y=TARGET),
    "kl_div, a target of 0": Case(operations=("kl_div",), x=[[0.5, 0.5]], y=[[0.0, 1.0]]),
    "sigmoid loss, input": Case(
        operations=("sigmoid loss by default", "sigmoid loss"), x=[[0.7]], y=[[1.0]]
    ),
    "sigmoid loss, reduction": Case(
        operations=("sigmoid loss",), x=[[2.0, -1.0], [0.5, 1.0]], y=[[1.0, 0.0], [0.0, 1.0]]
    ),
    "sigmoid loss, far": Case(operations=("sigmoid loss",), x=[[-200.0]], y=[[1.0]]),
    "log_sigmoid, far": Case(operations=("log_sigmoid",), x=[[-200.0]]),
}
