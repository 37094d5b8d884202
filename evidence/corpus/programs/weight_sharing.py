"""Two layers that share their parameters."""

import torch
from torch import nn

torch.manual_seed(15)
shared = nn.Linear(8, 8)
net = nn.Sequential(
    nn.Linear(4, 8), nn.ReLU(), shared, nn.ReLU(), shared, nn.ReLU(), nn.Linear(8, 1)
)
X = torch.rand(size=(2, 4))
print(net(X))
print(net[2].weight.data[0] == net[4].weight.data[0])
net[2].weight.data[0, 0] = 100
print(net[2].weight.data[0] == net[4].weight.data[0])
print(len(list(net.parameters())), len(net.state_dict()))
loss = net(X).sum()
loss.backward()
print(net[2].weight.grad is net[4].weight.grad)
print(net[6].bias.grad)
