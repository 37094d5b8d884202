"""Optimisers: what changes the parameters by their gradients."""

from refimpl.errors import outside
from refimpl.optim.adam import Adam
from refimpl.optim.optimizer import Optimizer
from refimpl.optim.sgd import SGD

LATER = ("lr_scheduler",)
__all__ = ["SGD", "Adam", "Optimizer"]

__getattr__ = outside("torch.optim", [*__all__, *LATER], LATER)
