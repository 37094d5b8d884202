r"""
Accumulate the gradients of a product
=====================================

The article multiplies :math:`a=w+x` by :math:`b=w+1` and walks back once, with the graph retained.
It prints nothing; a second walk shows what the flag is for, and that gradients add up.

See claims :ref:`claim-a5-c38`, :ref:`claim-a5-c39` and :ref:`claim-a5-c42` to :ref:`claim-a5-c44`.
"""

import matplotlib.pyplot as plt
import torch

# %%
# Two leaves, three operations.
w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = torch.add(w, x)
b = torch.add(w, 1)
y = torch.mul(a, b)
print(y)

# %%
# Two paths lead from :math:`y` to :math:`w`, and their contributions add up:
# :math:`\partial y/\partial w = b + a = 5`. One leads to :math:`x`:
# :math:`\partial y/\partial x = b = 2`.
y.backward(retain_graph=True)
print(w.grad, x.grad)

# %%
# A second walk adds the same again, and so it goes on until somebody clears ``.grad``.
y.backward()
print(w.grad, x.grad)

w.grad, x.grad = None, None
torch.mul(torch.add(w, x), torch.add(w, 1)).backward()
print(w.grad, x.grad)

# %%
# The second walk did not retain the graph; a third one fails.
try:
    y.backward()
except RuntimeError as error:
    print(str(error).partition(" (")[0])

# %%
# Several results need weights, one for each: ``grad_tensors`` in the article's list.
v = torch.tensor([1.0, 1.0], requires_grad=True)
torch.autograd.backward(2 * v, grad_tensors=torch.tensor([1.0, 0.1]))
print(v.grad)

# %%
# ``create_graph`` makes the gradient itself a result with a graph: the second derivative is 2.
(first,) = torch.autograd.grad(torch.mul(torch.add(w, x), torch.add(w, 1)), w, create_graph=True)
(second,) = torch.autograd.grad(first, w)
print(first.item(), second.item())

# %%
# The graph, each edge with its local derivative: multiply along a path, add over the paths.
places = {"$w$": (0, 2), "$x$": (0, 0), "$a$": (1.5, 0.4), "$b$": (1.5, 2), "$y$": (3, 1.2)}
edges = {"$w$ $a$": 1, "$x$ $a$": 1, "$w$ $b$": 1, "$a$ $y$": 2, "$b$ $y$": 3}
figure, axes = plt.subplots()
for edge, derivative in edges.items():
    (x0, y0), (x1, y1) = (places[node] for node in edge.split())
    axes.annotate(
        "",
        (x1, y1),
        (x0, y0),
        arrowprops={"arrowstyle": "->", "color": "C0", "lw": 2, "shrinkA": 20, "shrinkB": 20},
    )
    axes.text((x0 + x1) / 2, (y0 + y1) / 2 + 0.12, f"${derivative}$", color="C1", fontsize=18)
for node, place in places.items():
    axes.text(*place, node, ha="center", va="center", fontsize=24)
axes.set_xlim(-0.3, 3.3)
axes.set_ylim(-0.3, 2.4)
axes.set_axis_off()
figure.set_label(
    "The graph, each edge with its local derivative. The nodes w and x on the left, a and b "
    "in the middle, y on the right. Two arrows leave w, to a and to b; one leaves x, to a; a "
    "and b both lead to y."
)
plt.show()

# %%
# **Your turn.** Make ``b`` equal to ``w + x`` as well. What are the two gradients now?
