r"""Cross entropy by pairs of float64: all of its float64 results, and what is hard to round.

A sample's loss and its derivatives are `Role` s over its slice of logits. Beside the logits they
take arrays that lie beside them: the target, and what the cotangent is multiplied by. A reduced
loss is the sum of the losses as pairs.
"""

from functools import partial

import numpy as np

from refimpl.formulas import _paired as paired
from refimpl.formulas._chunks import over_chunks
from refimpl.formulas._double_double import (
    add,
    divide,
    exponential,
    long_exponential,
    multiply,
    negative,
    subtract,
    total,
    two_product,
)
from refimpl.formulas._later import many_digits
from refimpl.formulas._nearest import Role, fill_from, nearest

# --- one sample -----------------------------------------------------------------------------------


def expected(call, target, classes):
    """Return the probabilities that the target stands for, times the weights, as pairs."""
    if call.has_classes:
        target = np.arange(classes).reshape(-1, 1) == target
    if call.plain:  # the weight is that of the sample
        return target * 1.0, np.zeros(target.shape)
    q = target.astype(np.float64), np.zeros(np.shape(target))
    if call.smoothing:
        even = divide((call.smoothing, 0.0), (float(classes), 0.0))
        kept = 1 - call.smoothing, (1 - (1 - call.smoothing)) - call.smoothing
        q = add(multiply(q, kept), even)
    return multiply(q, (call.weight, 0.0))


def _exact_expected(call, target, classes):
    """Return the same as fractions."""
    if call.has_classes:
        target = [many_digits.Fraction(int(target[0] == i)) for i in range(classes)]
    if call.plain:
        return target
    smoothing = many_digits.Fraction(call.smoothing)
    weight = np.broadcast_to(call.weight, (classes, 1))[:, 0].tolist()
    return [
        many_digits.Fraction(w) * (q * (1 - smoothing) + smoothing / classes)
        for w, q in zip(weight, target, strict=True)
    ]


def _picked(a, t):
    return np.take_along_axis(a, t.astype(np.int64), 1)


def _surprise(e, t=None, log_probabilities=paired.log_probabilities):
    """Return minus the logarithms of the probabilities, or that of the classes t."""
    if t is not None:
        e = e._replace(**{name: _picked(getattr(e, name), t) for name in ("d", "r", "top")})
    value, error, power = log_probabilities(e)
    return negative(value), error, power


def products(a, b):
    """Return products of pairs, also of infinite ones."""
    high, low = multiply(a, b)
    if not np.isfinite(high).all():
        with np.errstate(invalid="ignore"):
            plain = a[0] * b[0]
        infinite = ~np.isfinite(plain)
        high, low = np.where(infinite, plain, high), np.where(infinite, 0.0, low)
    return high, low


def plain_loss(call):
    """Return the role of the loss of a class."""
    return Role(
        _surprise,
        lambda logits, i, t: logits.log_share(int(t[0])).times(-1),
        partial(_surprise, log_probabilities=paired.log_probabilities_to_odd),
    )


def dense_loss(call):
    """Return the role of the loss beside probabilities."""

    def pairs(e, target):
        value, error, power = _surprise(e)
        if power is not None:  # products take one power for all
            value = tuple(v * (power * paired.DROP) for v in value)
            error = error * (power * paired.DROP)
        q = expected(call, target, e.d.shape[1])
        terms = products(q, value)
        size = np.abs(q[0]) * error + np.abs(terms[0]) * 2.0**-86
        return total(terms, long=True), paired.size_of(size), None

    def exact(logits, i, target):
        q = _exact_expected(call, target, len(logits.logits))
        found = logits.log_sum().times(sum(q))
        for w, x in zip(q, logits.logits, strict=True):
            if w:
                found = found.plus(w * (logits.top - x))
        return found

    return Role(pairs, exact)


def loss(call):
    """Return the role of the losses."""
    return plain_loss(call) if call.plain else dense_loss(call)


def _scale(g, w, n, m):
    """Return cotangent times weight divided by a pair."""
    return divide(two_product(g, w), (n, m))


def plain_slope(call):
    """Return the role of the gradient beside classes: scale times (softmax - onehot)."""

    def pairs(e, t, *scale):
        here = np.arange(e.value[0].shape[1]).reshape(-1, 1) == t
        others = paired.complements(e)
        high, low = (np.where(here, -a, b) for a, b in zip(others, e.value, strict=True))
        y = multiply(paired.quotients(e, (high, low)), _scale(*scale))
        return y, 2 * e.unit, np.where(here, 1.0, e.power)

    def exact(logits, i, t, g, w, n, m):
        at = int(t[0])
        weights = [
            many_digits.Fraction(int(i == j) - int(i == at)) for j in range(len(logits.logits))
        ]
        return logits.mean(weights).times(g[0] * w[0] / (n[0] + m[0]))

    return Role(pairs, exact)


def _dense_pull(e, v):
    """Return p sum(v) - v, and the size of its terms."""
    # Without its cancelling part: class i itself is left out of both terms.
    whole = total(v)
    pull = subtract(multiply(subtract(whole, v), e.lifted()), multiply(v, paired.complements(e)))
    size = paired.size_of(v[0]) * e.lifted()[0] + np.abs(v[0]) * paired.complements(e)[0]
    lifted = e.whole[0] * paired.LIFT, e.whole[1] * paired.LIFT
    return divide(pull, lifted), e.unit * size / lifted[0]


def dense_slope(call):
    """Return the role of the gradient of the logits beside probabilities."""

    def pairs(e, target, *scale):
        pull, error = _dense_pull(e, expected(call, target, e.value[0].shape[1]))
        scale = _scale(*scale)
        return multiply(pull, scale), error * np.abs(scale[0]), None

    def exact(logits, i, *arrays):
        *target, g, w, n, m = arrays
        v = _exact_expected(call, target[0], len(logits.logits))
        whole = sum(v)
        weights = [whole * (i == j) - v[i] for j in range(len(v))]
        return logits.mean(weights).times(g[0] * w[0] / (n[0] + m[0]))

    return Role(pairs, exact)


def target_slope(call):
    """Return the role of the gradient of the target's probabilities."""

    def factor(classes):
        kept = 1 - call.smoothing, (1 - (1 - call.smoothing)) - call.smoothing
        weight = np.broadcast_to(call.weight, (classes, 1)).astype(np.float64)
        return multiply((weight, 0.0), kept)

    def pairs(e, target, *scale):
        value, error, power = _surprise(e)
        by = multiply(factor(e.d.shape[1]), _scale(*scale))
        return (
            multiply(value, by),
            error * np.abs(by[0]) + np.abs(value[0] * by[0]) * 2.0**-99,
            power,
        )

    def exact(logits, i, *arrays):
        *_, g, w, n, m = arrays
        weight = many_digits.Fraction(
            float(np.broadcast_to(call.weight, (len(logits.logits), 1))[i, 0])
        )
        by = weight * (1 - many_digits.Fraction(call.smoothing)) * g[0] * w[0] / (n[0] + m[0])
        return logits.log_share(i).times(-by)

    return Role(pairs, exact)


# --- all samples ----------------------------------------------------------------------------------


def _weight_of(call):
    """Return what multiplies the loss of each sample, 0 where it is ignored."""
    w = np.ones(call.layout) if call.share is None or call.smoothing else call.share * 1.0
    return w if call.counts is True else np.where(call.counts, w, 0.0)


def divisor_of(call):
    """Return the divisor of the mean as a pair; of other reductions 1."""
    if call.reduction != "mean":
        return 1.0, 0.0
    if call.share is None:
        return float(call.divisor), 0.0
    w = np.where(call.counts, call.share, 0.0).reshape(1, -1, 1)
    return tuple(float(a.reshape(())) for a in total((w, np.zeros(w.shape))))


def scales(call, cotangent):
    """Return the arrays whose quotient multiplies the gradient: g, weight, divisor as a pair."""
    g = np.asarray(cotangent, np.float64)
    g = g.reshape(call.layout) if call.reduction == "none" else np.broadcast_to(g, call.layout)
    if call.counts is not True:
        g = np.where(call.counts, g, 0.0)
    n, m = divisor_of(call)
    n = np.where(call.counts, n, 1.0)  # the mean over no sample has the gradient 0
    return g, _weight_of(call), np.broadcast_to(n, call.layout), np.broadcast_to(m, call.layout)


def losses(call, keep=False, exp=exponential):
    """Return the losses of all samples as pairs, their error bounds, and what derivatives need."""
    found = [np.zeros(call.layout) for _ in range(3)]
    role = loss(call)

    def kernel(high, low, error, target, x):
        e = paired.exponentials(x, exp)
        value, bound, power = role.pairs(e, target)
        if power is not None:
            value, bound = (
                tuple(v * (power * paired.DROP) for v in value),
                bound * (power * paired.DROP),
            )
        high[...], low[...] = value
        error[...] = bound
        return (e.slim() if call.plain else e) if keep else None

    kept = []
    if call.logits.size:
        kept = over_chunks(
            kernel, 1, call.logits.shape, *found, call.target, call.logits, keep=keep
        )
    return tuple(found[:2]), found[2], kept


def result(call, found, again, exact):
    """Weigh the pairs of the samples, reduce them as the call says, and round.

    `found` are the pairs and their error bounds; ``again()`` returns both with more digits, and
    ``exact(at, digits)`` encloses the unweighted number of a sample.
    """
    w = _weight_of(call)
    out, doubtful = _rounded(call, *found)
    doubtful &= _finite(call, w, found)
    if doubtful.any():
        found = again()
        out, doubtful = _rounded(call, *found)
        doubtful &= _finite(call, w, found)
    if call.reduction != "none":
        if doubtful.any():
            out[...] = _exact_reduced(call, w, exact)
        return np.asarray(out.reshape(()), call.dtype)
    for at in zip(*np.nonzero(doubtful & (w != 0)), strict=True):
        out[at] = many_digits.nearest(
            lambda digits, at=at: exact(at, digits).times(many_digits.Fraction(float(w[at]))),
            call.dtype,
        )
    return out.reshape(call.shape)


def _finite(call, w, found):
    """Tell which results are finite as what they are made of is."""
    fine = (np.isfinite(found[0][0]) & np.isfinite(w)) | ~np.broadcast_to(call.counts, w.shape)
    n = divisor_of(call)[0]
    return fine if call.reduction == "none" else fine.all() and n != 0 and np.isfinite(n)


def _rounded(call, values, error):
    """Return the rounded results, and where the error bounds leave two possible."""
    w = _weight_of(call)
    if call.counts is not True:
        values = tuple(np.where(call.counts, v, 0.0) for v in values)
        error = np.where(call.counts, error, 0.0)
    values = products(values, (w, 0.0))
    error = np.abs(w) * error + np.abs(values[0]) * 2.0**-100
    if call.reduction == "none":
        return nearest(values, error, None, call.dtype)
    high, low, error = (np.append(a.reshape(-1), 0.0).reshape(1, -1, 1) for a in (*values, error))
    divisor = divisor_of(call)
    whole = divide(total((high, low), long=True), divisor)
    bound = paired.size_of(error) + paired.size_of(high) * 2.0**-88
    return nearest(whole, 2 * bound / np.abs(divisor[0]), None, call.dtype)


def _exact_reduced(call, w, exact):
    """Round the reduced number of all samples with as many digits as it takes."""
    n, m = divisor_of(call)

    def enclosed(digits):
        found = many_digits.exactly(0)
        for at in zip(*np.nonzero(w), strict=True):
            found = found.plus(exact(at, digits).times(many_digits.Fraction(float(w[at]))))
        return found.times(1 / (many_digits.Fraction(float(n)) + many_digits.Fraction(float(m))))

    return many_digits.nearest(enclosed, call.dtype)


def _columns(call, at, *arrays):
    """Return the logits of a sample, and the sample's fractions of some arrays."""
    outer, _, inner = at
    rows = [a[outer, :, inner].tolist() for a in (call.logits, *arrays)]
    return rows[0], [[many_digits.Fraction(v) for v in row] for row in rows[1:]]


def exact_loss(call):
    """Return the function that encloses the loss of a sample."""

    def exact(at, digits):
        logits, rest = _columns(call, at, call.target)
        return loss(call).exact(many_digits.Slice(logits, digits), 0, *rest)

    return exact


def value(call, found=None):
    """Return the reduced losses, or those of the samples, in the dtype of the call."""
    values, error, _ = found or losses(call)
    again = partial(_again, call)
    return result(call, (values, error), again, exact_loss(call))


def _again(call):
    return losses(call, exp=long_exponential)[:2]


def gradients(call, cotangent, kept, dtype, target_dtype):
    """Return the gradients of logits and of the target's probabilities, None beside classes."""
    shape = call.logits.shape
    by_x = np.empty(shape, dtype)
    by_target = None if call.has_classes else np.empty(shape, target_dtype)
    if not kept:
        return by_x, by_target
    arrays = scales(call, cotangent)
    slope = plain_slope(call) if call.plain else dense_slope(call)
    pull = partial(_filled, slope)
    over_chunks(pull, 1, shape, by_x, call.target, *arrays, call.logits, kept=kept)
    by_x += 0.0  # torch has no -0 here: neither of ignored samples nor of what is too small
    if by_target is not None:
        pull = partial(_filled, target_slope(call))
        over_chunks(pull, 1, shape, by_target, call.target, *arrays, call.logits, kept=kept)
    return by_x, by_target


def _filled(role, e, out, *arrays):
    *arrays, x = arrays
    fill_from(role, e, out, x, *arrays)


def change(call, dx, dt):
    """Return the reduced derivative of the losses along tangents of the logits and the target."""
    shape = call.logits.shape
    dt = np.zeros(shape) if call.has_classes or dt is None else dt
    dx = np.zeros(shape) if dx is None else dx
    dx, dt = (a.reshape(shape).astype(np.float64) for a in (dx, dt))
    found = _changes(call, dx, dt, exponential)
    again = partial(_changes, call, dx, dt, long_exponential)
    return result(call, found, again, partial(_exact_change, call, dx, dt))


def _changes(call, dx, dt, exp):
    """Return the derivatives of all losses as pairs, and their error bounds."""
    values = [np.zeros(call.layout) for _ in range(3)]

    def kernel(high, low, error, target, dx, dt, x):
        e = paired.exponentials(x, exp)
        pull, bound = _dense_pull(e, expected(call, target, x.shape[1]))
        terms = products(pull, (dx, 0.0))
        size = bound * np.abs(dx) + np.abs(terms[0]) * 2.0**-86
        whole = total(terms, long=True)
        if not call.has_classes:
            one = np.ones(x[:, :1].shape)
            found, more, power = target_slope(call).pairs(e, target, one, one, one, 0 * one)
            if power is not None:
                power = power * paired.DROP
                found, more = (found[0] * power, found[1] * power), more * power
            terms = products(found, (dt, 0.0))
            whole = add(whole, total(terms, long=True))
            size = size + more * np.abs(dt) + np.abs(terms[0]) * 2.0**-86
        high[...], low[...] = whole
        error[...] = paired.size_of(size)

    if call.logits.size:
        arrays = *values, call.target, dx, dt, call.logits
        over_chunks(kernel, 1, call.logits.shape, *arrays)
    return values[:2], values[2]


def _exact_change(call, dx, dt, at, digits):
    """Enclose the derivative of the loss of a sample."""
    logits, (target, dx_n, dt_n) = _columns(call, at, call.target, dx, dt)
    found = many_digits.Slice(logits, digits)
    q = _exact_expected(call, target, len(logits))
    along = sum(a * b for a, b in zip(q, dx_n, strict=True))
    change = found.mean(dx_n).times(sum(q)).plus(-along)
    weight = np.broadcast_to(call.weight, (len(logits), 1))[:, 0].tolist()
    for i, (t, w) in enumerate(zip(dt_n, weight, strict=True)):
        if t and not call.has_classes:
            by = -t * many_digits.Fraction(w) * (1 - many_digits.Fraction(call.smoothing))
            change = change.plus(found.log_share(i).times(by))
    return change
