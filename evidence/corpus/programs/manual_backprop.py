"""A hidden layer with the chain rule written out, checked with autograd."""

import torch

torch.manual_seed(9)
x = torch.tensor([[0.5, -1.0]])
t = torch.tensor([[1.0]])
W1 = torch.randn(2, 3, requires_grad=True)
W2 = torch.randn(3, 1, requires_grad=True)
h = torch.tanh(x @ W1)
y = torch.sigmoid(h @ W2)
loss = 0.5 * ((y - t) ** 2).sum()
loss.backward()
with torch.no_grad():
    delta2 = (y - t) * y * (1 - y)
    grad_W2 = h.t() @ delta2
    delta1 = (delta2 @ W2.t()) * (1 - h**2)
    grad_W1 = x.t() @ delta1
print("loss", loss)
print("autograd W2\n", W2.grad, "\nby hand\n", grad_W2)
print("autograd W1\n", W1.grad)
print(torch.allclose(W1.grad, grad_W1), torch.allclose(W2.grad, grad_W2))
print((W1.grad - grad_W1).abs().max().item() < 1e-6)
