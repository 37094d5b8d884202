"""Which torch refimpl follows: what a script reads in ``torch.__version__``."""

import re

from refimpl.errors import outside

__all__ = ["__version__", "cuda"]

cuda = None  # as in a torch that is built for the CPU alone


class TorchVersion(str):
    """A version that is a text and compares by its numbers.

    Parameters
    ----------
    version : str

    Raises
    ------
    TypeError
        When compared in order with what is neither a text nor a tuple of numbers.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.__version__ >= "2.1", torch.__version__ >= (1, 8)
    (True, True)
    >>> torch.__version__.partition("+")[0]
    '2.13.0'
    """

    __slots__ = ()

    def _pair(self, other):
        other = _numbers(other) if isinstance(other, str) else tuple(other)
        own = _numbers(self)
        return own + (0,) * (len(other) - len(own)), other + (0,) * (len(own) - len(other))

    def __lt__(self, other):
        own, other = self._pair(other)
        return own < other

    def __le__(self, other):
        own, other = self._pair(other)
        return own <= other

    def __gt__(self, other):
        own, other = self._pair(other)
        return own > other

    def __ge__(self, other):
        own, other = self._pair(other)
        return own >= other


def _numbers(version):
    """Return the numbers of a release: (2, 13, 0) of "2.13.0+cpu"."""
    return tuple(map(int, re.match(r"[\d.]*\d", version)[0].split(".")))


__version__ = TorchVersion("2.13.0+cpu")
__getattr__ = outside("torch.version", __all__)
