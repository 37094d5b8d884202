"""A penalty on the gradient needs the gradient of a gradient."""

import torch
from torch import nn

torch.manual_seed(14)
critic = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
real = torch.randn(6, 2)
fake = torch.randn(6, 2) + 2
alpha = torch.rand(6, 1)
mixed = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
scores = critic(mixed)
gradients = torch.autograd.grad(
    outputs=scores,
    inputs=mixed,
    grad_outputs=torch.ones(scores.size()),
    create_graph=True,
    retain_graph=True,
    only_inputs=True,
)[0]
penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean()
loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
loss.backward()
print(f"penalty {penalty.item():.4f} loss {loss.item():.4f}")
print(critic[0].weight.grad.shape, critic[2].bias.grad)
print(critic[2].weight.grad)
