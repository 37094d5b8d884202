r"""
Tell a typed tensor from a drawn one
====================================

Before its second example the article copied the random numbers by hand, with four decimals. One
printed digit gives that away.

See claims :ref:`claim-a1-c18` and :ref:`claim-a1-c19`.
"""

import matplotlib.pyplot as plt
import torch

from refimpl.articles import assert_prints

# %%
# LogSigmoid of the numbers as typed prints the article's tensor.
typed = torch.tensor([[0.5283, 0.3922, -0.0484], [-1.6257, -0.4775, 0.5645]])
logsigmoid = torch.nn.LogSigmoid()
print(logsigmoid(typed))

assert_prints(
    logsigmoid(typed),
    """
tensor([[-0.4635, -0.5162, -0.7176],
        [-1.8053, -0.9601, -0.4502]])
""",
)

# %%
# LogSigmoid of the draw itself differs in one digit, the middle one of the second row.
torch.manual_seed(1581317843)
drawn = torch.randn(2, 3)
print(logsigmoid(drawn))

assert_prints(logsigmoid(drawn)[1, 1], "tensor(-0.9602)")

# %%
# Rounding the input by less than 5e-5 moved the output across the border between two printed
# digits, -0.96015.
for x in (typed[1, 1], drawn[1, 1]):
    print(f"{x.item():.7f} -> {logsigmoid(x).item():.6f}")

# %%
# A magnifying glass on the curve: the dotted line is the border, the circle is the typed number,
# the square the drawn one.
xs = [-0.4777 + 4e-6 * k for k in range(101)]
ys = logsigmoid(torch.tensor(xs, dtype=torch.float64)).tolist()
figure, axes = plt.subplots()
axes.plot(xs, ys)
for x, mark in ((typed[1, 1], "o"), (drawn[1, 1], "s")):
    axes.plot(x.item(), logsigmoid(x).item(), mark, markersize=12)
axes.axhline(-0.96015, color="gray", linestyle=":")
axes.set_xticks([-0.4777, -0.4775, -0.4773])
axes.set_yticks([-0.9602, -0.96015, -0.9601], ["$-0.96020$", "$-0.96015$", "$-0.96010$"])
axes.set_xlabel("$x$")
axes.set_ylabel(r"$\ln\sigma(x)$")
figure.set_label(
    "The typed and the drawn number on the curve of LogSigmoid. The curve rises almost "
    "straight. The circle of the typed number lies above the dotted border, where four "
    "decimals round the other way, and the square of the drawn one below."
)
plt.show()

# %%
# **Your turn.** Would three decimals have been enough to print the same tensor? Retype ``typed``.
