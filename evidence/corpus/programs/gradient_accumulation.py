"""Gradients add up until they are zeroed."""

import torch

weights = torch.ones(4, requires_grad=True)
for epoch in range(3):
    model_output = (weights * 3).sum()
    model_output.backward()
    print("epoch", epoch, weights.grad)
print("---- and now with zero_")
weights.grad = None
for epoch in range(3):
    model_output = (weights * 3).sum()
    model_output.backward()
    print("epoch", epoch, weights.grad)
    weights.grad.zero_()

optimizer = torch.optim.SGD([weights], lr=0.01)
(weights**2).sum().backward()
optimizer.step()
print(weights)
optimizer.zero_grad()
print(weights.grad)
