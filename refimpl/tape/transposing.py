"""Dimensions in another order, elements in reverse order, diagonals."""

import warnings

import numpy as np

from refimpl.errors import as_int, failure
from refimpl.tape.arguments import by_place_or_name, check_storage, lengths
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import Tensor, wrap_dim
from refimpl.tape.views import permuted, shape_of, transposed, transposed_matrix

IDENTITY = "Tensor.{} is deprecated on 0-D tensors. This function is the identity in these cases."


def permute(input, *args, dims=None):
    """Return the tensor with its dimensions in the order `dims`, as a view.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    *args : int, or one sequence of int
        Every dimension once.
    dims : sequence of int, optional
        The same by name.

    Returns
    -------
    Tensor of the same elements: a view

    Raises
    ------
    RuntimeError
        Where `dims` has another length than the shape, or names a dimension twice.
    IndexError
        Where the input has no such dimension.
    TypeError
        For what are no integers.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(2, 3, 5).permute(2, 0, 1).shape
    torch.Size([5, 2, 3])
    """
    dims = lengths("permute", "dims", by_place_or_name("permute", "dims", args, dims), 2)
    if len(dims) != input.ndim:
        raise failure(
            RuntimeError,
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {input.ndim} is not "
            f"equal to len(dims) = {len(dims)}",
        )
    dims = tuple(wrap_dim(dim, input.ndim, name="permute") for dim in dims)
    if len(set(dims)) != len(dims):
        raise failure(RuntimeError, "permute(): duplicate dims are not allowed.")
    return permuted(input, dims=dims)


def _swapped(ndim, dim0, dim1):
    dims = list(range(ndim))
    dim0 = wrap_dim(dim0, ndim, name="transpose", argument="dim0", position=2)
    dim1 = wrap_dim(dim1, ndim, name="transpose", argument="dim1", position=3)
    if ndim:
        dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return tuple(dims)


def transpose(input, dim0, dim1):
    """Return the tensor with two dimensions exchanged, as a view.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim0, dim1 : int

    Returns
    -------
    Tensor of the same elements: a view

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.transpose(torch.tensor([[1, 2, 3]]), 0, 1)
    tensor([[1],
            [2],
            [3]])
    """
    check_tensor("transpose", input)
    return transposed(input, dims=_swapped(input.ndim, dim0, dim1))


def t(input):
    """Return the transpose of a matrix; a vector or a number stays what it is.

    Parameters
    ----------
    input : Tensor of any dtype, shape (m, n), (n,) or ()

    Returns
    -------
    Tensor of shape (n, m), (n,) or (): a view

    Raises
    ------
    RuntimeError
        For more than two dimensions.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.t(torch.tensor([[1, 2], [3, 4]]))
    tensor([[1, 3],
            [2, 4]])
    """
    check_tensor("t", input)
    if input.ndim > 2:
        raise failure(
            RuntimeError, f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D"
        )
    return transposed_matrix(input, dims=tuple(reversed(range(input.ndim))))


def reverse_dims(input):
    """Return ``input.T``: the dimensions in reverse order; torch warns unless there are two.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of the same elements: a view

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([[1, 2, 3]]).T
    tensor([[1],
            [2],
            [3]])
    """
    rank = input._array.ndim
    if rank == 0:
        warnings.warn(IDENTITY.format("T"), UserWarning, stacklevel=2)
    elif rank != 2:
        warnings.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is "
            "deprecated and it will throw an error in a future release. Consider `x.mT` to "
            "transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to "
            "reverse the dimensions of a tensor.",
            UserWarning,
            stacklevel=2,
        )
    return permuted(input, dims=tuple(range(input._array.ndim - 1, -1, -1)))


def matrix_transpose(input):
    """Return ``input.mT``: the last two dimensions exchanged, of one matrix or of a stack of them.

    Parameters
    ----------
    input : Tensor of any dtype, shape (..., m, n)

    Returns
    -------
    Tensor of shape (..., n, m): a view

    Raises
    ------
    RuntimeError
        For a vector. A number stays what it is, with a warning.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(5, 2, 3).mT.shape
    torch.Size([5, 3, 2])
    """
    rank = input._array.ndim
    if rank == 0:
        warnings.warn(IDENTITY.format("mT"), UserWarning, stacklevel=2)
        return input
    if rank == 1:
        raise failure(
            RuntimeError,
            "tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor.",
            "mT: x[:, None] makes a column of a vector.",
        )
    return transposed(input, dims=_swapped(rank, -2, -1))


def flip(input, *args, dims=None):
    """Return a copy with the elements in reverse order along `dims`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    *args : int, or one sequence of int
    dims : sequence of int, optional
        The same by name.

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        Where a dimension is named twice.
    TypeError
        Where no dimension is named, or one is no integer.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([[1, 2], [3, 4]]).flip(1)
    tensor([[2, 1],
            [4, 3]])
    """
    dims = by_place_or_name("flip", "dims", args, dims)
    if not dims:
        raise failure(TypeError, 'flip() missing 1 required positional arguments: "dims"')
    axes = []
    for each in lengths("flip", "dims", dims, 2):
        dim = wrap_dim(each, input.ndim)
        if dim in axes:
            raise failure(RuntimeError, f"dim {dim} appears multiple times in the list of dims")
        axes.append(dim)
    back = slice(None, None, -1)
    cuts = tuple(back if at in axes else slice(None) for at in range(input.ndim))
    return _flip(input, index=cuts)


_flip = Operator(
    "FlipBackward0",
    lambda x, index: x[index].copy(),
    lambda g, x, index: _flip(g, index=index),
    saves=((),),
)


def diag(input, diagonal=0, **outside):
    """Return a copy of the diagonal of a matrix, or the matrix with a vector as its diagonal.

    Parameters
    ----------
    input : Tensor of any dtype, shape (n,) or (m, n)
    diagonal : int
        How far right of the main diagonal; negative, how far below it.

    Returns
    -------
    Tensor of the dtype of the input, a vector for a matrix and a matrix for a vector

    Raises
    ------
    RuntimeError
        For another number of dimensions.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.diag(torch.tensor([1, 2]), diagonal=1)
    tensor([[0, 1, 0],
            [0, 0, 2],
            [0, 0, 0]])
    >>> torch.diag(torch.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    if outside:
        if isinstance(outside.get("out"), Tensor) and isinstance(input, Tensor):
            as_int(diagonal, "diag", "diagonal", 2)
            if input.ndim not in (1, 2):  # beside `out` torch does not say who refuses
                raise failure(RuntimeError, f"Supports 1D or 2D tensors. Got {input.ndim}D")
        return respelt(diag, outside, input, diagonal)
    check_tensor("diag", input)
    diagonal = as_int(diagonal, "diag", "diagonal", 2)
    if input.ndim == 1:
        side = input._array.size + abs(diagonal)
        check_storage((side, side), input.itemsize)
        return _diag_embed(input, k=diagonal)
    if input.ndim != 2:
        raise failure(RuntimeError, f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    outside_it = sum(input._array.shape)  # NumPy takes no larger numbers
    return _diagonal_of(input, k=max(-outside_it, min(diagonal, outside_it)))


_diag_embed = Operator(
    "DiagEmbedBackward0",
    lambda x, k: np.diag(x, k),
    lambda g, x, k: _diagonal_of(g, k=k),
    saves=((),),
)
_diagonal_of = Operator(
    "DiagonalBackward0_copy",
    lambda x, k: np.diagonal(x, k).copy(),
    lambda g, x, k: _spread(g, k=k, shape=shape_of(x)),
    saves=((),),
)


def _spread_forward(g, k, shape):
    out = np.zeros(shape, g.dtype)
    rows = np.arange(len(g)) + max(-k, 0)
    out[rows, rows + k] = g
    return out


_spread = Operator(
    "DiagonalBackwardBackward0",
    _spread_forward,
    lambda g, x, k, shape: _diagonal_of(g, k=k),
    saves=((),),
)
