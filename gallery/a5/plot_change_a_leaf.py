r"""
Change a leaf in place, where it is allowed
===========================================

The article says that results of leaves track gradients and that leaves cannot be changed in place.
Both rules need a condition, and training lives on the exception.

See claims :ref:`claim-a5-c45`, :ref:`claim-a5-c46`, :ref:`claim-a5-c51`, :ref:`claim-a5-c52` and
:ref:`claim-a5-c54`.
"""

import matplotlib.pyplot as plt
import torch

# %%
# What tracks gradients? A floating-point result of something that does, while grad mode is on.
w = torch.tensor([1.0, 2.0], requires_grad=True)
x = torch.tensor([3.0, 4.0])
with torch.no_grad():
    unrecorded = w * x
for name, result in {"w * x": w * x, "x * x": x * x, "w > x": w > x, "no_grad": unrecorded}.items():
    print(f"{name:8} requires_grad={result.requires_grad!s:5} is_leaf={result.is_leaf}")


# %%
# What may be changed in place? Any leaf, except one that requires grad while grad mode is on.
def add_one(name, leaf):
    """Add one in place and say what came of it."""
    try:
        leaf += 1
        print(name, leaf.tolist())
    except RuntimeError as error:
        print(name, error)


add_one("x:", x)
add_one("w:", w)
with torch.no_grad():
    add_one("w in no_grad:", w)

# %%
# Gradients are stored in leaves only.
v = torch.tensor([1.0], requires_grad=True)
middle = v * 3
(middle * middle).backward()
print(v.grad, v.is_leaf, middle.is_leaf)

# %%
# The exception is what every optimiser does: the gradient points where the loss grows fastest, so
# step the other way, in place and unrecorded.
u = torch.tensor([-2.0], requires_grad=True)
path = []
for _ in range(8):
    loss = (u * u - u).sum()
    path.append((u.item(), loss.item()))
    loss.backward()
    with torch.no_grad():
        u -= 0.2 * u.grad
        u.grad.zero_()
print(*(f"{height:.4f}" for _, height in path))

# %%
# Eight steps down a parabola.
us = [k / 50 for k in range(-110, 161)]
figure, axes = plt.subplots()
axes.plot(us, [u * u - u for u in us])
axes.plot(*zip(*path, strict=True), "C1o--", linewidth=1)
axes.set_xlabel("$u$")
axes.set_ylabel("$u^2-u$")
figure.set_label(
    "Eight steps down a parabola. Dots go down one arm of the curve towards its lowest point, "
    "each step shorter than the one before."
)
plt.show()

# %%
# **Your turn.** What does the program print without the line ``u.grad.zero_()``, and why does the
# path not stop at the lowest point?
