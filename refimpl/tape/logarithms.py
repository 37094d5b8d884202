"""Logarithms of two arguments: computed in float64 and rounded once."""

import numpy as np

from refimpl.errors import failure, is_method, silent
from refimpl.keywords import MISSING, by_name
from refimpl.tape import dtypes
from refimpl.tape.arguments import invalid
from refimpl.tape.broadcast import like
from refimpl.tape.choosing import choose
from refimpl.tape.operands import check_tensor, pair
from refimpl.tape.powers import exp
from refimpl.tape.record import Operator
from refimpl.tape.respelling import pair_by_name, respelt
from refimpl.tape.tensor import Tensor


@silent
def _xlogy_forward(x, y):
    dtype = x.dtype if isinstance(x, np.ndarray) else y.dtype
    product = np.multiply(x, np.log(y, dtype=np.float64), dtype=np.float64)
    nothing = np.equal(x, 0) & ~np.isnan(y)
    return np.where(nothing, 0.0, product).astype(dtype)


def _slope_of_factor(g, x, y):
    """Return g log(y), and 0 where the product is 0 for whatever y."""
    if not hasattr(y, "shape"):
        slope = _xlogy_by_number(g, y)
        return slope if y > 0 else choose(x == 0, 0.0, slope)
    return choose((x == 0) & (y <= 0), 0.0, _xlogy(g, y))


_xlogy = Operator(
    "XlogyBackward0",
    _xlogy_forward,
    lambda g, x, y: like(_slope_of_factor(g, x, y), x),
    lambda g, x, y: like(g * x / y, y),
)
_xlogy_of_number = Operator(
    "XlogyBackward1", _xlogy_forward, None, lambda g, x, y: g * x / y, saves=((), (1,))
)
_xlogy_by_number = Operator(
    "XlogyBackward2", _xlogy_forward, _slope_of_factor, None, saves=((0,), ())
)


@by_name
def xlogy(input=MISSING, other=MISSING, /, **outside):
    r"""Return ``input * log(other)``, which is 0 where the input is 0.

    .. math:: z = x \log y, \qquad \frac{\partial z}{\partial x} = \log y, \qquad
              \frac{\partial z}{\partial y} = \frac{x}{y}

    Parameters
    ----------
    input, other : Tensor of any shape, or number; one of them a tensor
        Shapes are broadcast and dtypes promoted; integers and bool become the default dtype.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype
        nan where `other` is nan or, for an input other than 0, negative.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where neither is a tensor; where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> p = torch.tensor([0.0, 0.25, 0.75])
    >>> torch.xlogy(p, p), p * p.log()
    (tensor([ 0.0000, -0.3466, -0.2158]), tensor([    nan, -0.3466, -0.2158]))
    """
    if outside or other is MISSING:
        named = pair_by_name(outside, input, other)
        if named is None:
            return respelt(xlogy, outside, input, other)
        input, other = named
    left, right = isinstance(input, Tensor), isinstance(other, Tensor)
    numbers = [each for each in (input, other) if not isinstance(each, Tensor)]
    if not (left or right) or any(dtypes.of_number(each) is None for each in numbers):
        raise invalid("xlogy", *(input, other)[is_method("xlogy") :])
    a, b = pair("xlogy", input, other, divides=True)
    if left and right:
        return _xlogy(a, b)
    return (_xlogy_by_number if left else _xlogy_of_number)(a, b)


@silent
def _logaddexp_forward(a, b):
    dtype = a.dtype
    return np.logaddexp(a, b, dtype=np.float64).astype(dtype)


_logaddexp = Operator(
    "LogaddexpBackward0",
    _logaddexp_forward,
    lambda g, a, b: like(g / (1 + exp_of(b - a)), a),
    lambda g, a, b: like(g / (1 + exp_of(a - b)), b),
)


@silent
def exp_of(x):
    """Return the exponential of an array or a tensor."""
    return exp(x) if isinstance(x, Tensor) else np.exp(x)


def logaddexp(input, other, **outside):
    r"""Return the logarithm of the sum of two exponentials; no exponential overflows.

    .. math:: z = \log(e^x + e^y), \qquad
              \frac{\partial z}{\partial x} = \frac{1}{1 + e^{y - x}}

    Parameters
    ----------
    input, other : Tensor of floating point, any shape
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    NotImplementedError
        Where neither is of floating point.
    TypeError
        Where one of them is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.logaddexp(torch.tensor(-1000.0), torch.tensor(-1000.5))
    tensor(-999.5259)
    """
    if outside:
        return respelt(logaddexp, outside, input, other)
    check_tensor("logaddexp", input)
    check_tensor("logaddexp", other, "other", 2)
    a, b = pair("logaddexp", input, other)
    if a._array.dtype.kind != "f":
        title = a.dtype.title
        raise failure(
            NotImplementedError,
            f"\"logaddexp_cpu\" not implemented for '{title}'",
            "logaddexp: convert with .float() first.",
        )
    return _logaddexp(a, b)
