"""Decimals and fractions, imported when a result first needs them: few do."""

import importlib


class Later:
    """A module that is imported when one of its names is asked for."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        return getattr(importlib.import_module(self._name), name)


many_digits = Later("refimpl.formulas._many_digits")
