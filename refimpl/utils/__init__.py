"""Utilities: torch keeps its data loading here."""
