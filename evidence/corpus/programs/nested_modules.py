"""Blocks in blocks, and how they are reached."""

import torch
from torch import nn


def block1():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4), nn.ReLU())


def block2():
    net = nn.Sequential()
    for i in range(2):
        net.add_module(f"block {i}", block1())
    return net


torch.manual_seed(2)
rgnet = nn.Sequential(block2(), nn.Linear(4, 1))
X = torch.rand(size=(2, 4))
print(rgnet(X))
print(rgnet)
print(rgnet[0][1][0].bias.data)
print(*[(name, param.shape) for name, param in rgnet[1].named_parameters()])


class FixedHidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.rand_weight = torch.rand((4, 4), requires_grad=False)
        self.linear = nn.Linear(4, 4)

    def forward(self, X):
        X = self.linear(X)
        X = torch.relu(torch.mm(X, self.rand_weight) + 1)
        X = self.linear(X)
        while X.abs().sum() > 1:
            X /= 2
        return X.sum()


print(FixedHidden()(X))
