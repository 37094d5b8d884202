"""The slope of the sigmoid vanishes far from zero."""

import torch

x = torch.arange(-8.0, 8.0, 2.0, requires_grad=True)
y = torch.sigmoid(x)
y.backward(torch.ones_like(x))
print(x.detach())
print(y.detach())
print(x.grad)
print("largest slope: {:.3f}".format(x.grad.max()))
layers = 5
t = torch.tensor([0.5], requires_grad=True)
h = t
for _ in range(layers):
    h = torch.sigmoid(h)
h.backward()
print("through", layers, "layers:", t.grad)
t2 = torch.tensor([0.5], requires_grad=True)
h = t2
for _ in range(layers):
    h = torch.relu(h)
h.sum().backward()
print(t2.grad.item())
