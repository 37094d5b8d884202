"""Layers of one's own, with and without parameters."""

import torch
import torch.nn.functional as F
from torch import nn


class CenteredLayer(nn.Module):
    def forward(self, X):
        return X - X.mean()


class MyLinear(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units))
        self.bias = nn.Parameter(torch.randn(units))

    def forward(self, X):
        linear = torch.matmul(X, self.weight.data) + self.bias.data
        return F.relu(linear)


torch.manual_seed(8)
layer = CenteredLayer()
print(layer(torch.FloatTensor([1, 2, 3, 4, 5])))
linear = MyLinear(5, 3)
print(linear.weight)
print(linear(torch.rand(2, 5)))
net = nn.Sequential(MyLinear(8, 4), MyLinear(4, 1))
print(net(torch.rand(2, 8)))
net = nn.Sequential(nn.Linear(8, 16), CenteredLayer())
print(abs(net(torch.rand(4, 8)).mean().item()) < 1e-6)
