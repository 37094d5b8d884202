"""Outliers: squared loss beside L1 and Huber."""

import torch
from torch import nn

torch.manual_seed(33)
x = torch.linspace(0, 1, 20).unsqueeze(1)
y = 3 * x + 1
y[3] = 20.0
for criterion in (nn.MSELoss(), nn.L1Loss(), nn.SmoothL1Loss(beta=0.5), nn.HuberLoss()):
    torch.manual_seed(0)
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    name = type(criterion).__name__
    print(f"{name:<13} w {model.weight.item():.2f} b {model.bias.item():.2f}")
