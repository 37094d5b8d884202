"""A chain of operations and its gradients by hand."""

import torch

x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(-3.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
u = w * x
v = u + b
y = torch.relu(v) + v**2
print("y =", y)
y.backward()
print("dy/dx =", x.grad)
print("dy/dw =", w.grad)
print("dy/db =", b.grad)
assert x.grad == 2 * v.item() * w.item()

x.grad.zero_()
z = torch.sin(x) * torch.exp(-x)
z.backward()
print("z =", z.item())
print("dz/dx =", x.grad.item())
analytic = (torch.cos(x) - torch.sin(x)) * torch.exp(-x)
print("by hand =", analytic.item())
print(torch.allclose(x.grad, analytic))
