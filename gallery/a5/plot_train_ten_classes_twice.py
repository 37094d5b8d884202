r"""
Train ten classes with softmax twice
====================================

The article's network ends in a softmax and its loss contains another. On seven items and three
classes that costs some time. What does it cost on ten classes and thousands of images? Claims
A5-C25, A5-C26, A5-C32 and A5-C58.
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
images = torch.as_tensor(sets.train_images).flatten(1)
labels = torch.as_tensor(sets.train_labels)
test_images = torch.as_tensor(sets.test_images).flatten(1)
test_labels = torch.as_tensor(sets.test_labels)
epochs, batch_size = 10, 100


# %%
# A5's network with ten outputs: a linear layer, and softmax or no softmax before the loss.
def once(scores):
    return scores


def twice(scores):
    return F.softmax(scores, dim=1)


def norm(layer):
    return math.sqrt(sum((p.grad**2).sum().item() for p in layer.parameters()))


def train(ending):
    torch.manual_seed(7)
    layer = torch.nn.Linear(images.shape[1], 10, dtype=torch.float64)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.05)
    F.cross_entropy(ending(layer(images)), labels).backward()
    first, history = norm(layer), []
    for _ in tqdm(range(epochs), desc=ending.__name__):
        order, total = torch.randperm(len(images)), 0.0
        for i in range(0, len(images), batch_size):
            batch = order[i : i + batch_size]
            loss = F.cross_entropy(ending(layer(images[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            scores = layer(test_images)
        hits = (scores.argmax(dim=1) == test_labels).double().mean().item()
        truth = F.cross_entropy(scores, test_labels).item()
        history.append((total / len(images), hits, truth))
    return first, history


# %%
# At equal scores the second softmax divides the gradient by the number of classes, exactly; the
# first weights are small, so the ratio starts near ten.
found = {ending.__name__: train(ending) for ending in (once, twice)}
ratio = found["once"][0] / found["twice"][0]
print(f"gradient norms at the start: {found['once'][0]:.4f} and {found['twice'][0]:.4f}", end="")
print(f", ratio {ratio:.2f}")

# %%
# The loss cannot fall below :math:`\ln(e+9)-1`, whatever the model knows. The cross-entropy of the
# probabilities that the network itself gives, on test images, tells what it knows.
floor = math.log(math.e + 9) - 1
print(f"floor of the loss with softmax twice: {floor:.4f}")
for name, (_, history) in found.items():
    loss, hits, truth = history[-1]
    print(f"{name:5}  loss {loss:.4f}  share of hits {hits:.4f}  cross-entropy {truth:.4f}")
reached = next(n for n, (_, _, t) in enumerate(found["once"][1], 1) if t < found["twice"][1][-1][2])
print(f"epochs in which softmax once reaches the last cross-entropy of softmax twice: {reached}")

# %%
figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(5.6, 6))
steps = range(1, epochs + 1)
for name, (_, history) in found.items():
    losses, hits, truths = zip(*history, strict=True)
    above.plot(steps, losses, label=f"softmax {name}")
    below.plot(steps, truths, label=f"softmax {name}")
above.axhline(floor, color="C1", linewidth=1.5, linestyle=":", label="floor of twice")
above.set_ylabel("loss of training")
below.set_ylabel("cross-entropy in the test")
below.set_xlabel("epoch")
below.set_xticks(steps)
for axes in (above, below):
    axes.set_ylim(0, 2.4)
    axes.legend(fontsize=11)
once_, twice_ = (history[-1] for _, history in found.values())
figure.set_label(
    "Ten classes, softmax once and twice. Above, the loss falls to "
    f"{once_[0]:.2f} with softmax once and to {twice_[0]:.2f} with softmax twice, above its floor "
    f"of {floor:.2f}. Below, the cross-entropy of the test is {once_[2]:.2f} and "
    f"{twice_[2]:.2f}."
)
plt.show()

# %%
# **Your turn.** Multiply the rate of the doubled softmax by ten. Does that make up for the
# gradient?
