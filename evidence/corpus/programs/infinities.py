"""inf, nan, and the limits of the number types."""

import torch

x = torch.tensor([1.0, 0.0, -1.0]) / 0
print(x)
print(torch.isinf(x), torch.isnan(x), torch.isfinite(x))
print(torch.inf, torch.nan, -torch.inf)
print(torch.tensor([torch.inf, -torch.inf]).exp())
print(torch.finfo(torch.float32))
print(torch.finfo(torch.float32).eps, torch.finfo(torch.float64).max)
print(torch.iinfo(torch.int64).max, torch.iinfo(torch.uint8).min)
print(torch.finfo(torch.float16).tiny)
scores = torch.tensor([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
mask = torch.tensor([[True, True, False], [True, False, False]])
masked = scores.masked_fill(~mask, float("-inf"))
print(masked)
print(torch.softmax(masked, dim=-1))
print(scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min).softmax(1))
eps = torch.finfo(torch.float32).eps
p = torch.tensor([0.0, 0.5, 1.0])
print((p + eps).log())
