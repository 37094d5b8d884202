"""Gradients: `backward`, `grad`, and the switches of recording."""

from refimpl.autograd.hooks import register_hook, retain_grad
from refimpl.autograd.modes import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from refimpl.autograd.variable import Variable
from refimpl.autograd.walking import backward, grad

__all__ = [
    "Variable",
    "backward",
    "enable_grad",
    "grad",
    "is_grad_enabled",
    "no_grad",
    "register_hook",
    "retain_grad",
    "set_grad_enabled",
]
