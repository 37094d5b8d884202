"""SGD, momentum and Adam on the same valley."""

import torch


def valley(x, y):
    return 0.1 * x**2 + 2 * y**2


for name, make in [
    ("sgd", lambda ps: torch.optim.SGD(ps, lr=0.1)),
    ("momentum", lambda ps: torch.optim.SGD(ps, lr=0.1, momentum=0.5)),
    ("nesterov", lambda ps: torch.optim.SGD(ps, lr=0.1, momentum=0.5, nesterov=True)),
    ("adam", lambda ps: torch.optim.Adam(ps, lr=0.1)),
]:
    x = torch.tensor(-5.0, requires_grad=True)
    y = torch.tensor(-2.0, requires_grad=True)
    optimizer = make([x, y])
    for _ in range(20):
        optimizer.zero_grad()
        out = valley(x, y)
        out.backward()
        optimizer.step()
    print("%-9s x %.4f y %.4f f %.4f" % (name, x, y, out))
    print(type(optimizer).__name__, optimizer.param_groups[0]["lr"])
