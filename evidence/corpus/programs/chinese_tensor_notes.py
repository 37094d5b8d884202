"""张量基础:创建、运算、广播。"""

import torch

x = torch.arange(12)
print(x, x.shape, x.numel())
X = x.reshape(3, 4)
print("X:", X)
x = torch.tensor([1.0, 2, 4, 8])
y = torch.tensor([2, 2, 2, 2])
print("加减乘除:", x + y, x - y, x * y, x / y, x**y)
print(torch.exp(x))
X = torch.arange(12, dtype=torch.float32).reshape((3, 4))
Y = torch.tensor([[2.0, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]])
print(torch.cat((X, Y), dim=0), torch.cat((X, Y), dim=1))
print(X == Y)
a = torch.arange(3).reshape((3, 1))
b = torch.arange(2).reshape((1, 2))
print("广播:", a + b)
before = id(Y)
Y[:] = X + Y
print(id(Y) == before)
a = torch.tensor([3.5])
print(a, a.item(), float(a), int(a))
A = X.numpy()
print(type(A), type(torch.tensor(A)))
print(X.sum(axis=0), X.mean(axis=0), X.cumsum(axis=0))
print(torch.dot(x, torch.ones(4)), torch.mv(X, x), torch.norm(torch.tensor([3.0, -4.0])))
