"""What the number types can hold."""

import numpy as np

from refimpl.errors import Builtin, Fixed, failure
from refimpl.tape import dtypes
from refimpl.tape.arguments import missing, wrong


class finfo(Fixed, metaclass=Builtin):
    """The limits of a floating-point type.

    Parameters
    ----------
    type : dtype, optional
        By default the default dtype.

    Attributes
    ----------
    bits : int
    eps : float
        The distance from 1 to the next larger number.
    max, min : float
        The largest number, and its negative.
    tiny, smallest_normal : float
        The smallest positive number that has all its digits.
    resolution : float
        Ten to the power of minus the decimal digits that are kept.
    dtype : str

    Raises
    ------
    TypeError
        For integers and bool; for what is no dtype.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.finfo(torch.float32).eps, torch.finfo(torch.float16).max
    (1.1920928955078125e-07, 65504.0)
    """

    owner = "torch.finfo"

    def __init__(self, type=None):
        kind = _dtype("finfo", dtypes.Defaults.dtype if type is None else type)
        if not kind.is_floating_point:
            raise failure(
                TypeError,
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle "
                "'torch.finfo'",
                f"It is {kind}.",
            )
        info = np.finfo(kind.numpy)
        self._fix(dtype=kind.name, bits=info.bits, eps=float(info.eps))
        self._fix(max=float(info.max), min=float(info.min))
        self._fix(tiny=float(info.tiny), smallest_normal=float(info.tiny))
        self._fix(resolution=float(f"1e-{info.precision}"))

    def __eq__(self, other):
        return isinstance(other, finfo) and self.dtype == other.dtype

    __hash__ = None  # as in torch

    def __repr__(self):
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        limits = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({limits}, dtype={self.dtype})"


class iinfo(Fixed, metaclass=Builtin):
    """The limits of an integer type.

    Parameters
    ----------
    type : dtype

    Attributes
    ----------
    bits, max, min : int
    dtype : str

    Raises
    ------
    TypeError
        For floating point and bool; for what is no dtype.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.iinfo(torch.uint8)
    iinfo(min=0, max=255, dtype=uint8)
    """

    owner = "torch.iinfo"

    def __init__(self, type=None):
        if type is None:
            raise missing("iinfo", "type")
        kind = _dtype("iinfo", type)
        if kind.category != dtypes.INTEGER:
            raise failure(
                TypeError,
                "torch.bool is not supported by torch.iinfo"
                if kind is dtypes.bool_
                else "torch.iinfo() requires an integer input type. Use torch.finfo to handle "
                "'torch.iinfo'",
                f"It is {kind}.",
            )
        info = np.iinfo(kind.numpy)
        self._fix(dtype=kind.name, bits=info.bits, max=int(info.max), min=int(info.min))

    def __eq__(self, other):
        return isinstance(other, iinfo) and self.dtype == other.dtype

    __hash__ = None  # as in torch

    def __repr__(self):
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


def _dtype(name, type):
    if not isinstance(type, dtypes.dtype):
        raise wrong(name, "type", 1, "torch.dtype", type)
    return type
