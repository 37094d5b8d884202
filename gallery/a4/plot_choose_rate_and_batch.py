r"""
Choose the rate and the batch
=============================

The article takes the rate 0.1 and batches of 256. What would other choices have given in the same
ten epochs? Claims A4-C23 and A4-C47.
"""

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
epochs, rates, sizes = 10, (0.01, 0.03, 0.1), (32, 256, 1024)


# %%
# The same first weights and the same orders of the images for every choice.
def train(lr, batch_size, nudge=0.0):
    torch.manual_seed(0)
    layer = torch.nn.Linear(images.shape[1], 10, dtype=torch.float64)
    with torch.no_grad():
        layer.bias += nudge * torch.eye(10, dtype=torch.float64)[0]
    optimizer = torch.optim.SGD(layer.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        order, total = torch.randperm(len(images)), 0.0
        for i in range(0, len(images), batch_size):
            batch = order[i : i + batch_size]
            loss = F.cross_entropy(layer(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(images))
    with torch.no_grad():
        hits = (layer(test_images).argmax(dim=1) == test_labels).double().mean().item()
    return losses, hits


# %%
# The loss is the mean over the tenth epoch, each batch before its update, as in the article's
# report.
results = {}
for batch_size in tqdm(sizes, unit="size"):
    for lr in rates:
        results[lr, batch_size] = losses, hits = train(lr, batch_size)
        shown = f"loss {losses[-1]:.4f}, share of hits {hits:.4f}"
        print(f"batches of {batch_size:4}, rate {lr:4}: {shown}")

# %%
# Small batches take more steps in an epoch, and so learn more in ten of them; a larger rate makes
# the steps longer.
figure, panels = plt.subplots(len(sizes), 1, sharex=True, figsize=(5.6, 8.4))
for panel, batch_size in zip(panels, sizes, strict=True):
    for lr in rates:
        panel.plot(range(1, epochs + 1), results[lr, batch_size][0], label=f"rate {lr}")
    panel.set_ylabel(f"loss, batches of {batch_size}")
    panel.set_ylim(0, 2.4)
panels[-1].set_xlabel("epoch")
panels[-1].set_xticks([1, 4, 7, 10])
panels[0].legend(fontsize=11)
best = min(results, key=lambda key: results[key][0][-1])
figure.set_label(
    "Loss over ten epochs for nine choices. The curves of rate 0.01 fall slowly, most slowly with "
    f"batches of {sizes[-1]}. The lowest loss after ten epochs, {results[best][0][-1]:.2f}, "
    f"belongs to rate {best[0]} and batches of {best[1]}."
)
plt.show()

# %%
# Why not a larger rate still? Move one number of the first weights by :math:`10^{-12}` and train
# again with batches of 32. At the article's rate nothing comes of it. At five times that rate the
# steps are too long for the curvature of the loss: each one amplifies the difference, until the
# loss itself is another one. So is the rounding of two libraries: no digits of such a run can be
# reproduced.
for lr in (0.1, 0.5):
    one, two = train(lr, sizes[0]), train(lr, sizes[0], nudge=1e-12)
    moved = abs(one[0][-1] - two[0][-1])
    print(f"rate {lr}: the loss moved by {'less' if moved < 1e-9 else 'more'} than 1e-9")

# %%
# **Your turn.** Multiply the rate by four where you multiply the batch by four. Do the curves of
# the article's choice come back?
