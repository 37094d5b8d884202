"""Datasets, loaders, batches."""

import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split


class Squares(Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return torch.tensor(float(i)), torch.tensor(float(i * i))


torch.manual_seed(99)
loader = DataLoader(Squares(7), batch_size=3, shuffle=False)
for x, y in loader:
    print(x, y)
print(len(loader), len(loader.dataset))
shuffled = DataLoader(Squares(7), batch_size=3, shuffle=True, drop_last=True)
for i, (x, y) in enumerate(shuffled):
    print(i, x.tolist(), y.tolist())
train, valid = random_split(Squares(10), [7, 3])
print(len(train), len(valid), [int(x) for x, _ in valid])
tensors = TensorDataset(torch.arange(6).view(3, 2), torch.tensor([0, 1, 0]))
print(tensors[1], len(tensors))
xb, yb = next(iter(DataLoader(tensors, batch_size=2)))
print(xb, yb)
dicts = [{"a": i, "b": float(i)} for i in range(3)]
print(next(iter(DataLoader(dicts, batch_size=3))))
