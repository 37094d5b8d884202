"""Adaline: the gradient by hand beside the one of autograd."""

import torch
import torch.nn.functional as F
from torch.autograd import grad

torch.manual_seed(123)
X = torch.randn(8, 2)
y = torch.tensor([0, 1, 0, 1, 0, 1, 0, 1.0])


class Adaline1:
    def __init__(self, n):
        self.weight = torch.zeros(n, 1)
        self.bias = torch.zeros(1)

    def forward(self, x):
        return (torch.mm(x, self.weight) + self.bias).view(-1)

    def backward(self, x, yhat, y):
        dw = torch.mm(x.t(), (yhat - y).view(-1, 1)) * 2.0 / y.size(0)
        db = torch.sum(yhat - y) * 2.0 / y.size(0)
        return dw, db


by_hand = Adaline1(2)
w = torch.zeros(2, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(4):
    dw, db = by_hand.backward(X, by_hand.forward(X), y)
    by_hand.weight -= 0.1 * dw
    by_hand.bias -= 0.1 * db
    cost = F.mse_loss((X @ w + b).view(-1), y)
    gw = grad(cost, w, retain_graph=True)[0]
    gb = grad(cost, b)[0]
    with torch.no_grad():
        w.sub_(0.1 * gw)
        b.sub_(0.1 * gb)
    print("Epoch: %03d | MSE: %.5f" % (epoch + 1, cost))
print(by_hand.weight.view(-1), w.view(-1))
print(torch.allclose(by_hand.weight, w))
