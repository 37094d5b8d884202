"""New tensors of the dtype of one that is there: ``new_ones`` and its kin."""

import warnings

from refimpl.errors import failure
from refimpl.keywords import refuse
from refimpl.tape import creation
from refimpl.tape.arguments import by_place_or_name, lengths, missing, options, wrong
from refimpl.tape.operands import to_dtype
from refimpl.tape.tensor import Tensor


def _new(name, self, args, size, value, dtype, device, requires_grad):
    """Return a new tensor of one number, in the dtype of `self` unless told otherwise."""
    args = by_place_or_name(name, "size", args, size)
    if not args:
        raise missing(name, "size")
    dtype = options(name, dtype, device, requires_grad) or self.dtype
    return _of_shape(lengths(name, "size", args, 2), value, dtype, requires_grad)


def _of_shape(shape, value, dtype, requires_grad):
    for n in shape:
        if n < 0:
            raise failure(
                RuntimeError,
                f"Trying to create tensor with negative dimension {n}: {list(shape)}",
                f"The shape is {list(shape)}.",
            )
    return creation.full(shape, value, dtype=dtype, requires_grad=requires_grad)


DOCSTRING = """Return {what} of the dtype of the tensor.

    Parameters
    ----------
    *args : int, or one sequence of int
        The shape.
    size : sequence of int, optional
        The shape as well.
    dtype : dtype, optional
        By default that of the tensor.
    device : device, str or int, optional
        The CPU; no other is there.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.

    Returns
    -------
    Tensor of that shape

    Raises
    ------
    RuntimeError
        For a negative length; for an integer dtype with `requires_grad`.
    TypeError
        For a length that is no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([1, 2]).{name}(3){printed}
    """


def _filled(name, value, what, printed):
    """Return the method that makes a tensor of one number."""

    def method(self, *args, size=None, dtype=None, device=None, requires_grad=False, **outside):
        if outside:
            refuse(method, outside)
        return _new(name, self, args, size, value, dtype, device, requires_grad)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = DOCSTRING.format(name=name, what=what, printed=printed)
    return method


new_ones = _filled("new_ones", 1, "ones", "\n    tensor([1, 1, 1])")
new_zeros = _filled("new_zeros", 0, "zeros", "\n    tensor([0, 0, 0])")
new_empty = _filled(
    "new_empty",
    0,
    "a tensor that is to be filled; it holds zeros here, and anything in torch,",
    ".shape\n    torch.Size([3])",
)


def new_full(self, size, fill_value, *, dtype=None, device=None, requires_grad=False, **outside):
    """Return a tensor with every element `fill_value`, of the dtype of the tensor.

    Parameters
    ----------
    size : sequence of int
        The shape.
    fill_value : number
    dtype : dtype, optional
        By default that of the tensor.
    device : device, str or int, optional
        The CPU; no other is there.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.

    Returns
    -------
    Tensor of that shape

    Raises
    ------
    RuntimeError
        For a negative length; for a value that the dtype cannot hold; for an integer dtype with
        `requires_grad`.
    TypeError
        For a length that is no int, a value that is no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([0.5]).new_full((2,), 3)
    tensor([3., 3.])
    """
    if outside:
        refuse(new_full, outside)
    if not isinstance(size, (tuple, list)):
        raise wrong("new_full", "size", 2, "tuple of ints", size)
    dtype = options("new_full", dtype, device, requires_grad) or self.dtype
    fill_value = creation.filler("new_full", fill_value, 3)
    return _of_shape(lengths("new_full", "size", (size,), 2), fill_value, dtype, requires_grad)


def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False, **outside):
    """Return a tensor of a copy of data, of the dtype of the tensor.

    Parameters
    ----------
    data : number, nested lists of numbers, ndarray or Tensor of any shape
        A tensor is copied without its record, with torch's warning.
    dtype : dtype, optional
        By default that of the tensor.
    device : device, str or int, optional
        The CPU; no other is there.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.

    Returns
    -------
    Tensor of the shape of the data

    Raises
    ------
    ValueError, TypeError, RuntimeError
        As `tensor`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([0.5]).new_tensor([1, 2])
    tensor([1., 2.])
    """
    if outside:
        refuse(new_tensor, outside)
    dtype = options("new_tensor", dtype, device, requires_grad) or self.dtype
    if isinstance(data, Tensor):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach()"
            ".clone() or sourceTensor.detach().clone().requires_grad_(True), rather than "
            "tensor.new_tensor(sourceTensor).",
            UserWarning,
            stacklevel=2,
        )
        data = to_dtype(data.detach(), dtype)._array.copy()
    return creation.tensor(data, dtype=dtype, requires_grad=requires_grad)


def new(self, *args, device=None, **outside):
    """Make a tensor of the dtype of the tensor, of data or of a shape; a name from torch's past.

    Parameters
    ----------
    *args : nested lists, ndarray or Tensor of any shape; or int, one for each length
        A shape alone leaves the elements open: here they are zeros.
    device : device, str or int, optional
        The CPU; no other is there.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, RuntimeError
        As the typed constructors.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ones(1, dtype=torch.float64).new([1, 2])
    tensor([1., 2.], dtype=torch.float64)
    """
    array, counter = creation.constructed(args, device, outside, self.dtype)
    tensor = creation.wrap(array)
    tensor._counter = counter
    return tensor
