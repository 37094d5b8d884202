"""Stop gradients: no_grad, detach, detach_, requires_grad_."""

import torch

a = torch.randn(2, 2, generator=torch.Generator().manual_seed(3))
a = (a * 3) / (a - 1)
print(a.requires_grad)
a.requires_grad_(True)
b = (a * a).sum()
print(b.grad_fn is None, b.requires_grad)
with torch.no_grad():
    print((a**2).requires_grad)
c = a.detach()
print(c.requires_grad, torch.equal(a, c))
d = a * 2
d.detach_()
print(d, d.is_leaf, d.requires_grad)


@torch.no_grad()
def evaluate(t):
    return t * 2


print(evaluate(a).requires_grad)
with torch.set_grad_enabled(False):
    print((a + 1).requires_grad)
print(torch.is_grad_enabled())
print(a.data.requires_grad, a.detach().numpy().shape)
