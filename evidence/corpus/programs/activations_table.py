"""The usual activation functions on the same points."""

import torch
import torch.nn as nn
import torch.nn.functional as F

x = torch.linspace(-2, 2, 5)
print("x       ", x)
for f in [nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.Softplus(), nn.GELU(), nn.SiLU()]:
    print(f"{f.__class__.__name__:9s}", f(x))
print(nn.Softmax(dim=0)(x))
print(F.relu(x), torch.relu(x), x.relu())
x.requires_grad_()
y = torch.sigmoid(x)
y.backward(torch.ones_like(x))
print("slope of sigmoid", x.grad)
