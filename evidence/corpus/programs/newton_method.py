"""Newton's method with second derivatives."""

import torch


def f(x):
    return x**4 - 3 * x**2 + x


x = torch.tensor(2.0, requires_grad=True, dtype=torch.double)
for step in range(6):
    y = f(x)
    (g,) = torch.autograd.grad(y, x, create_graph=True)
    (h,) = torch.autograd.grad(g, x)
    x = (x - g / h).detach().requires_grad_()
    print(f"{step}: x = {x.item():.8f}, f = {f(x).item():.8f}, g = {g.item():.2e}")
print(x)
