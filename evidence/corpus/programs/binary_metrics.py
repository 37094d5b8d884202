"""Accuracy, precision, recall and a confusion matrix."""

import torch

torch.manual_seed(19)
scores = torch.rand(20)
truth = torch.rand(20) < scores
pred = scores > 0.5
tp = (pred & truth).sum().item()
fp = (pred & ~truth).sum().item()
fn = (~pred & truth).sum().item()
tn = (~pred & ~truth).sum().item()
print(tp, fp, fn, tn)
print("accuracy  %.3f" % (pred == truth).float().mean())
print("precision {:.3f}".format(tp / (tp + fp)))
print(f"recall    {tp / (tp + fn):.3f}")
confusion = torch.zeros(2, 2, dtype=torch.int64)
for t, p in zip(truth.long(), pred.long()):
    confusion[t.long(), p.long()] += 1
print(confusion)
print(confusion.diag().sum().item() / confusion.sum().item())
best = torch.sort(scores, descending=True)
print(best.values[:3], best.indices[:3])
print(torch.cumsum(truth[best.indices].float(), dim=0)[:5])
