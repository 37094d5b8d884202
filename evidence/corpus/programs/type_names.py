"""The names of types as they are printed."""

import torch
import torch.nn as nn
import torch.optim as optim

x = torch.ones(2)
print(type(x))
print(type(x.shape))
print(type(x.dtype), type(x.device))
print(type(nn.Parameter(x)))
print(type(nn.Linear(1, 1)))
print(nn.Linear)
print(type(nn.Sequential(nn.ReLU())))
print(type(nn.CrossEntropyLoss()))
print(type(optim.SGD([nn.Parameter(x)], lr=0.1)))
print(type(torch.utils.data.TensorDataset(x)))
print(type(x.grad), type(x.tolist()), type(x.numpy()), type(x[0].item()))
print(torch.Tensor, x.__class__.__name__, torch.typename(x))
print(type(torch.Generator()), type(torch.no_grad()))
print(torch.nn.Module.__name__, nn.Tanh.__module__)
print(type(x.requires_grad_().sum().grad_fn).__name__)
print(type(torch.max(torch.eye(2), 0)))
