r"""
Walk a graph twice
==================

The article sets ``retain_graph`` so that "gradient information" survives. What a backward pass
throws away are the saved intermediate values; gradients stay.

See claims :ref:`claim-a3-c35` to :ref:`claim-a3-c38`.
"""

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F


# %%
# Softmax saves its result for the way back. A pass frees it, so that a second one cannot start.
def try_again(y, x):
    """Take the gradient once more and say what came of it."""
    try:
        print("again:", *torch.autograd.grad(y, x))
    except RuntimeError as error:
        print("again:", str(error).partition(" (")[0])


torch.manual_seed(217896609)
a = torch.rand(3, requires_grad=True)
p = F.softmax(a, dim=0)
print("once: ", *torch.autograd.grad(p[0], a))
try_again(p[0], a)

# %%
# Retained, the saved values allow one more pass. The last pass need not retain anything, and the
# article's program, which takes a single gradient, never needs the flag.
p = F.softmax(a, dim=0)
print("once: ", *torch.autograd.grad(p[0], a, retain_graph=True))
try_again(p[0], a)

# %%
# A sum saves nothing, so its graph can be walked again without any flag.
total = a + 1
print("once: ", *torch.autograd.grad(total[0], a))
try_again(total[0], a)

# %%
# The gradients in ``.grad`` outlive every pass. They add up.
weights = torch.tensor([1.0, 0.0, 0.0])
history = []
for _ in range(4):
    F.softmax(a, dim=0).backward(weights)
    history.append(a.grad.tolist())
    print(a.grad)

# %%
# Four passes, each on a graph of its own: straight lines, one step per pass.
figure, axes = plt.subplots()
for j in range(3):
    axes.plot(range(5), [0] + [row[j] for row in history], marker="o", label=f"$j={j}$")
axes.set_xticks(range(5))
axes.set_xlabel("$n$")
axes.set_ylabel(r"$n\,\partial p_0/\partial a_j$")
axes.legend()
figure.set_label(
    "The gradient of one probability, added up over four passes. Three straight lines start "
    "at zero. One rises, the other two fall, by one step for each pass."
)
plt.show()

# %%
# **Your turn.** Does the graph of ``a * 1`` survive a pass, as that of ``a + 1`` does?
