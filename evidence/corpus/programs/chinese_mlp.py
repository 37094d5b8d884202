"""多层感知机:从零开始,再用框架。"""

import torch
from torch import nn

torch.manual_seed(100)
num_inputs, num_outputs, num_hiddens = 6, 3, 5
W1 = nn.Parameter(torch.randn(num_inputs, num_hiddens, requires_grad=True) * 0.01)
b1 = nn.Parameter(torch.zeros(num_hiddens, requires_grad=True))
W2 = nn.Parameter(torch.randn(num_hiddens, num_outputs, requires_grad=True) * 0.01)
b2 = nn.Parameter(torch.zeros(num_outputs, requires_grad=True))
params = [W1, b1, W2, b2]


def relu(X):
    a = torch.zeros_like(X)
    return torch.max(X, a)


def net(X):
    X = X.reshape((-1, num_inputs))
    H = relu(X @ W1 + b1)
    return H @ W2 + b2


loss = nn.CrossEntropyLoss(reduction="none")
updater = torch.optim.SGD(params, lr=0.1)
X, y = torch.randn(12, 6), torch.randint(3, (12,))
for epoch in range(3):
    l = loss(net(X), y)
    updater.zero_grad()
    l.mean().backward()
    updater.step()
    print("第%d轮 loss %.4f" % (epoch + 1, l.sum()))
net = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
for m in net:
    print(m.__class__.__name__, "output shape:\t", net[0](X).shape)
print(type(net), type(net[1].weight), type(W1))
