"""Formulas: an operator and its vjp side by side, ndarray in, ndarray out."""
