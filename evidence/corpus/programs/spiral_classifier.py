"""Three arms of a spiral, a small network with Adam."""

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(12)
N, D, C = 30, 2, 3
X = torch.zeros(N * C, D)
y = torch.zeros(N * C, dtype=torch.long)
for c in range(C):
    t = torch.linspace(0, 1, N)
    angle = 4 * c + 4 * t + torch.randn(N) * 0.2
    X[c * N : (c + 1) * N] = torch.stack((t * torch.sin(angle), t * torch.cos(angle)), dim=1)
    y[c * N : (c + 1) * N] = c
print("X:", tuple(X.size()))
print("y:", tuple(y.size()))
model = nn.Sequential(nn.Linear(D, 50), nn.ReLU(), nn.Linear(50, C))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-5)
for e in range(100):
    y_pred = model(X)
    loss = criterion(y_pred, y)
    score, predicted = torch.max(y_pred, 1)
    acc = (y == predicted).sum().float() / len(y)
    if e % 25 == 0:
        print("[EPOCH]: %i, [LOSS]: %.4f, [ACCURACY]: %.3f" % (e, loss.item(), acc))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(F.softmax(model(X[:2]), dim=-1).shape)
print(optimizer)
