"""A few hundred steps of Adam, with every tenth loss in full digits."""

import torch
from torch import nn

torch.manual_seed(60)
X = torch.randn(50, 3)
y = torch.sin(X.sum(1, keepdim=True))
net = nn.Sequential(nn.Linear(3, 24), nn.Tanh(), nn.Linear(24, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for step in range(300):
    opt.zero_grad()
    loss = nn.functional.mse_loss(net(X), y)
    loss.backward()
    opt.step()
    if step % 10 == 0:
        print(step, loss.item())
print(net[2].weight)
