"""Look at gradients on the way with hooks."""

import torch

grads = {}


def save_grad(name):
    def hook(grad):
        grads[name] = grad

    return hook


x = torch.randn(1, 3, generator=torch.Generator().manual_seed(5)).requires_grad_()
y = 3 * x
z = y**2
y.register_hook(save_grad("y"))
z.register_hook(save_grad("z"))
z.sum().backward()
print(grads["y"])
print(grads["z"])
w = torch.ones(2, requires_grad=True)
h = w.register_hook(lambda g: g * 2)
(w * 3).sum().backward()
print(w.grad)
h.remove()
w.grad = None
(w * 3).sum().backward()
print(w.grad)
v = w * 2
v.retain_grad()
v.sum().backward()
print(v.grad, v.is_leaf, w.is_leaf)
