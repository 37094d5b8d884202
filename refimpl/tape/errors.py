"""Errors: torch's type and text, our advice as a note."""

import difflib


class NotInSubset(AttributeError):
    """Something that torch has and this reference does not.

    Examples
    --------
    >>> import refimpl as torch
    >>> try:
    ...     torch.zeros(3).svd
    ... except torch.NotInSubset as error:
    ...     print(error)
    'Tensor' object has no attribute 'svd'
    """

    def __init__(self, message, name, neighbours=()):
        super().__init__(message)
        self.name = name
        self.add_note(f"{name} lies outside the subset of torch that refimpl covers.")
        if neighbours:
            self.add_note(f"Near it: {', '.join(neighbours)}.")


def near(name, names):
    """Return the public names that look like `name`."""
    return difflib.get_close_matches(name, [each for each in names if each[0] != "_"])


def failure(kind, message, advice=None):
    """Return an error with torch's `message` and our `advice` as its note."""
    error = kind(message)
    if advice is not None:
        error.add_note(advice)
    return error


def outside(module, names):
    """Return a module's ``__getattr__``: it says what is missing and what is near."""

    def missing(name):
        raise NotInSubset(f"module '{module}' has no attribute '{name}'", name, near(name, names))

    return missing


def typename(value):
    """Return how torch's errors name a class, a function, or the class of anything else."""
    named = value if hasattr(value, "__qualname__") else type(value)
    module = "" if named.__module__ == "builtins" else f"{named.__module__}."
    return module + named.__qualname__


def unsupported(name, advice):
    """Return the error for an argument of torch's that has no counterpart here."""
    return failure(
        NotImplementedError, f"{name} lies outside the subset of torch that refimpl covers", advice
    )
