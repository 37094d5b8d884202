"""Tensors made of data, of one number, or of a range of numbers."""

import math
import operator
import warnings

import numpy as np

from refimpl.errors import failure
from refimpl.tape import dtypes
from refimpl.tape.operands import check_tensor, to_dtype
from refimpl.tape.shaping import sizes
from refimpl.tape.tensor import Tensor, wrap


def finished(array, dtype, requires_grad):
    if dtype is not None:
        array = array.astype(dtype.numpy, copy=False)
    result = wrap(array)
    if requires_grad:
        if array.dtype.kind != "f":
            raise failure(
                RuntimeError,
                "Only Tensors of floating point and complex dtype can require gradients",
                f"These numbers are {result.dtype}; write them with a point, or give dtype=.",
            )
        result.requires_grad = True
    return result


def _natural(data, dtype):
    """Return an array of Python data, with torch's choice of dtype."""
    if isinstance(data, (np.ndarray, np.generic)):
        return np.array(data, dtype=None if dtype is None else dtype.numpy)
    shape = _checked_shape(data)
    flat = list(_numbers_in(data))
    if dtype is None:
        dtype = _common(flat)
    if dtype.category == dtypes.INTEGER:
        for number in flat:
            _check_range(number, dtype, listed=shape != ())
    with np.errstate(all="ignore"):
        array = np.array(flat, None if flat else dtype.numpy)
        return array.astype(dtype.numpy).reshape(shape)


def _numbers_in(data):
    """Yield the Python numbers and the array scalars of nested lists."""
    if isinstance(data, (list, tuple, range)):
        for each in data:
            yield from _numbers_in(each)
    elif isinstance(data, Tensor):
        yield from data._array.ravel()
    elif isinstance(data, np.ndarray):
        yield from data.ravel()
    else:
        yield data


def _common(numbers):
    kinds = {
        dtypes.DTYPES[each.dtype] if isinstance(each, np.generic) else dtypes.of_number(each)
        for each in numbers
    }
    common = None
    for kind in kinds:
        common = kind if common is None else dtypes.promote_types(common, kind)
    return common or dtypes.Defaults.dtype


def _check_range(number, dtype, listed):
    """Refuse an integer that its dtype cannot hold; small negatives of uint8 alone wrap."""
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        raise failure(ValueError, "Overflow when unpacking long long", "It has at most 64 bits.")
    info = np.iinfo(dtype.numpy)
    low = -info.max if info.min == 0 else info.min
    if not low <= number <= info.max:
        raise failure(
            RuntimeError,
            f"value cannot be converted to type {dtype.name} without overflow",
            f"tensor: {number} does not fit; {dtype} ends at {info.max}.",
        )


def _checked_shape(data):
    """Return the shape of nested lists; all lists at one depth must be of one length."""
    if isinstance(data, (Tensor, np.ndarray)):
        return tuple(data.shape)
    if not isinstance(data, (list, tuple, range)):
        _check_number(data)
        return ()
    if len(data) and isinstance(data[0], str):
        raise failure(ValueError, "too many dimensions 'str'")
    shapes = [_checked_shape(each) for each in data]
    for i, shape in enumerate(shapes):
        _check_alike(data, i, shape, shapes[0])
    return (len(data), *(shapes[0] if shapes else ()))


def _check_number(value):
    if isinstance(value, str):
        raise failure(TypeError, "new(): invalid data type 'str'")
    if dtypes.of_number(value) is None:
        raise failure(
            RuntimeError,
            f"Could not infer dtype of {type(value).__name__}",
            "tensor: it takes numbers, nested lists of them, and arrays.",
        )


def _check_alike(data, i, shape, first):
    if shape == first:
        return
    if shape and first:
        depth = next(at for at, (n, m) in enumerate(zip(shape, first, strict=False)) if n != m)
        raise failure(
            ValueError,
            f"expected sequence of length {first[depth]} at dim {depth + 1} (got {shape[depth]})",
            f"tensor: entry {i} has shape {shape}, the first {first}.",
        )
    if first:
        raise failure(TypeError, "not a sequence", f"tensor: entry {i} is a number.")
    if any(isinstance(number, float) for number in _numbers_in(data)):
        raise failure(TypeError, "must be real number, not list")
    raise failure(TypeError, "'list' object cannot be interpreted as an integer")


def tensor(data, *, dtype=None, device=None, requires_grad=False):
    """Make a tensor of a copy of numbers, nested lists or an array.

    Parameters
    ----------
    data : number, nested lists of numbers, ndarray or Tensor of any shape
        A tensor is copied without its record, with torch's warning.
    dtype : dtype, optional
        By default that of the data; Python floats take the default dtype.
    device : object
        Ignored: everything is on the CPU.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.

    Returns
    -------
    Tensor of the shape of the data

    Raises
    ------
    ValueError
        Where lists at one depth differ in length; for an int beyond 64 bits.
    TypeError, RuntimeError
        For what is no number; for an int that the dtype cannot hold; for an integer dtype with
        `requires_grad`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([[0.5283, 0.3922], [-1.6257, -0.4775]])
    tensor([[ 0.5283,  0.3922],
            [-1.6257, -0.4775]])
    >>> torch.tensor([1, 2.5]), torch.tensor([1, True])
    (tensor([1.0000, 2.5000]), tensor([1, 1]))
    """
    if isinstance(data, Tensor):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach()"
            ".clone() or sourceTensor.detach().clone().requires_grad_(True), rather than "
            "torch.tensor(sourceTensor).",
            UserWarning,
            stacklevel=2,
        )
        return finished(data._array.copy(), dtype, requires_grad)
    return finished(_natural(data, dtype), dtype, requires_grad)


def as_tensor(data, dtype=None, device=None):
    """Return `data` as a tensor, without a copy where it is a tensor or an array already.

    Parameters
    ----------
    data : number, nested lists of numbers, ndarray or Tensor of any shape
    dtype : dtype, optional
        By default that of the data.
    device : object
        Ignored: everything is on the CPU.

    Returns
    -------
    Tensor of the shape of the data

    Raises
    ------
    ValueError, TypeError, RuntimeError
        As `tensor`; for an array of a dtype that torch does not have.

    Examples
    --------
    >>> import numpy as np
    >>> import refimpl as torch
    >>> array = np.zeros(2, np.float32)
    >>> x = torch.as_tensor(array)
    >>> array[0] = 7
    >>> x
    tensor([7., 0.])
    """
    if isinstance(data, Tensor):
        return data if dtype is None else to_dtype(data, dtype)
    if isinstance(data, np.ndarray):
        shared = from_numpy(data)
        return shared if dtype is None else to_dtype(shared, dtype)
    return tensor(data, dtype=dtype)


asarray = as_tensor


def from_numpy(ndarray):
    """Return a tensor over the memory of an array: each sees every change of the other.

    Parameters
    ----------
    ndarray : ndarray of bool, uint8, int8 to int64 or float16 to float64, any shape

    Returns
    -------
    Tensor of the shape and dtype of the array

    Raises
    ------
    TypeError
        Where `ndarray` is no array, or has a dtype that torch does not have.

    Examples
    --------
    >>> import numpy as np
    >>> import refimpl as torch
    >>> torch.from_numpy(np.arange(3.0))
    tensor([0., 1., 2.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise failure(
            TypeError,
            f"expected np.ndarray (got {type(ndarray).__name__})",
            "from_numpy: use tensor(...) for lists and numbers.",
        )
    if ndarray.dtype not in dtypes.DTYPES:
        raise failure(
            TypeError,
            f"can't convert np.ndarray of type {ndarray.dtype}. The only supported types are: "
            "float64, float32, float16, int64, int32, int16, int8, uint8, and bool.",
        )
    return wrap(ndarray)


def full(size, fill_value, *, dtype=None, requires_grad=False, device=None):
    """Return a tensor of the given shape with every element `fill_value`.

    Parameters
    ----------
    size : int or sequence of int
    fill_value : number, or Tensor of shape ()
    dtype : dtype, optional
        By default that of `fill_value`; Python floats take the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : object
        Ignored: everything is on the CPU.

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
    >>> torch.full((2, 2), 0.5)
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]])
    """
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.item()
    dtype = dtype or dtypes.of_number(fill_value)
    return _full("full", size, fill_value, dtype, requires_grad)


def _full(name, size, value, dtype, requires_grad):
    return finished(np.full(_checked(name, size), value, dtype.numpy), None, requires_grad)


def _checked(name, size):
    size = (size,) if isinstance(size, int) else tuple(operator.index(n) for n in size)
    for n in size:
        if n < 0:
            raise failure(
                RuntimeError,
                "zeros: Dimension size must be non-negative."
                if name == "zeros"
                else f"Trying to create tensor with negative dimension {n}: {list(size)}",
                f"The shape is {list(size)}.",
            )
    return size


def zeros(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor of zeros.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape.
    dtype : dtype, optional
        By default the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : object
        Ignored: everything is on the CPU.

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
    >>> torch.zeros(2, 3, dtype=torch.int64)
    tensor([[0, 0, 0],
            [0, 0, 0]])
    """
    return _full("zeros", sizes(size), 0, dtype or dtypes.Defaults.dtype, requires_grad)


def ones(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor of ones.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape.
    dtype, requires_grad, device
        As of `zeros`.

    Returns
    -------
    Tensor of that shape

    Raises
    ------
    RuntimeError, TypeError
        As `zeros`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ones(3, requires_grad=True)
    tensor([1., 1., 1.], requires_grad=True)
    """
    return _full("ones", sizes(size), 1, dtype or dtypes.Defaults.dtype, requires_grad)


def empty(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor that is to be filled; it holds zeros here, and anything in torch.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape.
    dtype, requires_grad, device
        As of `zeros`.

    Returns
    -------
    Tensor of that shape

    Raises
    ------
    RuntimeError, TypeError
        As `zeros`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.empty(2, 3).fill_(0.5).sum()
    tensor(3.)
    """
    return _full("empty", sizes(size), 0, dtype or dtypes.Defaults.dtype, requires_grad)


def full_like(input, fill_value, *, dtype=None, requires_grad=False):
    """Return a tensor of the shape of `input` with every element `fill_value`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    fill_value : number, or Tensor of shape ()
    dtype : dtype, optional
        By default that of `input`.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.

    Returns
    -------
    Tensor of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.
    RuntimeError
        For an integer dtype with `requires_grad`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.full_like(torch.tensor([1, 2]), 7)
    tensor([7, 7])
    """
    check_tensor("full_like", input)
    return full(input.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def zeros_like(input, *, dtype=None, requires_grad=False):
    """Return zeros of the shape and dtype of `input`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dtype, requires_grad
        As of `full_like`.

    Returns
    -------
    Tensor of the shape of `input`

    Raises
    ------
    TypeError, RuntimeError
        As `full_like`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros_like(torch.tensor([[1.5, 2.5]]))
    tensor([[0., 0.]])
    """
    check_tensor("zeros_like", input)
    return full_like(input, 0, dtype=dtype, requires_grad=requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False):
    """Return ones of the shape and dtype of `input`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dtype, requires_grad
        As of `full_like`.

    Returns
    -------
    Tensor of the shape of `input`

    Raises
    ------
    TypeError, RuntimeError
        As `full_like`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ones_like(torch.tensor([True, False]))
    tensor([True, True])
    """
    check_tensor("ones_like", input)
    return full_like(input, 1, dtype=dtype, requires_grad=requires_grad)


def empty_like(input, *, dtype=None, requires_grad=False):
    """Return a tensor of the shape and dtype of `input` that is to be filled; it holds zeros here.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dtype, requires_grad
        As of `full_like`.

    Returns
    -------
    Tensor of the shape of `input`

    Raises
    ------
    TypeError, RuntimeError
        As `full_like`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.empty_like(torch.zeros(2, 3), dtype=torch.float64).dtype
    torch.float64
    """
    check_tensor("empty_like", input)
    return full_like(input, 0, dtype=dtype, requires_grad=requires_grad)


def arange(start, end=None, step=1, *, dtype=None, requires_grad=False, device=None):
    """Return numbers from `start` up to, and not including, `end`.

    Parameters
    ----------
    start : number
        Alone, it is the end, and the numbers start from 0.
    end : number, optional
    step : number
        The distance between neighbours; negative to go down.
    dtype : dtype, optional
        By default int64 where all three are int, else the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : object
        Ignored: everything is on the CPU.

    Returns
    -------
    Tensor of shape (n,)

    Raises
    ------
    RuntimeError
        For a step of 0, or of the wrong sign; for an integer dtype with `requires_grad`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.arange(3), torch.arange(1, 2, 0.25)
    (tensor([0, 1, 2]), tensor([1.0000, 1.2500, 1.5000, 1.7500]))
    """
    if end is None:
        start, end = 0, start
    start, end, step = (v.item() if isinstance(v, Tensor) else v for v in (start, end, step))
    if step == 0:
        raise failure(RuntimeError, "step must be nonzero")
    if (end - start) * step < 0:
        raise failure(RuntimeError, "upper bound and lower bound inconsistent with step sign")
    whole = all(isinstance(v, int) for v in (start, end, step))
    dtype = dtype or (dtypes.int64 if whole else dtypes.Defaults.dtype)
    length = max(math.ceil((end - start) / step), 0)
    array = start + np.arange(length) * step
    return finished(np.asarray(array), dtype, requires_grad)


def linspace(start, end, steps, *, dtype=None, requires_grad=False, device=None):
    """Return `steps` numbers at equal distances from `start` to `end`, both included.

    Parameters
    ----------
    start, end : number
    steps : int
    dtype : dtype, optional
        By default the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : object
        Ignored: everything is on the CPU.

    Returns
    -------
    Tensor of shape (steps,)

    Raises
    ------
    RuntimeError
        For a negative number of steps; for an integer dtype with `requires_grad`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.linspace(-1, 1, 5)
    tensor([-1.0000, -0.5000,  0.0000,  0.5000,  1.0000])
    """
    if steps < 0:
        raise failure(RuntimeError, "number of steps must be non-negative")
    dtype = dtype or dtypes.Defaults.dtype
    kind = dtype.numpy.type
    first, last = kind(start), kind(end)
    if steps == 1:
        return finished(np.array([first]), dtype, requires_grad)
    step = (last - first) / kind(max(steps - 1, 1))
    places = np.arange(steps).astype(dtype.numpy)
    array = np.where(
        np.arange(steps) < steps // 2, first + step * places, last - step * places[::-1]
    )
    return finished(array, dtype, requires_grad)


def eye(n, m=None, *, dtype=None, requires_grad=False, device=None):
    """Return a matrix with ones on the diagonal and zeros elsewhere.

    Parameters
    ----------
    n : int
        The number of rows.
    m : int, optional
        The number of columns, by default `n`.
    dtype : dtype, optional
        By default the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : object
        Ignored: everything is on the CPU.

    Returns
    -------
    Tensor of shape (n, m)

    Raises
    ------
    RuntimeError
        For a negative number of rows; for an integer dtype with `requires_grad`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.eye(2, 3)
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if n < 0:
        raise failure(RuntimeError, f"n must be greater or equal to 0, got {n}")
    return finished(np.eye(n, m), dtype or dtypes.Defaults.dtype, requires_grad)
