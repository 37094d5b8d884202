r"""
Compare with loss_parallel of PyTorch
=====================================

PyTorch has the same loss for a DTensor whose classes are sharded: ``cross_entropy`` inside the
context ``loss_parallel``. Where it is defined, both give the same numbers. Some calls it refuses,
and for two it answers with wrong numbers. Start it with

.. code-block:: console

   $ cd gallery/shards
   $ torchrun --nproc-per-node 4 compare_with_loss_parallel.py
"""

import sharded
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard
from torch.distributed.tensor.parallel import loss_parallel

dist.init_process_group("gloo")
rank, ranks = dist.get_rank(), dist.get_world_size()
mesh = init_device_mesh("cpu", (ranks,))


def say(*words):
    """Print on one rank."""
    if rank == 0:
        print(*words)


# %%
# Three ways to the same loss, and to this rank's part of its gradient.
def part(tensor, dim=1):
    """Return the classes of this rank."""
    return tensor.tensor_split(ranks, dim)[rank].clone()


def one_process(logits, target, **options):
    x = logits.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(x, target, **options)
    return loss.detach(), part(torch.autograd.grad(loss, x)[0])


def ours(logits, target, weight=None, **options):
    x = part(logits).requires_grad_()
    target = part(target) if target.dim() == 2 else target
    weight = weight if weight is None else part(weight, 0)
    loss = sharded.cross_entropy(x, target, weight, **options)
    return loss.detach(), torch.autograd.grad(loss, x)[0]


def of_pytorch(logits, target, shard_target=False, **options):
    x = DTensor.from_local(part(logits), mesh, [Shard(1)]).requires_grad_()
    if shard_target:
        target = DTensor.from_local(part(target), mesh, [Shard(1)])
    with loss_parallel():
        loss = torch.nn.functional.cross_entropy(x, target, **options)
        gradient = torch.autograd.grad(loss, x)[0]
    loss = loss.full_tensor() if isinstance(loss, DTensor) else loss
    return loss.detach(), gradient.to_local()


# %%
# What they make of the same call. "Right" is: within twelve digits of one process, nan where it has
# nan, refused where it refuses.
def outcome(way, *arguments, **options):
    """Return loss and gradient, or the error."""
    try:
        return way(*arguments, **options)
    except (RuntimeError, IndexError) as error:
        return error


def verdict(found, wanted):
    """Say what is wrong with an outcome, if anything is."""
    if isinstance(found, Exception):
        right = type(found) is type(wanted)
        return "right: refused" if right else f"refused, {type(found).__name__}"
    if isinstance(wanted, Exception):
        return f"not refused, loss {found[0]:.4f}"
    for name, one, other in zip(("loss", "gradient"), found, wanted, strict=True):
        if not torch.allclose(one, other, rtol=1e-12, atol=1e-15, equal_nan=True):
            return f"wrong {name}"
    return "right"


def compare(words, *arguments, shard_target=False, **options):
    """Print the verdicts on both, as the ranks agree on them."""
    wanted = outcome(one_process, *arguments, **options)
    found = outcome(ours, *arguments, **options)
    theirs = outcome(of_pytorch, *arguments, shard_target=shard_target, **options)
    every = [None] * ranks
    dist.all_gather_object(every, (verdict(found, wanted), verdict(theirs, wanted)))
    mine, other = (" / ".join(sorted(set(each))) for each in zip(*every, strict=True))
    say(f"{words:28} {mine:16} {other}")


torch.manual_seed(15)
samples, classes = 24, 1000
logits = torch.randn(samples, classes, dtype=torch.float64)
target = torch.randint(classes, (samples,))
weight = torch.rand(classes, dtype=torch.float64) + 0.5
shares = torch.softmax(torch.randn(samples, classes, dtype=torch.float64), 1)
one_nan = logits.clone()
one_nan[:, -1] = torch.nan

say(f"{'':28} {'sharded':16} loss_parallel")
compare("labels, mean", logits, target)
compare("labels, sum", logits, target, reduction="sum")
compare("weights", logits, target, weight=weight)
compare("ignore_index", logits, target, ignore_index=target[0].item())
compare("all labels ignored", logits, torch.full_like(target, -100))
compare("label smoothing", logits, target, label_smoothing=0.1)
compare("a label out of range", logits, torch.where(target == target[0], classes + 2, target))
compare("a negative label", logits, torch.where(target == target[0], -1, target))
compare("probabilities", logits, shares)
compare("probabilities, sharded", logits, shares, shard_target=True)
compare("nan on the last rank", one_nan, target)
dist.destroy_process_group()

# %%
# What four ranks print:
#
# .. literalinclude:: ../../../gallery/shards/compare_with_loss_parallel.4.out
#    :language: text
#
# The documentation of ``loss_parallel`` names label smoothing and probabilities as not supported,
# so a refusal is no surprise. Two answers are: a label that no rank holds adds nothing to the sum
# and still counts in the mean, and probabilities that are sharded like the logits give the right
# loss with a wrong gradient.
