"""Cross entropy where infinities or nan take part: the steps of torch, in float64.

Such results have no neighbours to choose from. But which of inf, -inf and nan they are depends on
the steps: `log_softmax`, products with weight and target, and a sum.
"""

import numpy as np

from refimpl.formulas._exponentials import total
from refimpl.formulas._reduce import reduced


def _log_probs(call):
    x = call.logits.astype(np.float64)
    d = x - x.max(1, keepdims=True, initial=-np.inf)
    return d - np.log(total(np.exp(d)))


def _smoothed(call):
    """Return the target's probabilities."""
    q = call.target.astype(np.float64)
    s = call.smoothing
    return q * (1 - s) + s / q.shape[1] if s else q


def _losses(call):
    """Return arrays of one loss for each sample, whose sum is the loss."""
    log_probs = _log_probs(call)
    if not call.has_classes:
        return [-total(log_probs * _smoothed(call) * call.weight)]
    found, s, classes = [], call.smoothing, log_probs.shape[1]
    if s < 1:  # 0 times inf would be nan
        # Without classes every sample is ignored.
        one = -np.take_along_axis(log_probs, call.target, 1) if classes else np.zeros(call.layout)
        found.append((1 - s, one if call.share is None else one * call.share))
    if s:
        found.append((np.divide(s, classes), -total(log_probs * call.weight)))
    return [factor * np.where(call.counts, losses, 0.0) for factor, losses in found]


def value(call):
    """Return the reduced losses, or those of the samples, in the dtype of the call."""
    shape = call.shape if call.reduction == "none" else ()
    parts = (reduced(a, call.reduction, np.float64, call.divisor) for a in _losses(call))
    return sum(part.reshape(shape) for part in parts).astype(call.dtype)


def open_samples(call, scale):
    """Tell of which samples the gradients are computed here; `scale` multiplies them."""
    of_all = [call.divisor] if call.reduction == "mean" else []
    if not call.plain:
        of_all.append(call.weight)
    if call.divisor == 0 or not all(np.isfinite(a).all() for a in of_all):
        return np.ones(call.layout, bool)
    top = call.logits.max(
        1, keepdims=True, initial=-np.inf
    )  # a logit of -inf has the probability 0
    fine = np.isfinite(scale) & np.isfinite(top)
    if not call.has_classes:
        fine &= np.isfinite(call.target).all(1, keepdims=True)
    return ~fine


def _by_log_probs(call, scale):
    """Return the gradient of the log-probabilities."""
    if not call.has_classes:
        return -(scale * call.weight) * _smoothed(call)
    here = np.arange(call.logits.shape[1]).reshape(-1, 1) == call.target
    s, share = call.smoothing, 1.0 if call.plain or call.share is None else call.share
    found = np.where(here & call.counts, -((1 - s) * scale * share), 0.0)
    return found - s / call.logits.shape[1] * scale * call.weight if s else found


def gradients(call, scale, dtype, target_dtype):
    """Return the gradients of logits and of the target's probabilities, None beside classes."""
    log_probs = _log_probs(call)
    g = _by_log_probs(call, scale)
    by_x = g - np.exp(log_probs) * total(g)
    if call.has_classes:
        return by_x.astype(dtype), None
    by_target = -scale * call.weight * log_probs * (1 - call.smoothing)
    return by_x.astype(dtype), by_target.astype(target_dtype)
