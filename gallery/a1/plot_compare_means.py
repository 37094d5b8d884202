r"""
Compare two functions by their means
====================================

The third program puts softmax beside LogSigmoid and prints means along ``dim=1``. One printed mean
cannot come from the call shown, and another never depends on the data.

See claims :ref:`claim-a1-c20` to :ref:`claim-a1-c27`.
"""

import matplotlib.pyplot as plt
import torch

from refimpl.articles import assert_prints

# %%
# The input is typed, and the call asks for one mean per row with the dimension kept.
a = torch.tensor([[0.5283, 0.3922, -0.0484], [-1.6257, -0.4775, 0.5645]])
print(a)
print("a.mean:", a.mean(1, True))

# %%
# Under this label the article shows ``-0.1111`` instead. That number is the mean of all six.
assert_prints(a.mean(1, True), "tensor([[ 0.2907],\n        [-0.5129]])")
assert_prints(a.mean(), "tensor(-0.1111)")

# %%
# Softmax and its row means, under the article's label:
output = torch.nn.Softmax(dim=1)(a)
print(output)
print("output.mean:", output.mean(1, True))

assert_prints(
    output,
    """
tensor([[0.4108, 0.3585, 0.2307],
        [0.0764, 0.2408, 0.6828]])
""",
)
assert_prints(output.mean(1, True), "tensor([[0.3333],\n        [0.3333]])")

# %%
# LogSigmoid and its row means; the label is the article's, spelling included.
lgoutput = torch.nn.LogSigmoid()(a)
print(lgoutput)
print("lgouput.mean:", lgoutput.mean(1, True))

assert_prints(
    lgoutput,
    """
tensor([[-0.4635, -0.5162, -0.7176],
        [-1.8053, -0.9601, -0.4502]])
""",
)
assert_prints(lgoutput.mean(1, True), "tensor([[-0.5658],\n        [-1.0719]])")

# %%
# A third of one is a third: a softmax row adds up to 1, so its mean says how many columns there
# are. Here are the two means of 200 random rows, against the mean of the row itself.
torch.manual_seed(0)
rows = torch.randn(200, 3)
means = rows.mean(1).tolist()
figure, axes = plt.subplots()
axes.plot(means, torch.nn.Softmax(dim=1)(rows).mean(1).tolist(), "o", markersize=4)
axes.plot(means, torch.nn.LogSigmoid()(rows).mean(1).tolist(), "s", markersize=4)
axes.text(-1.9, 0.6, r"$\overline{p}=\frac{1}{3}$", color="C0", fontsize=20)
axes.text(0.5, -1.5, r"$\overline{\ln\sigma(x)}$", color="C1", fontsize=20)
axes.set_ylim(-2, 1.4)
axes.set_xlabel(r"$\overline{x}$")
figure.set_label(
    "Means of 200 random rows, against the mean of the row itself. The means of softmax lie "
    "on a level line at one third. The means of LogSigmoid rise with the mean of the row, "
    "from below, and stay under zero."
)
plt.show()

# %%
# **Your turn.** Give ``a`` a fourth column. Which of the printed means can you foretell?
