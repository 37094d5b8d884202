"""The same elements in another shape: reshaped, flattened, with dimensions added or repeated."""

import math
import operator

import numpy as np

from refimpl.errors import (
    LONG,
    failure,
    is_length,
    not_expandable,
    sizes_of,
    too_few_sizes,
    unsupported,
)
from refimpl.keywords import refuse
from refimpl.tape import dtypes
from refimpl.tape.arguments import by_place_or_name, invalid, lengths, missing
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import wrap_dim
from refimpl.tape.views import (
    expanded,
    reshaped,
    shape_of,
    squeezed,
    squeezed_at,
    squeezed_at_all,
    unsqueezed,
    viewed,
)

_aliased = viewed.named("ReshapeAliasBackward0")  # a view of what does not lie row by row
_raveled = Operator(
    "ViewBackward0",
    lambda x, shape: np.ascontiguousarray(x).reshape(shape),
    *reshaped.vjps,
    saves=reshaped.saves,
)


def _checked(name, shape, count):
    """Raise unless `count` elements can have the shape; one -1 stands for what is left."""
    if -1 not in shape:
        if math.prod(shape) == count and min(shape, default=0) >= 0:
            return shape
    elif shape.count(-1) == 1 and min(shape) == -1:
        known = -math.prod(shape)
        if known and count % known == 0:
            return shape
        if not known and not count:
            raise _ambiguous(shape)
    text = ", ".join(map(str, shape))
    if shape.count(-1) > 1:
        raise failure(RuntimeError, "only one dimension can be inferred")
    for at, length in enumerate(shape):
        if length < -1:
            raise failure(
                RuntimeError,
                f"invalid shape dimension {length} at index {at} of shape [{text}]",
            )
    raise failure(
        RuntimeError,
        f"shape '[{text}]' is invalid for input of size {count}",
        f"{name}: the lengths multiply to the number of elements; -1 stands for what is left.",
    )


def _ambiguous(shape):
    return failure(
        RuntimeError,
        f"cannot reshape tensor of 0 elements into shape {list(shape)} because the unspecified "
        "dimension size -1 can be any value and is ambiguous",
    )


def view(input, *args, size=None, dtype=None):
    """Return the same memory in another shape; torch's ``view(dtype)`` is not covered.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    *args : int, or one sequence of int
        The new shape; one -1 stands for the length that is left.
    size : sequence of int, optional
        The shape as well.
    dtype : None
        Outside the subset.

    Returns
    -------
    Tensor of that shape: a view

    Raises
    ------
    RuntimeError
        Where the shape has another number of elements; where only a copy has this shape.
    NotImplementedError
        For a dtype.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.zeros(2, 3)
    >>> y = x.view(-1)
    >>> y[0] = 5.0
    >>> x
    tensor([[5., 0., 0.],
            [0., 0., 0.]])
    """
    if size is not None:
        if args or not isinstance(size, (tuple, list)):
            raise invalid("view", *args, size=size)
        args = (size,)
    if dtype is not None:
        args = (dtype,)
    try:
        args = lengths("view", "size", args, 2)
    except TypeError:
        if isinstance(args[0] if args else None, dtypes.dtype):
            advice = "view: .to(dtype) converts the numbers."
            raise unsupported("view(dtype)", advice) from None
        raise
    shape = _checked("view", args, input._array.size)
    try:
        return viewed(input, shape=shape)
    except ValueError:
        raise failure(
            RuntimeError,
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
        ) from None


def reshape(input, *args, shape=None):
    """Return the elements in another shape, as a view where the memory allows it.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    *args : int, or one sequence of int
        The new shape; one -1 stands for the length that is left.
    shape : sequence of int, optional
        The shape by name.

    Returns
    -------
    Tensor of that shape: a view, or a copy where there is none

    Raises
    ------
    RuntimeError
        Where the shape has another number of elements.
    TypeError
        For what are no integers.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.arange(6).reshape(2, -1)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    args = by_place_or_name("reshape", "shape", args, shape)
    shape = _checked("reshape", lengths("reshape", "shape", args, 2), input._array.size)
    try:
        unnamed = not input._requires_grad  # nothing is recorded: the name is not seen
        view = viewed if unnamed or input._array.flags.c_contiguous else _aliased
        return view(input, shape=shape)
    except ValueError:  # NumPy's way to say that only a copy has this shape
        return reshaped(input, shape=shape)


def view_as(input, other):
    """Return ``input.view(other.size())``.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    other : Tensor of the wanted shape

    Returns
    -------
    Tensor of the shape of `other`: a view

    Raises
    ------
    RuntimeError
        As `view`.
    TypeError
        Where `other` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.arange(4).view_as(torch.ones(2, 2))
    tensor([[0, 1],
            [2, 3]])
    """
    check_tensor("view_as", other, "other", 2)
    return view(input, other.shape)


def reshape_as(input, other):
    """Return ``input.reshape(other.size())``.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    other : Tensor of the wanted shape

    Returns
    -------
    Tensor of the shape of `other`: a view, or a copy where there is none

    Raises
    ------
    RuntimeError
        As `reshape`.
    TypeError
        Where `other` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ones(2, 2).T.reshape_as(torch.zeros(4))
    tensor([1., 1., 1., 1.])
    """
    check_tensor("reshape_as", other, "other", 2)
    return reshape(input, other.shape)


def flatten(input, start_dim=0, end_dim=-1):
    """Return the tensor with the dimensions from `start_dim` to `end_dim` made one.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    start_dim, end_dim : int
        The first and the last of these dimensions; by default all.

    Returns
    -------
    Tensor of the same elements: the input itself, a view, or a copy where there is no view

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        Where `start_dim` comes after `end_dim`.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.flatten(torch.zeros(2, 3, 4), start_dim=1).shape
    torch.Size([2, 12])
    """
    check_tensor("flatten", input)
    first = wrap_dim(start_dim, input.ndim, name="flatten", argument="start_dim", position=2)
    last = wrap_dim(end_dim, input.ndim, name="flatten", argument="end_dim", position=3)
    if first > last:
        raise failure(
            RuntimeError, "flatten() has invalid args: start_dim cannot come after end_dim"
        )
    if input.ndim == 0:
        return reshape(input, 1)
    if first == last:
        return input
    length = math.prod(input.shape[first : last + 1])
    return reshape(input, *input.shape[:first], length, *input.shape[last + 1 :])


def ravel(input):
    """Return the elements in one dimension.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of shape (n,): a view, or a copy where there is none

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ravel(torch.tensor([[1, 2], [3, 4]]).T)
    tensor([1, 3, 2, 4])
    """
    check_tensor("ravel", input)
    whole = input._array.flags.c_contiguous
    return (viewed if whole else _raveled)(input, shape=(-1,))


def squeeze(input, dim=None, **outside):
    """Return the tensor without its dimensions of length 1, as a view.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int or tuple of int, optional
        Leave out these only, where their length is 1.

    Returns
    -------
    Tensor of the same elements: a view

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        Where a dimension is named twice.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.zeros(1, 3, 1)
    >>> torch.squeeze(x).shape, torch.squeeze(x, dim=0).shape, torch.squeeze(x, dim=1).shape
    (torch.Size([3]), torch.Size([3, 1]), torch.Size([1, 3, 1]))
    """
    if outside:
        return respelt(squeeze, outside, input, dim)
    check_tensor("squeeze", input)
    shape = shape_of(input)
    if dim is None:
        return squeezed(input, dims=tuple(i for i, n in enumerate(shape) if n == 1))
    several = isinstance(dim, (tuple, list))
    given = dim if several else (dim,)
    given = [operator.index(each) if is_length(each) else each for each in given]
    dims = [wrap_dim(each, input.ndim, name="squeeze", position=2) for each in given]
    for each in dims:
        if dims.count(each) > 1:
            raise failure(RuntimeError, f"dim {each} appears multiple times in the list of dims")
    left_out = tuple(i for i, n in enumerate(shape) if n == 1 and i in dims)
    return (squeezed_at_all if several else squeezed_at)(input, dims=left_out)


def unsqueeze(input, dim=None, **outside):
    """Return the tensor with a new dimension of length 1 at `dim`, as a view.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int
        The place of the new dimension in the result.

    Returns
    -------
    Tensor of the same elements: a view

    Raises
    ------
    IndexError
        Where the result has no such dimension.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.unsqueeze(torch.tensor([1, 2]), dim=1)
    tensor([[1],
            [2]])
    """
    if outside:
        return respelt(unsqueeze, outside, input, dim)
    check_tensor("unsqueeze", input)
    if dim is None:
        raise missing("unsqueeze", "dim")
    dim = wrap_dim(dim, input.ndim + 1, name="unsqueeze", position=2)
    return unsqueezed(input, dim=dim)


def expand(input, *args, size=None, **outside):
    """Return the tensor repeated along its dimensions of length 1, without a copy.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    *args : int, or one sequence of int
        The wanted shape; -1 keeps a length, new dimensions stand at the front.
    size : sequence of int, optional
        The shape by name.

    Returns
    -------
    Tensor of that shape: a view in which several elements share one place in memory

    Raises
    ------
    RuntimeError
        Where a length differs and is not 1; for fewer dimensions than the input has; for -1 where
        the input has no dimension.
    TypeError
        For what are no integers.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([[1], [2]]).expand(-1, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    if outside:
        refuse(expand, outside)
    shape = lengths("expand", "size", by_place_or_name("expand", "size", args, size), 2)
    own = shape_of(input)
    lead = len(shape) - len(own)
    if lead < 0:
        raise too_few_sizes(input.dtype, own, shape)
    full = shape[:lead] + tuple(
        n if wish == -1 else wish for wish, n in zip(shape[lead:], own, strict=True)
    )
    for dim in range(len(full) - 1, lead - 1, -1):  # torch begins at the last one
        if own[dim - lead] not in (1, full[dim]):
            raise not_expandable(full[dim], own[dim - lead], dim, sizes_of(shape, own))
    for dim in range(lead - 1, -1, -1):
        if shape[dim] == -1 and own:
            raise failure(
                RuntimeError,
                f"The expanded size of the tensor ({shape[dim]}) isn't allowed in a leading, "
                f"non-existing dimension {dim}",
                "expand: -1 keeps the length of a dimension that is there.",
            )
    if min(full, default=0) < 0 or math.prod(full) >= LONG:
        raise failure(
            RuntimeError,
            "numel: integer multiplication overflow",
            "expand: a length is at least 0; -1 keeps that of a dimension which is there.",
        )
    if math.prod(full) * input._array.itemsize >= LONG:
        raise unsupported(
            f"A view of {math.prod(full)} elements", "NumPy numbers 2**63 bytes at most."
        )
    return expanded(input, shape=full)


def expand_as(input, other):
    """Return ``input.expand(other.size())``.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    other : Tensor of the wanted shape

    Returns
    -------
    Tensor of the shape of `other`: a view

    Raises
    ------
    RuntimeError
        As `expand`.
    TypeError
        Where `other` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([1, 2]).expand_as(torch.zeros(2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    check_tensor("expand_as", other, "other", 2)
    return expand(input, other.shape)
