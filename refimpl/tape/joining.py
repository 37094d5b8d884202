"""Joining tensors and cutting them into pieces."""

import operator

import numpy as np

from refimpl.errors import as_int, failure, ints, is_length, kind, place
from refimpl.tape import dtypes
from refimpl.tape.indexing import sliced
from refimpl.tape.operands import check_tensor, raw_dtype, to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import Tensor, wrap, wrap_dim
from refimpl.tape.views import several, shape_of

# ---- operators ------------------------------------------------------------------------


PASSED_OVER = (0,)  # the shape that cat joins to any other


def _cat_forward(*parts, dim):
    joined = [part for part in parts if part.shape != PASSED_OVER]
    return np.asarray(np.concatenate(joined or parts, dim), order="C")


def _cat_parts(g, *parts, dim):
    found, start = [], 0
    for part in parts:
        if part.shape == PASSED_OVER:
            nothing = np.zeros(PASSED_OVER, raw_dtype(g))
            found.append(wrap(nothing) if isinstance(g, Tensor) else nothing)
            continue
        stop = start + part.shape[dim]
        found.append(sliced(g, index=(slice(None),) * dim + (slice(start, stop),)))
        start = stop
    return found


def _stack_parts(g, *parts, dim):
    return [sliced(g, index=(slice(None),) * dim + (i,)) for i in range(len(parts))]


_cat = Operator(
    "CatBackward0",
    _cat_forward,
    saves=(),
    joint=_cat_parts,
)
_stack = Operator(
    "StackBackward0",
    lambda *parts, dim: np.asarray(np.stack(parts, dim), order="C"),
    saves=(),
    joint=_stack_parts,
)
_unbind = sliced.named("UnbindBackward0")
_split = sliced.named("SplitBackward0")
_split_with_sizes = sliced.named("SplitWithSizesBackward0")

# ---- torch's functions ----------------------------------------------------------------


def cat(tensors, dim=0, **outside):
    """Return the tensors joined along an existing dimension.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for the length along `dim`; dtypes are promoted. A tensor of shape (0,)
        is passed over, whatever the shape of the others.
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
    if outside:
        return respelt(cat, outside, tensors, dim)
    _check_list("cat", tensors)
    if not tensors:
        raise failure(ValueError, "torch.cat(): expected a non-empty list of Tensors")
    if type(dim) is not int:
        dim = as_int(dim, "cat", "dim", 2)
    for i, each in enumerate(tensors):
        if each.ndim == 0:
            raise failure(
                RuntimeError,
                f"zero-dimensional tensor (at position {i}) cannot be concatenated",
                "cat: use stack to make a new dimension.",
            )
    first = None
    for i, each in enumerate(tensors):
        if each._array.shape != PASSED_OVER:
            if first is None:
                first, dim = each, wrap_dim(dim, each.ndim, name="cat", position=2)
            else:
                _check_beside(first, each, i, dim)
    if first is None:
        dim = 0
    return _cat(*_same_dtype(tensors), dim=dim)


def _check_beside(first, each, i, dim):
    """Raise torch's error unless tensor number `i` can be joined to the first along `dim`."""
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


def stack(tensors, dim=0, **outside):
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
    if outside:
        return respelt(stack, outside, tensors, dim)
    _check_list("stack", tensors)
    dim = as_int(dim, "stack", "dim", 2)
    if not tensors:
        raise failure(RuntimeError, "stack expects a non-empty TensorList")
    first = shape_of(tensors[0])
    dim = wrap_dim(dim, len(first) + 1, name="stack", position=2)
    for i, each in enumerate(tensors):
        if shape_of(each) != first:
            raise failure(
                RuntimeError,
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and "
                f"{list(shape_of(each))} at entry {i}",
            )
    return _stack(*_same_dtype(tensors), dim=dim)


def _check_list(name, tensors):
    if not isinstance(tensors, (tuple, list)):
        raise failure(
            TypeError,
            f"{name}(): argument 'tensors'{place(name, 'tensors', 1)} must be tuple of Tensors, "
            f"not {kind(tensors)}",
        )
    for i, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise failure(
                TypeError,
                f"expected Tensor as element {i} in argument 0, but got {kind(each)}",
            )


def _same_dtype(tensors):
    ranked = [(each.ndim, each.dtype) for each in tensors]
    common = dtypes.meet(ranked)
    return [to_dtype(each, common) for each in tensors]


def unbind(input, dim=0, **outside):
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
    if outside:
        return respelt(unbind, outside, input, dim)
    check_tensor("unbind", input)
    if input.ndim == 0:
        raise failure(IndexError, "Dimension specified as 0 but tensor has no dimensions")
    dim = wrap_dim(dim, input.ndim, name="unbind", position=2)
    lead = (slice(None),) * dim
    return several([_unbind(input, index=(*lead, i, ...)) for i in range(input.shape[dim])])


def rows(input):
    """Return the iterator that ``for row in input`` runs through."""
    if input.ndim == 0:
        raise failure(TypeError, "iteration over a 0-d tensor")
    return iter(unbind(input))


def split(tensor, split_size, dim=0):
    """Return consecutive pieces of the given length, or lengths, along `dim`.

    Parameters
    ----------
    tensor : Tensor of any dtype and shape
    split_size : int or sequence of int
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
    RuntimeError
        Where the lengths do not add up to that of the tensor, or one is negative; for a length of
        0 where there are elements; for the shape ().
    TypeError
        Where the lengths are no integers.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.arange(5).split(2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    >>> torch.arange(5).split([1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    lengths, name = split_size, "split"
    several = isinstance(lengths, (list, tuple))
    if isinstance(lengths, (int, Tensor)) and is_length(lengths):
        lengths = as_int(operator.index(lengths), "split", "split_size", 2)
    else:
        name, lengths = "split_with_sizes", ints(lengths, "split_with_sizes", "split_sizes", 2)
    dim = as_int(dim, name, "dim", 3)
    if tensor.ndim == 0:
        raise failure(RuntimeError, "split expects at least a 1-dimensional tensor")
    given, dim = dim, wrap_dim(dim, tensor.ndim)
    whole = tensor.shape[dim]
    if not several:
        return _pieces(tensor, dim, _equal_lengths(lengths, whole))
    if min(lengths, default=0) < 0:
        raise failure(
            RuntimeError,
            "split_with_sizes expects split_sizes have only non-negative entries, but got "
            f"split_sizes={list(lengths)}",
        )
    if sum(lengths) != whole:
        raise failure(
            RuntimeError,
            f"split_with_sizes expects split_sizes to sum exactly to {whole} (input tensor's size "
            f"at dimension {given}), but got split_sizes={list(lengths)}",
            f"split: these lengths add up to {sum(lengths)}.",
        )
    return _pieces(tensor, dim, lengths, _split_with_sizes)


def _equal_lengths(length, whole):
    """Return the lengths of the pieces of `length` each; of nothing there is one empty piece."""
    if length < 0:
        raise failure(
            RuntimeError, f"split expects split_size be non-negative, but got split_size={length}"
        )
    if length == 0 and whole:
        raise failure(
            RuntimeError,
            f"split_size can only be 0 if dimension size is 0, but got dimension size of {whole}",
        )
    return [min(length, whole - at) for at in range(0, whole, length or 1)] or [0]


def _pieces(tensor, dim, lengths, cut=None):
    cut = cut or _split
    lead, pieces, start = (slice(None),) * dim, [], 0
    for length in lengths:
        pieces.append(cut(tensor, index=(*lead, slice(start, start + length), ...)))
        start += length
    return several(pieces)


def chunk(input, chunks, dim=0, **outside):
    """Return `input` in at most `chunks` pieces of one length along `dim`; the last may be shorter.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    chunks : int
        At least 1. There may be fewer pieces: 5 elements in 4 chunks make 3, of length 2, 2 and 1.
    dim : int

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        Where `chunks` is not positive; for the shape ().
    TypeError
        Where `input` is no tensor or `chunks` no integer.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.chunk(torch.arange(5), 4)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    if outside:
        return respelt(chunk, outside, input, chunks, dim)
    check_tensor("chunk", input)
    chunks = as_int(chunks, "chunk", "chunks", 2)
    dim = as_int(dim, "chunk", "dim", 3)
    if input.ndim == 0:
        raise failure(RuntimeError, "chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise failure(RuntimeError, f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    dim = wrap_dim(dim, input.ndim)
    whole = input.shape[dim]
    if not whole:
        return _pieces(input, dim, [0] * chunks, _split_with_sizes)
    return _pieces(input, dim, _equal_lengths(-(-whole // chunks), whole))
