"""Utilities: torch keeps its data loading here."""

from refimpl.utils import data

__all__ = ["data"]
