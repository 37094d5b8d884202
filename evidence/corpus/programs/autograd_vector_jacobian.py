"""Gradients of a vector: backward with a vector, jacobian and hessian."""

import torch
from torch.autograd.functional import jacobian, hessian

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x**2
y.backward(torch.tensor([1.0, 0.1, 0.01]))
print(x.grad)


def f(x):
    return torch.stack([x[0] * x[1], x[1] * x[2], x.sum()])


J = jacobian(f, torch.tensor([1.0, 2.0, 3.0]))
print(J)
print(J.shape)


def g(x):
    return (x**3).sum() + x[0] * x[1]


H = hessian(g, torch.tensor([1.0, 2.0, 3.0]))
print(H)
v = torch.tensor([1.0, 1.0, 0.0])
print(torch.autograd.functional.vjp(f, torch.tensor([1.0, 2.0, 3.0]), v))
print(torch.autograd.functional.jvp(f, torch.tensor([1.0, 2.0, 3.0]), v))
