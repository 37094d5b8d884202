"""A classifier on three groups of flowers, made up with NumPy."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable

np.random.seed(0)
torch.manual_seed(1234)
means = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
data = np.concatenate([m + 0.3 * np.random.randn(20, 4) for m in means])
target = np.repeat(np.arange(3), 20)
train_X = Variable(torch.Tensor(data).float())
train_y = Variable(torch.Tensor(target).long())


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(4, 16)
        self.fc2 = nn.Linear(16, 3)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, X):
        X = F.relu(self.fc1(X))
        return self.softmax(self.fc2(X))


net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(200):
    optimizer.zero_grad()
    out = net(train_X)
    loss = criterion(out, train_y)
    loss.backward()
    optimizer.step()
    if epoch % 50 == 0:
        print("number of epoch", epoch, "loss", round(loss.data.item(), 4))
_, predict_y = torch.max(net(train_X), 1)
print("prediction accuracy", (predict_y == train_y).float().mean().item() > 0.6)
print(predict_y[:5], predict_y.dtype)
