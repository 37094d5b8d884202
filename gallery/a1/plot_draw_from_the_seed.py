r"""
Draw the lost random tensor again
=================================

The article prints six normal numbers and hides their seed. Of all :math:`2^{32}` states that a
seed can set, exactly one draws these six first: 1581317843.

:ref:`derivation-seeds` tells how it was found, and how to find the seed of a print of yours.

See claims :ref:`claim-a1-c06`, :ref:`claim-a1-c07`, :ref:`claim-a1-c08` and :ref:`claim-a1-c10`.
"""

import matplotlib.pyplot as plt
import torch

from refimpl.articles import assert_prints

# %%
# Set the seed, draw, and the article's input appears.
torch.manual_seed(1581317843)
x = torch.randn(2, 3)
print(x)

assert_prints(
    x,
    """
tensor([[ 0.5283,  0.3922, -0.0484],
        [-1.6257, -0.4775,  0.5645]])
""",
)

# %%
# Four decimals hide the rest. These are the numbers that the program worked with:
for row in x.tolist():
    print(*(f"{value:13.10f}" for value in row))

# %%
# Softmax along ``dim=1`` runs over the three entries of each row and prints the article's output.
probs = torch.nn.Softmax(dim=1)(x)
print(probs)

assert_prints(
    probs,
    """
tensor([[0.4108, 0.3585, 0.2307],
        [0.0764, 0.2408, 0.6828]])
""",
)

# %%
# Along ``dim=0`` it runs over the two entries of each column: other numbers from the same draw.
print(torch.nn.Softmax(dim=0)(x))

# %%
# Scores of either sign become shares of one whole, and the order within a row stays.
figure, (left, right) = plt.subplots(1, 2, sharey=True, figsize=(5, 3.2))
for i in range(2):
    places = [j + 0.3 * i for j in range(3)]
    left.bar(places, x[i].tolist(), width=0.28)
    right.bar(places, probs[i].tolist(), width=0.28, label=f"$i={i}$")
left.axhline(0, color="gray", linewidth=1, linestyle="-")
left.set_title("$x_{ij}$")
right.set_title("$p_{ij}$")
right.legend(loc="lower right")
for axes in (left, right):
    axes.set_xticks([0.15, 1.15, 2.15], ["$j=0$", "$1$", "$2$"])
figure.set_label(
    "The six numbers that were drawn, and what softmax makes of each row. On the left bars of "
    "either sign, on the right bars above zero. Where a bar on the left is the highest of its "
    "row, so is the one on the right."
)
plt.show()

# %%
# **Your turn.** Does the shape matter to the draw? Change ``randn(2, 3)`` to ``randn(3, 2)``: which
# numbers move, and which rows do they make now?
