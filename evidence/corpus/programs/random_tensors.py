"""Random numbers with a seed."""

import torch

torch.manual_seed(1234)
print(torch.rand(2, 3))
print(torch.randn(3))
print(torch.randint(0, 10, (5,)))
print(torch.randperm(6))
print(torch.normal(mean=torch.zeros(3), std=torch.tensor([1.0, 2.0, 3.0])))
print(torch.empty(4).uniform_(-1, 1))
print(torch.empty(3).normal_(0, 0.1))
print(torch.bernoulli(torch.full((2, 3), 0.4)))
print(torch.zeros(5).random_(10))
print(torch.LongTensor(4).random_(0, 5))
state = torch.get_rng_state()
a = torch.rand(2)
torch.set_rng_state(state)
print(torch.equal(a, torch.rand(2)))
g = torch.Generator().manual_seed(7)
print(torch.rand(2, generator=g))
print(torch.initial_seed())
