"""What the default type changes."""

import torch

print(torch.get_default_dtype())
print(torch.tensor([1.5, 2.5]).type())
torch.set_default_tensor_type(torch.DoubleTensor)
print(torch.get_default_dtype())
x = torch.tensor([1.5, 2.5])
print(x, x.type())
print(torch.zeros(2), torch.ones(1).dtype)
torch.set_default_tensor_type("torch.FloatTensor")
print(torch.tensor([1.5, 2.5]).type())
print(x.float() / 3)
