"""What each case's answer is exactly, and what an answer that it depends on may mean.

`exactly(name)` is the limit of the exact value, flat, or None where there is none; then a choice of
the library (an axis, a reduction) or a rule of its own decides. `meanings(name)` are the values of
these choices, by the words for them.
"""

import functools
import math

import mpmath
import numpy as np

from benchmarks.elsewhere.cases import CASES
from evidence import exact
from evidence.limits import limit
from evidence.operators import RECORDS
from refimpl import formulas

SMOOTHING = 0.1
GRADIENT = ", gradient"


def case_of(name):
    """Return the name of the case that a value or a gradient belongs to."""
    return name.removesuffix(GRADIENT)


def arrays(name):
    """Return x and y of a case."""
    case = CASES[name]
    return np.array(case.x, np.float32), np.array(case.y)


def limited(record, x, *rest, **options):
    """Return the limit of the exact value as a flat list of float32, or None."""
    rest = [r if r.dtype.kind == "i" else exact.array(r.astype(np.float32)) for r in rest]

    def value(point):
        return RECORDS[record].exact(point, *rest, **options)

    found = limit(value, x, np.float32)
    return None if found is None else found.ravel().tolist()


def log_probs(p):
    """Return the logarithms of float32 probabilities, as exact numbers."""
    with mpmath.workprec(exact.PREC):
        return exact.mapped(mpmath.log, p)


def along_last(record):
    """Return a function of a case: the exact value along the last axis."""
    return lambda x, y: limited(record, x, dim=-1)


def by_axis(record):
    """Return what the choices of an axis give."""

    def choices(x, y):
        return {
            "the last": limited(record, x, dim=-1),
            "the first": limited(record, x, dim=0),
            "all but the first, as one": limited(record, x.reshape(len(x), -1), dim=-1),
            "all, the whole array": limited(record, x.reshape(-1), dim=-1),
        }

    return choices


def reductions(record):
    """Return what the choices of a reduction give."""

    def choices(x, y):
        return {
            "mean": limited(record, x, y, reduction="mean"),
            "none, a value for each": limited(record, x, y, reduction="none"),
            "sum": limited(record, x, y, reduction="sum"),
        }

    return choices


def losses():
    """Return the two exact losses of the cases of two rows."""
    x, y = arrays("cross entropy, reduction")
    return limited("cross_entropy", x, y, reduction="none")


def single(value):
    """Return a number as a list of one float32."""
    return [float(np.float32(value))]


def classes(x, y):
    """Return the exact cross entropy of classes."""
    return limited("cross_entropy", x, y)


def weights(x, y):
    """Return what a weighted mean may be divided by."""
    w = [CASES["cross entropy, weights"].w[label] for label in y]
    total = sum(a * b for a, b in zip(w, losses(), strict=True))
    return {"the sum of their weights": single(total / sum(w)), "their number": single(total / 2)}


def one_ignored(x, y):
    """Return what the mean may be divided by where one of two labels is ignored."""
    loss = losses()[0]
    return {"the labels that count": single(loss), "all labels": single(loss / 2)}


def last_class(x, y):
    """Return the loss of the last class, which is what Python means by -1."""
    return {"the last class is meant": classes(x, np.array([x.shape[1] - 1]))}


def soft(x, y):
    """Return the cross entropy of probabilities, or of whatever stands in their place."""
    return limited("cross_entropy", x, y)


def soft_gradient(x, y):
    """Return its gradient, T p - y with T the sum of y, and the one that holds for T = 1."""
    p = formulas.softmax(x.astype(np.float64), -1)
    total = y.sum(-1, keepdims=True)
    right, other = (np.float32(factor * p - y).ravel().tolist() for factor in (total, 1))
    return {"T p − y, the gradient": right, "p − y, of another loss": other}


def smoothed(x, y):
    """Return the exact cross entropy of smoothed labels."""
    return limited("cross_entropy", x, y, label_smoothing=SMOOTHING)


def kl(x, y, reduction):
    """Return the exact divergence of a model's float32 probabilities."""
    with mpmath.workprec(exact.PREC):
        found = RECORDS["kl_div"].exact(
            log_probs(x), exact.array(y.astype(np.float32)), reduction=reduction
        )
        return [float(np.float32(v)) for v in np.ravel(found)]


def kl_reductions(x, y):
    """Return what the choices of a reduction give, and SciPy's terms, which add x - y."""
    each = kl(x, y, "none")
    rows = np.reshape(each, x.shape).sum(1)
    return {
        "mean of all entries": kl(x, y, "mean"),
        "sum over the number of rows": kl(x, y, "batchmean"),
        "a sum for each row": rows.tolist(),
        "none, a value for each": each,
        "none, with model − target added": (each + (x - y).ravel()).tolist(),
        "sum": kl(x, y, "sum"),
    }


def kl_of_zero(x, y):
    """Return the exact divergence of one row, as whatever the library takes for a reduction."""
    return {
        "log 2, as a sum": single(math.log(2)),
        "log 2 / 2, as a mean": single(math.log(2) / 2),
        "terms that add up to log 2": [0.0, float(np.float32(math.log(2)))],
        "terms with model − target added": single(0.5) + single(math.log(2) - 0.5),
    }


def taken_by_softmax(x, y):
    """Return the loss of scores and that of probabilities."""
    return {"logits": classes(x, y), "probabilities": single(-math.log(x[0, y[0]]))}


def taken_by_sigmoid(x, y):
    """Return the loss of scores and that of probabilities."""
    logits = limited("binary_cross_entropy_with_logits", x, y)
    return {"logits": logits, "probabilities": single(-math.log(x.item()))}


EXACT = {
    "softmax, all -inf": along_last("softmax"),
    "softmax, +inf": along_last("softmax"),
    "softmax, masked": along_last("softmax"),
    "softmax, far": along_last("softmax"),
    "log_softmax, far": along_last("log_softmax"),
    "log_softmax, masked": along_last("log_softmax"),
    "cross entropy, another masked": classes,
    "cross entropy, far": classes,
    "soft labels": soft,
    "soft labels, gradient": lambda x, y: next(iter(soft_gradient(x, y).values())),
    "label smoothing": smoothed,
    "sigmoid loss, far": lambda x, y: limited("binary_cross_entropy_with_logits", x, y),
    "log_sigmoid, far": lambda x, y: limited("logsigmoid", x),
}
MEANINGS = {
    "softmax, axis": by_axis("softmax"),
    "log_softmax, axis": by_axis("log_softmax"),
    "cross entropy, input": taken_by_softmax,
    "cross entropy, reduction": reductions("cross_entropy"),
    "cross entropy, weights": weights,
    "cross entropy, one ignored": one_ignored,
    "cross entropy, label -1": last_class,
    "soft labels, gradient": soft_gradient,
    "kl_div, reduction": kl_reductions,
    "kl_div, a target of 0": kl_of_zero,
    "sigmoid loss, input": taken_by_sigmoid,
    "sigmoid loss, reduction": reductions("binary_cross_entropy_with_logits"),
}


@functools.cache
def exactly(name):
    """Return the exact answer as a flat list, or None where there is none."""
    return EXACT[name](*arrays(case_of(name))) if name in EXACT else None


@functools.cache
def meanings(name):
    """Return the flat answers of the choices that a library has, by the words for them."""
    return MEANINGS[name](*arrays(case_of(name))) if name in MEANINGS else {}
