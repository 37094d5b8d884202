"""Minimise Rosenbrock's function with Adam and look at the path."""

import torch

torch.manual_seed(0)
xy = torch.tensor([-1.0, 1.5], requires_grad=True)
optimizer = torch.optim.Adam([xy], lr=0.05)
path = []
for i in range(61):
    optimizer.zero_grad()
    x, y = xy
    loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    loss.backward()
    torch.nn.utils.clip_grad_norm_([xy], 10.0)
    optimizer.step()
    path.append(xy.detach().clone())
    if i % 15 == 0:
        print(f"{i:3d}  loss {loss.item():9.4f}  at ({xy[0].item():.4f}, {xy[1].item():.4f})")
path = torch.stack(path)
print(path.shape, path[-1])
print((path[1:] - path[:-1]).norm(dim=1).max())
