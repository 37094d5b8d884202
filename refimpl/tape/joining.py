"""Joining tensors and cutting them into pieces."""

import numpy as np

from refimpl.errors import failure
from refimpl.tape import dtypes
from refimpl.tape.indexing import sliced
from refimpl.tape.operands import check_tensor, to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor, wrap_dim
from refimpl.tape.views import shape_of

# ---- operators ------------------------------------------------------------------------


def _cat_parts(g, *parts, dim):
    found, start = [], 0
    for part in parts:
        stop = start + part.shape[dim]
        found.append(sliced(g, index=(slice(None),) * dim + (slice(start, stop),)))
        start = stop
    return found


def _stack_parts(g, *parts, dim):
    return [sliced(g, index=(slice(None),) * dim + (i,)) for i in range(len(parts))]


_cat = Operator(
    "CatBackward0",
    lambda *parts, dim: np.concatenate(parts, dim),
    saves=(),
    joint=_cat_parts,
)
_stack = Operator(
    "StackBackward0",
    lambda *parts, dim: np.stack(parts, dim),
    saves=(),
    joint=_stack_parts,
)
_unbind = sliced.named("UnbindBackward0")
_split = sliced.named("SplitBackward0")

# ---- torch's functions ----------------------------------------------------------------


def cat(tensors, dim=0):
    """Return the tensors joined along an existing dimension.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for the length along `dim`; dtypes are promoted.
    dim : int

    Returns
    -------
    Tensor of the common dtype

    Raises
    ------
    ValueError
        For an empty sequence.
    RuntimeError
        Where the shapes differ elsewhere, or a tensor has shape ().
    IndexError
        Where the tensors have no such dimension.
    TypeError
        Where `tensors` is no sequence of tensors.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cat([torch.zeros(2, 1), torch.ones(2, 2)], dim=1)
    tensor([[0., 1., 1.],
            [0., 1., 1.]])
    """
    _check_list("cat", tensors)
    if not tensors:
        raise failure(ValueError, "torch.cat(): expected a non-empty list of Tensors")
    for i, each in enumerate(tensors):
        if each.ndim == 0:
            raise failure(
                RuntimeError,
                f"zero-dimensional tensor (at position {i}) cannot be concatenated",
                "cat: use stack to make a new dimension.",
            )
    first = tensors[0]
    dim = wrap_dim(dim, first.ndim)
    for i, each in enumerate(tensors[1:], 1):
        if each.ndim != first.ndim:
            raise failure(
                RuntimeError,
                f"Tensors must have same number of dimensions: got {first.ndim} and {each.ndim}",
            )
        for at in range(first.ndim):
            if at != dim and each.shape[at] != first.shape[at]:
                raise failure(
                    RuntimeError,
                    f"Sizes of tensors must match except in dimension {dim}. Expected size "
                    f"{first.shape[at]} but got size {each.shape[at]} for tensor number {i} in the "
                    "list.",
                )
    return _cat(*_same_dtype(tensors), dim=dim)


def stack(tensors, dim=0):
    """Return the tensors joined along a new dimension.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape; dtypes are promoted.
    dim : int
        The place of the new dimension in the result.

    Returns
    -------
    Tensor of the common dtype

    Raises
    ------
    RuntimeError
        For an empty sequence, or different shapes.
    IndexError
        Where the result has no such dimension.
    TypeError
        Where `tensors` is no sequence of tensors.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
    _check_list("stack", tensors)
    if not tensors:
        raise failure(RuntimeError, "stack expects a non-empty TensorList")
    first = shape_of(tensors[0])
    for i, each in enumerate(tensors):
        if shape_of(each) != first:
            raise failure(
                RuntimeError,
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and "
                f"{list(shape_of(each))} at entry {i}",
            )
    return _stack(*_same_dtype(tensors), dim=wrap_dim(dim, len(first) + 1))


def _check_list(name, tensors):
    if not isinstance(tensors, (tuple, list)):
        raise TypeError(
            f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, "
            f"not {type(tensors).__name__}"
        )
    for i, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {i} in argument 0, but got {type(each).__name__}"
            )


def _same_dtype(tensors):
    ranked = [(each.ndim, each.dtype) for each in tensors]
    common = dtypes.meet(ranked)
    return [to_dtype(each, common) for each in tensors]


def unbind(input, dim=0):
    """Return the slices along `dim` as a tuple of views.

    Parameters
    ----------
    input : Tensor of any dtype, any shape but ()
    dim : int

    Returns
    -------
    tuple of Tensor

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.unbind(torch.tensor([[1, 2], [3, 4]]), dim=1)
    (tensor([1, 3]), tensor([2, 4]))
    """
    check_tensor("unbind", input)
    if input.ndim == 0:
        raise failure(IndexError, "Dimension specified as 0 but tensor has no dimensions")
    dim = wrap_dim(dim, input.ndim)
    lead = (slice(None),) * dim
    return tuple(_unbind(input, index=(*lead, i, ...)) for i in range(input.shape[dim]))


def rows(input):
    """Return the iterator that ``for row in input`` runs through."""
    if input.ndim == 0:
        raise TypeError("iteration over a 0-d tensor")
    return iter(unbind(input))


def split(tensor, split_size_or_sections, dim=0):
    """Return consecutive pieces of the given length, or lengths, along `dim`.

    Parameters
    ----------
    tensor : Tensor of any dtype and shape
    split_size_or_sections : int or sequence of int
        The length of every piece (the last may be shorter), or the length of each.
    dim : int

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    IndexError
        Where the tensor has no such dimension.
    AttributeError
        Where `tensor` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.split(torch.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    >>> torch.split(torch.arange(5), [1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    dim = wrap_dim(dim, tensor.ndim)
    whole, lead, pieces, start = tensor.shape[dim], (slice(None),) * dim, [], 0
    lengths = split_size_or_sections
    if isinstance(lengths, int):
        lengths = [min(lengths, whole - at) for at in range(0, whole, lengths)]
    for length in lengths:
        pieces.append(_split(tensor, index=(*lead, slice(start, start + length), ...)))
        start += length
    return tuple(pieces)


def chunk(input, chunks, dim=0):
    """Return `input` in at most `chunks` pieces of one length along `dim`; the last may be shorter.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    chunks : int
        There may be fewer pieces: 5 elements in 4 chunks make 3 pieces of length 2, 2 and 1.
    dim : int

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.chunk(torch.arange(5), 4)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    check_tensor("chunk", input)
    whole = input.shape[wrap_dim(dim, input.ndim)]
    return split(input, -(-whole // chunks), dim)
