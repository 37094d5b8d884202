r"""
Shrink a residual by a factor known beforehand
==============================================

One dense layer, one item, one step, no seed: the article's last program prints nothing, and no two
runs would print the same. Two ratios are the same in every run.

See claims :ref:`claim-a5-c55` to :ref:`claim-a5-c57`.
"""

import matplotlib.pyplot as plt
import torch
from torch import nn

# %%
# The program with seed 7, which is our choice.
x = torch.tensor([[1.0, 2.0, 3.0]])
target = torch.tensor([[4.0, 5.0]])
criterion = nn.MSELoss()

torch.manual_seed(7)
layer = nn.Linear(3, 2)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
output = layer(x)
loss = criterion(output, target)
optimizer.zero_grad()
loss.backward()
optimizer.step()
print(output)
print(loss)
print(layer.weight.grad)
print(layer.bias.grad)
print(layer.weight)
print(layer.bias)

# %%
# The mean of two squares has the gradient :math:`o-t` in the outputs, hence
# :math:`(o-t)x^{\mathsf T}` in the weights. A step of 0.01 takes
# :math:`0.01\,(1^2+2^2+3^2+1)=0.15` off each residual, whatever the weights were:
before = (output - target).tolist()[0]
after = (layer(x) - target).tolist()[0]
print(*(f"{new / old:.4f}" for old, new in zip(before, after, strict=True)))


# %%
# So the loss falls to :math:`0.85^2=0.7225` of itself. Ten other starts, 30 steps each:
def train(seed, steps=30):
    """Return the losses of a run, the first one before any step."""
    torch.manual_seed(seed)
    layer = nn.Linear(3, 2)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
    losses = []
    for _ in range(steps + 1):
        loss = criterion(layer(x), target)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


runs = [train(seed) for seed in range(10)]
print(*(f"{losses[1] / losses[0]:.4f}" for losses in runs))

# %%
# On a logarithmic scale they are parallel lines: another start is another height, never another
# slope.
figure, axes = plt.subplots()
for losses in runs:
    axes.plot(losses, "-", color="C0", linewidth=1.5)
axes.set_yscale("log")
axes.set_xlabel("$n$")
axes.set_ylabel("$L$")
figure.set_label(
    "The losses of all runs on a logarithmic scale. Parallel straight lines that fall: "
    "another start is another height, and never another slope."
)
plt.show()

# %%
# **Your turn.** From which learning rate on does the loss grow? Change ``lr`` in ``train``; the
# factor of a residual is :math:`1-15\,\eta`.
