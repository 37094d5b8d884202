"""XOR again, with the layers kept in a ModuleList."""

import torch
from torch import nn, optim


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList()
        for n_in, n_out in zip(sizes[:-1], sizes[1:]):
            self.layers.append(nn.Linear(n_in, n_out))
        self.act = nn.Tanh()

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < len(self.layers) - 1:
                x = self.act(x)
        return x


torch.manual_seed(5)
net = MLP([2, 8, 8, 1])
print(net)
print(len(net.layers), sum(p.numel() for p in net.parameters()))
X = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = torch.tensor([[0.0], [1], [1], [0]])
opt = optim.Adam(net.parameters(), lr=0.02)
loss_fn = nn.BCEWithLogitsLoss()
for i in range(150):
    opt.zero_grad()
    loss = loss_fn(net(X), y)
    loss.backward()
    opt.step()
print(f"loss below 0.1: {loss.item() < 0.1}")
print((torch.sigmoid(net(X)) > 0.5).int().flatten().tolist())
