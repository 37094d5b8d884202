"""Dropout by hand and by the layer, in training and in evaluation."""

import torch
from torch import nn


def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 1:
        return torch.zeros_like(X)
    if dropout == 0:
        return X
    mask = (torch.rand(X.shape) > dropout).float()
    return mask * X / (1.0 - dropout)


torch.manual_seed(13)
X = torch.arange(16, dtype=torch.float32).reshape((2, 8))
print(X)
print(dropout_layer(X, 0.0))
print(dropout_layer(X, 0.5))
print(dropout_layer(X, 1.0))
drop = nn.Dropout(p=0.25)
print(drop, drop(X))
drop.eval()
print(drop(X))
net = nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, 1))
print(net)
print(net(X))
net.eval()
print(net(X))
print(nn.functional.dropout(torch.ones(10), p=0.3, training=True))
