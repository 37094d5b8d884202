"""A function with its own backward pass."""

import torch


class MyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


torch.manual_seed(0)
x = torch.randn(2, 3, requires_grad=True)
relu = MyReLU.apply
y = relu(x)
print(y.detach())
y.sum().backward()
print(x.grad)
print(torch.equal(x.grad, (x > 0).float()))
