r"""
Check what any seed must print
==============================

Two by two uniform logits, softmax, log-softmax: three prints, lost with their picture. No seed
brings back those digits, but seven relations hold between the three, whatever the draw.

See claims :ref:`claim-a2-c15` to :ref:`claim-a2-c22`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F

# %%
# The program, with a seed of ours.
torch.manual_seed(2)
logits = torch.rand(2, 2)
probs = F.softmax(logits, dim=1)
log_probs = F.log_softmax(logits, dim=1)
print(logits)
print(probs)
print(log_probs)

# %%
# The same from 2000 seeds, each entry rounded to the four decimals that a reader would see.
draws = []
for seed in range(2000):
    torch.manual_seed(seed)
    x = torch.rand(2, 2)
    draws.append([x.tolist(), F.softmax(x, dim=1).tolist(), F.log_softmax(x, dim=1).tolist()])
x, p, q = np.array(draws).round(4).transpose(1, 0, 2, 3)

# %%
# 1. The entries of a row of the softmax add up to 1.0000, unless both lie on the border between two
#    roundings: then to 0.9999 or 1.0001. That is rare.
totals = p.sum(axis=2).round(4)
print(np.abs(totals - 1).max() < 1.01e-4, np.mean(totals == 1) > 0.99)

# %%
# 2. Logits drawn between 0 and 1 are less than 1 apart. So the softmax stays between
#    :math:`1/(1+e)` and :math:`e/(1+e)`, and the log-softmax between their logarithms: the four
#    numbers that article A1 prints for (2, 3).
print(p.min() >= 0.2689, p.max() <= 0.7311, q.min() >= -1.3133, q.max() <= -0.3133)

# %%
# 3. The third print is the logarithm of the second; half a unit of the last place of :math:`p`
#    can be 1.9e-4 of its logarithm, and that of :math:`q` comes on top.
print(np.abs(np.log(p) - q).max() < 2.4e-4)

# %%
# 4. Log-softmax keeps the differences in a row; four rounded numbers are in play.
print(np.abs((q[..., 0] - q[..., 1]) - (x[..., 0] - x[..., 1])).max() < 2.01e-4)

# %%
# 5. The first column of the softmax is the sigmoid of a difference, whose slope is at most 1/4.
d = x[..., 0] - x[..., 1]
print(np.abs(p[..., 0] - 1 / (1 + np.exp(-d))).max() < 7.51e-5)

# %%
# 6. Logits minus log-softmax is one number in each row, the log-sum-exp, between ln 2 and 1 + ln 2.
log_partition = x - q
print(np.abs(log_partition[..., 0] - log_partition[..., 1]).max() < 2.01e-4)
print(log_partition.min() > math.log(2) - 1.01e-4, log_partition.max() < 1 + math.log(2) + 1.01e-4)

# %%
# 7. The larger entry of a row is the larger one in all three prints, as far as they tell.
print((d * (p[..., 0] - p[..., 1]) >= 0).all(), (d * (q[..., 0] - q[..., 1]) >= 0).all())

# %%
# All 4000 rows on the sigmoid, inside the four borders of the second relation.
figure, axes = plt.subplots()
axes.plot(d.ravel(), p[..., 0].ravel(), "o", markersize=2)
for border in (1 / (1 + math.e), math.e / (1 + math.e)):
    axes.axhline(border, color="C1", linestyle="--", linewidth=1.5)
    axes.axvline(2 * (border > 0.5) - 1, color="C1", linestyle="--", linewidth=1.5)
axes.set_yticks([0.2689, 0.5, 0.7311])
axes.set_xlabel("$d=x_0-x_1$")
axes.set_ylabel("$p_0$")
figure.set_label(
    "The first probability of all 4000 rows over the difference of the two scores. All dots lie on "
    "one curve that rises almost straight, from one corner of a dashed rectangle to the other."
)
plt.show()

# %%
# **Your turn.** Draw with ``randn`` in place of ``rand`` for the 2000 seeds. Which of the seven
# relations fail, and why only these?
