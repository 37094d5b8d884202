"""Sine and cosine: computed in float64 and rounded once."""

import numpy as np

from refimpl.tape.operands import floating
from refimpl.tape.powers import once
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt

_sin = Operator("SinBackward0", once(np.sin), lambda g, x: g * _cos(x))
_cos = Operator("CosBackward0", once(np.cos), lambda g, x: g * -_sin(x))


def sin(input, **outside):
    r"""Return the sine of each element.

    .. math:: y = \sin x, \qquad y' = \cos x

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Angles in radians; integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input
        nan for infinite elements.

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.sin(torch.tensor([0.0, torch.pi / 6, torch.pi / 2]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    if outside:
        return respelt(sin, outside, input)
    return _sin(floating("sin", input))


def cos(input, **outside):
    r"""Return the cosine of each element.

    .. math:: y = \cos x, \qquad y' = -\sin x

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Angles in radians; integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input
        nan for infinite elements.

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cos(torch.tensor([0.0, torch.pi / 3, torch.pi]))
    tensor([ 1.0000,  0.5000, -1.0000])
    """
    if outside:
        return respelt(cos, outside, input)
    return _cos(floating("cos", input))
