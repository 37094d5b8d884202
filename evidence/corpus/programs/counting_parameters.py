"""Summaries of a model: names, shapes, counts, freezing."""

import torch
import torch.nn as nn
from collections import OrderedDict

torch.manual_seed(0)
model = nn.Sequential(
    OrderedDict(
        [
            ("fc1", nn.Linear(10, 6)),
            ("relu1", nn.ReLU(inplace=True)),
            ("drop", nn.Dropout(p=0.2)),
            ("fc2", nn.Linear(6, 4)),
            ("softmax", nn.Softmax(dim=-1)),
        ]
    )
)
print(model)
print("{:<12} {:<10} {}".format("name", "shape", "count"))
for name, p in model.named_parameters():
    print("{:<12} {:<10} {}".format(name, str(list(p.shape)), p.numel()))
print("total", sum(p.nelement() for p in model.parameters()))
for p in model.fc1.parameters():
    p.requires_grad_(False)
trainable = filter(lambda p: p.requires_grad, model.parameters())
print("trainable", sum(p.numel() for p in trainable))
model.eval()
print(model(torch.ones(1, 10)))
print(model.fc2.in_features, model.fc2.out_features, model[0] is model.fc1)
