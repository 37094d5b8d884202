r"""
Train softmax regression from scratch
=====================================

The article's complete program, written afresh: softmax, cross-entropy, accuracy, an update by
hand, and ten epochs on Fashion-MNIST. Claims A4-C23 to A4-C43.

Two things differ from the article. A seed is set. The numbers are float64, so that all six printed
decimals are the same on every machine and on both engines. Where Fashion-MNIST is not installed,
the program trains on scikit-learn's 1797 handwritten digits in batches of 32.
"""

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from refimpl.articles import pictures, published_losses

# %%
# Pixels run from 0 to 1. The first line says which pictures these are.
sets = pictures(load_digits)
batch_size = 256 if sets.real else 32
print(sets.account)


def loader(images, labels, shuffle):
    data = TensorDataset(torch.as_tensor(images), torch.as_tensor(labels))
    return DataLoader(data, batch_size, shuffle)


torch.manual_seed(4)
train_batches = loader(sets.train_images, sets.train_labels, shuffle=True)
test_batches = loader(sets.test_images, sets.test_labels, shuffle=False)
print(len(train_batches), "training batches,", len(test_batches), "test batches")

# %%
# One layer: a weight for every pixel and class, small and random, and a bias of zero.
height, width = sets.train_images.shape[1:]
lr, epochs = 0.1, 10
W = torch.normal(0, 0.01, size=(height * width, 10), dtype=torch.float64, requires_grad=True)
b = torch.zeros(10, dtype=torch.float64, requires_grad=True)
print(W.numel() + b.numel(), "parameters")


# %%
# The model is an affine map of the flattened image, then softmax by its definition, which is safe
# here because the scores stay small. :doc:`plot_run_until_it_breaks` shows when they do not.
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
# Ten epochs. Loss and training accuracy are means since the start of the epoch, taken before each
# update. Every line has the format of the article's report; the article prints the last one.
history = []
for _ in tqdm(range(epochs), unit="epoch"):
    train_loss, train_acc = train_epoch()
    test_acc = accuracy(test_batches)
    history.append((train_loss, train_acc, test_acc))
    print(f"train_loss {train_loss:f}, train_acc {train_acc:f}, test_acc {test_acc:f}")

# %%
# The textbook from which the article takes its program ends on three assertions. They hold.
assert train_loss < 0.5
assert 0.7 < train_acc <= 1
assert 0.7 < test_acc <= 1

# %%
# The yardstick for Fashion-MNIST: three public logs of this very program (claim A4-C42). A run on
# those images has to stay within 0.005 of their mean loss in every epoch.
losses, train_accs, test_accs = zip(*history, strict=True)
steps = range(1, epochs + 1)
published = published_losses()
if sets.real:
    for epoch, (loss, logs) in enumerate(zip(losses, published, strict=True), 1):
        mean = sum(logs) / len(logs)
        assert abs(loss - mean) <= 0.005, f"epoch {epoch}: {loss:.4f}, published {mean:.4f}"
    print("every loss is within 0.005 of the mean of the published ones")

figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(5.6, 6))
above.plot(steps, losses, label="this run")
for number, log in enumerate(zip(*published, strict=True) if sets.real else (), 1):
    above.plot(steps, log, linestyle="", marker="+x1"[number - 1], label=f"published log {number}")
below.plot(steps, train_accs, label="training images")
below.plot(steps, test_accs, label="test images")
above.set_ylabel("loss (cross-entropy)")
below.set_ylabel("share of hits")
below.set_xlabel("epoch")
below.set_xticks(steps)
above.legend(fontsize=12)
below.legend(fontsize=12)
figure.set_label(
    f"Ten epochs on {sets.name}. Above, the loss falls from {losses[0]:.2f} to "
    f"{losses[-1]:.2f}, fast at first and then ever more slowly; the published logs lie on it. "
    f"Below, the share of hits rises to {train_accs[-1]:.2f} in training and "
    f"{test_accs[-1]:.2f} in the test."
)
plt.show()

# %%
# The ten columns of ``W`` as images: ink on blue pixels speaks for the class, ink on red ones
# against it.
figure, panels = plt.subplots(2, 5, figsize=(6, 3))
weights = W.detach().T.reshape(10, height, width)
reach = float(weights.abs().max())
for k, (panel, weight) in enumerate(zip(panels.flat, weights.tolist(), strict=True)):
    panel.imshow(weight, cmap="RdBu", vmin=-reach, vmax=reach)
    panel.set_title(sets.classes[k], fontsize=12)
    panel.axis("off")
figure.set_label(
    f"What each class looks for in a picture. Ten maps of weights, one for each class of "
    f"{sets.name}: blue where ink counts for the class, red where it counts against it. Most maps "
    "show the outline of the thing in blue, with red where other classes have their ink."
)
plt.show()

# %%
# Ten test images, each under its label and, where the model is wrong, the class that it picks.
with torch.no_grad():
    images, labels = next(iter(test_batches))
    picks = net(images).argmax(axis=1).tolist()
figure, panels = plt.subplots(2, 5, figsize=(6, 3.4))
for panel, image, label, pick in zip(panels.flat, images, labels.tolist(), picks, strict=False):
    panel.imshow(image.tolist(), cmap="gray_r")
    wrong = "" if label == pick else f"\nnot {sets.classes[pick]}"
    panel.set_title(f"{sets.classes[label]}{wrong}", fontsize=12)
    panel.axis("off")
missed = sum(label != pick for label, pick in zip(labels.tolist()[:10], picks, strict=False))
figure.set_label(
    "The first ten test images, with their labels. The model is wrong about "
    f"{missed or 'none'} of these ten pictures of single things in grey; where it is, its own "
    "choice stands below the label."
)
plt.show()

# %%
# Where the misses go: the label of a row, the choice of a column, counted over the test images.
confusion = torch.zeros(10, 10, dtype=torch.int64)
with torch.no_grad():
    for images, target in test_batches:
        for label, pick in zip(target.tolist(), net(images).argmax(axis=1).tolist(), strict=True):
            confusion[label, pick] += 1
print(confusion)

figure, axes = plt.subplots(figsize=(6, 5.4))
axes.imshow(confusion.tolist(), cmap="Blues", norm="symlog")
for label, row in enumerate(confusion.tolist()):
    for pick, count in enumerate(row):
        colour = "white" if label == pick else "black"
        axes.text(pick, label, count or "", ha="center", va="center", color=colour, fontsize=11)
axes.set_xticks(range(10), sets.classes, rotation=60, ha="right", fontsize=12)
axes.set_yticks(range(10), sets.classes, fontsize=12)
axes.set_xlabel("class that the model picks")
axes.set_ylabel("class of the label")
misses = {
    (label, pick): count
    for label, row in enumerate(confusion.tolist())
    for pick, count in enumerate(row)
    if label != pick
}
label, pick = max(misses, key=misses.get)
figure.set_label(
    "Confusion of the test images, row by label, column by choice. The dark diagonal are the hits. "
    f"The most frequent miss: {misses[label, pick]} times the model picks {sets.classes[pick]} "
    f"where the label says {sets.classes[label]}."
)
plt.show()

# %%
# **Your turn.** Make the rate ``lr`` five times as large. What happens to the loss and to the
# accuracy on the test images? :doc:`plot_choose_rate_and_batch` has the answer.
