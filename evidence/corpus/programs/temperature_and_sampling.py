"""Softmax with a temperature, and drawing classes from it."""

import torch
import torch.nn.functional as F

torch.manual_seed(30)
logits = torch.tensor([2.0, 1.0, 0.1, -1.0])
for T in (0.5, 1.0, 2.0, 10.0):
    p = F.softmax(logits / T, dim=0)
    print(f"T = {T:4.1f}", p, "entropy %.4f" % -(p * p.log()).sum())
p = F.softmax(logits, dim=0)
draws = torch.multinomial(p, 10, replacement=True)
print(draws)
u = torch.rand(1000)
cumulative = p.cumsum(0)
classes = (u.unsqueeze(1) > cumulative).sum(1)
freq = torch.stack([(classes == k).float().mean() for k in range(4)])
print(freq)
print((freq - p).abs().max() < 0.05)
