r"""
Rebuild a listing from before release 0.4
=========================================

The last program wraps its tensor in a ``Variable`` and names no dimension. It still runs, once the
missing import is added, but prints and warns in another way.

See claims :ref:`claim-a1-c41` to :ref:`claim-a1-c44`.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.autograd import Variable

from refimpl.articles import assert_prints

# %%
# A ``Variable`` is a plain tensor today.
x = Variable(torch.Tensor(np.asarray([2, 3])))
print(type(x) is torch.Tensor, x)

# %%
# Both modules have to guess the dimension, and say so.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    output1 = torch.nn.Softmax()(x)
    output2 = torch.nn.LogSoftmax()(x)
for warning in caught:
    print(f"{warning.category.__name__}: {warning.message}")


# %%
# The old releases printed a heading, one number to a line, and a footer. Four lines of code
# bring that listing back.
def old_listing(tensor):
    """Lay out a vector as releases before 0.4 did."""
    numbers = [f"{value:7.4f}" for value in tensor.tolist()]
    footer = f"[torch.FloatTensor of size {len(tensor)}]"
    return "\n".join(["Variable containing:", *numbers, footer])


for label, output in (("output1:", output1), ("output2:", output2)):
    print(label, old_listing(output))
    print(label, output)

assert_prints(output1, "tensor([0.2689, 0.7311])")
assert_prints(output2, "tensor([-1.3133, -0.3133])")

# %%
# What is the guess? It depends on the number of dimensions: the first of them for 0, 1 and 3, the
# second otherwise.
torch.manual_seed(0)
softmax = torch.nn.functional.softmax
for rank in range(5):
    cube = torch.rand([2] * rank)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        guessed = softmax(cube)
    dims = [d for d in range(max(rank, 1)) if guessed.tolist() == softmax(cube, dim=d).tolist()]
    print(f"{rank} dimensions: dim={dims[0]}")

# %%
# For two scores softmax is a sigmoid of their difference. The article's pair sits at
# :math:`d=\pm1`, where all four printed numbers can be read off.
d = torch.tensor([k / 20 for k in range(-80, 81)])
pairs = torch.stack([d, torch.zeros(161)], dim=1)
figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(5, 4.5))
upper.plot(d.tolist(), softmax(pairs, dim=1)[:, 0].tolist())
lower.plot(d.tolist(), torch.nn.functional.log_softmax(pairs, dim=1)[:, 0].tolist(), "C1--")
for axes, values in ((upper, output1), (lower, output2)):
    axes.plot([-1, 1], values.tolist(), "C3o")
    for place, value in zip((-1, 1), values.tolist(), strict=True):
        axes.annotate(f"${value:.4f}$", (place, value), (10, -16), textcoords="offset points")
upper.set_ylabel("$p_0$")
lower.set_ylabel(r"$\ln p_0$")
lower.set_xlabel("$d=x_0-x_1$")
figure.set_label(
    "Softmax of two scores over their difference, and its logarithm. Above an S-shaped curve "
    "from zero to one, below a curve that rises towards zero. Dots mark the four printed "
    "numbers where the difference is minus one and one."
)
plt.show()

# %%
# **Your turn.** Replace ``[2, 3]`` by ``[102, 103]``. Which printed digits change?
