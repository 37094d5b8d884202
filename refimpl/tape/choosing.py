"""Choosing between elements: by a condition, by a mask, by which is larger or smaller."""

import warnings

import numpy as np

from refimpl.errors import NAMES, failure, is_method, silent
from refimpl.keywords import MISSING, by_name
from refimpl.tape import dtypes
from refimpl.tape.arguments import invalid
from refimpl.tape.broadcast import check_broadcast, like
from refimpl.tape.numbers import fitted
from refimpl.tape.operands import check_tensor, pair, rank_and_type, to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import Tensor, wrap, wrap_places

BYTES = (
    "where received a uint8 condition tensor. This behavior is deprecated and will be removed in a "
    "future version of PyTorch. Use a boolean condition instead."
)

# ---- operators ------------------------------------------------------------------------
choose = Operator(
    "WhereBackward0",
    np.where,
    None,
    lambda g, condition, a, b: like(choose(condition, g, 0.0), a),
    lambda g, condition, a, b: like(choose(condition, 0.0, g), b),
    saves=((), (0,), (0,)),
)
_masked_fill = Operator(
    "MaskedFillBackward0",
    lambda x, mask, value: np.asarray(np.where(mask, value, x), order="C"),
    lambda g, x, mask, value: like(choose(mask, 0.0, g), x),
    saves=((1,),),
)
_masked_fill_by_tensor = Operator(
    "MaskedFillBackward1",
    _masked_fill.forward,
    *_masked_fill.vjps,
    None,
    lambda g, x, mask, value: like(choose(mask, g, 0.0), value),
    saves=((1,), (), (1,)),
)
BOTH = ((0, 1), (0, 1))


def _first_of_equals(ufunc):
    """Return the ufunc with the first operand where both are zeros of different signs.

    So has torch where it computes element by element. Where it computes several at once, it has the
    other one.
    """

    @silent
    def extreme(a, b):
        result = ufunc(a, b)
        if result.dtype.kind == "f" and not result.all():
            result = np.where(a == b, a, result)
        return result

    return extreme


# An element gets nothing only where the other is chosen; where one is nan, both get all.
_maximum = Operator(
    "MaximumBackward0",
    _first_of_equals(np.maximum),
    lambda g, a, b: like(choose(a == b, g / 2, choose(a < b, 0.0, g)), a),
    lambda g, a, b: like(choose(a == b, g / 2, choose(b < a, 0.0, g)), b),
    saves=BOTH,
)
_minimum = Operator(
    "MinimumBackward0",
    _first_of_equals(np.minimum),
    lambda g, a, b: like(choose(a == b, g / 2, choose(a > b, 0.0, g)), a),
    lambda g, a, b: like(choose(a == b, g / 2, choose(b > a, 0.0, g)), b),
    saves=BOTH,
)


def _within(x, low, high):
    inside = x == x
    if low is not None:
        inside = inside & (x >= low)
    if high is not None:
        inside = inside & (x <= high)
    return inside


def _clamp_forward(x, low, high):
    if x.dtype.kind == "f":  # with both limits np.clip keeps the sign of a zero
        low, high = -np.inf if low is None else low, np.inf if high is None else high
    return np.clip(x, low, high)


_clamp = Operator(
    "ClampBackward1",
    silent(_clamp_forward),
    lambda g, x, low, high: choose(_within(x, low, high), g, 0.0),
)


@silent
def _clamp_between(x, low, high):
    """Limit `x`; what equals a limit stays as it is, and nan wins."""
    if low is not None:
        x = np.where((x >= low) | (x != x), x, low)
    if high is not None:
        x = np.where((x <= high) | (x != x), x, high)
    return x


def _below(x, low, high):
    below = x < low
    return below if high is None else below & (low < high)


def _above(x, low, high):
    above = x > high
    return above if low is None else above | (high < low)


_clamp_tensors = Operator(
    "ClampBackward0",
    _clamp_between,
    lambda g, x, low, high: like(choose(_within(x, low, high), g, 0.0), x),
    lambda g, x, low, high: like(choose(_below(x, low, high), g, 0.0), low),
    lambda g, x, low, high: like(choose(_above(x, low, high), g, 0.0), high),
)

# ---- torch's functions ----------------------------------------------------------------


@by_name
def where(condition=MISSING, input=None, other=None, /, **outside):
    """Return `input` where `condition` holds and `other` elsewhere.

    Parameters
    ----------
    condition : Tensor of bool, any shape
        Alone, it is asked for the indices where it holds.
    input, other : Tensor of any shape, or number, optional
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype; or a tuple of int64 tensors
        With the condition alone: for each dimension, the indices of the elements that are not 0.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for a condition of another dtype than bool.
    TypeError
        Where `condition` is no tensor, or an operand neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([-1.0, 2.0, 0.0])
    >>> torch.where(x > 0, x, 0.1 * x)
    tensor([-0.1000,  2.0000,  0.0000])
    >>> torch.where(x == 0)
    (tensor([2]),)
    """
    if outside:
        if outside.get("out") is not None:  # such a call takes tensors alone
            check_tensor("where", outside.get("input", input), "input", 2)
            check_tensor("where", outside.get("other", other), "other", 3)
        pair = (MISSING if each is None else each for each in (input, other))
        return respelt(where, outside, condition, *pair)
    if not isinstance(condition, Tensor):
        if input is None and other is None and condition is not MISSING:
            check_tensor("where", condition, "condition")
        given = [each for each in (condition, input, other) if each is not None]
        raise invalid("where", *[each for each in given if each is not MISSING])
    if input is None and other is None:
        places = np.nonzero(np.atleast_1d(condition._array))
        return tuple(wrap_places(np.asarray(each, order="C")) for each in places)
    if input is None or other is None:
        given = [each for each in (input, other) if each is not None]
        raise invalid("where", condition, *given)
    condition = _as_mask(condition)
    ranked = [rank_and_type(each) for each in (input, other)]
    if None in [dtype for _, dtype in ranked]:
        raise invalid("where", condition, input, other)
    common = dtypes.meet(ranked)
    a, b = (
        to_dtype(each, common) if isinstance(each, Tensor) else wrap(_array(each, common))
        for each in (input, other)
    )
    wanted, x, y = condition._array.shape, a._array.shape, b._array.shape
    if not wanted == x == y:
        check_broadcast(x, y)
        check_broadcast(wanted, np.broadcast_shapes(x, y))
    return choose(condition, a, b)


def _as_mask(condition):
    if condition.dtype is dtypes.uint8:
        warnings.warn(BYTES, UserWarning, stacklevel=3)
        condition = to_dtype(condition, dtypes.bool_)
    if condition.dtype is not dtypes.bool_:
        raise failure(
            RuntimeError,
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.title}",
            "where: compare first, for instance with x != 0.",
        )
    return condition


def _array(number, dtype):
    return np.asarray(fitted(number, dtype))


def masked_fill(input, mask=None, value=None):
    """Return `input` with `value` wherever `mask` holds.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    mask : Tensor of bool, of a shape that broadcasts to that of `input`
    value : number, or Tensor of shape ()

    Returns
    -------
    Tensor of the broadcast shape and the dtype of `input`

    Raises
    ------
    RuntimeError
        For a mask of another dtype than bool, or one that does not broadcast; for a number that
        the dtype cannot hold; for a value with dimensions.
    TypeError
        Where `input` or `mask` is no tensor, or `value` no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> scores = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> torch.masked_fill(scores, torch.tensor([False, True]), -torch.tensor(float("inf")))
    tensor([[1., -inf],
            [3., -inf]])
    """
    if value is None or not isinstance(mask, Tensor) or not isinstance(input, Tensor):
        raise _unfilled(input, mask, value)
    if isinstance(value, Tensor) and value.ndim:
        raise failure(
            RuntimeError,
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s).",
            "masked_fill: where(mask, value, x) takes a tensor with dimensions.",
        )
    if mask.dtype is not dtypes.bool_:
        raise only_bool_masks(mask.dtype)
    if mask._array.shape != input._array.shape:
        check_broadcast(mask._array.shape, input._array.shape)
    if not isinstance(value, Tensor):
        if dtypes.of_number(value) is None:
            raise _unfilled(input, mask, value)
        return _masked_fill(input, mask, fitted(value, input.dtype, half=True))
    fitted(value.item(), input.dtype, half=True)
    return _masked_fill_by_tensor(input, mask, to_dtype(value, input.dtype))


def _unfilled(*given):
    """Return torch's error for a call that lacks the mask or the value, or has others."""
    alone = is_method("masked_fill")
    kept = [each for each in given if each is not None]
    error = invalid("masked_fill", *kept[alone:])
    if len(kept) == 3:
        return error
    got = str(error).partition(" - got (")[2].removesuffix(")")
    first = "" if alone else "Tensor input, "
    forms = "".join(f" * ({first}Tensor mask, {each} value)\n" for each in ("Tensor", "Number"))
    return failure(
        TypeError,
        f"masked_fill() received an invalid combination of arguments - got ({got}), but expected "
        f"one of:\n{forms}",
        "masked_fill: write x.masked_fill(mask, value).",
    )


def only_bool_masks(dtype):
    """Return the error for a mask of another dtype."""
    return failure(
        RuntimeError,
        "masked_fill_ only supports boolean masks, but got mask with dtype "
        f"{NAMES[dtype.name].product}",
        "masked_fill: compare first, for instance with mask != 0.",
    )


def maximum(input, other, **outside):
    """Return the larger of two elements; nan wins, and equal elements share the gradient.

    Parameters
    ----------
    input, other : Tensor of any shape
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> a, b = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([1.0, 0.0])
    >>> torch.maximum(a, b).sum().backward()
    >>> a.grad
    tensor([0.5000, 1.0000])
    """
    if outside:
        return respelt(maximum, outside, input, other)
    check_tensor("maximum", input)
    check_tensor("maximum", other, "other", 2)
    return _maximum(*pair("maximum", input, other))


def minimum(input, other, **outside):
    """Return the smaller of two elements; nan wins, and equal elements share the gradient.

    Parameters
    ----------
    input, other : Tensor of any shape
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.minimum(torch.tensor([1, 5]), torch.tensor([2.5, float("nan")]))
    tensor([1., nan])
    """
    if outside:
        return respelt(minimum, outside, input, other)
    check_tensor("minimum", input)
    check_tensor("minimum", other, "other", 2)
    return _minimum(*pair("minimum", input, other))


def clamp(input, min=None, max=None, **outside):
    """Return `input` limited to the interval from `min` to `max`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    min, max : number, or Tensor of a shape that broadcasts, optional
        At least one of them. An element outside gets no gradient, its tensor limit does; at a limit
        the element gets all.

    Returns
    -------
    Tensor of the shape of `input`
        Integers become floating point where a limit is a float.

    Raises
    ------
    RuntimeError
        Where neither limit is given, or a tensor limit does not broadcast; for a limit that the
        dtype cannot hold.
    TypeError
        Where `input` is no tensor; for a limit that is no number, or one a number and one a tensor.
    NotImplementedError
        For bool, but for one limit that is a tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([-2.0, 0.5, 3.0], requires_grad=True)
    >>> y = torch.clamp(x, min=0, max=1)
    >>> y.sum().backward()
    >>> y, x.grad
    (tensor([0.0000, 0.5000, 1.0000], grad_fn=<ClampBackward1>), tensor([0., 1., 0.]))
    """
    if outside:
        return respelt(clamp, outside, input, min, max)
    if not isinstance(input, Tensor):
        raise _no_clamp(input, min, max)
    if min is None and max is None:
        raise failure(RuntimeError, "torch.clamp: At least one of 'min' or 'max' must not be None")
    min, max = _limits(min, max)
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        if not all(each is None or isinstance(each, Tensor) for each in (min, max)):
            raise _no_clamp(input, min, max)
        return _clamp_to_tensors(input, min, max)
    if input._array.dtype.char in "fd" and _is_common(min) and _is_common(max):
        return _clamp(input, min, max)
    common = _dtype_within(input, min, max)
    low = None if min is None else fitted(min, common, half=True)
    high = None if max is None else fitted(max, common, half=True)
    return _clamp(to_dtype(input, common), low, high)


def _no_clamp(*given):
    """Return torch's error for arguments that fit no form."""
    return invalid("clamp", *[each for each in given if each is not None][is_method("clamp") :])


def _is_common(limit):
    """Tell whether float32 holds a limit without further thought."""
    return limit is None or (type(limit) in (float, int) and -(2**63) <= limit < 2**63)


def _dtype_within(input, low, high):
    """Return the dtype in which a tensor and its limits, numbers or None, meet."""
    ranked = [rank_and_type(each) for each in (input, low, high) if each is not None]
    if any(dtype is None for _, dtype in ranked):
        raise _no_clamp(input, low, high)
    common = dtypes.meet(ranked)
    if common is dtypes.bool_:
        ends = "_max" if low is None else "_min" if high is None else ""
        raise failure(NotImplementedError, f"\"clamp{ends}_scalar_cpu\" not implemented for 'Bool'")
    return common


def _is_number(limit):
    return isinstance(limit, Tensor) and limit.ndim == 0 and not limit.requires_grad


def _limits(low, high):
    """Return the limits; beside a number a tensor of rank 0 is read as one."""
    if _is_number(low) and dtypes.of_number(high) is not None:
        low = low.item()
    if _is_number(high) and dtypes.of_number(low) is not None:
        high = high.item()
    return low, high


def _clamp_to_tensors(input, *limits):
    operands = [input, *(limit for limit in limits if limit is not None)]
    common = dtypes.meet([rank_and_type(each) for each in operands])
    shape = input._array.shape
    for limit in operands[1:]:
        check_broadcast(shape, limit._array.shape)
        shape = np.broadcast_shapes(shape, limit._array.shape)
    if common is dtypes.bool_ and len(operands) == 3:
        raise failure(NotImplementedError, "\"clamp_cpu\" not implemented for 'Bool'")
    return _clamp_tensors(
        to_dtype(input, common),
        *(None if limit is None else to_dtype(limit, common) for limit in limits),
    )
