"""Choose layers by name from a ModuleDict."""

import torch
import torch.nn as nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 4)
        self.heads = nn.ModuleDict({"mean": nn.Linear(4, 1), "spread": nn.Linear(4, 2)})
        self.activations = nn.ModuleDict([["relu", nn.ReLU()], ["tanh", nn.Tanh()]])

    def forward(self, x, head, act):
        return self.heads[head](self.activations[act](self.body(x)))


torch.manual_seed(44)
model = Heads()
print(model)
x = torch.tensor([[1.0, -1.0, 0.5]])
print(model(x, "mean", "relu"))
print(model(x, "spread", "tanh").shape)
print(list(model.heads.keys()), "tanh" in model.activations)
for name, module in model.heads.items():
    print(name, module)
print([n for n, _ in model.named_parameters()])
