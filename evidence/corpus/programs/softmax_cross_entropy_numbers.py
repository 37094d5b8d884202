"""Cross entropy by numpy, by hand and by the layer."""

import numpy as np
import torch
import torch.nn as nn


def softmax(x):
    return np.exp(x) / np.sum(np.exp(x), axis=0)


x = np.array([2.0, 1.0, 0.1])
print("softmax numpy:", softmax(x))
x = torch.tensor([2.0, 1.0, 0.1])
print("softmax torch:", torch.softmax(x, dim=0))

loss = nn.CrossEntropyLoss()
Y = torch.tensor([2, 0, 1])
Y_pred_good = torch.tensor([[0.1, 1.0, 2.1], [2.0, 1.0, 0.1], [0.1, 3.0, 0.1]])
Y_pred_bad = torch.tensor([[2.1, 1.0, 0.1], [0.1, 1.0, 2.1], [0.1, 3.0, 0.1]])
l1 = loss(Y_pred_good, Y)
l2 = loss(Y_pred_bad, Y)
print(f"Batch Loss1: {l1.item():.4f}")
print(f"Batch Loss2: {l2:.4f}")
_, predictions1 = torch.max(Y_pred_good, 1)
_, predictions2 = torch.max(Y_pred_bad, 1)
print(f"Actual class: {Y}, Y_pred1: {predictions1}, Y_pred2: {predictions2}")
print(nn.CrossEntropyLoss(reduction="none")(Y_pred_bad, Y))
print(nn.NLLLoss()(torch.log_softmax(Y_pred_good, dim=1), Y))
print(loss, nn.LogSoftmax(dim=1))
