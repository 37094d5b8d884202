r"""
Measure the advice on sigmoid for many classes
==============================================

The article recommends sigmoid where there are many classes, because softmax scores would bunch
together. How far apart are the best two classes, under either function?

See claims :ref:`claim-a1-c28`, :ref:`claim-a1-c29`, :ref:`claim-a1-c31` and :ref:`claim-a1-c33`.
"""

import matplotlib.pyplot as plt
import torch

x = torch.tensor([[0.5283, 0.3922, -0.0484], [-1.6257, -0.4775, 0.5645]])
softmax, sigmoid = torch.nn.Softmax(dim=-1), torch.nn.Sigmoid()

# %%
# The decision is the same under all functions, as each of them keeps the order of a row.
for f in (softmax, sigmoid, torch.nn.LogSigmoid()):
    print(f(x).argmax(dim=1).tolist())


# %%
# On the article's two rows softmax sets the best two classes further apart, whether one takes
# their difference or their ratio.
def best_two(values):
    """Difference and ratio of the two largest values."""
    second, first = sorted(values.tolist())[-2:]
    return first - second, first / second


for row in x:
    for name, f in (("softmax", softmax), ("sigmoid", sigmoid)):
        gap, ratio = best_two(f(row))
        print(f"{name}: difference {gap:.4f}, ratio {ratio:.4f}")

# %%
# The ratio settles it for any scores :math:`a>b`: under softmax it is :math:`e^{a-b}`, under
# sigmoid always less. Only differences do shrink under softmax when classes are many: the whole is
# shared by more of them. Here are the scores 0.1 and 0 among 998 further zeros.
for name, f in (("softmax", softmax), ("sigmoid", sigmoid)):
    gap, ratio = best_two(f(torch.tensor([0.1] + [0.0] * 999)))
    print(f"{name}: difference {gap:.6f}, ratio {ratio:.4f}")

# %%
# From 2 to 1000 classes. Above, the difference: solid softmax, dashed sigmoid. Below, the ratio:
# neither feels the number of classes, and softmax stays ahead.
classes = [2, 3, 5, 10, 20, 50, 100, 200, 500, 1000]
figure, panels = plt.subplots(2, 1, sharex=True, figsize=(5, 4.5))
for f in (softmax, sigmoid):
    pairs = [best_two(f(torch.tensor([0.1] + [0.0] * (k - 1)))) for k in classes]
    for axes, values in zip(panels, zip(*pairs, strict=True), strict=True):
        axes.plot(classes, values, marker="o", markersize=5)
panels[0].set_yscale("log")
panels[0].set_ylabel("$p_1-p_2$")
panels[1].set_ylabel("$p_1/p_2$")
panels[1].set_xlabel("$K$")
panels[1].set_xscale("log")
figure.set_label(
    "The best two classes, from 2 to 1000 classes. Above, the difference under softmax falls "
    "like a straight line on logarithmic scales, the one under sigmoid stays level. Below, "
    "both ratios are level, and that of softmax is the larger one."
)
plt.show()

# %%
# **Your turn.** Is there a pair of scores for which the ratio is larger under sigmoid? Change the
# ``0.1``.
