"""Save tensors, lists and dicts to files and read them back."""

import os

import torch

x = torch.arange(4)
torch.save(x, "x-file")
x2 = torch.load("x-file")
print(x2, torch.equal(x, x2))
y = torch.zeros(4)
torch.save([x, y], "x-files")
x2, y2 = torch.load("x-files")
print((x2, y2))
mydict = {"x": x, "y": y}
torch.save(mydict, "mydict")
mydict2 = torch.load("mydict")
print(mydict2)
print(sorted(os.listdir(".")))
h = torch.ones(2, 2, dtype=torch.float16)
torch.save({"half": h, "name": "h", "list": [1, 2.5, None, True]}, "mixed.pt")
print(torch.load("mixed.pt"))
