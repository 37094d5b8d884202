r"""
Measure the amplification that is not
=====================================

Softmax is said to raise high scores and lower low ones: 2.0 to 1.0 becomes 0.7 to 0.2, a factor of
3.5 instead of 2. What softmax does to ratios depends on differences alone.

See claims :ref:`claim-a3-c02` and :ref:`claim-a3-c08` to :ref:`claim-a3-c10`.
"""

import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

# %%
# The factor 3.5 divides two rounded numbers. The true one is :math:`e^{2-1}`.
scores = torch.tensor([2.0, 1.0, 0.1], dtype=torch.float64)
p = F.softmax(scores, dim=0)
print(p)
print(f"{p[0].item() / p[1].item():.9f} {math.e:.9f}")

# %%
# In the same example the other ratio falls, from 10 to :math:`e^{0.9}`.
print(f"{1.0 / 0.1:.4f} -> {p[1].item() / p[2].item():.4f}")

# %%
# A ratio :math:`a/b` grows only where :math:`e^{a-b}>a/b`. Scores 0.2 and 0.1 are another case
# where it shrinks:
q = F.softmax(torch.tensor([0.2, 0.1], dtype=torch.float64), dim=0)
print(f"{0.2 / 0.1:.4f} -> {q[0].item() / q[1].item():.4f}")

# %%
# Does a second application raise the high score further? Applied again and again, softmax levels
# everything to a third.
history = [F.softmax(scores, dim=0).tolist()]
for _ in range(5):
    history.append(F.softmax(torch.tensor(history[-1], dtype=torch.float64), dim=0).tolist())
print(*(f"{row[0]:.4f}" for row in history))

# %%
# On the left the three probabilities over six applications. On the right the map of ratios: on one
# side of the curve :math:`e^{a-b}=a/b` they grow, on the filled side they shrink; the two dots are
# the article's pairs (2, 1) and (1, 0.1).
figure, (left, right) = plt.subplots(1, 2, figsize=(5, 3.2))
for j in range(3):
    left.plot(range(1, 7), [row[j] for row in history], marker="o", markersize=5)
left.set_xticks([1, 6])
left.set_xlabel("$n$")
left.set_ylabel("$p_j$")
gaps = [k / 100 for k in range(1, 301)]
border = [gap / math.expm1(gap) for gap in gaps]
right.fill_between(gaps, border, color="C1", alpha=0.4)
right.plot(gaps, border, "C1-")
right.plot([1, 0.9], [1, 0.1], "C0o")
right.set_ylim(0, 1.5)
right.set_xlabel("$a-b$")
right.set_ylabel("$b$")
figure.set_label(
    "Softmax applied six times, and which ratios grow. On the left three curves start apart "
    "and meet at one third. On the right a falling curve parts the ratios that grow from the "
    "filled side where they shrink; one dot lies on either side."
)
plt.show()

# %%
# **Your turn.** Add 100 to all three scores. What happens to their ratios, and to those of the
# probabilities?
