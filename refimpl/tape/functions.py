"""Functions whose method takes its last argument in other forms: one sequence here, as in torch.

``x.reshape(2, 3)`` is a method, and ``torch.reshape(x, 2, 3)`` an error.
"""

from refimpl.errors import failure, ints, kind
from refimpl.tape import joining, shaping, transposing
from refimpl.tape.operands import check_tensor
from refimpl.tape.tensor import Tensor


def _sequence(name, argument, values):
    """Return the ints of a sequence; torch takes none but a list or a tuple."""
    return list(ints(values, name, argument, 2))


def reshape(input, shape):
    """Return the elements in another shape, as a view where the memory allows it.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    shape : sequence of int
        One -1 stands for what is left.

    Returns
    -------
    Tensor of that shape: a view, or a copy where there is none

    Raises
    ------
    RuntimeError
        Where the shape has another number of elements.
    TypeError
        Where `input` is no tensor, or `shape` no sequence of ints.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.reshape(torch.arange(6), (2, -1))
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    check_tensor("reshape", input)
    if not isinstance(shape, (tuple, list)):
        _sequence("reshape", "shape", shape)
    return shaping.reshape(input, shape)


def permute(input, dims):
    """Return the tensor with its dimensions in the order `dims`, as a view.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dims : sequence of int
        Every dimension once.

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
        Where `input` is no tensor, or `dims` no sequence of ints.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.permute(torch.zeros(2, 3, 5), (2, 0, 1)).shape
    torch.Size([5, 2, 3])
    """
    check_tensor("permute", input)
    if not isinstance(dims, (tuple, list)):
        _sequence("permute", "dims", dims)
    return transposing.permute(input, dims)


def flip(input, dims):
    """Return a copy with the elements in reverse order along `dims`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dims : sequence of int

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
        Where `input` is no tensor, or `dims` no sequence of ints.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.flip(torch.tensor([[1, 2], [3, 4]]), (1,))
    tensor([[2, 1],
            [4, 3]])
    """
    check_tensor("flip", input)
    if not isinstance(dims, (tuple, list)):
        _sequence("flip", "dims", dims)
    return transposing.flip(input, dims)


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
    IndexError, RuntimeError, TypeError
        As the method.
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
    if not isinstance(tensor, Tensor):
        if isinstance(tensor, str):  # it has a method of that name, which wants a text
            return tensor.split(split_size_or_sections, dim)
        raise failure(AttributeError, f"'{kind(tensor)}' object has no attribute 'split'")
    return joining.split(tensor, split_size_or_sections, dim)
