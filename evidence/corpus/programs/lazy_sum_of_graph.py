"""The graph of a computation, read backwards node by node."""

import torch

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0, 4.0], requires_grad=True)
c = a * b
d = c.sin()
e = (d + a).mean()
print(e)
fn = e.grad_fn
level = 0
while fn is not None:
    print("  " * level + type(fn).__name__)
    fn = fn.next_functions[0][0] if fn.next_functions else None
    level += 1
e.backward()
print(a.grad, b.grad)
print(a.grad_fn, a.is_leaf, c.is_leaf, c.requires_grad)
print(c.sum().item(), d.detach())
