"""Comparisons, logic and bits: results of bool, through which no gradient passes."""

import numpy as np

from refimpl.errors import as_float, check_bool, failure, silent
from refimpl.tape.arguments import invalid
from refimpl.tape.broadcast import check_broadcast
from refimpl.tape.operands import check_tensor, pair, plain
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import Tensor


def check_shapes(a, b):
    """Raise torch's error for two tensors whose shapes do not broadcast."""
    if a._array.shape != b._array.shape:
        check_broadcast(a._array.shape, b._array.shape)


@silent
def eq(input, other, **outside):
    """Return where ``input == other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.eq(torch.tensor([1, 2]), 2.0)
    tensor([False,  True])
    """
    if outside:
        return respelt(eq, outside, input, other)
    return plain(np.equal, *_compared("eq", input, other))


def _compared(name, input, other):
    """Return two operands in their common dtype; the first has to be a tensor."""
    if not isinstance(input, Tensor):
        raise invalid(name, input, other)
    return pair(name, input, other)


@silent
def ne(input, other, **outside):
    """Return where ``input != other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> nan = torch.tensor(float("nan"))
    >>> torch.ne(nan, nan)
    tensor(True)
    """
    if outside:
        return respelt(ne, outside, input, other)
    return plain(np.not_equal, *_compared("ne", input, other))


@silent
def lt(input, other, **outside):
    """Return where ``input < other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.lt(torch.tensor([1, 2, 3]), torch.tensor([3, 2, 1]))
    tensor([ True, False, False])
    """
    if outside:
        return respelt(lt, outside, input, other)
    return plain(np.less, *_compared("lt", input, other))


@silent
def le(input, other, **outside):
    """Return where ``input <= other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.le(torch.tensor([[1], [3]]), torch.tensor([1, 2]))
    tensor([[ True,  True],
            [False, False]])
    """
    if outside:
        return respelt(le, outside, input, other)
    return plain(np.less_equal, *_compared("le", input, other))


@silent
def gt(input, other, **outside):
    """Return where ``input > other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> prediction = torch.gt(torch.tensor([0.2, 0.9]), 0.5)
    >>> prediction.float().mean()
    tensor(0.5000)
    """
    if outside:
        return respelt(gt, outside, input, other)
    return plain(np.greater, *_compared("gt", input, other))


@silent
def ge(input, other, **outside):
    """Return where ``input >= other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ge(torch.tensor([-0.0, 0.1]), 0)
    tensor([True, True])
    """
    if outside:
        return respelt(ge, outside, input, other)
    return plain(np.greater_equal, *_compared("ge", input, other))


def isnan(input):
    """Return where the elements are nan.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of bool, of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.isnan(torch.tensor([0.0, float("nan")]) / 0)
    tensor([True, True])
    """
    check_tensor("isnan", input)
    return plain(np.isnan, input)


def isinf(input):
    """Return where the elements are infinite.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of bool, of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.isinf(torch.tensor([1.0, -1.0, 0.0]) / 0)
    tensor([ True,  True, False])
    """
    check_tensor("isinf", input)
    return plain(np.isinf, input)


def isfinite(input):
    """Return where the elements are neither infinite nor nan.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of bool, of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.isfinite(torch.tensor([88.0, 89.0]).exp())
    tensor([ True, False])
    """
    check_tensor("isfinite", input)
    return plain(np.isfinite, input)


def logical_not(input, **outside):
    """Return where the elements are 0.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of bool, of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.logical_not(torch.tensor([0.0, 0.5, -2.0]))
    tensor([ True, False, False])
    """
    if outside:
        return respelt(logical_not, outside, input)
    check_tensor("logical_not", input)
    return plain(np.logical_not, input)


def logical_and(input, other, **outside):
    """Return where both elements are not 0.

    Parameters
    ----------
    input, other : Tensor of any dtype and shape
        Shapes are broadcast.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.logical_and(torch.tensor([1, 1, 0]), torch.tensor([2.5, 0.0, 0.0]))
    tensor([ True, False, False])
    """
    if outside:
        return respelt(logical_and, outside, input, other)
    check_tensor("logical_and", input)
    check_tensor("logical_and", other, "other", 2)
    check_shapes(input, other)
    return plain(np.logical_and, input, other)


def logical_or(input, other, **outside):
    """Return where at least one of two elements is not 0.

    Parameters
    ----------
    input, other : Tensor of any dtype and shape
        Shapes are broadcast.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([-3.0, 0.5, 3.0])
    >>> torch.logical_or(x < -1, x > 1)
    tensor([ True, False,  True])
    """
    if outside:
        return respelt(logical_or, outside, input, other)
    check_tensor("logical_or", input)
    check_tensor("logical_or", other, "other", 2)
    check_shapes(input, other)
    return plain(np.logical_or, input, other)


def bitwise_and(input, other):
    """Return the bits set in both elements; this is ``input & other``.

    Parameters
    ----------
    input, other : Tensor of integers or bool of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    NotImplementedError
        For floating point.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor(6) & 3, torch.tensor([False, True]) & torch.tensor([True, True])
    (tensor(2), tensor([False,  True]))
    """
    return _bitwise("bitwise_and", np.bitwise_and, input, other)


def bitwise_or(input, other):
    """Return the bits set in at least one of two elements; this is ``input | other``.

    Parameters
    ----------
    input, other : Tensor of integers or bool of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    NotImplementedError
        For floating point.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor(6) | 3, torch.tensor([False, True]) | torch.tensor([True, True])
    (tensor(7), tensor([True, True]))
    """
    return _bitwise("bitwise_or", np.bitwise_or, input, other)


def bitwise_xor(input, other):
    """Return the bits set in exactly one of two elements; this is ``input ^ other``.

    Parameters
    ----------
    input, other : Tensor of integers or bool of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    NotImplementedError
        For floating point.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor(6) ^ 3, torch.tensor([False, True]) ^ torch.tensor([True, True])
    (tensor(5), tensor([ True, False]))
    """
    return _bitwise("bitwise_xor", np.bitwise_xor, input, other)


def _bitwise(name, ufunc, input, other):
    a, b = pair(name, input, other)
    for each in (a, b):
        if isinstance(each, Tensor) and each.is_floating_point():
            raise failure(
                NotImplementedError, f"\"{name}_cpu\" not implemented for '{each.dtype.title}'"
            )
    return plain(ufunc, a, b)


def bitwise_not(input):
    """Return the elements with every bit inverted; this is ``~input``.

    Parameters
    ----------
    input : Tensor of integers or bool, any shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    NotImplementedError
        For floating point.

    Examples
    --------
    >>> import refimpl as torch
    >>> ~torch.tensor([0, 5]), ~torch.tensor([True, False])
    (tensor([-1, -6]), tensor([False,  True]))
    """
    check_tensor("bitwise_not", input)
    if input.is_floating_point():
        raise failure(
            NotImplementedError, f"\"bitwise_not_cpu\" not implemented for '{input.dtype.title}'"
        )
    return plain(np.invert, input)


def inverted(input):
    """Return ``~input``."""
    if input.is_floating_point():
        raise failure(
            TypeError, "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
        )
    return bitwise_not(input)


def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return where ``|input - other| <= atol + rtol * |other|``.

    Parameters
    ----------
    input, other : Tensor of one dtype, any shape
        Shapes are broadcast.
    rtol, atol : float
        The allowed difference, relative to `other` and absolute.
    equal_nan : bool
        Count two nan as close.

    Returns
    -------
    Tensor of bool, of the broadcast shape

    Raises
    ------
    RuntimeError
        Where the dtypes differ; where the shapes do not broadcast; for a negative limit.
    TypeError
        Where an operand is no tensor, or a limit no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.isclose(torch.tensor([1.000001, 1e-9, 1.1]), torch.tensor([1.0, 0.0, 1.0]))
    tensor([ True,  True, False])
    """
    return _close("isclose", input, other, rtol, atol, equal_nan)


@silent
def _close(name, input, other, rtol, atol, equal_nan):
    check_tensor(name, input)
    check_tensor(name, other, "other", 2)
    limits = {
        "rtol": as_float(rtol, name, "rtol", 3),
        "atol": as_float(atol, name, "atol", 4),
    }
    check_bool(equal_nan, name, "equal_nan", 5)
    if input.dtype != other.dtype:
        raise failure(
            RuntimeError,
            f"{input.dtype.title} did not match {other.dtype.title}",
            f"{name}: convert the second with .to({input.dtype}).",
        )
    for argument, value in (("rtol", rtol), ("atol", atol)):
        if not limits[argument] >= 0:
            raise failure(
                RuntimeError,
                f"{argument} must be greater than or equal to zero, but got {value}",
                f"{name}: {argument} is the largest difference allowed.",
            )
    check_broadcast(input._array.shape, other._array.shape)
    return plain(np.isclose, input, other, **limits, equal_nan=equal_nan)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return whether `isclose` holds for all elements.

    Parameters
    ----------
    input, other : Tensor of one dtype, any shape
        Shapes are broadcast.
    rtol, atol, equal_nan
        As of `isclose`.

    Returns
    -------
    bool

    Raises
    ------
    RuntimeError
        Where the dtypes differ; where the shapes do not broadcast; for a negative limit.
    TypeError
        Where an operand is no tensor, or a limit no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> third = torch.tensor([1.0]) / 3
    >>> torch.allclose(third + third + third, torch.ones(1))
    True
    """
    return bool(_close("allclose", input, other, rtol, atol, equal_nan)._array.all())


def equal(input, other):
    """Return whether two tensors have the same shape and the same elements.

    Parameters
    ----------
    input, other : Tensor of any dtype and shape

    Returns
    -------
    bool

    Raises
    ------
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))
    True
    >>> torch.equal(torch.tensor([1, 2]), torch.tensor([[1, 2]]))
    False
    """
    check_tensor("equal", input)
    check_tensor("equal", other, "other", 2)
    return np.array_equal(input._array, other._array)
