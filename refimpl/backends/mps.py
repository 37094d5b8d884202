"""Apple's GPU, as scripts ask for it: it is not used."""

from refimpl.errors import outside

__all__ = ["is_available", "is_built"]


def is_available():
    """Return whether the GPU is there: never.

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> "mps" if torch.backends.mps.is_available() else "cpu"
    'cpu'
    """
    return False


def is_built():
    """Return whether the library knows that GPU: it does not.

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.backends.mps.is_built()
    False
    """
    return False


__getattr__ = outside("torch.backends.mps", __all__)
