"""Initialise by walking over modules(); stop on unknown ones."""

import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(4, 3)
        self.fc2 = nn.Linear(3, 2)
        self._init()

    def _init(self):
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=0.01)
                nn.init.constant_(m.bias, 0)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


torch.manual_seed(31)
net = Net()
for name, param in net.named_parameters():
    print(name, param.data)
print(net(torch.ones(1, 4)))
n_params = sum(p.numel() for p in net.parameters() if p.requires_grad)
print("trainable parameters:", n_params)
for p in net.fc1.parameters():
    p.requires_grad = False
print(sum(p.numel() for p in net.parameters() if p.requires_grad))
