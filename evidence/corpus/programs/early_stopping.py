"""Stop when the loss of the validation set no longer falls."""

import copy

import torch
from torch import nn

torch.manual_seed(77)
X = torch.randn(40, 5)
y = X @ torch.tensor([1.0, -1.0, 0.0, 0.0, 0.5]).unsqueeze(1) + 0.3 * torch.randn(40, 1)
Xt, Xv, yt, yv = X[:20], X[20:], y[:20], y[20:]
net = nn.Sequential(nn.Linear(5, 20), nn.ReLU(), nn.Linear(20, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
best, best_state, patience = float("inf"), None, 0
for epoch in range(300):
    net.train()
    loss = nn.functional.mse_loss(net(Xt), yt)
    opt.zero_grad()
    loss.backward()
    opt.step()
    net.eval()
    with torch.no_grad():
        valid = nn.functional.mse_loss(net(Xv), yv).item()
    if valid < best - 1e-3:
        best, best_state, patience = valid, copy.deepcopy(net.state_dict()), 0
    else:
        patience += 1
        if patience == 10:
            print("stopped")
            break
print(f"train {loss.item():.2f} valid {best:.2f}")
net.load_state_dict(best_state)
print(type(best_state).__name__, list(best_state)[0])
