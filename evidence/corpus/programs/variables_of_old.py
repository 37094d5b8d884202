"""The old Variable wrapper, as lessons of 2017 used it."""

import torch
from torch.autograd import Variable

x = Variable(torch.FloatTensor([[1, 2], [3, 4]]), requires_grad=True)
print(x)
y = x + 2
print(y)
print(y.grad_fn is not None)
z = y * y * 3
out = z.mean()
print(z, out)
out.backward()
print(x.grad)
print(x.grad.data, type(x.data))
v = Variable(torch.ones(2, 2))
print(v.requires_grad, (v + x).requires_grad)
print(out.data.item())
