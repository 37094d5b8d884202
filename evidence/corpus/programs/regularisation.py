"""L2 by hand, by weight_decay, and clipping the gradient."""

import torch
import torch.nn as nn

torch.manual_seed(17)
X, y = torch.randn(12, 6), torch.randn(12, 1)


def l2_penalty(w):
    return (w**2).sum() / 2


for lambd in (0, 3):
    torch.manual_seed(1)
    w = torch.normal(0, 1, size=(6, 1), requires_grad=True)
    for _ in range(20):
        loss = ((X @ w - y) ** 2).mean() + lambd * l2_penalty(w)
        loss.backward()
        with torch.no_grad():
            w -= 0.05 * w.grad
            w.grad.zero_()
    print(f"lambda {lambd}: norm of w {torch.norm(w).item():.4f}")

net = nn.Linear(6, 1)
net.bias.data.zero_()
trainer = torch.optim.SGD(
    [{"params": net.weight, "weight_decay": 3.0}, {"params": net.bias}], lr=0.05
)
for _ in range(10):
    trainer.zero_grad()
    loss = nn.MSELoss()(net(X), y)
    loss.backward()
    total = torch.nn.utils.clip_grad_norm_(net.parameters(), max_norm=0.5)
    trainer.step()
print("norm before the clip:", total)
print("L2 of w: %.4f" % net.weight.norm().item())
nn.utils.clip_grad_value_(net.parameters(), 0.01)
print(net.bias.grad)
