"""Rounding to whole numbers; the gradients are 0, that of the fraction is 1."""

import numpy as np

from refimpl.errors import LONG, failure, silent, too_wide
from refimpl.tape.arguments import invalid, wrong
from refimpl.tape.arithmetic import zero
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt


def _flat(name, forward):
    """Return the operator of a function whose gradient is 0 everywhere."""
    return Operator(name, silent(forward), lambda g, x, *rest: zero(g), saves=((),))


@silent
def _at_decimals(x, decimals):
    """Round as torch does: the product with a power of ten, rounded and divided again."""
    power = x.dtype.type(np.float64(10.0) ** abs(decimals))
    if decimals < 0:
        return np.rint(x / power) * power
    return np.rint(x * power) / power


_round = _flat("RoundBackward0", np.rint)
_round_to = _flat("RoundBackward1", _at_decimals)
_floor = _flat("FloorBackward0", np.floor)
_ceil = _flat("CeilBackward0", np.ceil)
_trunc = _flat("TruncBackward0", np.trunc)
_frac = Operator("FracBackward0", silent(lambda x: x - np.trunc(x)), lambda g, x: g, saves=((),))


def _whole(name, operator, input):
    """Apply an operator that leaves integers as they are."""
    check_tensor(name, input)
    kind = input._array.dtype.kind
    if kind == "b":
        raise failure(NotImplementedError, f"\"{name}_vml_cpu\" not implemented for 'Bool'")
    return operator(input) if kind == "f" else input.clone()


class _Default(int):
    """A default that another number of its value is not: torch has a form with, and one without."""


NONE = _Default(0)


def round(input, *, decimals=NONE, **outside):
    """Return the nearest whole number of each element; of two equally near ones, the even one.

    Parameters
    ----------
    input : Tensor of integers or floating point, any shape
    decimals : int
        How many decimals are kept; negative, how many digits before the point become 0. The
        element is multiplied by a power of ten, rounded, and divided again, in its own dtype.

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    NotImplementedError
        For bool; for integers with `decimals`.
    TypeError
        Where `input` is no tensor or `decimals` no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.round(torch.tensor([0.5, 1.5, -2.7])), torch.round(torch.tensor(3.14159), decimals=2)
    (tensor([ 0.,  2., -3.]), tensor(3.1400))
    """
    if outside:
        return respelt(round, outside, input, decimals=decimals)
    if isinstance(decimals, bool) and decimals is not NONE:
        raise wrong("round", "decimals", 0, "int", decimals)
    if not isinstance(decimals, int):
        raise invalid("round", input, decimals=decimals)
    if not -LONG <= decimals < LONG:
        raise too_wide(decimals)
    if decimals is NONE:
        return _whole("round", _round, input)
    check_tensor("round", input)
    if input._array.dtype.kind != "f":
        raise failure(
            NotImplementedError,
            f'"{"round" if decimals else "round_vml"}_cpu" not implemented for '
            f"'{input.dtype.title}'",
            "round: decimals are for floating point; convert with .float() first.",
        )
    return _round_to(input, decimals)


def floor(input, **outside):
    """Return the greatest whole number that is not above each element.

    Parameters
    ----------
    input : Tensor of integers or floating point, any shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    NotImplementedError
        For bool.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.floor(torch.tensor([1.5, -1.5]))
    tensor([ 1., -2.])
    """
    if outside:
        return respelt(floor, outside, input)
    return _whole("floor", _floor, input)


def ceil(input, **outside):
    """Return the smallest whole number that is not below each element.

    Parameters
    ----------
    input : Tensor of integers or floating point, any shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    NotImplementedError
        For bool.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ceil(torch.tensor([1.5, -1.5]))
    tensor([ 2., -1.])
    """
    if outside:
        return respelt(ceil, outside, input)
    return _whole("ceil", _ceil, input)


def trunc(input, **outside):
    """Return each element without its fraction.

    Parameters
    ----------
    input : Tensor of integers or floating point, any shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    NotImplementedError
        For bool.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.trunc(torch.tensor([1.5, -1.5]))
    tensor([ 1., -1.])
    """
    if outside:
        return respelt(trunc, outside, input)
    return _whole("trunc", _trunc, input)


def frac(input, **outside):
    """Return the fraction of each element, ``input - trunc(input)``; its gradient is 1.

    Parameters
    ----------
    input : Tensor of floating point, any shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    NotImplementedError
        For integers and bool.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.frac(torch.tensor([1.25, -1.25]))
    tensor([ 0.2500, -0.2500])
    """
    if outside:
        return respelt(frac, outside, input)
    check_tensor("frac", input)
    if input._array.dtype.kind != "f":
        title = input.dtype.title
        raise failure(NotImplementedError, f"\"frac_cpu\" not implemented for '{title}'")
    return _frac(input)
