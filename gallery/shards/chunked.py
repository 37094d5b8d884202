r"""
Cross entropy over chunks of a linear layer
===========================================

``cross_entropy(linear(hidden, W), target)`` holds all logits, their log-probabilities and their
gradient. Here the classes come in chunks: a chunk's logits are computed, used and forgotten, and
computed once more on the way back. Beside the weight and its gradient the memory is the same for a
thousand classes and for a million. The price is a fourth matrix product beside the three of the
plain way. :doc:`/derivations/softmax_in_pieces` derives it; :doc:`a_million_classes` runs it.
"""

import torch
from pieces import (
    Labels,
    Probabilities,
    check_labels,
    finite,
    gradient_of,
    gradient_of_shares,
    largest,
    losses_of,
    parts_of,
    reduced,
    refusal,
)
from torch.autograd.function import once_differentiable

CHUNK = 2**19  # logits that are held at one time


# %%
# Call it as ``torch.nn.functional.linear_cross_entropy``: ``hidden`` is (N, D) or (D),
# ``linear_weight`` (K, D).
def linear_cross_entropy(
    hidden,
    linear_weight,
    target,
    *,
    linear_bias=None,
    weight=None,
    ignore_index=-100,
    reduction="mean",
    label_smoothing=0.0,
    chunk=None,
):
    """Return the cross entropy of ``linear(hidden, linear_weight, linear_bias)``.

    ``chunk`` is how many classes are done at one time; without it, so many that their logits are a
    half a million numbers.
    """
    bare = [None if t is None else t.to("meta") for t in (hidden, linear_weight, linear_bias)]
    logits = torch.nn.functional.linear(*bare)  # no numbers, but torch's shape, dtype and errors
    options = {
        "ignore_index": ignore_index,
        "reduction": reduction,
        "label_smoothing": label_smoothing,
    }
    refused = refusal(logits.shape, logits.dtype, target, weight, options)
    if refused:
        raise refused
    smoothing, classes = max(0.0, label_smoothing), len(linear_weight)
    if target.shape != logits.shape:
        check_labels(target, ignore_index, classes)
    shares = target.reshape(-1, classes) if target.shape == logits.shape else None

    def targets_of(piece):
        part = None if weight is None else weight[piece]
        if shares is not None:
            return Probabilities(shares.detach()[:, piece], classes, part, smoothing)
        place = piece.start, piece.stop - piece.start, classes
        return Labels(target.flatten(), *place, part, ignore_index, smoothing)

    x = hidden.reshape(-1, hidden.shape[-1])
    chunk = chunk or max(1, CHUNK // max(1, len(x)))
    pieces = [slice(start, min(start + chunk, classes)) for start in range(0, classes, chunk)]
    losses, weights = Chunked.apply(x, linear_weight, linear_bias, shares, targets_of, pieces)
    losses = losses.reshape(logits.shape[:-1])
    return reduced(losses, weights, reduction).to(logits.dtype)


# %%
# Forwards each chunk may bring a larger logit; what was summed before is then scaled to it.
# Backwards the largest logit and the sum are known, and so each chunk's gradient is final.
class Chunked(torch.autograd.Function):
    """The loss of each sample, from chunks of classes."""

    @staticmethod
    def forward(ctx, hidden, W, bias, shares, targets_of, pieces):
        dtype = torch.promote_types(hidden.dtype, torch.float32)
        m = hidden.new_full((len(hidden),), -torch.inf, dtype=dtype)
        parts = {}
        for piece in pieces:
            x = logits_of(hidden, W, bias, piece)
            top = torch.maximum(m, largest(x, dtype))
            parts = merged(parts, m, parts_of(x, top, targets_of(piece)), top)
            m = top
        losses, A, weights = losses_of(parts, m, targets_of(pieces[0]))
        ctx.save_for_backward(hidden, W, bias, m, parts["S"], A)
        ctx.targets_of, ctx.pieces, ctx.shares = targets_of, pieces, shares
        ctx.mark_non_differentiable(weights)
        return losses, weights

    @staticmethod
    @once_differentiable
    def backward(ctx, cotangent, _):
        hidden, W, bias, m, S, A = ctx.saved_tensors
        needs = ctx.needs_input_grad
        inputs = hidden, W, bias, ctx.shares
        of = [torch.zeros_like(t) if n else None for t, n in zip(inputs, needs, strict=False)]
        for piece in ctx.pieces:
            x, targets = logits_of(hidden, W, bias, piece), ctx.targets_of(piece)
            if needs[3]:
                of[3][:, piece] = gradient_of_shares(x, m, S, targets, cotangent)
            gradient = gradient_of(x, m, S, A, targets, cotangent, out=x)
            if needs[0]:
                of[0].addmm_(gradient, W[piece])
            if needs[1]:
                torch.mm(gradient.T, hidden, out=of[1][piece])
            if needs[2]:
                torch.sum(gradient, 0, out=of[2][piece])
        return (*of, None, None)


def logits_of(hidden, W, bias, piece):
    """Return the logits of a chunk of classes."""
    return torch.nn.functional.linear(hidden, W[piece], None if bias is None else bias[piece])


def merged(parts, m, more, top):
    """Return the parts of the chunks so far with those of one more, whose largest logit is top."""
    if not parts:
        return more
    both = {name: parts[name] + more[name] for name in parts}
    scale = torch.where(m == -torch.inf, 0, (m - top).exp())
    both["S"] = parts["S"] * scale + more["S"]
    if "B" in parts:
        both["B"] = parts["B"] + parts["A"] * (finite(m) - finite(top)) + more["B"]
    return both
