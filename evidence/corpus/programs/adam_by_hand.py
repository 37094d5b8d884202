"""Adam beside the same steps written out."""

import torch

torch.manual_seed(2)
target = torch.tensor([1.0, -2.0, 0.5])
p = torch.zeros(3, requires_grad=True)
opt = torch.optim.Adam([p], lr=0.1, betas=(0.9, 0.99))
q, m, v = torch.zeros(3), torch.zeros(3), torch.zeros(3)
for t in range(1, 6):
    opt.zero_grad()
    loss = ((p - target) ** 2).sum()
    loss.backward()
    g = p.grad.clone()
    opt.step()
    m = 0.9 * m + 0.1 * g
    v = 0.99 * v + 0.01 * g * g
    q = q - 0.1 * (m / (1 - 0.9**t)) / ((v / (1 - 0.99**t)).sqrt() + 1e-8)
    print(t, f"{loss.item():.4f}", p.data, torch.allclose(p.data, q, atol=1e-6))
print(opt)
state = opt.state_dict()
print(state["param_groups"])
print(state["state"][0]["step"], sorted(state["state"][0]))
