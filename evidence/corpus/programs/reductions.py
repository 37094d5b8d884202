"""sum, mean, max with and without dim; argmax, sort, cumsum."""

import torch

m = torch.tensor([[3.0, 1.0, 2.0], [9.0, 7.0, 8.0]])
print(m.sum(), m.sum(dim=0), m.sum(1, keepdim=True))
print(m.mean(), m.mean(0))
print(torch.max(m), m.max(dim=1))
values, indices = m.min(1)
print(values, indices)
print(m.argmax(), m.argmax(dim=1))
print(m.std(), m.var(unbiased=False))
print(torch.sort(m))
ordered, order = m.sort(dim=1, descending=True)
print(ordered)
print(order)
print(m.cumsum(0))
print(torch.cumsum(m, dim=1))
print(torch.prod(m), m.norm())
print(m.sum(axis=1, keepdims=True))
