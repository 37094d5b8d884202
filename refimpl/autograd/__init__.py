"""Gradients: `backward`, `grad`, the switches of recording, and functions of one's own."""

from refimpl.autograd.checking import gradcheck
from refimpl.autograd.function import Function
from refimpl.autograd.gradients import backward, grad
from refimpl.autograd.modes import enable_grad, no_grad, set_grad_enabled
from refimpl.autograd.variable import Variable
from refimpl.errors import outside

__all__ = [
    "Function",
    "Variable",
    "backward",
    "enable_grad",
    "functional",
    "grad",
    "gradcheck",
    "no_grad",
    "set_grad_enabled",
]

__getattr__ = outside("torch.autograd", __all__, later=("functional",))
