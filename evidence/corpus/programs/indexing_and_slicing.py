"""Rows, columns, masks and index tensors."""

import torch

t = torch.arange(1, 13).reshape(3, 4)
print(t)
print("first row", t[0])
print("first column", t[:, 0])
print("last column", t[..., -1])
print("block\n", t[1:, 1:3])
t[:, 1] = 0
print(t)
print(t[t > 6])
print((t > 6).sum().item(), "elements above six")
idx = torch.tensor([2, 0])
print(torch.index_select(t, 0, idx))
print(t.index_select(1, idx))
print(t[idx])
print(t.gather(1, torch.tensor([[0], [1], [2]])))
print(torch.where(t > 5, t, torch.zeros_like(t)))
