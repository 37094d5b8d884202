"""torch as the other engine."""

from tests.engines import torch

__all__ = ["torch"]
