"""The kinds of operators: how the exact value and slope of each are written down."""

from collections.abc import Callable
from dataclasses import dataclass, field

import mpmath
import numpy as np

from evidence import exact
from evidence.record import Record


def reduce(losses, reduction, divisor=None):
    """Leave an array of losses as it is, or add it up, or divide the sum too."""
    if reduction == "none":
        return losses
    total = mpmath.fsum(losses.ravel())
    n = losses.size if divisor is None else divisor
    return exact.array(total / n if reduction == "mean" else total)


@dataclass(frozen=True, kw_only=True)
class Elementwise(Record):
    """A function of one number, with its slope and the slope of that."""

    value: Callable | None = None
    slope: Callable | None = None
    bend: Callable | None = None
    # The largest errors in float64, in units in the last place of the result, or of its `terms`: a
    # value has at most four roundings, a slope five to eight. Narrower results are rounded once.
    promise: dict = field(default_factory=lambda: {"value": 2, "vjp": 4.5})

    parts = ("value", "slope", "bend", *Record.parts)

    def exact(self, x, **options):
        """Return the value of every entry."""
        return exact.mapped(self.value, x, **options)

    def exact_vjp(self, cotangent, x, **options):
        """Multiply a cotangent by the slope of every entry."""
        return exact.array(cotangent * exact.mapped(self.slope, x, **options))


@dataclass(frozen=True, kw_only=True)
class Sliced(Record):
    """A function along one axis: of a row to a row, or to one number."""

    value: Callable | None = None
    slope: Callable | None = None  # of a cotangent and a row: the exact vjp, itself a row
    reduces: bool = False
    fixed: dict = field(default_factory=lambda: {"dim": -1})

    parts = ("value", "slope", *Record.parts)

    def exact(self, x, dim, **options):
        """Return the values of all rows along `dim`."""
        if self.reduces:
            return exact.reduced(self.value, dim, x, **options)
        return exact.along(self.value, dim, x)

    def exact_vjp(self, cotangent, x, dim):
        """Return the vjps of all rows along `dim`."""
        if self.reduces:
            cotangent = np.expand_dims(cotangent, dim) if np.ndim(x) else cotangent
        return exact.along(self.slope, dim, np.broadcast_to(cotangent, np.shape(x)), x)


@dataclass(frozen=True, kw_only=True)
class Compared(Record):
    """A loss of two numbers, the input and its target, added up over arrays that broadcast."""

    value: Callable | None = None
    slope: Callable | None = None  # in the input
    fixed: dict = field(default_factory=lambda: {"reduction": "none"})
    inputs: int = 2

    parts = ("value", "slope", *Record.parts)

    def exact(self, x, target, reduction="mean", weight=1, **options):
        """Return the loss, weighted and reduced."""
        losses = exact.mapped(self.value, x, target, **options)
        losses = exact.array(exact.array(weight) * losses)
        divisor = len(x) if reduction == "batchmean" else None
        return reduce(losses, reduction.replace("batch", ""), divisor)

    def exact_vjp(self, cotangent, x, target, reduction="none"):
        """Multiply a cotangent by the slopes of unreduced losses."""
        return exact.array(cotangent * exact.mapped(self.slope, x, target))


def expected(target, x, smoothing=0):
    """Return the target's probabilities, all zero where it is ignored, and which samples count."""
    if target.shape == x.shape:
        q, counts = target, np.ones((x.shape[0], *x.shape[2:]), bool)
    else:
        classes = np.arange(x.shape[1]).reshape(-1, *[1] * (x.ndim - 2))
        q, counts = (classes == target[:, None]) * mpmath.mpf(1), target >= 0
    return (1 - smoothing) * q + smoothing / x.shape[1], counts


@dataclass(frozen=True, kw_only=True)
class Classified(Record):
    """A loss of rows along axis 1, beside classes or their probabilities."""

    value: Callable | None = None  # of a row: the logarithms of the probabilities
    slope: Callable | None = None  # of a row and a class: the gradient of that class's loss
    fixed: dict = field(default_factory=lambda: {"reduction": "none"})

    parts = ("value", "slope", *Record.parts)

    def exact(self, x, target, weight=None, reduction="mean", label_smoothing=0.0):
        """Return the loss; the mean is over the samples that count, by their weights."""
        single = x.ndim == 1
        if single:
            x, target = x[None], np.asarray(target)[None]
        smoothing = mpmath.mpf(label_smoothing)
        p = exact.along(self.value, 1, x)
        q, counts = expected(target, x, smoothing)
        w = exact.array(np.ones(x.shape[1]) if weight is None else weight)
        w = w.reshape(-1, *[1] * (x.ndim - 2))
        losses = np.sum(-w * q * p, axis=1) * counts
        share = np.sum(w * expected(target, x)[0], axis=1) * counts
        divisor = np.sum(counts if target.shape == x.shape else share)
        return reduce(losses[0] if single and reduction == "none" else losses, reduction, divisor)

    def exact_vjp(self, cotangent, x, target, reduction="none"):
        """Return the gradients of unreduced losses of a row or of a matrix, beside classes."""
        if x.ndim == 1:
            return exact.array(cotangent * exact.array(self.slope(list(x), int(target))))
        rows = [self.slope(list(row), int(t)) for row, t in zip(x, target, strict=True)]
        return exact.array(cotangent)[:, None] * exact.array(np.array(rows, object))
