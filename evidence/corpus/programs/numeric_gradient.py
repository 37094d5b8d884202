"""Compare a numeric gradient with autograd, in float and in double."""

import torch


def f(x):
    return (torch.sin(x) * x.cos() + x.pow(3) / 3).sum()


def numeric(f, x, h):
    g = torch.zeros_like(x)
    for i in range(x.numel()):
        e = torch.zeros_like(x)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


for dtype, h in [(torch.float64, 1e-5), (torch.float32, 1e-2)]:
    x = torch.tensor([0.1, 0.7, -1.2], dtype=dtype, requires_grad=True)
    f(x).backward()
    with torch.no_grad():
        approx = numeric(f, x, h)
    print(dtype, x.grad, torch.allclose(x.grad, approx, atol=1e-3))
print(torch.finfo(torch.float64).eps ** (1 / 3) < 1e-5)
