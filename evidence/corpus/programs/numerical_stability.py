"""Overflow of softmax and what log-sum-exp does about it."""

import torch

z = torch.tensor([1000.0, 1001.0, 1002.0])
naive = torch.exp(z) / torch.exp(z).sum()
print(naive)
shifted = z - z.max()
print(torch.exp(shifted) / torch.exp(shifted).sum())
print(torch.logsumexp(z, dim=0), z - torch.logsumexp(z, 0))
print(torch.softmax(z, 0), torch.log_softmax(z, 0))
a, b = torch.tensor(-1000.0), torch.tensor(-1000.5)
print(torch.log(a.exp() + b.exp()), torch.logaddexp(a, b))
p = torch.tensor([0.0, 0.25, 0.75])
print(torch.special.xlogy(p, p), torch.xlogy(p, p).sum())
print(-(p * p.log()).sum())
x = torch.tensor(1e-8)
print(torch.log(1 + x), torch.log1p(x), torch.exp(x) - 1, torch.expm1(x))
M = torch.normal(0, 1, size=(4, 4), generator=torch.Generator().manual_seed(2))
for i in range(20):
    M = torch.mm(M, M / M.norm())
print(torch.isfinite(M).all())
