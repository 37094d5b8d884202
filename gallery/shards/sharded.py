r"""
Cross entropy over classes on several ranks
===========================================

Rank :math:`r` holds the logits of its own classes, a slice of the rows of the last layer's weight.
No rank ever holds all logits: one MAX and one SUM over the ranks, of a few numbers for each sample,
are all that travels, and nothing at all on the way back. Import this file into a program that
``torchrun`` starts; :doc:`shard_the_classes` does. :doc:`/derivations/softmax_in_pieces` derives
it, and shows what it costs.

It runs on gloo here. NCCL takes the same calls; it was not run.
"""

import time
import zlib

import torch
import torch.distributed as dist
from pieces import (
    Labels,
    Probabilities,
    check_labels,
    gradient_of,
    gradient_of_shares,
    largest,
    losses_of,
    parts_of,
    reduced,
    refusal,
)
from torch.autograd.function import once_differentiable


# %%
# Call it as ``torch.nn.functional.cross_entropy``. Logits, class weights and class probabilities
# are those of this rank's classes, in the order of the ranks; shards may differ in size. Labels
# count over all classes, and are the same on every rank. Every rank returns the loss over all
# classes, and calls ``backward`` on it.
def cross_entropy(
    logits,
    target,
    weight=None,
    ignore_index=-100,
    reduction="mean",
    label_smoothing=0.0,
    group=None,
):
    """Return the cross entropy of logits whose classes are sharded over the ranks of a group."""
    options = {
        "ignore_index": ignore_index,
        "reduction": reduction,
        "label_smoothing": label_smoothing,
    }
    group = group or dist.group.WORLD
    first, classes = agree(facts(logits, target, weight, options), logits.device, group)
    x, shares, smoothing = rows(logits), None, max(0.0, label_smoothing)
    if target.shape == logits.shape:
        shares = rows(target)
        targets = Probabilities(shares.detach(), classes, weight, smoothing)
    else:
        check_labels(target, ignore_index, classes)
        piece = first, x.shape[1], classes
        targets = Labels(target.flatten(), *piece, weight, ignore_index, smoothing)
    losses, weights = Sharded.apply(x, shares, targets, group)
    losses = losses.reshape(logits.shape[:-1][:1] + logits.shape[2:])
    return reduced(losses, weights, reduction).to(logits.dtype)


def rows(x):
    """Return a row for each sample: the classes are dimension 1, of a single sample 0."""
    return x[None] if x.dim() == 1 else x.movedim(1, -1).flatten(0, -2)


# %%
# The two reductions. gloo's MAX keeps a nan in some of the entries only. It is not lost: whatever
# is subtracted, the sum of exponentials of the rank that has the nan is nan, and SUM keeps that.
class Sharded(torch.autograd.Function):
    """The loss of each sample; its backward needs nothing from other ranks."""

    @staticmethod
    def forward(ctx, x, shares, targets, group):
        m = largest(x, torch.promote_types(x.dtype, torch.float32))
        reduce(m, dist.ReduceOp.MAX, group)
        parts = parts_of(x, m, targets)
        sums = torch.stack(list(parts.values()))
        reduce(sums, dist.ReduceOp.SUM, group)
        parts = dict(zip(parts, sums, strict=True))
        losses, A, weights = losses_of(parts, m, targets)
        ctx.save_for_backward(x, m, parts["S"], A)
        ctx.targets = targets
        ctx.mark_non_differentiable(weights)
        return losses, weights

    @staticmethod
    @once_differentiable
    def backward(ctx, cotangent, _):
        x, m, S, A = ctx.saved_tensors
        of_x = of_shares = None
        if ctx.needs_input_grad[0]:
            of_x = gradient_of(x, m, S, A, ctx.targets, cotangent)
        if ctx.needs_input_grad[1]:
            of_shares = gradient_of_shares(x, m, S, ctx.targets, cotangent)
        return of_x, of_shares, None, None


# %%
# What lies below the sharded layer is the same on all ranks, and each rank knows one part of its
# gradient. ``replicated`` adds the parts up: it changes nothing on the way forward.
class Replicated(torch.autograd.Function):
    """The identity, whose cotangents are summed over the ranks."""

    @staticmethod
    def forward(ctx, x, group):
        ctx.group = group  # None, as given: the graph may live longer than the world's group
        return x.view_as(x)

    @staticmethod
    @once_differentiable
    def backward(ctx, cotangent):
        cotangent = cotangent.contiguous().clone()
        reduce(cotangent, dist.ReduceOp.SUM, ctx.group or dist.group.WORLD)
        return cotangent, None


def replicated(x, group=None):
    """Return the input of a sharded layer, so that its gradient comes from all ranks."""
    return Replicated.apply(x, group)


# %%
# A rank that refuses its input while the others go on would leave them waiting. So no rank goes on
# before all agree: each sends two numbers, how many classes it has and a checksum of all that has
# to be equal. Only where checksums differ are the facts themselves sent, to be named.
def facts(logits, target, weight, options):
    """Return what a rank knows of a call: what must be equal, and what it refuses."""
    return {
        "classes": logits.shape[min(1, logits.dim() - 1)] if logits.dim() else 0,
        "samples": list(logits.shape[:-1][:1] + logits.shape[2:]),
        "dtype": str(logits.dtype),
        "kind of target": "probabilities" if target.shape == logits.shape else "labels",
        "labels (checksum)": checksum(target) if target.shape != logits.shape else None,
        "weight": "given" if weight is not None else "none",
        **options,
        "refusal": refusal(logits.shape, logits.dtype, target, weight, options),
    }


def checksum(labels):
    """Return a number that changes with any label and with their order."""
    if labels.is_floating_point():
        return None
    flat = labels.reshape(-1).long()
    return int((flat * (2 * torch.arange(len(flat), device=flat.device) + 1)).sum())


def agree(mine, device, group):
    """Return the first class of this rank and the number of all; raise where ranks disagree."""
    rest = {name: fact for name, fact in mine.items() if name != "classes"}
    row = torch.tensor([mine["classes"], zlib.crc32(repr(rest).encode())], device=device)
    rows = [torch.empty_like(row) for _ in range(group.size())]
    together(lambda: dist.all_gather(rows, row, group), group)
    counts, checksums = zip(*(r.tolist() for r in rows), strict=True)
    if len(set(checksums)) > 1 or mine["refusal"]:
        disagree(mine, group)
    return sum(counts[: group.rank()]), sum(counts)


def disagree(mine, group):
    """Raise on every rank what one of them refuses, or what they do not agree on."""
    every = [None] * group.size()
    together(lambda: dist.all_gather_object(every, mine, group), group)
    if mine["refusal"]:
        raise mine["refusal"]
    for rank, theirs in enumerate(every):
        if theirs["refusal"]:
            raise type(theirs["refusal"])(f"rank {rank}: {theirs['refusal']}")
    for name in mine:
        values = {rank: theirs[name] for rank, theirs in enumerate(every)}
        if name != "classes" and len(set(map(str, values.values()))) > 1:
            told = "; ".join(f"rank {rank}: {value}" for rank, value in values.items())
            raise ValueError(f"the ranks have to agree on {name}, but have {told}")
    raise ValueError("the ranks disagree")


# %%
# A rank that died answers no more, and gloo names an address at best. So those that are left call
# the roll: each signs in the store that ``torchrun`` keeps, and reads who did not. Neighbours of
# the dead rank notice at once, others when the timeout of the group has passed, and have one
# second more to sign.
class LostRankError(RuntimeError):
    """Some ranks do not take part any more."""


def together(collective, group):
    """Run a collective; where it fails, name the ranks that are gone."""
    start = time.monotonic()
    try:
        return collective()
    except RuntimeError as error:
        timeout = group.get_group_store().timeout.total_seconds()
        lost = missing(group, start + timeout + 1)
        if not lost:
            raise
        names = ", ".join(f"rank {rank}" for rank in lost)
        raise LostRankError(
            f"rank {group.rank()} lost {names}: no answer in {timeout:g} s, it died or is stuck; "
            f"start all {group.size()} ranks again"
        ) from error


def missing(group, deadline):
    """Sign, and return the ranks that have not signed by a deadline."""
    store = group.get_group_store()
    store.set(f"alive/{group.rank()}", "yes")
    absent = list(range(group.size()))
    while absent and time.monotonic() < deadline:
        absent = [rank for rank in absent if not store.check([f"alive/{rank}"])]
        time.sleep(0.05)
    return absent


def reduce(tensor, operation, group):
    """Reduce a tensor over all ranks, in place."""
    together(lambda: dist.all_reduce(tensor, operation, group), group)
