"""Imbalanced classes: weights of the loss, label smoothing, ignore_index."""

import torch
import torch.nn as nn

torch.manual_seed(3)
logits = torch.randn(6, 3)
target = torch.tensor([0, 0, 0, 0, 1, 2])
counts = torch.stack([(target == c).sum() for c in range(3)])
print(counts)
weights = counts.sum() / (len(counts) * counts.float())
print(weights)
print(nn.CrossEntropyLoss()(logits, target))
print(nn.CrossEntropyLoss(weight=weights)(logits, target))
print(nn.CrossEntropyLoss(label_smoothing=0.1)(logits, target))
target[0] = -100
print(nn.CrossEntropyLoss(ignore_index=-100, reduction="none")(logits, target))
probs = torch.softmax(logits, dim=1)
print(probs.max(dim=1).values.mean(), probs.argmax(1).tolist())
print("entropy", -(probs * probs.log()).sum(1).mean())
