"""Make tensors in several ways and look at shape, dtype and type."""

import torch
import numpy as np

data = [[1, 2], [3, 4]]
x = torch.tensor(data)
print(x)
print(type(x))
print(x.type())
print("shape:", x.shape, "dtype:", x.dtype, "device:", x.device)

array = np.array(data, dtype=np.float64)
y = torch.from_numpy(array)
print(y, y.dtype)

ones = torch.ones_like(x)
print(f"ones like x:\n{ones}\n")
noise_seed = 5
torch.manual_seed(noise_seed)
noise = torch.rand_like(x, dtype=torch.float)
print(f"random like x:\n{noise}\n")
for shape in [(2,), (2, 3), (1, 2, 2)]:
    t = torch.zeros(shape)
    print(shape, t.dim(), t.numel(), t.size())
print(torch.__version__.split(".")[0] == "2")
print(isinstance(x, torch.Tensor), torch.is_tensor(data))
