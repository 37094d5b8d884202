r"""
Locate the input nobody printed
===============================

Six printed numbers, each rounded to four decimals, confine the three probabilities to a sliver.
Whatever logits the author had, their softmax lies in it.

See claims :ref:`claim-a3-c25`, :ref:`claim-a3-c27`, :ref:`claim-a3-c28` and :ref:`claim-a3-c40`.
"""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F

# %%
# A printed number stands for a cell, half a unit of its last digit to either side. One point
# inside all six cells, in exact fractions, shows that the article's two lines fit together.
printed = ["0.2732", "0.3780", "0.3489", "0.1985", "-0.1033", "-0.0953"]
p0, p1, p2 = Fraction("0.27316"), Fraction("0.377985"), Fraction("0.348855")
for text, value in zip(printed, [p0, p1, p2, p0 * (1 - p0), -p0 * p1, -p0 * p2], strict=True):
    print(f"{text:>7} {float(value):13.10f} {abs(value - Fraction(text)) < Fraction('0.00005')}")

# %%
# Four of the twelve borders are the tight ones:
#
# .. math:: p_0 \ge 0.27315, \quad p_0(1-p_0) < 0.19855, \quad p_0 p_1 \ge 0.10325, \quad
#           p_2 \ge 0.34885 .
#
# The first two bound :math:`p_0`, the others bound :math:`p_1=1-p_0-p_2` for each :math:`p_0`.
left, right = 0.27315, (1 - np.sqrt(1 - 4 * 0.19855)) / 2
p0 = np.linspace(left, right, 1001)
lower, upper = 0.10325 / p0, 1 - 0.34885 - p0
print(f"p0 from {left:.8f} to {right:.8f}")
print(f"p1 from {lower[-1]:.8f} to {upper[0]:.8f}")

# %%
# The softmax line alone leaves a right triangle with legs of 0.00005. Of its area the sliver is
share = np.trapezoid(upper - lower, p0) / (0.00005**2 / 2)
print(f"{share:.4f}")

# %%
# Among all :math:`2^{32}` seeds 22 draw three logits whose softmax falls into the sliver:
# :ref:`derivation-seeds` says how they were found.
seeds = [217896609, 1001975016, 1125436960, 1281825099, 1305510599, 1512912912, 1526607430]
seeds += [1559856257, 1741219052, 1779679858, 1857283996, 1902693733, 1996720476, 2041746907]
seeds += [3250128558, 3388112274, 3407138005, 3432363005, 3939673785, 3981578727, 4092818099]
seeds += [4272005344]
found, prints = [], set()
for seed in seeds:
    torch.manual_seed(seed)
    a = torch.rand(3, requires_grad=True)
    p = F.softmax(a, dim=0)
    prints.add((str(p), str(torch.autograd.grad(p[0], a))))
    found.append(F.softmax(a.detach().double(), dim=0).tolist())
print(len(found), "seeds print", *prints)

# %%
# The dashed triangle is what the softmax line leaves, the filled sliver what both lines leave, and
# the dots are the 22 seeds. Both axes count hundred-thousandths from the printed digits.
figure, axes = plt.subplots(figsize=(5, 4.6))
axes.plot([-5, -5, 0, -5], [0, -5, -5, 0], "--", color="C0")
axes.fill_between((p0 - 0.2732) * 1e5, (lower - 0.378) * 1e5, (upper - 0.378) * 1e5, color="C0")
axes.plot(
    [(p[0] - 0.2732) * 1e5 for p in found],
    [(p[1] - 0.378) * 1e5 for p in found],
    "C1o",
    markersize=4,
)
axes.set_aspect("equal")
axes.set_xlabel(r"$10^5\,(p_0-0.2732)$")
axes.set_ylabel(r"$10^5\,(p_1-0.3780)$")
figure.set_label(
    "Where the probabilities can lie that both printed lines leave. A dashed triangle, and in "
    "it a narrow filled sliver. The dots of the seeds all lie in the sliver."
)
plt.show()

# %%
# **Your turn.** Print five decimals of the witness. Which of its digits does the sliver leave free?
