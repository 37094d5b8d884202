"""Softmax regression on three blobs with one-hot targets by scatter_."""

import torch
import torch.nn.functional as F
from torch import optim

torch.manual_seed(1)
centres = torch.tensor([[0.0, 3.0], [-3.0, -2.0], [3.0, -2.0]])
x_train = (centres.unsqueeze(1) + torch.randn(3, 20, 2)).reshape(-1, 2)
y_train = torch.cat([torch.full((20,), c) for c in range(3)])
y_one_hot = torch.zeros(60, 3)
y_one_hot.scatter_(1, y_train.unsqueeze(1), 1)
print(y_one_hot.shape, y_one_hot[::20])
W = torch.zeros((2, 3), requires_grad=True)
b = torch.zeros((1, 3), requires_grad=True)
optimizer = optim.SGD([W, b], lr=0.1)
nb_epochs = 100
for epoch in range(nb_epochs + 1):
    hypothesis = F.softmax(x_train.matmul(W) + b, dim=1)
    cost = (y_one_hot * -torch.log(hypothesis)).sum(dim=1).mean()
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()
    if epoch % 20 == 0:
        print("Epoch {:4d}/{} Cost: {:.6f}".format(epoch, nb_epochs, cost.item()))
print(F.cross_entropy(x_train.matmul(W) + b, y_train))
prediction = (x_train @ W + b).argmax(dim=1)
print("hits:", (prediction == y_train).sum().item(), "of", len(y_train))
