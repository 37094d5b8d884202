r"""
Run the program until it breaks
===============================

The article's program takes the exponential of a score, divides, and takes the logarithm. At its own
rate that goes well. How far can one go, and what helps? Claims A4-C29, A4-C31 and A4-C46.
"""

import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from tqdm import tqdm

from refimpl.articles import pictures

sets = pictures(load_digits, train=2000, test=2000)
print(sets.account)
images = torch.as_tensor(sets.train_images).float().flatten(1)
labels = torch.as_tensor(sets.train_labels)
test_images = torch.as_tensor(sets.test_images).float().flatten(1)
test_labels = torch.as_tensor(sets.test_labels)
epochs, batch_size = 10, 256


# %%
# The article's way in float32, and three remedies: keep the logarithm away from zero; subtract the
# largest score first; use the fused function of the library.
def naive(scores):
    exponentials = torch.exp(scores)
    return torch.log(exponentials / exponentials.sum(1, keepdim=True))


def clamped(scores):
    exponentials = torch.exp(scores)
    return torch.log((exponentials / exponentials.sum(1, keepdim=True)).clamp(min=1e-7))


def shifted(scores):
    return naive(scores - scores.detach().max(dim=1, keepdim=True).values)


def fused(scores):
    return F.log_softmax(scores, dim=1)


# %%
# Every batch is looked at: is its loss finite? The program goes on whatever it finds, as the
# article's does.
def run(log_probs, lr):
    torch.manual_seed(0)
    weight = torch.normal(0, 0.01, size=(images.shape[1], 10), requires_grad=True)
    first, losses = "never", []
    for epoch in range(1, epochs + 1):
        order, total = torch.randperm(len(images)), 0.0
        for i in range(0, len(images), batch_size):
            batch = order[i : i + batch_size]
            loss = F.nll_loss(log_probs(images[batch] @ weight), labels[batch])
            if first == "never" and not math.isfinite(loss.item()):
                first = f"epoch {epoch}, batch {i // batch_size + 1}: {loss.item()}"
            loss.backward()
            with torch.no_grad():
                weight -= lr * weight.grad
                weight.grad.zero_()
            total += loss.item() * len(batch)
        losses.append(total / len(images))
    hits = ((test_images @ weight.detach()).argmax(dim=1) == test_labels).double().mean().item()
    return first, losses, hits


# %%
# The article's rate is 0.1. At ten times that rate scores of one image soon lie more than 104
# apart: a probability becomes zero, its logarithm infinite, and the next gradient is nan, shift or
# no shift. At a hundred times the rate scores pass 88.72, where the exponential itself is infinite,
# and the clamp comes too late. A model whose weights are nan picks the first class whatever it
# sees; one that learns is right in more than 30 % of the test images.
ways, rates = (naive, clamped, shifted, fused), (0.1, 1.0, 10.0)
curves = {}
for lr in rates:
    for way in tqdm(ways, desc=f"rate {lr}"):
        first, losses, hits = run(way, lr)
        curves[lr, way.__name__] = losses
        fate = "learns" if hits > 0.3 else "guesses"
        print(f"rate {lr:4}  {way.__name__:7}  {fate:7}  not finite: {first}")

# %%
# What is not finite cannot be drawn: a curve ends where the program breaks.
figure, panels = plt.subplots(len(rates), 1, sharex=True, figsize=(5.6, 8.4))
for panel, lr in zip(panels, rates, strict=True):
    for way in ways:
        losses = curves[lr, way.__name__]
        finite = [loss if math.isfinite(loss) else math.nan for loss in losses]
        panel.plot(range(1, epochs + 1), finite, label=way.__name__)
    panel.set_ylabel(f"loss at rate {lr}")
    panel.legend(fontsize=10)
panels[-1].set_xlabel("epoch")
panels[-1].set_xticks([1, 4, 7, 10])
broken = {
    lr: [w.__name__ for w in ways if not math.isfinite(curves[lr, w.__name__][-1])] for lr in rates
}
told = [f"at the rate {lr} {', '.join(names) or 'none'}" for lr, names in broken.items()]
figure.set_label(
    "Loss of four ways to write the same program. A curve is missing, or ends, where the loss is "
    f"no longer finite: {'; '.join(told)}. Where all four curves are there, they lie on each "
    "other; the fused function has a curve at every rate."
)
plt.show()

# %%
# **Your turn.** Forget to divide the pixels by 255: multiply ``images`` by 255. At which batch does
# the article's own rate break the naive program?
