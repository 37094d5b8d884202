"""Resume Adam from a file; map_location as scripts write it."""

import torch
from torch import nn

torch.manual_seed(4)
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
X = torch.randn(8, 2)
t = X.sum(1, keepdim=True)
for i in range(3):
    opt.zero_grad()
    nn.functional.mse_loss(net(X), t).backward()
    opt.step()
torch.save({"net": net.state_dict(), "opt": opt.state_dict(), "epoch": i}, "ckpt.pth")
ckpt = torch.load("ckpt.pth", map_location=torch.device("cpu"))
print(list(ckpt), ckpt["epoch"])
print(list(ckpt["net"].keys()))
print(type(ckpt["net"]).__name__)
print(ckpt["opt"]["param_groups"][0]["lr"], ckpt["opt"]["param_groups"][0]["params"])
print(ckpt["opt"]["state"][0]["exp_avg"].shape)
opt.load_state_dict(ckpt["opt"])
print(opt.state_dict()["state"][1]["step"])
print(ckpt["net"]["2.bias"])
