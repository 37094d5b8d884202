"""Vectors and matrices: products, norms, transposes."""

import torch

A = torch.arange(20, dtype=torch.float32).reshape(5, 4)
print(A.T)
B = torch.tensor([[1, 2, 3], [2, 0, 4], [3, 4, 5]])
print(B == B.T)
print(A * A.clone())
print(A.sum(axis=[0, 1]), A.numel(), A.mean() == A.sum() / A.numel())
sum_A = A.sum(axis=1, keepdims=True)
print(A / sum_A)
x = torch.arange(4, dtype=torch.float32)
print(A.shape, x.shape, torch.mv(A, x))
print(torch.mm(A, torch.ones(4, 3)))
print(A @ x, x @ x, torch.matmul(x, A.t()))
u = torch.tensor([3.0, -4.0])
print(torch.norm(u), torch.abs(u).sum(), u.norm(p=1), torch.norm(torch.ones((4, 9))))
print(torch.outer(u, u), torch.eye(2) * 3, torch.diag(u))
batch = torch.ones(2, 3, 4)
print((batch @ batch.mT).shape)
print(A.view(-1)[:3], A.flatten().shape, A.contiguous().is_contiguous())
