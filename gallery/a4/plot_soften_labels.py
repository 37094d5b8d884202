r"""
Soften the labels
=================

A soft label is a distribution over the classes. With one, the smallest loss is its entropy and the
best scores are finite. Claims A4-C10, A4-C11, A4-C14, A4-C15 and A4-C16.
"""

import matplotlib.pyplot as plt
import torch

from refimpl.articles import assert_prints

cross_entropy = torch.nn.functional.cross_entropy

# %%
# A hard label is the soft label that is sure of one class: index and one-hot target give one loss.
logits = torch.tensor([[2.0, 1.0, 0.1]])
print(cross_entropy(logits, torch.tensor([0])))
print(cross_entropy(logits, torch.tensor([[1.0, 0.0, 0.0]])))

# %%
# The article's example is (0.6, 0.4). No scores bring the loss below the entropy of that label,
# 0.6730, and the gap of the scores that reach it is :math:`\ln(0.6/0.4) = 0.4055`.
target = torch.tensor([[0.6, 0.4]])
gap = torch.log(target[0, 0] / target[0, 1])
best = torch.stack([gap, torch.tensor(0.0)]).reshape(1, 2)
entropy = -(target * target.log()).sum()
assert_prints(gap, "tensor(0.4055)")
assert_prints(entropy, "tensor(0.6730)")
print(gap, entropy, cross_entropy(best, target))

# %%
# The loss over the gap :math:`x_0 - x_1`. With a hard label it falls for ever; with the soft one,
# and with the hard label smoothed by :math:`\varepsilon = 0.1`, too much confidence costs.
gaps = torch.linspace(-3.0, 6.0, 91)
pairs = torch.stack([gaps, torch.zeros(91)], dim=1)
first = torch.zeros(91, dtype=torch.int64)
curves = {
    r"$y = (1, 0)$": cross_entropy(pairs, first, reduction="none"),
    r"$y = (0.6, 0.4)$": cross_entropy(pairs, target * torch.ones(91, 1), reduction="none"),
    r"$\varepsilon = 0.1$": cross_entropy(pairs, first, reduction="none", label_smoothing=0.1),
}
figure, axes = plt.subplots()
for label, losses in curves.items():
    axes.plot(gaps.tolist(), losses.tolist(), label=label)
axes.axvline(gap.item(), color="C1", linewidth=1)
axes.set_xlabel(r"$x_0 - x_1$")
axes.set_ylabel(r"$\ell$")
axes.legend()
figure.set_label(
    "Three losses over the gap between the two scores. With the hard label the curve falls "
    "all the way. With the soft label and with smoothing the curves turn and rise again, and "
    "a vertical line marks where the soft one is lowest."
)
plt.show()


# %%
# The gradient is softmax minus target, whatever the target. At scores of zero a hard label pulls
# hard and treats the wrong classes alike; a soft one ranks them.
def gradient(target):
    x = torch.zeros(1, target.shape[1], requires_grad=True)
    cross_entropy(x, target).backward()
    return x.grad


hard = torch.tensor([[1.0, 0.0, 0.0]])
soft = torch.tensor([[0.6, 0.3, 0.1]])
assert_prints(gradient(hard), "tensor([[-0.6667,  0.3333,  0.3333]])")
assert_prints(gradient(soft), "tensor([[-0.2667,  0.0333,  0.2333]])")
assert_prints(gradient(target), "tensor([[-0.1000,  0.1000]])")
print(gradient(hard))
print(gradient(soft))

# %%
# Label smoothing by :math:`\varepsilon` mixes the one-hot label with the uniform one. It is nothing
# but a soft label:
smoothed = 0.9 * hard + 0.1 / 3
print(smoothed)
print(cross_entropy(logits, torch.tensor([0]), label_smoothing=0.1))
print(cross_entropy(logits, smoothed))

# %%
# **Your turn.** Which label makes the gradient at ``logits`` zero?
