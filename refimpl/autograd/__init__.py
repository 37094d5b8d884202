"""Gradients: `backward`, `grad`, and the switches of recording."""

from refimpl.autograd.gradients import backward, grad
from refimpl.autograd.modes import enable_grad, no_grad, set_grad_enabled
from refimpl.autograd.variable import Variable
from refimpl.errors import outside

__all__ = ["Variable", "backward", "enable_grad", "grad", "no_grad", "set_grad_enabled"]

__getattr__ = outside("torch.autograd", __all__)
