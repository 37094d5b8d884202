"""L1, smooth L1, Huber and their slopes."""

import torch
import torch.nn.functional as F

pred = torch.tensor([0.0, 0.5, 1.0, 2.0, 4.0], requires_grad=True)
true = torch.zeros(5)
print(F.l1_loss(pred, true), F.l1_loss(pred, true, reduction="none"))
print(F.smooth_l1_loss(pred, true, reduction="none"))
print(F.smooth_l1_loss(pred, true, beta=2.0))
print(F.huber_loss(pred, true, reduction="none", delta=1.5))
for name in ["l1_loss", "smooth_l1_loss", "huber_loss", "mse_loss"]:
    pred.grad = None
    getattr(F, name)(pred, true).backward()
    print(f"{name:15s}", pred.grad)
print(torch.abs(pred - true).mean())
print(torch.nn.L1Loss(reduction="none")(pred, true).detach().numpy())
