"""The switches of cuDNN: they can be set, and concern a GPU alone."""

from refimpl.errors import outside

__all__ = ["benchmark", "deterministic", "enabled", "is_available", "version"]

enabled, deterministic, benchmark = True, False, False


def is_available():
    """Return whether the library is there: never.

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.backends.cudnn.is_available()
    False
    """
    return False


def version():
    """Return the library's version: None, since it is not there.

    Returns
    -------
    None

    Examples
    --------
    >>> import refimpl as torch
    >>> print(torch.backends.cudnn.version())
    None
    """


__getattr__ = outside("torch.backends.cudnn", __all__)
