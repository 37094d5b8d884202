"""Check a hand-written gradient with gradcheck."""

import torch
from torch.autograd import gradcheck

torch.manual_seed(0)
x = torch.randn(4, 3, dtype=torch.double, requires_grad=True)
w = torch.randn(3, 2, dtype=torch.double, requires_grad=True)


def layer(x, w):
    return torch.sigmoid(x @ w).sum(dim=0)


print(gradcheck(layer, (x, w), eps=1e-6, atol=1e-4))


def cubic(t):
    return t**3 - t


t = torch.linspace(-1, 1, 5, dtype=torch.double, requires_grad=True)
print(torch.autograd.gradcheck(cubic, [t]))
(g,) = torch.autograd.grad(cubic(t).sum(), t)
print(g)
