r"""
A million classes in one process
================================

The logits of a large batch over a million classes do not fit into memory, and torch's
float32 loss of a single sample is wrong in the fourth decimal. The loss of :doc:`chunked`
holds half a million logits at one time, whatever the number of classes. Start it with

.. code-block:: console

   $ cd gallery/shards
   $ python a_million_classes.py
"""

import torch
from chunked import linear_cross_entropy

torch.set_num_threads(1)
functional = torch.nn.functional


# %%
# **The fourth decimal.** One sample with a million logits, drawn from a normal distribution of
# spread 3. In float64 the loss is known to many digits. torch's float32 cross entropy misses it by
# more than half a unit of the fourth decimal, and by more where its sum has fewer lanes: 8 with
# AVX2, 16 with AVX-512. ``logsumexp`` in float32 is right, and so is the sum in chunks.
def judge(name, loss, exact):
    """Print whether a loss is right to four decimals."""
    error = abs(loss.double() - exact)
    print(f"  {name:20}{'right' if error < 0.00001 else 'wrong' if error > 0.00005 else 'fair'}")


def fourth_decimal(classes):
    """Compute one loss in three ways."""
    generator = torch.Generator().manual_seed(2)
    logits = 3 * torch.randn(1, classes, generator=generator)
    target = torch.tensor([0])
    exact = functional.cross_entropy(logits.double(), target)
    print(f"{classes} classes: {exact:.6f}")
    judge("cross_entropy", functional.cross_entropy(logits, target), exact)
    judge("logsumexp - logit", logits.logsumexp(1)[0] - logits[0, 0], exact)
    one = torch.ones(1, 1)  # the logits as a linear layer of one feature
    judge("chunks of classes", linear_cross_entropy(one, logits.T.contiguous(), target), exact)


for classes in (1000, 1_000_000, 4_000_000):
    fourth_decimal(classes)


# %%
# **Value and gradients.** A layer with a million classes and 16 features, in float64 so that the
# digits mean something; 8 samples, so that the plain way fits, too.
torch.manual_seed(15)
classes, features, samples = 1_000_000, 16, 8
weight = torch.randn(classes, features, dtype=torch.float64, requires_grad=True)
hidden = torch.randn(samples, features, dtype=torch.float64, requires_grad=True)
target = torch.randint(classes, (samples,))


def plain(hidden, weight, target):
    """Compute all logits, then their loss."""
    return functional.cross_entropy(functional.linear(hidden, weight), target)


def of_torch(hidden, weight, target):
    """Call torch's own chunked loss, new in torch 2.13."""
    options = torch.nn.LinearCrossEntropyOptions()
    return functional.linear_cross_entropy(hidden, weight, target, options=options)


def with_gradients(way, target):
    """Return the loss and both gradients."""
    loss = way(hidden, weight, target)
    return loss.detach(), *torch.autograd.grad(loss, (hidden, weight))


WAYS = {"plain": plain, "chunks of classes": linear_cross_entropy, "torch's chunks": of_torch}
results = {name: with_gradients(way, target) for name, way in WAYS.items()}
for name, (loss, *gradients) in results.items():
    print(f"{name:20}{loss:.12f}")
    for one, other in zip(gradients, results["plain"][1:], strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-15)
del results

# %%
# **Nothing to count.** Where all labels are ignored the mean is 0/0, and the gradient of the plain
# way is zero. torch's chunks give a gradient of nan, which would destroy the weights.
nothing = torch.full_like(target, -100)
for name, way in WAYS.items():
    loss, of_hidden, of_weight = with_gradients(way, nothing)
    print(f"{name:20}loss {loss}, gradients {of_hidden[0, 0]} and {of_weight[0, 0]}")

# %%
# What it prints:
#
# .. literalinclude:: ../../../gallery/shards/a_million_classes.out
#    :language: text
