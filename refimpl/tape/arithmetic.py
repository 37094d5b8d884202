"""Arithmetic: sums, differences, products, quotients, remainders and signs of elements.

Operands are brought to one dtype first (`operands.pair`), so the operators themselves see arrays
of one dtype and Python numbers, and compute in that dtype.
"""

import warnings

import numpy as np

from refimpl.errors import failure, is_method, kind, silent
from refimpl.keywords import MISSING, by_name, refuse
from refimpl.tape import dtypes
from refimpl.tape.arguments import invalid
from refimpl.tape.broadcast import check_broadcast, like, padded, repeat
from refimpl.tape.numbers import check_width, converted, fitted
from refimpl.tape.operands import (
    check_tensor,
    floating,
    is_bool,
    pair,
    rank_and_type,
    refuse_two_bools,
    to_dtype,
)
from refimpl.tape.record import RESULT, Operator
from refimpl.tape.respelling import pair_by_name, respelt
from refimpl.tape.tensor import Tensor, wrap

# ---- operators ------------------------------------------------------------------------
NOTHING = ((), ())
OTHER = ((1,), (0,))
_add = Operator(
    "AddBackward0",
    silent(np.add),
    lambda g, a, b: like(g, a),
    lambda g, a, b: like(g, b),
    saves=NOTHING,
)
_sub = Operator(
    "SubBackward0",
    silent(np.subtract),
    lambda g, a, b: like(g, a),
    lambda g, a, b: like(-g, b),
    saves=NOTHING,
)
_sub_number = _sub.named("SubBackward1")
_rsub = _sub.named("RsubBackward1")
_rsub_tensors = _sub.named("RsubBackward0")
_mul = Operator(
    "MulBackward0",
    silent(np.multiply),
    lambda g, a, b: like(g * b, a),
    lambda g, a, b: like(g * a, b),
    saves=OTHER,
)
_div = Operator(
    "DivBackward0",
    silent(np.divide),
    lambda g, a, b: like(g / b, a),
    lambda g, a, b: like(-(g * (a / b / b)), b),
    saves=((1,), (0, 1)),
)
_reciprocal = Operator(
    "ReciprocalBackward0",
    silent(lambda x: np.divide(x.dtype.type(1), x)),
    lambda g, x, y: -g * y * y,
    saves=((RESULT,),),
    result=True,
)
_neg = Operator("NegBackward0", np.negative, lambda g, x: -g, saves=((),))
zero = Operator(
    "MulBackward0", lambda x: np.zeros(x.shape, x.dtype), lambda g, x: zero(g), saves=((),)
)


@silent
def _modulo(a, b):
    """Return the remainder with the divisor's sign; a zero has the sign of the dividend."""
    rest = np.fmod(a, b)
    return np.where((rest != 0) & ((rest < 0) != (np.asarray(b) < 0)), rest + b, rest)


_remainder = Operator(
    "RemainderBackward0",
    _modulo,
    lambda g, a, b: like(g, a),
    lambda g, a, b: like(-g * _quotient(a, b), b),
    saves=((), (0, 1)),
)


_remainder_by_tensor = _remainder.named("RemainderBackward1")


def _no_derivative(g, a, b):
    raise failure(
        RuntimeError,
        "derivative for aten::remainder is not implemented",
        "remainder: torch has one where the dividend is a tensor.",
    )


def _no_derivative_of_floor(g, a, b):
    raise failure(
        RuntimeError,
        "derivative for aten::floor_divide is not implemented",
        "floor_divide: it is 0 where there is one; divide x.detach().",
    )


_remainder_of_number = Operator("NotImplemented", _modulo, None, _no_derivative, saves=((), ()))
_floor_divide = Operator(
    "NotImplemented",
    silent(np.floor_divide),
    _no_derivative_of_floor,
    _no_derivative_of_floor,
    saves=((), ()),
)
_quotient = Operator(
    "DivBackward2",
    silent(np.floor_divide),
    lambda g, a, b: like(zero(g), a),
    lambda g, a, b: like(zero(g), b),
    saves=NOTHING,
)


def _signs(x):
    """Return -1, 0 or 1, for nan too; a zero has no sign."""
    return np.greater(x, 0).astype(x.dtype) - np.less(x, 0).astype(x.dtype)


signs = Operator("SignBackward0", _signs, lambda g, x: zero(g), saves=((),))
_abs = Operator("AbsBackward0", np.abs, lambda g, x: g * signs(x))

# ---- torch's functions ----------------------------------------------------------------


ONE = 1  # the default of alpha, by identity: True is another


def older_form(name, given, alpha=ONE):
    """Return `other` and `alpha` of ``add(input, alpha, other)``, of which torch warns.

    `given` is what stands behind `input`.
    """
    ranked = [rank_and_type(each) for each in given]
    fits = len(given) == 2 and alpha is ONE and ranked[0][0] < 1 and None not in ranked[0]
    fits = fits and not (isinstance(given[0], Tensor) and given[0].requires_grad)
    if not fits or ranked[1][1] is None:
        raise _too_many(name, len(given))
    own, out = ("", "") if _is_method(name) else ("Tensor input, ", ", Tensor out = None")
    older = f"{name}({own}Number alpha, Tensor other{out and ', *'}{out})"
    warnings.warn(
        f"This overload of {name} is deprecated:\n\t{older}\nConsider using one of the following "
        f"signatures instead:\n\t{name}({own}Tensor other, *, Number alpha = 1{out})",
        UserWarning,
        stacklevel=3,
    )
    return given[1], given[0]


def older_by_name(name, given, outside):
    """Return `other` of ``add(input, alpha, other=...)`` in a tuple, and nothing where it is not.

    `given` is what stands by place behind `input`.
    """
    if "other" not in outside:
        return ()
    if len(given) > 1:
        raise _too_many(name, len(given))
    value = outside.pop("other")
    ranked = [rank_and_type(each) for each in (*given, value)]
    fits = len(given) == 1 and ranked[0][0] < 1 and None not in [each[1] for each in ranked]
    if not fits or getattr(given[0], "requires_grad", False):
        raise failure(TypeError, f"{name}() got multiple values for argument 'other'")
    return (value,)


def _is_method(name):
    return name.endswith("_") or is_method(name)


def _too_many(name, count):
    """Return torch's error for arguments that fit neither form; it counts a method's own."""
    text = f"{name}() takes 2 positional arguments but {count + 1} were given"
    if _is_method(name):
        text = f"{name}() takes 1 positional argument but {count} were given"
    return failure(TypeError, text, f"{name}: the factor is given by name, alpha=...")


@by_name
def add(input=MISSING, other=MISSING, /, *older, alpha=ONE, **outside):
    """Return ``input + alpha * other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.
    *older : Tensor of any shape, or number
        `other`, where the factor stands before it: ``add(input, alpha, other)``. Such a call warns.
    alpha : number
        A factor for `other`.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.add(torch.tensor([[1], [2]]), torch.tensor([10.0, 20.0]), alpha=0.5)
    tensor([[ 6., 11.],
            [ 7., 12.]])
    """
    if outside and other is not MISSING:
        older += older_by_name("add", (other, *older), outside)
    if older:
        other, alpha = older_form("add", (other, *older), alpha)
    if outside or other is MISSING:
        named = pair_by_name(outside, input, other)
        if named is None:
            return respelt(add, outside, input, other, alpha=alpha)
        input, other = named
    a, b = pair("add", input, other)
    return _add(a, b if alpha is ONE else _times(alpha, "add", a, b))


@by_name
def sub(input=MISSING, other=MISSING, /, *older, alpha=ONE, **outside):
    """Return ``input - alpha * other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape and any dtype but bool, or number
        Shapes are broadcast and dtypes promoted.
    *older : Tensor of any shape, or number
        `other`, where the factor stands before it: ``sub(input, alpha, other)``. Such a call warns.
    alpha : number
        A factor for `other`.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for bool.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([3.0, 1.0], requires_grad=True)
    >>> torch.sub(x, torch.tensor([1.0, 1.0]))
    tensor([2., 0.], grad_fn=<SubBackward0>)
    """
    if outside and other is not MISSING:
        older += older_by_name("sub", (other, *older), outside)
    if older:
        other, alpha = older_form("sub", (other, *older), alpha)
    if outside or other is MISSING:
        named = pair_by_name(outside, input, other)
        if named is None:
            return respelt(sub, outside, input, other, alpha=alpha)
        input, other = named
    _refuse_bool(input, other)
    a, b = pair("sub", input, other)
    if alpha is ONE:
        return _sub(a, b)
    return _minus(_sub, alpha)(a, _times(alpha, "sub", a, b))


def subtract(input, other, *factor, alpha=ONE, **outside):
    """Do what `sub` does; beside a number as `other` the factor may come by place.

    Parameters
    ----------
    input, other : Tensor of any shape and any dtype but bool, or number
        Shapes are broadcast and dtypes promoted.
    *factor : number
        `alpha` by its place, beside a number as `other`.
    alpha : number
        A factor for `other`.

    Returns
    -------
    Tensor of the broadcast shape

    Raises
    ------
    RuntimeError
        As `sub`.
    TypeError
        As `sub`; for a factor by its place beside a tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ones(2).subtract(3, 2)
    tensor([-5., -5.])
    """
    if not factor:
        return sub(input, other, alpha=alpha, **outside)
    if outside or not _is_factor(other, factor, alpha):
        raise invalid("subtract", other, *factor, **outside)
    if isinstance(other, Tensor):  # a number, in this form
        other = other.item()
    _refuse_bool(input, other)
    a, b = pair("sub", input, other)
    return _minus(_sub_number, *factor)(a, _times(*factor, "sub", a, b))


def _minus(operator, alpha):
    """Return an operator that subtracts; of 0 times something it adds, with torch's sign of zero.

    torch adds ``-alpha * other``, and the integer 0 has no sign.
    """
    if type(alpha) is int and alpha == 0:
        return Operator(operator.name, _add.forward, *operator.vjps, saves=operator.saves)
    return operator


def _times(alpha, name, a, b):
    """Return ``alpha * b``, with alpha checked as torch does."""
    if isinstance(alpha, Tensor) and alpha.ndim == 0 and not alpha.requires_grad:
        alpha = alpha.item()
    number = dtypes.of_number(alpha)
    common = (a if isinstance(a, Tensor) else b).dtype
    if isinstance(alpha, complex) and common.is_floating_point:
        raise failure(
            RuntimeError,
            "For non-complex input tensors, argument alpha must not be a complex number.",
        )
    if isinstance(alpha, complex):
        number = dtypes.float64
    if number is None:
        raise failure(TypeError, f"{name}(): argument 'alpha' must be Number, not {kind(alpha)}")
    if number is dtypes.bool_ and common is not dtypes.bool_:
        raise failure(RuntimeError, "Boolean alpha only supported for Boolean results.")
    if number.is_floating_point and not common.is_floating_point:
        raise failure(
            RuntimeError,
            "For integral input tensors, argument alpha must not be a floating point number.",
        )
    if common.category != dtypes.INTEGER:
        b = _spread(b, a)
        times = b * (alpha.item() if isinstance(alpha, np.generic) else alpha)
        return to_dtype(times, common) if common is dtypes.bool_ else times
    factor = int(fitted(alpha, common))
    return (
        b * factor
        if isinstance(b, Tensor)
        else converted(np.uint64(int(b) * factor % 2**64), common)
    )


def _spread(b, a):
    """Return `b` in the shape that it has beside `a`, where its gradient is wanted.

    torch multiplies a cotangent by alpha and sums it then: the sign of a sum that is 0 is +.
    """
    shapes = [each._array.shape for each in (a, b) if isinstance(each, Tensor)]
    if len(shapes) < 2 or shapes[0] == shapes[1] or not b.requires_grad:
        return b
    check_broadcast(*shapes)
    shape = np.broadcast_shapes(*shapes)
    return b if shape == shapes[1] else repeat(padded(b, ndim=len(shape)), shape=shape)


def rsub(input, other, *factor, alpha=ONE, **outside):
    """Return ``other - alpha * input``: subtraction with its operands in reverse order.

    Parameters
    ----------
    input : Tensor of any shape and any dtype but bool
    other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.
    *factor : number
        `alpha` by place, where `other` is a number.
    alpha : number
        A factor for `input`.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for bool.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.rsub(torch.tensor([0.25, 1.0]), 1)
    tensor([0.7500, 0.0000])
    """
    if outside:
        refuse(rsub, outside)
    if not isinstance(input, Tensor) or factor and not _is_factor(other, factor, alpha):
        raise invalid("rsub", input, other, *factor)
    if factor:
        (alpha,) = factor
        other = other.item() if isinstance(other, Tensor) else other
    _refuse_bool(input, other)
    if isinstance(input, Tensor) and isinstance(other, Tensor):
        check_broadcast(other._array.shape, input._array.shape)
    a, b = pair("rsub", input, other)
    operator = _rsub_tensors if isinstance(b, Tensor) else _rsub
    if alpha is ONE:
        return operator(b, a)
    return _minus(operator, alpha)(b, _times(alpha, "rsub", b, a))


def _is_factor(other, factor, alpha):
    ranked = [rank_and_type(each) for each in (other, *factor)]
    numbers = all(rank < 1 and dtype is not None for rank, dtype in ranked)
    recorded = any(isinstance(each, Tensor) and each.requires_grad for each in (other, *factor))
    return len(factor) == 1 and numbers and not recorded and alpha is ONE


def _refuse_bool(a, b):
    bools = is_bool(a) + is_bool(b)
    if not bools:
        return
    if bools == 2:
        raise failure(
            RuntimeError,
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
            "`logical_xor()` operator instead.",
        )
    raise failure(
        RuntimeError,
        "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying "
        "to invert a mask, use the `~` or `logical_not()` operator instead.",
    )


def mul(input, other, **outside):
    """Return ``input * other``, element by element.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([2.0, 3.0], requires_grad=True)
    >>> torch.mul(x, x).sum().backward()
    >>> x.grad
    tensor([4., 6.])
    """
    if outside:
        return respelt(mul, outside, input, other)
    return _mul(*pair("mul", input, other))


def div(input, other, **outside):
    """Return ``input / other``, element by element; integers give floating point.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype, the default dtype for integers and bool

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.div(torch.tensor([1, -1, 0]), torch.tensor([2, 0, 0]))
    tensor([0.5000,   -inf,    nan])
    """
    if outside:
        return respelt(div, outside, input, other)
    return _div(*pair("div", input, other, divides=True))


def reciprocal_times(x, value):
    """Return ``value / x`` for a number: torch multiplies by the reciprocal."""
    x = floating("reciprocal", x)
    if isinstance(value, int):
        check_width(value)
    return _mul(_reciprocal(x), float(value))


def reciprocal(input, **outside):
    """Return ``1 / input``, element by element.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.reciprocal(torch.tensor([4, 0]))
    tensor([0.2500,    inf])
    """
    if outside:
        return respelt(reciprocal, outside, input)
    return _reciprocal(floating("reciprocal", input))


@silent
def floor_divide(input, other, **outside):
    """Return the quotient rounded down, element by element; it has no derivative.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; where an integer is divided by 0.
    NotImplementedError
        For two operands of bool.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.floor_divide(torch.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    if outside:
        return respelt(floor_divide, outside, input, other)
    a, b = pair("floor_divide", input, other)
    refuse_two_bools("div_floor_cpu", a, b)
    _refuse_zero(a, b)
    return _floor_divide(a, b)


def _refuse_zero(a, b):
    x, divisor = (np.asarray(each._array if isinstance(each, Tensor) else each) for each in (a, b))
    if "f" not in (x.dtype.kind, divisor.dtype.kind) and not divisor.all() and x.size:
        raise failure(
            RuntimeError,
            "ZeroDivisionError",
            "Integers have no infinity; make one of them floating point, or leave the zeros out.",
        )


@by_name
def remainder(input=MISSING, other=MISSING, /, **outside):
    """Return what Python's ``%`` leaves, element by element: it has the sign of `other`.

    Parameters
    ----------
    input, other : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; where an integer is divided by 0.
    NotImplementedError
        For two operands of bool.
    TypeError
        Where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.remainder(torch.tensor([7.5, -7.5]), 2)
    tensor([1.5000, 0.5000])
    """
    if outside or other is MISSING:
        named = pair_by_name(outside, input, other)
        if named is None:
            return respelt(remainder, outside, input, other)
        input, other = named
    if not isinstance(other, Tensor) and not isinstance(input, Tensor):
        raise invalid("remainder", input, other)
    a, b = pair("remainder", input, other)
    refuse_two_bools("remainder_cpu", a, b)
    _refuse_zero(a, b)
    if not isinstance(a, Tensor):
        return _remainder_of_number(a, b)
    return (_remainder_by_tensor if isinstance(other, Tensor) else _remainder)(a, b)


def neg(input, **outside):
    """Return ``-input``, element by element.

    Parameters
    ----------
    input : Tensor of any dtype but bool, any shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    RuntimeError
        For bool.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.neg(torch.tensor([1.5, -2.0]))
    tensor([-1.5000,  2.0000])
    """
    if outside:
        return respelt(neg, outside, input)
    check_tensor("neg", input)
    if input._array.dtype.kind == "b":
        raise failure(
            RuntimeError,
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
            "invert a mask, use the `~` or `logical_not()` operator instead.",
        )
    return _neg(input)


def abs(input, **outside):
    """Return the absolute value of each element; the gradient at 0 is 0.

    Parameters
    ----------
    input : Tensor of any dtype but bool, any shape

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
    >>> x = torch.tensor([-3.0, 0.0, 2.0], requires_grad=True)
    >>> torch.abs(x).sum().backward()
    >>> x.grad
    tensor([-1.,  0.,  1.])
    """
    if outside:
        return respelt(abs, outside, input)
    check_tensor("abs", input)
    if input._array.dtype.kind == "b":
        raise failure(NotImplementedError, "\"abs_cpu\" not implemented for 'Bool'")
    return _abs(input)


def sign(input, **outside):
    """Return -1, 0 or 1 for each element; its gradient is 0 everywhere.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.sign(torch.tensor([-0.5, 0.0, 7.0]))
    tensor([-1.,  0.,  1.])
    """
    if outside:
        return respelt(sign, outside, input)
    check_tensor("sign", input)
    if input.dtype is dtypes.bool_:
        return wrap(input._array.copy())
    return signs(input)
