r"""
Train sigmoid heads beside softmax
==================================

The article advises sigmoid where there are many classes. A sigmoid for each class answers ten
questions, softmax answers one. Which of them fits, the labels decide. Claims A1-C33, A1-C46 and
A4-C20.
"""

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from tqdm import tqdm

from refimpl.articles import pictures

# %%
# Two tasks. First one thing to a picture, one label. Then wide pictures: one thing on the left, in
# every second picture another one on the right, and the labels of both.
sets = pictures(load_digits, train=2000, test=2000)
print(sets.account)


def exclusive(images, labels):
    return torch.as_tensor(images).flatten(1), F.one_hot(torch.as_tensor(labels), 10).double()


def several(images, labels):
    """Set the second half of the pictures beside the first half, or nothing."""
    x, y = exclusive(images, labels)
    n = len(x) // 2
    beside = (torch.arange(n) % 2).double().reshape(n, 1)
    return torch.cat([x[:n], x[n : 2 * n] * beside], dim=1), torch.maximum(
        y[:n], y[n : 2 * n] * beside
    )


# %%
# Softmax learns the labels as a distribution; the heads learn each label by itself, with binary
# cross-entropy on logits. The layer, the order of the images and the rate are the same.
def softmax_loss(logits, y):
    return F.cross_entropy(logits, y / y.sum(1, keepdim=True))


def heads_loss(logits, y):
    return F.binary_cross_entropy_with_logits(logits, y, reduction="sum") / len(y)


def train(loss_of, x, y, epochs=40, batch_size=100):
    torch.manual_seed(0)
    layer = torch.nn.Linear(x.shape[1], 10, dtype=torch.float64)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.05)
    for _ in tqdm(range(epochs), desc=loss_of.__name__):
        order = torch.randperm(len(x))
        for i in range(0, len(x), batch_size):
            batch = order[i : i + batch_size]
            optimizer.zero_grad()
            loss_of(layer(x[batch]), y[batch]).backward()
            optimizer.step()
    return layer


# %%
# One label: the class with the largest score is picked by either. What the values mean differs.
x, y = exclusive(sets.train_images, sets.train_labels)
test_x, test_y = exclusive(sets.test_images, sets.test_labels)
losses = {"softmax": softmax_loss, "sigmoid heads": heads_loss}
squash = {"softmax": lambda z: F.softmax(z, dim=1), "sigmoid heads": torch.sigmoid}
for name, loss_of in losses.items():
    layer = train(loss_of, x, y)
    with torch.no_grad():
        probs = squash[name](layer(test_x))
    hits = (probs.argmax(dim=1) == test_y.argmax(dim=1)).double().mean().item()
    sums = probs.sum(1)
    print(f"one label, {name:13}  share of hits {hits:.4f}", end="  ")
    print(f"rows sum to {sums.min().item():.2f} to {sums.max().item():.2f}")

# %%
# Several labels: a class counts as found when its probability exceeds one half. Right is a picture
# whose found classes are exactly its labels. Two probabilities of a softmax cannot both exceed one
# half, so it never finds a pair; a lower threshold finds some. The heads find more of them with the
# threshold that means what it says: rather yes than no.
x, y = several(sets.train_images, sets.train_labels)
test_x, test_y = several(sets.test_images, sets.test_labels)
pairs = test_y.sum(1) == 2
shares = {}
for name, loss_of in losses.items():
    layer = train(loss_of, x, y)
    with torch.no_grad():
        probs = squash[name](layer(test_x))
    for threshold in (0.5, 0.25) if name == "softmax" else (0.5,):
        right = ((probs > threshold).double() == test_y).all(dim=1).double()
        one, two = right[~pairs].mean().item(), right[pairs].mean().item()
        shares[f"{name}\nover {threshold}"] = one, two
        print(f"several labels, {name:13} over {threshold:4}  one thing {one:.4f}  two {two:.4f}")

# %%
# The bars: right with one thing in the picture, and with two.
figure, axes = plt.subplots(figsize=(6, 3.8))
for shift, part, label in ((-0.2, 0, "one thing"), (0.2, 1, "two things")):
    places = [k + shift for k in range(len(shares))]
    axes.bar(places, [pair[part] for pair in shares.values()], 0.38, label=label)
axes.set_xticks(range(len(shares)), shares, fontsize=12)
axes.set_xlabel("what decides")
axes.set_ylabel("share of right pictures")
axes.set_ylim(0, 1)
axes.legend(fontsize=12)
soft, lower, heads = shares.values()
figure.set_label(
    "Who finds all labels of a picture. Softmax over one half is right in "
    f"{soft[0]:.2f} of the pictures with one thing and in {soft[1]:.2f} of those with two. The "
    f"sigmoid heads are right in {heads[0]:.2f} and {heads[1]:.2f}. With the lower threshold "
    f"softmax finds {lower[1]:.2f} of the pairs."
)
plt.show()

# %%
# **Your turn.** Tell softmax how many things there are, and let it pick so many classes. Is it then
# better than the heads?
