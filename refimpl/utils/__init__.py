"""Utilities: torch keeps its data loading here."""

from refimpl.errors import outside
from refimpl.utils import data

__all__ = ["data"]

__getattr__ = outside("torch.utils", __all__)
