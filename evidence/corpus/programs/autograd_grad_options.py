"""autograd.grad with its options."""

import torch
from torch import autograd

x = torch.tensor(3.0, requires_grad=True)
y = x**3 + 2 * x
(first,) = autograd.grad(y, x, create_graph=True)
print("first:", first)
(second,) = autograd.grad(first, x, create_graph=True)
print("second:", second)
third = autograd.grad(second, x)[0]
print("third:", third)

a = torch.ones(3, requires_grad=True)
b = torch.ones(3, requires_grad=True)
out = (a * torch.arange(3.0)).sum()
grads = autograd.grad(outputs=out, inputs=[a, b], allow_unused=True, only_inputs=True)
print(grads)
u = torch.rand(2, 2, generator=torch.Generator().manual_seed(1)).requires_grad_()
penalty = autograd.grad(
    outputs=(u**2).sum(1),
    inputs=u,
    grad_outputs=torch.ones(2),
    create_graph=True,
    retain_graph=True,
    only_inputs=True,
)[0]
print(((penalty.norm(2, dim=1) - 1) ** 2).mean())
