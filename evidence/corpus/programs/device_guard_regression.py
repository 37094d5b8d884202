"""Linear regression with the usual device guard."""

import torch
import torch.nn as nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print("Using device:", device)
torch.manual_seed(42)
if torch.cuda.is_available():
    torch.cuda.manual_seed_all(42)

x = torch.linspace(0, 1, 40).unsqueeze(1).to(device)
y = (2 * x + 0.5).to(device) + 0.05 * torch.randn(40, 1, device=device)

model = nn.Linear(1, 1).to(device)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(200):
    prediction = model(x)
    loss = criterion(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if (epoch + 1) % 50 == 0:
        print("Epoch [{}/{}], Loss: {:.4f}".format(epoch + 1, 200, loss.item()))
w, b = model.weight.item(), model.bias.item()
print(f"w = {w:.3f}, b = {b:.3f}")
print(model.weight.device, model.weight.is_cuda)
