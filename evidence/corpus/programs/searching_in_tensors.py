"""Where is what: masks, the k largest, one-hot rows, counts."""

import torch
import torch.nn.functional as F

t = torch.tensor([[5, 1, 9], [2, 8, 3]])
print(torch.masked_select(t, t > 2))
print(torch.nonzero(t > 4))
print(t.topk(2, dim=1))
print(torch.argsort(t, dim=1))
print(t.float().median(), torch.take(t, torch.tensor([0, 5])))
print(F.one_hot(torch.tensor([0, 2, 1]), num_classes=3))
print(torch.bincount(torch.tensor([0, 1, 1, 3])))
print(torch.unique(torch.tensor([3, 1, 3, 2])))
