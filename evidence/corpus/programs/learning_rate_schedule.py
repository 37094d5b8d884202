"""Halve the learning rate by hand and by a scheduler."""

import torch
from torch.optim.lr_scheduler import StepLR

p = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([p], lr=0.4)
for epoch in range(6):
    if epoch and epoch % 2 == 0:
        for group in optimizer.param_groups:
            group["lr"] *= 0.5
    optimizer.zero_grad()
    (p**2).sum().backward()
    optimizer.step()
    print(epoch, optimizer.param_groups[0]["lr"], p.item())
optimizer = torch.optim.SGD([p], lr=0.4)
scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
for epoch in range(6):
    optimizer.step()
    scheduler.step()
    print(epoch, scheduler.get_last_lr())
