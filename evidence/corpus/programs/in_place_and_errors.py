"""Errors that every beginner meets, caught and printed."""

import torch

x = torch.ones(2, requires_grad=True)
try:
    x.add_(1)
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    (x * 2).backward()
except RuntimeError as e:
    print("RuntimeError:", e)
y = (x * x).sum()
y.backward()
try:
    y.backward()
except RuntimeError as e:
    print("second backward:", str(e)[:60])
try:
    torch.ones(2, 3) @ torch.ones(2, 3)
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    torch.zeros(3) + torch.zeros(4)
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    x.numpy()
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    torch.tensor([1, 2]).requires_grad_()
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    torch.ones(2).item()
except (RuntimeError, ValueError) as e:
    print(type(e).__name__, e)
