"""The losses of regression and of classification beside each other."""

import torch
import torch.nn as nn

torch.manual_seed(0)
input = torch.randn(3, 5, requires_grad=True)
target = torch.randn(3, 5)
for criterion in [nn.L1Loss(), nn.MSELoss(), nn.SmoothL1Loss(), nn.HuberLoss(delta=0.5)]:
    output = criterion(input, target)
    print(criterion, output)
l1 = nn.L1Loss(reduction="sum")(input, target)
l1.backward()
print(input.grad)
labels = torch.empty(3, dtype=torch.long).random_(5)
print(labels)
print(nn.CrossEntropyLoss()(input, labels))
print(nn.NLLLoss()(nn.LogSoftmax(dim=1)(input), labels))
sig = nn.Sigmoid()
binary = torch.empty(3, 5).random_(2)
print(nn.BCELoss()(sig(input), binary))
print(nn.BCEWithLogitsLoss()(input, binary))
kl = nn.KLDivLoss(reduction="batchmean")
print(kl(torch.log_softmax(input, 1), torch.softmax(target, 1)))
print(nn.CrossEntropyLoss(weight=torch.arange(1.0, 6.0))(input, labels))
