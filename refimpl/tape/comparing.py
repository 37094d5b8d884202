"""Comparisons, logic and bits: results of bool, through which no gradient passes."""

import numpy as np

from refimpl.errors import failure, silent
from refimpl.tape.operands import pair, plain
from refimpl.tape.tensor import Tensor


@silent
def eq(input, other):
    """Return where ``input == other``, as a tensor of bool."""
    return plain(np.equal, *pair("eq", input, other))


@silent
def ne(input, other):
    """Return where ``input != other``, as a tensor of bool."""
    return plain(np.not_equal, *pair("ne", input, other))


@silent
def lt(input, other):
    """Return where ``input < other``, as a tensor of bool."""
    return plain(np.less, *pair("lt", input, other))


@silent
def le(input, other):
    """Return where ``input <= other``, as a tensor of bool."""
    return plain(np.less_equal, *pair("le", input, other))


@silent
def gt(input, other):
    """Return where ``input > other``, as a tensor of bool."""
    return plain(np.greater, *pair("gt", input, other))


@silent
def ge(input, other):
    """Return where ``input >= other``, as a tensor of bool."""
    return plain(np.greater_equal, *pair("ge", input, other))


def isnan(input):
    """Return where the elements are nan."""
    return plain(np.isnan, input)


def isinf(input):
    """Return where the elements are infinite."""
    return plain(np.isinf, input)


def isfinite(input):
    """Return where the elements are neither infinite nor nan."""
    return plain(np.isfinite, input)


def logical_not(input):
    """Return where the elements are zero."""
    return plain(np.logical_not, input)


def logical_and(input, other):
    """Return where both elements are nonzero."""
    return plain(np.logical_and, input, other)


def logical_or(input, other):
    """Return where one of the elements is nonzero."""
    return plain(np.logical_or, input, other)


def bitwise_and(input, other):
    """Return the bits that are set in both elements; for bool, whether both hold."""
    return _bitwise("bitwise_and", np.bitwise_and, input, other)


def bitwise_or(input, other):
    """Return the bits that are set in one of the elements; for bool, whether one holds."""
    return _bitwise("bitwise_or", np.bitwise_or, input, other)


def bitwise_xor(input, other):
    """Return the bits that are set in exactly one element; for bool, whether they differ."""
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
    """Return the elements with every bit, or truth value, inverted."""
    if input.is_floating_point():
        raise failure(
            TypeError, "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
        )
    return plain(np.invert, input)


@silent
def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return where ``|input - other| <= atol + rtol * |other|``."""
    if input.dtype != other.dtype:
        raise failure(RuntimeError, f"{input.dtype.title} did not match {other.dtype.title}")
    return plain(np.isclose, input, other, rtol=rtol, atol=atol, equal_nan=equal_nan)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return whether all elements are close, see `isclose`."""
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


def equal(input, other):
    """Return whether two tensors have one shape and equal elements."""
    return np.array_equal(input._array, other._array)
