r"""
Train the seeded network as written
===================================

Seed 7, seven items of four features, one dense layer with softmax, 70 epochs: the article lists the
program and shows none of the losses. These are they.

See claims :ref:`claim-a5-c15` to :ref:`claim-a5-c20`, :ref:`claim-a5-c25`, :ref:`claim-a5-c30` to
:ref:`claim-a5-c32` and :ref:`claim-a5-c34` to :ref:`claim-a5-c36`.
"""

import matplotlib.pyplot as plt
import torch
from torch import nn

# %%
# The data come first from the stream, the targets next. Their exclusive upper end is 2, so the
# third class never occurs.
torch.manual_seed(7)
inputs = torch.rand(7, 2, 2)
targets = torch.randint(0, 2, (7,))
print(inputs.view(-1, 4))
print(targets)


# %%
# The network of the article; ``twice=False`` leaves the softmax to the loss, where it belongs.
class LinearNet(nn.Module):
    def __init__(self, twice):
        super().__init__()
        self.dense = nn.Linear(4, 3)
        self.softmax = nn.Softmax(dim=1)
        self.twice = twice

    def forward(self, x):
        scores = self.dense(x.view(-1, 4))
        return self.softmax(scores) if self.twice else scores


# %%
# Each epoch takes all seven items, so nothing is random once the weights are drawn. The article
# sums a loss that is one number already and adds it to a running loss that starts at zero in every
# epoch; neither changes a number, and both are left out here.
def train(twice):
    """Return the network and its 70 losses, from the same draws each time."""
    torch.manual_seed(7)
    torch.rand(7, 2, 2), torch.randint(0, 2, (7,))
    net = LinearNet(twice)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    losses = []
    for _ in range(70):
        loss = criterion(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return net, losses


def show(losses):
    """Print the losses from the first epoch on, ten to a line."""
    for start in range(0, len(losses), 10):
        print(*(f"{loss:.4f}" for loss in losses[start : start + 10]))


net, losses = train(twice=True)
show(losses)

# %%
# Without the second softmax the sixth epoch is already below what the other reaches at the last.
plain, plain_losses = train(twice=False)
show(plain_losses)

# %%
# Five of seven items are told right at the end, against six. The probability of the class that
# never occurs has gone down.
with torch.no_grad():
    probs = torch.softmax(plain(inputs), dim=1)
    for name, output in (("softmax twice", net(inputs)), ("softmax once", probs)):
        hits = int((output.argmax(dim=1) == targets).sum())
        print(f"{name}: {hits} of 7, third class {output[:, 2].mean().item():.4f}")

# %%
# The dotted line is the floor :math:`\ln(e+2)-1` of the loss when softmax is applied twice.
figure, axes = plt.subplots()
axes.plot(range(1, 71), losses)
axes.plot(range(1, 71), plain_losses)
axes.axhline(0.551445, color="C0", linestyle=":")
axes.set_ylim(0.5, 1.15)
axes.set_xlabel("$n$")
axes.set_ylabel("$L$")
figure.set_label(
    "Seventy losses of the article's network, with two softmaxes and with one. Both begin at one "
    "height. With two the curve falls slowly and ends far above the dotted floor, with one it "
    "falls fast and comes close to it."
)
plt.show()

# %%
# **Your turn.** How many epochs does softmax applied twice need for the loss that the other has
# after six? Change ``range(70)``.
