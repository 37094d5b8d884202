r"""
Shift the scores, do not scale them
===================================

Exponentials overflow. The article recommends to scale the scores first, which changes the answer;
subtracting the largest does not. Claims A4-C17, A4-C18, A4-C28, A4-C29 and A4-C31.
"""

import matplotlib.pyplot as plt
import torch

from refimpl.articles import assert_prints

# %%
# float32 has no room for :math:`e^{x}` beyond :math:`x = 88.7228`, and below :math:`-103.97`
# nothing but zero is left.
print(torch.exp(torch.tensor([88.72, 88.73])))
print(torch.exp(torch.tensor([-103.9, -104.0])))


# %%
# The article's softmax, by definition. It is right for moderate scores:
def naive_softmax(x):
    exponentials = torch.exp(x)
    return exponentials / exponentials.sum(1, keepdim=True)


moderate = torch.tensor([[2.0, 1.0, 0.1]])
assert_prints(naive_softmax(moderate), "tensor([[0.6590, 0.2424, 0.0986]])")
print(naive_softmax(moderate))

# %%
# At 89 the quotient is infinity by infinity, at −104 it is zero by zero. The fused function answers
# both times.
for scores in ([88.0, 0.0], [89.0, 0.0], [-104.0, -104.0]):
    x = torch.tensor([scores])
    print(naive_softmax(x), torch.softmax(x, dim=1))

# %%
# Dividing by the largest score prevents the overflow and makes another distribution: a division is
# a change of temperature. Subtracting the largest leaves the distribution as it was.
assert_prints(naive_softmax(moderate / moderate.max()), "tensor([[0.5017, 0.3043, 0.1940]])")
assert_prints(naive_softmax(moderate - moderate.max()), "tensor([[0.6590, 0.2424, 0.0986]])")
print(naive_softmax(moderate / moderate.max()))
print(naive_softmax(moderate - moderate.max()))

# %%
# The shift even works where every single exponential would overflow.
far = moderate + 1000
print(naive_softmax(far))
print(naive_softmax(far - far.max()))

# %%
# Divide by a temperature :math:`T`, and the three probabilities walk from a decision (left) to
# indifference (right). Shift by a constant :math:`c`, and they stay.
T = torch.linspace(0.1, 5.0, 50)
c = torch.linspace(-5.0, 5.0, 50)
scaled = naive_softmax(moderate / T.reshape(50, 1))
shifted = naive_softmax(moderate + c.reshape(50, 1))
figure, (left, right) = plt.subplots(1, 2, sharey=True, figsize=(5, 3.2))
left.plot(T.tolist(), scaled.tolist())
left.set_xlabel(r"$T$")
left.set_ylabel(r"$p_k$")
right.plot(c.tolist(), shifted.tolist())
right.set_xlabel(r"$c$")
figure.set_label(
    "The three probabilities when all scores are divided, and when all are shifted. On the "
    "left three curves come from zero and one and draw near to one third as the temperature "
    "rises. On the right three level lines."
)
plt.show()

# %%
# The article's cross-entropy takes the logarithm of the quotient. At the scores (0, −104) that is
# the logarithm of zero: the loss is infinite and the gradient is lost. The fused loss is 104.
x = torch.tensor([[0.0, -104.0]], requires_grad=True)
loss = -torch.log(naive_softmax(x)[range(1), torch.tensor([1])])
print(loss)
loss.sum().backward()
print(x.grad)

x = torch.tensor([[0.0, -104.0]], requires_grad=True)
loss = torch.nn.functional.cross_entropy(x, torch.tensor([1]))
print(loss)
loss.backward()
print(x.grad)

# %%
# **Your turn.** Give the naive function float64 scores. From which score on does it fail?
