"""Build nn step by step: parameters, functions, Linear, optim."""

import math

import torch
import torch.nn.functional as F
from torch import nn, optim

torch.manual_seed(50)
x_train = torch.rand(64, 20)
y_train = torch.randint(0, 4, (64,))
weights = torch.randn(20, 4) / math.sqrt(20)
weights.requires_grad_()
bias = torch.zeros(4, requires_grad=True)


def log_softmax(x):
    return x - x.exp().sum(-1).log().unsqueeze(-1)


def model(xb):
    return log_softmax(xb @ weights + bias)


def nll(input, target):
    return -input[range(target.shape[0]), target].mean()


def accuracy(out, yb):
    preds = torch.argmax(out, dim=1)
    return (preds == yb).float().mean()


bs = 16
xb, yb = x_train[0:bs], y_train[0:bs]
print(nll(model(xb), yb), accuracy(model(xb), yb))
for epoch in range(2):
    for i in range((64 - 1) // bs + 1):
        xb, yb = x_train[i * bs : (i + 1) * bs], y_train[i * bs : (i + 1) * bs]
        loss = nll(model(xb), yb)
        loss.backward()
        with torch.no_grad():
            weights -= weights.grad * 0.5
            bias -= bias.grad * 0.5
            weights.grad.zero_()
            bias.grad.zero_()
print(nll(model(x_train), y_train))
print(F.cross_entropy(x_train @ weights + bias, y_train))


class Logistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(20, 4)

    def forward(self, xb):
        return self.lin(xb)


net = Logistic()
opt = optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
for epoch in range(3):
    loss = F.cross_entropy(net(x_train), y_train)
    loss.backward()
    opt.step()
    opt.zero_grad()
    print(epoch, loss.item())
