"""The gradient of softmax and of cross entropy, by hand and by autograd."""

import torch
import torch.nn.functional as F
from torch.autograd.functional import jacobian

z = torch.tensor([2.0, 1.0, 0.1])
p = F.softmax(z, dim=0)
J = torch.diag(p) - torch.outer(p, p)
print(J)
print(jacobian(lambda t: F.softmax(t, dim=0), z))
print(torch.allclose(J, jacobian(lambda t: F.softmax(t, 0), z), atol=1e-6))
print("rows sum to zero:", J.sum(1).abs().max() < 1e-6)
z.requires_grad_(True)
loss = F.cross_entropy(z.unsqueeze(0), torch.tensor([0]))
loss.backward()
target = torch.tensor([1.0, 0.0, 0.0])
print(z.grad, (p - target))
print(f"loss = {loss:.4f} = {-torch.log(p[0]):.4f}")
