r"""
Flip labels, and soften them
============================

The article says of soft labels that wrong labels do less damage and that there is little
overfitting. Here labels are flipped on purpose, and hard labels compared with soft ones. Claims
A4-C13, A4-C15 and A4-C44.

Softmax regression is trained in four ways: with one label for each image; with that label smoothed
by 0.1; with the majority of five labels, each flipped by itself; and with all five as a soft label,
a fifth of the weight to each vote.
"""

import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from tqdm import tqdm

from refimpl.articles import pictures

# %%
# Only 250 images to train with, 100 times: a model of 7850 numbers learns such a set by heart,
# wrong labels and all. With all images, ten times is enough.
sets = pictures(load_digits, train=250, test=2000)
print(sets.account)
images = torch.as_tensor(sets.train_images).flatten(1)
truth = torch.as_tensor(sets.train_labels)
test_images = torch.as_tensor(sets.test_images).flatten(1)
test_labels = torch.as_tensor(sets.test_labels)
rates, batch_size = (0.0, 0.2, 0.4), 250
epochs = 100 if len(truth) == batch_size else 10


# %%
# A flipped label is one of the nine others, each as likely. Every image gets five votes, of which
# the first is the label that the hard way sees.
def votes(rate):
    hit = torch.rand(5, len(truth), dtype=torch.float64) < rate
    other = (truth + torch.randint(1, 10, hit.shape)) % 10
    return F.one_hot(torch.where(hit, other, truth), 10).double()


def smoothed(targets, share=0.1):
    return (1 - share) * targets + share / 10


WAYS = {
    "hard labels": lambda votes: votes[0],
    "smoothing": lambda votes: smoothed(votes[0]),
    "majority": lambda votes: F.one_hot(votes.sum(0).argmax(dim=1), 10).double(),
    "five votes": lambda votes: votes.mean(0),
}


# %%
# Training with the library's parts. The test labels are never flipped. Measured are the share of
# hits, the loss, and the calibration error: how far the mean confidence of images of like
# confidence, ten groups of them, is from their share of hits.
def train(targets):
    layer = torch.nn.Linear(images.shape[1], 10, dtype=torch.float64)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(epochs):
        order = torch.randperm(len(images))
        for i in range(0, len(images), batch_size):
            batch = order[i : i + batch_size]
            optimizer.zero_grad()
            F.cross_entropy(layer(images[batch]), targets[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        return layer(test_images)


def calibration_error(logits):
    confidence, picks = F.softmax(logits, dim=1).max(dim=1)
    right = (picks == test_labels).double()
    group = (confidence * 10).long().clamp(max=9)
    gaps = [(confidence - right)[group == k].sum().abs().item() for k in range(10)]
    return sum(gaps) / len(logits)


def measures(logits):
    hits = (logits.argmax(dim=1) == test_labels).double().mean().item()
    return hits, F.cross_entropy(logits, test_labels).item(), calibration_error(logits)


# %%
# Five seeds for each rate and way. The interval is that of the mean at 95 %: Student's
# :math:`t = 2.776` for five runs, times the deviation over :math:`\sqrt 5`.
results = {}
for seed in tqdm(range(5), unit="seed"):
    for rate in rates:
        torch.manual_seed(seed)
        labels = votes(rate)
        for way, target in WAYS.items():
            torch.manual_seed(seed)
            found = measures(train(target(labels)))
            results.setdefault((rate, way), []).append(found)


def interval(values):
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
    return mean, 2.776 * deviation / math.sqrt(len(values))


means = {
    key: [interval(values) for values in zip(*runs, strict=True)] for key, runs in results.items()
}
print("flipped  labels       share of hits     loss              calibration error")
for (rate, way), found in means.items():
    shown = "   ".join(f"{mean:.4f} ± {half:.4f}" for mean, half in found)
    print(f"{rate:5.0%}    {way:11}  {shown}")

# %%
# Bars are the intervals. Smoothing one label changes the hits by less than chance does. What helps
# are five labels instead of one. For the hits their majority is as good as their mean, and for loss
# and calibration it is better: a soft label teaches the model to be as unsure as the labels are.
figure, panels = plt.subplots(3, 1, sharex=True, figsize=(5.6, 8.4))
names = ("share of hits", "loss on true labels", "calibration error")
for panel, name, k in zip(panels, names, range(3), strict=True):
    for way, shift in zip(WAYS, (-1.5, -0.5, 0.5, 1.5), strict=True):
        middle, half = zip(*(means[rate, way][k] for rate in rates), strict=True)
        places = [100 * rate + shift for rate in rates]
        panel.errorbar(places, middle, half, label=way, marker="o", markersize=5, capsize=3)
    panel.set_ylabel(name)
panels[2].set_xlabel("flipped labels (%)")
panels[2].set_xticks([0, 20, 40])
panels[1].legend(fontsize=11)
worst = {way: means[0.4, way][0][0] for way in WAYS}
figure.set_label(
    "Hits, loss and calibration when labels are wrong. With 40 % of the labels flipped the share "
    f"of hits is {worst['hard labels']:.3f} with one hard label, {worst['smoothing']:.3f} with "
    f"that label smoothed, {worst['majority']:.3f} with the majority of five and "
    f"{worst['five votes']:.3f} with all five as a soft label. Loss and calibration error rise "
    "from left to right, least for the majority."
)
plt.show()

# %%
# **Your turn.** Flip labels between two classes only, such as shirt and coat. Which way of
# softening describes that noise?
