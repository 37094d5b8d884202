"""Making tensors."""

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
    """Return a tensor of zeros."""
    return _full("zeros", sizes(size), 0, dtype or dtypes.Defaults.dtype, requires_grad)


def ones(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor of ones."""
    return _full("ones", sizes(size), 1, dtype or dtypes.Defaults.dtype, requires_grad)


def empty(*size, dtype=None, requires_grad=False, device=None):
    """Return a tensor to be filled; here it holds zeros."""
    return _full("empty", sizes(size), 0, dtype or dtypes.Defaults.dtype, requires_grad)


def full_like(input, fill_value, *, dtype=None, requires_grad=False):
    """Return a tensor of the shape and dtype of `input` with every element `fill_value`."""
    check_tensor("full_like", input)
    return full(input.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def zeros_like(input, *, dtype=None, requires_grad=False):
    """Return zeros of the shape and dtype of `input`."""
    check_tensor("zeros_like", input)
    return full_like(input, 0, dtype=dtype, requires_grad=requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False):
    """Return ones of the shape and dtype of `input`."""
    check_tensor("ones_like", input)
    return full_like(input, 1, dtype=dtype, requires_grad=requires_grad)


def empty_like(input, *, dtype=None, requires_grad=False):
    """Return a tensor of the shape and dtype of `input` to be filled; here it holds zeros."""
    check_tensor("empty_like", input)
    return full_like(input, 0, dtype=dtype, requires_grad=requires_grad)


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
    return finished(np.asarray(array), dtype, requires_grad)


def linspace(start, end, steps, *, dtype=None, requires_grad=False, device=None):
    """Return `steps` numbers at equal distances from `start` to `end`, both included."""
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
    """Return a matrix with ones on the diagonal and zeros elsewhere."""
    if n < 0:
        raise failure(RuntimeError, f"n must be greater or equal to 0, got {n}")
    return finished(np.eye(n, m), dtype or dtypes.Defaults.dtype, requires_grad)
