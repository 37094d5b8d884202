"""Linear regression with layers, a data loader and init."""

import torch
from torch import nn
from torch.utils import data

torch.manual_seed(3)
true_w = torch.tensor([2.0, -3.4])
features = torch.randn(100, 2)
labels = features @ true_w.reshape(2, 1) + 4.2


def load_array(arrays, batch_size, is_train=True):
    dataset = data.TensorDataset(*arrays)
    return data.DataLoader(dataset, batch_size, shuffle=is_train)


batches = load_array((features, labels), 20)
X, y = next(iter(batches))
print(X.shape, y.shape)
net = nn.Sequential(nn.Linear(2, 1))
net[0].weight.data.normal_(0, 0.01)
net[0].bias.data.fill_(0)
print(net[0].weight, net[0].bias)
loss = nn.MSELoss()
trainer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(5):
    for X, y in batches:
        l = loss(net(X), y)
        trainer.zero_grad()
        l.backward()
        trainer.step()
    print(f"epoch {epoch + 1}, loss {loss(net(features), labels):.4f}")
print(net)
