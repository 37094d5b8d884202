r"""
Shard the classes over ranks
============================

A vocabulary of 50 257 classes on several ranks, each with its own rows of the last layer's weight.
Loss and gradients are those of one process, and what is wrong on one rank is wrong on all of them,
in the same words. Start it with

.. code-block:: console

   $ cd gallery/shards
   $ torchrun --nproc-per-node 4 shard_the_classes.py

The loss stands in :doc:`sharded`.
"""

import torch
import torch.distributed as dist
from sharded import cross_entropy, replicated

dist.init_process_group("gloo")
rank, ranks = dist.get_rank(), dist.get_world_size()


def say(*words):
    """Print on one rank."""
    if rank == 0:
        print(*words)


# %%
# Each rank draws the same numbers from one seed, so that it can compute what one process computes
# and compare. It then keeps a slice of the weight: its classes. The slices differ in size.
torch.manual_seed(15)
classes, features, samples = 50257, 16, 32
hidden = torch.randn(samples, features, dtype=torch.float64)
weight = torch.randn(classes, features, dtype=torch.float64)
target = torch.randint(classes, (samples,))
mine = weight.tensor_split(ranks)[rank].clone().requires_grad_()
say(ranks, "ranks; classes on the first:", len(mine))

# %%
# The loss and both gradients: of this rank's rows of the weight, and of the hidden layer, to which
# every rank adds a part.
h = hidden.clone().requires_grad_()
loss = cross_entropy(replicated(h) @ mine.T, target)
loss.backward()


def one_process():
    """Compute loss and gradients with all classes in one process."""
    h, w = hidden.clone().requires_grad_(), weight.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(h @ w.T, target)
    loss.backward()
    return loss, h.grad, w.grad.tensor_split(ranks)[rank]


whole, of_hidden, of_weight = one_process()
say(f"sharded      {loss:.12f}")
say(f"one process  {whole:.12f}")
torch.testing.assert_close(h.grad, of_hidden, rtol=1e-12, atol=1e-15)
torch.testing.assert_close(mine.grad, of_weight, rtol=1e-12, atol=1e-15)
say("the gradients agree to twelve digits")


# %%
# Smoothing, class weights, ignored labels, and probabilities in the place of labels:
def compare(words, target, weight=None, **options):
    """Print the loss over shards beside that of one process."""
    logits = hidden @ globals()["weight"].T
    part = logits.tensor_split(ranks, 1)[rank]
    shares = target.tensor_split(ranks, 1)[rank] if target.dim() == 2 else target
    own = None if weight is None else weight.tensor_split(ranks)[rank]
    sharded = cross_entropy(part, shares, own, **options)
    whole = torch.nn.functional.cross_entropy(logits, target, weight, **options)
    say(f"{words:26}{sharded:16.10f}{whole:16.10f}")


class_weights = torch.rand(classes, dtype=torch.float64) + 0.5
half = torch.where(torch.arange(samples) % 2 == 0, target, -100)
shares = torch.softmax(torch.randn(samples, classes, dtype=torch.float64), 1)
say(f"{'':26}{'sharded':>16}{'one process':>16}")
compare("label smoothing", target, label_smoothing=0.1)
compare("weights", target, class_weights)
compare("every second one ignored", half, class_weights, label_smoothing=0.1)
compare("no label on half the ranks", target % (classes // 2))
compare("all ignored", torch.full_like(target, -100))
compare("probabilities", shares, class_weights)

# %%
# A logit that is nan belongs to one rank. The loss is nan on all of them: otherwise one rank would
# stop, and the others would wait for it. The MAX of gloo, told to reduce nan, loses it in some
# entries.
logits = (hidden @ weight.T).tensor_split(ranks, 1)[rank].clone()
if rank == ranks - 1:
    logits[:, 7] = torch.nan


def on_every_rank(flags):
    """Return how many entries are nan, for each rank."""
    counts = [torch.zeros((), dtype=torch.int64) for _ in range(ranks)]
    dist.all_gather(counts, flags.isnan().sum())
    return [count.item() for count in counts]


losses = cross_entropy(logits, target, reduction="none")
assert on_every_rank(losses) == [samples] * ranks
say("nan on the last rank: all losses are nan on", ranks, "of", ranks, "ranks")
largest = logits.amax(1)
dist.all_reduce(largest, dist.ReduceOp.MAX)
assert all(0 < count < samples for count in on_every_rank(largest))
say("MAX of gloo keeps only some of the", samples, "nan")


# %%
# A label that lives on no rank is refused as one process refuses it, and so is what one rank alone
# refuses: every rank ends, none waits.
def refused(*arguments, **options):
    """Print the error of every rank, once if they are the same."""
    try:
        cross_entropy(*arguments, **options)
    except (IndexError, RuntimeError, ValueError) as error:
        every = [None] * ranks
        dist.all_gather_object(every, f"{type(error).__name__}: {error}")
        say(f"{len(set(every))} text on {ranks} ranks:", every[0])


logits = (hidden @ weight.T).tensor_split(ranks, 1)[rank]
refused(logits, target + classes)
refused(logits, target if rank else target.flip(0))
refused(logits[: samples - rank], target[: samples - rank])
dist.destroy_process_group()

# %%
# What four ranks print:
#
# .. literalinclude:: ../../../gallery/shards/shard_the_classes.4.out
#    :language: text
