"""Buffers go into the state and are no parameters."""

import torch
from torch import nn


class RunningMean(nn.Module):
    def __init__(self, n, momentum=0.1):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(n))
        self.gain = nn.Parameter(torch.ones(n))

    def forward(self, x):
        if self.training:
            self.mean.mul_(1 - self.momentum).add_(self.momentum * x.mean(0).detach())
        return (x - self.mean) * self.gain


torch.manual_seed(26)
layer = RunningMean(3)
for _ in range(4):
    layer(torch.randn(5, 3) + 1)
print(layer.mean)
print(layer.state_dict())
print([n for n, _ in layer.named_parameters()], [n for n, _ in layer.named_buffers()])
layer.eval()
before = layer.mean.clone()
print(layer(torch.ones(1, 3)), torch.equal(before, layer.mean))
torch.save(layer.state_dict(), "running.pt")
other = RunningMean(3)
print(other.load_state_dict(torch.load("running.pt", map_location="cpu")))
print(torch.equal(other.mean, layer.mean))
print(layer.double().mean.dtype)
