"""Save a checkpoint in the middle of the training and go on from it."""

import io

import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(21)
x, y = torch.randn(20, 3), torch.randn(20, 1)
model = nn.Linear(3, 1)
optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


def train(model, optimizer, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    return loss.item()


loss = train(model, optimizer, 5)
buffer = io.BytesIO()
torch.save(
    {
        "epoch": 5,
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "loss": loss,
    },
    buffer,
)
print(f"{train(model, optimizer, 5):.4f}")
buffer.seek(0)
checkpoint = torch.load(buffer, weights_only=True)
other = nn.Linear(3, 1)
other_optimizer = optim.SGD(other.parameters(), lr=0.05, momentum=0.9)
other.load_state_dict(checkpoint["model_state_dict"])
other_optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
print(checkpoint["epoch"], round(checkpoint["loss"], 4))
print(f"{train(other, other_optimizer, 5):.4f}")
print(torch.equal(model.weight, other.weight))
