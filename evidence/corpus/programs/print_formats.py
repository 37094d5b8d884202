"""Tensors in all kinds of print."""

import torch

torch.set_printoptions(precision=3)
x = torch.tensor([3.14159265, 1e-3, 1234.5])
print(x)
torch.set_printoptions(precision=4, sci_mode=False)
print(torch.tensor([1e-6, 1.0, 1e6]))
torch.set_printoptions(profile="default")
print(torch.tensor([1e-6, 1.0]))
print("{:.2f} {:>8.3f}|".format(x[0], x[1]))
print("%d %s %r" % (x[2], x[0], x[0]))
print(f"{x[0]:.3e} {x.mean():6.2f} {x.shape[0]:03d} {x.dtype}")
print(str(x), repr(x.double()))
print(torch.arange(2000).float())
print(torch.eye(3, dtype=torch.int))
print([t for t in torch.arange(3)])
print({"loss": torch.tensor(0.25), "acc": torch.tensor(1)})
print(torch.tensor([]), torch.empty(0, 3), torch.tensor(True))
print(torch.zeros(2, 1, 2))
print(x.requires_grad_(), (x * 2).sum())
print(torch.Size([2, 3]), torch.float32, torch.device("cpu"))
print("tensor of bool", x > 2)
