"""Python's own operators on tensors."""

import torch

a = torch.tensor([1.0, 2.0, 4.0])
b = torch.tensor([3.0, 2.0, 1.0])
print(a + b, a - b, a * b, a / b, a // b, a % b)
print(1 / a, 2 - a, 3 * a, 2**a)
print(a.__rdiv__(1))
print(-a, abs(-a), +a)
print(a < b, a == b, a != b, (a < b) | (a == b), ~(a < b), (a > b) & (a > 3))
print(len(a), a.sum().item() + 1, sum(a), max(a), min(a))
a += 1
b *= 2
print(a, b)
a -= torch.ones(3)
a /= 2
print(a)
print(bool(a[0]), float(a[1]), int(a[2]), 4.0 in a)
i = torch.tensor(2)
print([10, 20, 30][i], a[i], range(3)[i])
print(torch.tensor(7) // 2, torch.tensor(-7) % 3, round(a[0].item(), 1))
m = torch.tensor([[1, 2], [3, 4]])
for row in m:
    print(row, row.sum())
print(torch.ones(size=(2, 3)), torch.zeros(size=(1,)), torch.full(size=(2,), fill_value=7))
