"""Results written into a tensor that is there already."""

import torch

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
y = torch.tensor([[10.0, 20.0], [30.0, 40.0]])
result = torch.empty(2, 2)
torch.add(x, y, out=result)
print(result)
torch.mul(x, y, out=result)
print(result)
torch.mm(x, y, out=result)
print(result)
torch.exp(x, out=result)
print(result)
print(torch.sub(y, x, out=result) is result)
y.add_(x)
print(y)
z = x.new_ones(2, 3, dtype=torch.double)
print(z, x.new_zeros(2), x.new_tensor([7, 8]), x.new_full((2,), 3.0))
print(x.new_empty(2, 2).shape)
total = torch.zeros(2)
torch.sum(x, dim=1, out=total)
print(total)
