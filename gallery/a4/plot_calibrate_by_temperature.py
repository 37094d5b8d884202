r"""
Calibrate probabilities by a temperature
========================================

Softmax gives probabilities. Are they right? A reliability diagram compares the confidence of a
model with its share of hits, and one number, the temperature, repairs what is wrong. Claims A4-C06
and A4-C45.
"""

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from tqdm import tqdm

from refimpl.articles import pictures

# %%
# A model that is trained long on few images becomes too sure of itself. Of the test images one half
# serves to find the temperature, the other half to judge it.
sets = pictures(load_digits, train=500, test=4000)
print(sets.account)
images = torch.as_tensor(sets.train_images).flatten(1)
labels = torch.as_tensor(sets.train_labels)
test_images = torch.as_tensor(sets.test_images).flatten(1)
test_labels = torch.as_tensor(sets.test_labels)
half, batch_size = len(test_labels) // 2, 500
epochs = 200 if len(images) == batch_size else 10

torch.manual_seed(0)
layer = torch.nn.Linear(images.shape[1], 10, dtype=torch.float64)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
for _ in tqdm(range(epochs), unit="epoch"):
    order = torch.randperm(len(images))
    for i in range(0, len(images), batch_size):
        batch = order[i : i + batch_size]
        optimizer.zero_grad()
        F.cross_entropy(layer(images[batch]), labels[batch]).backward()
        optimizer.step()
with torch.no_grad():
    logits = layer(test_images)

# %%
# Dividing all logits by a temperature :math:`T` changes no decision. The loss is convex in
# :math:`1/T`, so its least value is where the slope changes sign: forty halvings of an interval.
found, judged = (logits[:half], test_labels[:half]), (logits[half:], test_labels[half:])


def slope(inverse):
    beta = torch.tensor(inverse, dtype=torch.float64, requires_grad=True)
    F.cross_entropy(beta * found[0], found[1]).backward()
    return beta.grad.item()


low, high = 0.01, 10.0
for _ in range(40):
    middle = (low + high) / 2
    low, high = (middle, high) if slope(middle) < 0 else (low, middle)
temperature = 1 / low
print(f"temperature {temperature:.4f}")


# %%
# Ten groups of images by confidence. The calibration error is the mean distance between confidence
# and share of hits, each group weighted by its images.
def groups(logits, labels):
    confidence, picks = F.softmax(logits, dim=1).max(dim=1)
    right, group = (picks == labels).double(), (confidence * 10).long().clamp(max=9)
    rows = []
    for k in range(10):
        inside = group == k
        n = inside.sum().item()
        if n:
            rows.append((n, confidence[inside].mean().item(), right[inside].mean().item()))
    return rows


def report(name, logits, labels):
    rows = groups(logits, labels)
    error = sum(n * abs(sure - right) for n, sure, right in rows) / len(labels)
    hits = (logits.argmax(dim=1) == labels).double().mean().item()
    loss = F.cross_entropy(logits, labels).item()
    print(f"{name:16} share of hits {hits:.4f}, loss {loss:.4f}, calibration error {error:.4f}")
    return rows


before = report("T = 1", *judged)
after = report("T found", judged[0] / temperature, judged[1])

# %%
# On the line, confidence and hits agree. Points below it are too sure.
figure, axes = plt.subplots(figsize=(5.6, 4.6))
axes.plot([0, 1], [0, 1], color="0.5", linewidth=1, label="as sure as right")
for rows, name, marker in ((before, "as trained", "o"), (after, "with temperature", "s")):
    _, sure, right = zip(*rows, strict=True)
    axes.plot(sure, right, marker=marker, markersize=7, label=name)
axes.set_xlabel("confidence of the model")
axes.set_ylabel("share of hits")
axes.legend(fontsize=12)
figure.set_label(
    "Reliability before and after one temperature. As trained, the points lie below the line: "
    f"where the model is sure to {before[-1][1]:.2f}, it is right in {before[-1][2]:.2f} of the "
    f"cases. Divided by {temperature:.2f}, the logits bring the points close to the line."
)
plt.show()

# %%
# **Your turn.** Train for ten epochs only. Is the temperature above or below one?
