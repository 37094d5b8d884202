r"""
Apply softmax twice and lose the slope
======================================

``CrossEntropyLoss`` contains a softmax. A network that ends in one itself gives the loss
probabilities for scores: a floor appears, gradients fade, and the loss is no longer convex.

See claims :ref:`claim-a5-c24` and :ref:`claim-a5-c26` to :ref:`claim-a5-c29`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F


# %%
# Two losses of three scores with label 0, in float64.
def once(scores):
    return F.cross_entropy(scores, torch.tensor(0))


def twice(scores):
    return F.cross_entropy(F.softmax(scores, dim=0), torch.tensor(0))


# %%
# Even a perfect answer, probability 1 for the label, costs :math:`\ln(e+K-1)-1` with K classes.
for classes in (2, 3, 10, 1000):
    perfect = torch.eye(classes, dtype=torch.float64)[0]
    print(f"K={classes}: {once(perfect).item():.6f} {math.log(math.e + classes - 1) - 1:.6f}")


# %%
# The gradient at equal scores is K times smaller, at a confident mistake 36 times.
def slope(loss, scores):
    """Gradient of the loss at the scores."""
    z = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(loss(z), z)[0].tolist()


for scores in ([0.0, 0.0, 0.0], [-3.0, 0.0, 0.0]):
    for loss in (once, twice):
        print(loss.__name__, scores, *(f"{value:.6f}" for value in slope(loss, scores)))


# %%
# One eigenvalue of the Hessian at equal scores is negative: :math:`-2/27`.
def hessian(loss, scores):
    """Second derivatives of the loss at the scores, by differentiating the gradient."""
    z = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(loss(z), z, create_graph=True)
    return [torch.autograd.grad(g, z, retain_graph=True)[0].tolist() for g in gradient]


for loss in (once, twice):
    eigenvalues = np.linalg.eigvalsh(hessian(loss, [0.0, 0.0, 0.0]))
    print(loss.__name__, *(f"{value + 0.0:.6f}" for value in eigenvalues.round(9)))

# %%
# Loss and slope as the score of the label moves from wrong to right: solid once, dashed twice. The
# dashed line is flat on either side, so who is badly wrong learns least.
zs = [k / 10 for k in range(-80, 81)]
figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(5, 4.6))
for loss in (once, twice):
    upper.plot(zs, [loss(torch.tensor([z, 0.0, 0.0])).item() for z in zs])
    lower.plot(zs, [slope(loss, [z, 0.0, 0.0])[0] for z in zs])
upper.axhline(math.log(math.e + 2) - 1, color="C1", linestyle=":")
upper.set_ylim(0, 4)
upper.set_ylabel("$L$")
lower.set_ylabel(r"$\partial L/\partial z_0$")
lower.set_xlabel("$z_0$")
figure.set_label(
    "Loss and slope over the score of the label, with one softmax and with two. Above, the "
    "loss with one softmax falls to zero, and the dashed one with two ends at the dotted "
    "floor. Below, the dashed slope is close to zero on either side."
)
plt.show()

# %%
# **Your turn.** At which score of the label is the dashed slope steepest? Look for the change of
# sign in ``hessian(twice, [z, 0.0, 0.0])[0][0]``.
