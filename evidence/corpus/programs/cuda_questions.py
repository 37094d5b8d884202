"""What a script asks before it uses a GPU."""

import torch

use_cuda = torch.cuda.is_available()
print("CUDA available?", use_cuda)
print("devices:", torch.cuda.device_count())
dtype = torch.cuda.FloatTensor if use_cuda else torch.FloatTensor
x = torch.ones(2, 2).type(dtype)
if use_cuda:
    x = x.cuda()
    print(torch.cuda.get_device_name(0))
else:
    print("no GPU found, staying on", x.device)
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = False
torch.cuda.manual_seed(1)
print(x.is_cuda, x.cpu() is x)
print(torch.device("cuda:0"), torch.device("cpu"))
kwargs = {"num_workers": 1, "pin_memory": True} if use_cuda else {}
print(kwargs)
