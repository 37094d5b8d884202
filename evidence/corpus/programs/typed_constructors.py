"""The old typed constructors and conversions between types."""

import torch

a = torch.FloatTensor([1, 2, 3])
b = torch.LongTensor([4, 5, 6])
c = torch.DoubleTensor([[0.1, 0.2], [0.3, 0.4]])
d = torch.ByteTensor([0, 1, 255])
e = torch.IntTensor([7, -7])
for t in (a, b, c, d, e):
    print(t, t.type(), t.dtype)
print(a.type(torch.LongTensor))
print(b.type(torch.FloatTensor))
print(b.type("torch.DoubleTensor"))
print(a.long(), a.int(), a.double())
print(a + b.float())
print(torch.FloatTensor(2, 3).shape)
print(torch.LongTensor(3).fill_(9))
print(isinstance(a, torch.FloatTensor), isinstance(a, torch.LongTensor))
print(torch.FloatTensor([[1, 2], [3, 4]]).mm(torch.FloatTensor([[1], [1]])))
print(torch.BoolTensor([True, False]).any())
