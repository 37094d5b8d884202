r"""
Train softmax regression from scratch
=====================================

The article's complete program, written afresh: softmax, cross-entropy, accuracy, an update by
hand, and ten epochs on real images. Claims A4-C23 to A4-C43.

Four things differ from the article. The images are scikit-learn's 1797 handwritten digits, which
need no download, and so a batch holds 32 of them instead of 256. A seed is set. The numbers are
float64, so that all six printed decimals are the same on every machine. Name a folder with the
four files of Fashion-MNIST in the environment variable ``FASHION_MNIST``, and the program trains
on those, in batches of 256.
"""

import os

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset

from refimpl.articles import published_losses
from refimpl.utils.data.idx import ImageSets, fashion_mnist

# %%
# Pixels are brought to the range from 0 to 1. The last 297 digits are kept for the test.
folder = os.environ.get("FASHION_MNIST")
if folder:
    sets, brightest, batch_size = fashion_mnist(folder), 255, 256
else:
    digits = load_digits()
    brightest, batch_size = 16, 32
    sets = ImageSets(
        digits.images[:1500], digits.target[:1500], digits.images[1500:], digits.target[1500:]
    )


def loader(images, labels, shuffle):
    images = torch.tensor(images, dtype=torch.float64) / brightest
    return DataLoader(TensorDataset(images, torch.tensor(labels).long()), batch_size, shuffle)


torch.manual_seed(4)
train_batches = loader(sets.train_images, sets.train_labels, shuffle=True)
test_batches = loader(sets.test_images, sets.test_labels, shuffle=False)
height, width = sets.train_images.shape[1:]
inputs = height * width
print(len(sets.train_images), len(sets.test_images), len(train_batches), len(test_batches))

# %%
# One layer: a weight for every pixel and class, small and random, and a bias of zero.
lr, epochs = 0.1, 10
W = torch.normal(0, 0.01, size=(inputs, 10), dtype=torch.float64, requires_grad=True)
b = torch.zeros(10, dtype=torch.float64, requires_grad=True)
print(W.numel() + b.numel())


# %%
# The model is an affine map of the flattened image, then softmax by its definition, which is safe
# here because the scores stay small. :doc:`plot_shift_instead_of_scaling` shows where it breaks.
def softmax(x):
    exponentials = torch.exp(x)
    return exponentials / exponentials.sum(1, keepdim=True)


def net(images):
    return softmax(torch.matmul(images.reshape((-1, W.shape[0])), W) + b)


def cross_entropy(probs, target):
    return -torch.log(probs[range(len(probs)), target])


# %%
# Hits are counted, not averaged, so that batches of different sizes add up.
def hits(probs, target):
    return float((probs.argmax(axis=1) == target).type(target.dtype).sum())


def accuracy(batches):
    with torch.no_grad():
        counts = [(hits(net(images), target), len(target)) for images, target in batches]
    return sum(right for right, _ in counts) / sum(n for _, n in counts)


# %%
# Gradients of a batch add up over its images; the update divides by their number.
def update(n):
    with torch.no_grad():
        for parameter in (W, b):
            parameter -= lr * parameter.grad / n
            parameter.grad.zero_()


def train_epoch():
    total_loss, total_hits, total = 0.0, 0.0, 0
    for images, target in train_batches:
        probs = net(images)
        losses = cross_entropy(probs, target)
        losses.sum().backward()
        update(len(target))
        total_loss += float(losses.detach().sum())
        total_hits += hits(probs.detach(), target)
        total += len(target)
    return total_loss / total, total_hits / total


# %%
# Ten epochs. Loss and training accuracy are running averages over the epoch, taken before each
# update; the last line has the format of the article's report.
history = []
for epoch in range(epochs):
    train_loss, train_acc = train_epoch()
    test_acc = accuracy(test_batches)
    history.append((train_loss, train_acc, test_acc))
    print(f"epoch {epoch + 1:2d}  {train_loss:.4f}  {train_acc:.4f}  {test_acc:.4f}")

print(f"train_loss {train_loss:f}, train_acc {train_acc:f}, test_acc {test_acc:f}")

# %%
# The textbook from which the article takes its program ends on three assertions. They hold.
assert train_loss < 0.5
assert 0.7 < train_acc <= 1
assert 0.7 < test_acc <= 1

# %%
# The loss :math:`\ell`, and the share of hits :math:`a` in training and test:
losses, train_accs, test_accs = zip(*history, strict=True)
steps = range(1, epochs + 1)
figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(5, 5))
above.plot(steps, losses)
above.set_ylabel(r"$\ell$")
below.plot(steps, train_accs, label=r"$a_{1500}$" if not folder else r"$a_{60000}$")
below.plot(steps, test_accs, label=r"$a_{297}$" if not folder else r"$a_{10000}$")
below.set_ylabel(r"$a$")
below.set_xticks(steps)
below.legend()
plt.show()

# %%
# The ten columns of ``W`` as images: ink on blue pixels speaks for the class, ink on red ones
# against it.
figure, panels = plt.subplots(2, 5, figsize=(5, 2.6))
weights = W.detach().T.reshape(10, height, width).tolist()
for k, (panel, weight) in enumerate(zip(panels.flat, weights, strict=True)):
    panel.imshow(weight, cmap="RdBu", vmin=-1.5, vmax=1.5)
    panel.set_title(f"${k}$")
    panel.axis("off")
plt.show()

# %%
# Ten test images, each under its label and the class that the model picks.
with torch.no_grad():
    images, labels = next(iter(test_batches))
    picks = net(images).argmax(axis=1)
figure, panels = plt.subplots(2, 5, figsize=(5, 3))
for panel, image, label, pick in zip(panels.flat, images, labels, picks, strict=False):
    panel.imshow(image.tolist(), cmap="gray_r")
    relation = "=" if label == pick else r"\neq"
    panel.set_title(f"${label.item()} {relation} {pick.item()}$", fontsize=13)
    panel.axis("off")
plt.show()

# %%
# Where the misses go: label :math:`y` down, choice :math:`\hat y` across, counted over the test
# images.
confusion = torch.zeros(10, 10, dtype=torch.int64)
with torch.no_grad():
    for images, target in test_batches:
        for label, pick in zip(target.tolist(), net(images).argmax(axis=1).tolist(), strict=True):
            confusion[label, pick] += 1
print(confusion)

figure, axes = plt.subplots(figsize=(5, 5))
axes.imshow(confusion.tolist(), cmap="Blues", norm="symlog")
for label, row in enumerate(confusion.tolist()):
    for pick, count in enumerate(row):
        colour = "white" if label == pick else "black"
        axes.text(pick, label, count or "", ha="center", va="center", color=colour, fontsize=11)
axes.set_xticks(range(10))
axes.set_yticks(range(10))
axes.set_xlabel(r"$\hat y$")
axes.set_ylabel(r"$y$")
plt.show()

# %%
# The yardstick for Fashion-MNIST: three public logs of this very program (claim A4-C42). A run on
# those images has to stay within 0.005 of their mean loss in every epoch.
published = published_losses()
if folder:
    for epoch, (loss, logs) in enumerate(zip(losses, published, strict=True), 1):
        mean = sum(logs) / len(logs)
        assert abs(loss - mean) <= 0.005, f"epoch {epoch}: {loss:.4f}, published {mean:.4f}"
    print("within 0.005 of the published losses")
else:
    print("published losses: not run, FASHION_MNIST names no folder")

figure, axes = plt.subplots()
for log in zip(*published, strict=True):
    axes.plot(steps, log, "o", markersize=5)
if folder:
    axes.plot(steps, losses, "-")
axes.set_xticks(steps)
axes.set_ylabel(r"$\ell$")
plt.show()

# %%
# **Your turn.** Make the rate ``lr`` five times as large. What happens to the loss and to the
# accuracy on the test images?
