"""Between NumPy and torch."""

import numpy as np
import torch

a = np.ones(3)
t = torch.from_numpy(a)
np.add(a, 1, out=a)
print(a, t)
t.add_(5)
print(a)
s = torch.arange(4, dtype=torch.float32)
n = s.numpy()
s[0] = 100
print(n, type(n), n.dtype)
print(torch.as_tensor([1, 2, 3]), torch.tensor(np.float32(2.5)))
rng = np.random.RandomState(0)
x = torch.tensor(rng.rand(3, 2), dtype=torch.float)
print(x)
print(np.mean(x.numpy(), axis=0).round(4))
print(x.tolist()[0][0] == x[0, 0].item())
print(np.array(x).shape, x.numpy().T.shape)
y = torch.Tensor(rng.randint(0, 5, (2, 2)))
print(y, y.dtype)
