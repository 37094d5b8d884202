"""Collect losses of several learning rates in a dictionary."""

import torch
from torch.nn import Linear, MSELoss
from torch.optim import SGD

history = {}
x = torch.arange(-1, 1, 0.1).view(-1, 1)
f = -3 * x
torch.manual_seed(1)
y = f + 0.1 * torch.randn(x.size())
for lr in (0.001, 0.1, 0.5):
    torch.manual_seed(1)
    model = Linear(in_features=1, out_features=1)
    optimizer = SGD(model.parameters(), lr=lr)
    criterion = MSELoss()
    losses = []
    for epoch in range(15):
        yhat = model(x)
        loss = criterion(yhat, y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    history[lr] = losses
for lr, losses in history.items():
    print(f"lr={lr:<6}", " ".join(f"{v:.3f}" for v in losses[::5]))
print(model.state_dict()["weight"], optimizer.state_dict())
print(dict(model.named_parameters())["bias"].shape)
