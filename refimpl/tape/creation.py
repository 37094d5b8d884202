"""Making tensors."""

import math
import operator

import numpy as np

from refimpl.tape import dtypes
from refimpl.tape.arithmetic import to_dtype
from refimpl.tape.errors import failure
from refimpl.tape.shaping import sizes
from refimpl.tape.tensor import Tensor, wrap


def _finished(array, dtype, requires_grad):
    if dtype is not None:
        array = array.astype(dtype.numpy, copy=False)
    result = wrap(array)
    if requires_grad:
        result.requires_grad = True
    return result


def _natural(data, dtype):
    """Return an array of Python data, with torch's choice of dtype."""
    if isinstance(data, (np.ndarray, np.generic)):
        return np.array(data, dtype=None if dtype is None else dtype.numpy)
    plain = _without_tensors(data)
    shape = _checked_shape(plain)
    array = np.array(plain)
    if array.size == 0:
        array = np.zeros(shape, np.float64)
    if array.dtype == object:
        raise failure(RuntimeError, "Overflow when unpacking long long", "An integer is too large.")
    if dtype is None:
        if isinstance(_first(data), (Tensor, np.generic, np.ndarray)) and array.size:
            return array
        if array.dtype.kind == "f":
            return array.astype(dtypes.Defaults.dtype.numpy)
        if array.dtype.kind == "u":
            raise failure(RuntimeError, "Overflow when unpacking long long")
        return array
    if array.dtype.kind in "iu" and dtype.category == dtypes.INTEGER and array.size:
        info = np.iinfo(dtype.numpy)
        worst = min(array.min(), array.max(), key=lambda v: info.min <= v <= info.max)
        if not info.min <= worst <= info.max:
            raise failure(
                RuntimeError,
                f"value cannot be converted to type {dtype.name}_t without overflow",
            )
    with np.errstate(all="ignore"):
        return array.astype(dtype.numpy)


def _first(data):
    while isinstance(data, (list, tuple, range)) and len(data):
        data = data[0]
    return data


def _without_tensors(data):
    if isinstance(data, Tensor):
        return data._array if data.ndim else data._array[()]
    if isinstance(data, (list, tuple, range)):
        return [_without_tensors(each) for each in data]
    return data


def _checked_shape(data, depth=0):
    """Return the shape of nested lists; all lists at one depth must be of one length."""
    if isinstance(data, np.ndarray):
        return data.shape
    if not isinstance(data, list):
        if not isinstance(data, (bool, int, float, np.generic)):
            kind = type(data).__name__
            if depth == 0 and not hasattr(data, "__array__"):
                if isinstance(data, str):
                    raise failure(TypeError, f"new(): invalid data type '{kind}'")
                raise failure(RuntimeError, f"Could not infer dtype of {kind}")
            if isinstance(data, str):
                raise failure(ValueError, "too many dimensions 'str'")
            raise failure(TypeError, f"not a sequence: {kind}")
        return ()
    shapes = [_checked_shape(each, depth + 1) for each in data]
    for i, shape in enumerate(shapes):
        if shape != shapes[0]:
            if shape and shapes[0]:
                raise failure(
                    ValueError,
                    f"expected sequence of length {shapes[0][0]} at dim {depth + 1} "
                    f"(got {shape[0]})",
                    f"tensor: entry {i} has shape {shape}, the first {shapes[0]}.",
                )
            kind = type(data[i]).__name__
            if shape:
                raise failure(TypeError, f"must be real number, not {kind}")
            raise failure(TypeError, f"expected sequence but got {kind}")
    return (len(data), *(shapes[0] if shapes else ()))


def tensor(data, *, dtype=None, device=None, requires_grad=False):
    """Make a tensor of a copy of numbers, nested lists or an array.

    Parameters
    ----------
    data : number, nested lists, ndarray or Tensor
    dtype : dtype
        By default that of the data; Python floats take the default dtype.
    device : object
        Ignored: everything is on the CPU.
    requires_grad : bool

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([[0.5283, 0.3922], [-1.6257, -0.4775]])
    tensor([[ 0.5283,  0.3922],
            [-1.6257, -0.4775]])
    """
    if isinstance(data, Tensor):
        return _finished(data._array.copy(), dtype, requires_grad)
    return _finished(_natural(data, dtype), dtype, requires_grad)


def as_tensor(data, dtype=None, device=None):
    """Return `data` as a tensor, without a copy where it is a tensor or an array already."""
    if isinstance(data, Tensor):
        return data if dtype is None else to_dtype(data, dtype)
    if isinstance(data, np.ndarray):
        shared = from_numpy(data)
        return shared if dtype is None else to_dtype(shared, dtype)
    return tensor(data, dtype=dtype)


asarray = as_tensor


def from_numpy(ndarray):
    """Return a tensor over the memory of an array: both see every change.

    Raises
    ------
    TypeError
        When it is no array, or of a dtype that torch does not have.
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
    """Return a tensor of the given shape with every element `fill_value`."""
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.item()
    dtype = dtype or dtypes.of_number(fill_value)
    return _finished(np.full(_checked(size), fill_value, dtype.numpy), None, requires_grad)


def _checked(size):
    size = (size,) if isinstance(size, int) else tuple(operator.index(n) for n in size)
    for n in size:
        if n < 0:
            raise failure(
                RuntimeError,
                f"Trying to create tensor with negative dimension {n}: {list(size)}",
            )
    return size


def zeros(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor of zeros."""
    return full(sizes(size), 0.0, dtype=dtype, requires_grad=requires_grad)


def ones(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor of ones."""
    return full(sizes(size), 1.0, dtype=dtype, requires_grad=requires_grad)


def empty(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor to be filled; here it holds zeros."""
    return zeros(*size, dtype=dtype, requires_grad=requires_grad)


def full_like(input, fill_value, *, dtype=None, requires_grad=False):
    """Return a tensor of the shape and dtype of `input` with every element `fill_value`."""
    return full(input.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def zeros_like(input, *, dtype=None, requires_grad=False):
    """Return zeros of the shape and dtype of `input`."""
    return full_like(input, 0, dtype=dtype, requires_grad=requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False):
    """Return ones of the shape and dtype of `input`."""
    return full_like(input, 1, dtype=dtype, requires_grad=requires_grad)


empty_like = zeros_like


def arange(start, end=None, step=1, *, dtype=None, requires_grad=False, device=None):
    """Return numbers from `start` (by default 0) up to, and not including, `end`."""
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
    return _finished(np.asarray(array), dtype, requires_grad)


def linspace(start, end, steps, *, dtype=None, requires_grad=False, device=None):
    """Return `steps` numbers at equal distances from `start` to `end`, both included."""
    if steps < 0:
        raise failure(RuntimeError, "number of steps must be non-negative")
    dtype = dtype or dtypes.Defaults.dtype
    kind = dtype.numpy.type
    first, last = kind(start), kind(end)
    if steps == 1:
        return _finished(np.array([first]), dtype, requires_grad)
    step = (last - first) / kind(max(steps - 1, 1))
    places = np.arange(steps).astype(dtype.numpy)
    array = np.where(
        np.arange(steps) < steps // 2, first + step * places, last - step * places[::-1]
    )
    return _finished(array, dtype, requires_grad)


def eye(n, m=None, *, dtype=None, requires_grad=False, device=None):
    """Return a matrix with ones on the diagonal and zeros elsewhere."""
    dtype = dtype or dtypes.Defaults.dtype
    return _finished(np.eye(n, m), dtype, requires_grad)
