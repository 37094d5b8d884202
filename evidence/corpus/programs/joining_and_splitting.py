"""cat, stack, split, chunk, and squeeze."""

import torch

a = torch.tensor([[1.0, 2.0, 3.0]])
b = torch.tensor([[4.0, 5.0, 6.0]])
print(torch.cat([a, b]))
print(torch.cat((a, b), 1))
print(torch.stack([a, b]).shape)
print(torch.stack((a, b), dim=2))
s = torch.arange(10)
print(torch.chunk(s, 3))
print(torch.split(s, 4))
for piece in torch.split(s, [2, 3, 5]):
    print(piece.tolist())
u = torch.zeros(1, 3, 1)
print(u.squeeze().shape, u.squeeze(0).shape, u.unsqueeze(-1).shape)
v = torch.arange(6)
v.unsqueeze_(0)
print(v, v.shape)
v.squeeze_()
print(v.shape)
w = v.view(2, 3)
w.t_()
print(w)
print(w.transpose(0, 1), w.T.shape, w.permute(1, 0).shape)
