"""Tensors made of data, of one number, or of a range of numbers."""

import math
import warnings

import numpy as np

from refimpl.errors import (
    NAMES,
    as_int,
    as_length,
    check_bool,
    enough_memory,
    failure,
    is_length,
    kind,
    no_memory,
    too_wide,
    typename,
    unsupported,
)
from refimpl.keywords import refuse
from refimpl.streams._fma import fma64, fma64_to_odd, mean64, mean64_to_odd
from refimpl.tape import dtypes
from refimpl.tape.arguments import (
    by_place_or_name,
    check_device,
    check_storage,
    invalid,
    lengths,
    no_complex,
    options,
    wrong,
)
from refimpl.tape.numbers import check_width, does_not_fit, filling, fitted, overflows
from refimpl.tape.operands import check_tensor, silent_astype, to_dtype
from refimpl.tape.tensor import Size, Tensor, wrap


def finished(array, dtype, requires_grad):
    if dtype is not None and array.dtype != dtype.numpy:
        array = silent_astype(array, dtype.numpy)
    result = wrap(array)
    if requires_grad:
        _check_gradients(result.dtype)
        result.requires_grad = True
    return result


def _check_gradients(dtype):
    if not dtype.is_floating_point:
        raise failure(
            RuntimeError,
            "Only Tensors of floating point and complex dtype can require gradients",
            f"These numbers are {dtype}; write them with a point, or give dtype=.",
        )


# ---- data -----------------------------------------------------------------------------


def _natural(data, dtype):
    """Return an array of Python data, with torch's choice of dtype."""
    if isinstance(data, (np.ndarray, np.generic)):
        check_array(np.asarray(data))
        if dtype is not None:
            _check_index(data, dtype)
        with np.errstate(all="ignore"):
            return np.array(data, dtype=None if dtype is None else dtype.numpy)
    if dtype is not None and isinstance(data, (str, bytes)):
        raise _no_data(data)
    shape = _first_shape(data)
    if 0 in shape:
        return np.zeros(shape, (dtype or _common_beside_nothing(data)).numpy)
    shape = _checked_shape(data, dtype)
    flat = list(_numbers_in(data))
    if dtype is None:
        dtype = _common(flat)
    if dtype.category == dtypes.INTEGER:
        for number in flat:
            _check_index(number, dtype)
            _check_range(number, dtype)
    with np.errstate(all="ignore"):
        array = np.array(flat, None if flat else dtype.numpy)
        return array.astype(dtype.numpy).reshape(shape)


def _check_index(data, dtype):
    """Refuse a number of NumPy that is no integer and no float, which torch asks for its index."""
    asked = {dtypes.INTEGER: (np.floating, np.bool_), dtypes.BOOLEAN: np.floating}
    if isinstance(data, asked.get(dtype.category, ())) and not isinstance(data, float):
        raise failure(TypeError, f"'{kind(data)}' object cannot be interpreted as an integer")


def check_array(array):
    """Refuse arrays of a dtype, a byte order or strides that torch does not take."""
    if array.dtype not in dtypes.DTYPES:
        if not array.dtype.isnative:
            raise failure(
                ValueError,
                "given numpy array has byte order different from the native byte order. "
                "Conversion between byte orders is currently not supported.",
                f"Convert it first: array.astype(numpy.{array.dtype.name}).",
            )
        if array.dtype.kind in "uc" and array.dtype.name in TAKEN:
            raise unsupported(
                f"The dtype numpy.{array.dtype.name}",
                "Convert the array first, for instance with array.astype(numpy.int64).",
            )
        raise failure(
            TypeError,
            f"can't convert np.ndarray of type {typename(array.dtype.type)}. The only supported "
            f"types are: {TAKEN}, and bool.",
            "Convert the array first, for instance with array.astype(numpy.float64).",
        )
    if min(array.strides, default=0) < 0:
        raise failure(
            ValueError,
            "At least one stride in the given numpy array is negative, and tensors with negative "
            "strides are not currently supported. (You can probably work around this by making a "
            "copy of your array  with array.copy().) ",
        )


TAKEN = (
    "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, "
    "uint16, uint8"
)


def _numbers_in(data):
    """Yield the Python numbers and the array scalars of nested lists."""
    if isinstance(data, (list, tuple, range)):
        for each in data:
            yield from _numbers_in(each)
    elif isinstance(data, np.ndarray):
        yield from data.ravel()
    elif isinstance(data, Tensor):
        data._only_element()  # it warns that the record is left
        yield data._array.reshape(())[()]
    else:
        yield data


def _common(numbers):
    kinds = {
        dtypes.DTYPES[each.dtype] if isinstance(each, np.generic) else dtypes.of_number(each)
        for each in numbers
    }
    common = None
    for each in kinds:
        common = each if common is None else dtypes.promote_types(common, each)
    return common or dtypes.Defaults.dtype


def _first_shape(data):
    """Return the lengths of the first list at each depth, up to a length of 0.

    There torch stops: what stands beside an empty list is not looked at, whatever its shape.
    """
    shape = []
    while isinstance(data, (list, tuple, range)) and 0 not in shape:
        shape.append(len(data))
        data = data[0] if data else None
    return tuple(shape)


def _common_beside_nothing(data):
    """Return the dtype of lists of which some are empty; an empty one counts as floats."""
    found = dtypes.Defaults.dtype
    for each in data if isinstance(data, (list, tuple, range)) else (data,):
        if isinstance(each, (list, tuple, range)):
            other = _common_beside_nothing(each)
        elif isinstance(each, Tensor):
            other = each.dtype
        elif isinstance(each, np.ndarray):
            check_array(each)
            other = dtypes.DTYPES[each.dtype]
        else:
            _check_number(each)
            other = _common([each])
        found = dtypes.promote_types(found, other)
    return found


def _check_range(number, dtype):
    """Refuse a number that an integer dtype cannot hold; small negatives of uint8 alone wrap."""
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        raise too_wide(number)
    if overflows(number, dtype):
        raise does_not_fit(number, dtype, dtype.name)


SLOW = (
    "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider converting "
    "the list to a single numpy.ndarray with numpy.array() before converting to a tensor."
)


def _checked_shape(data, dtype=None):
    """Return the shape of nested lists; all lists at one depth must be of one length.

    Without a dtype torch looks at all numbers first; with one it stores them one by one.
    """
    if isinstance(data, np.ndarray):
        warnings.warn(SLOW, UserWarning, stacklevel=6)
        check_array(data)
        return data.shape
    if not isinstance(data, (list, tuple, range)):
        _check_number(data, dtype)
        return ()
    if len(data) and isinstance(data[0], str):
        raise failure(
            ValueError, "too many dimensions 'str'", "tensor: it takes numbers, not texts."
        )
    if len(data) and isinstance(data[0], np.ndarray) and data[0].ndim == 0:
        raise failure(
            TypeError,
            "len() of unsized object",
            "tensor: the first entry of a list is an array without lengths; write .item().",
        )
    shapes = []
    for i, each in enumerate(data):
        if dtype is not None and shapes and shapes[0] and each is None:
            raise failure(TypeError, "not a sequence", f"tensor: entry {i} is None.")
        shapes.append(_checked_shape(each, dtype))
        if dtype is not None:
            _check_alike(data, i, shapes[i], shapes[0], dtype)
    for i, shape in enumerate(shapes):
        _check_alike(data, i, shape, shapes[0])
    return (len(data), *(shapes[0] if shapes else ()))


def _no_data(text):
    return failure(
        TypeError,
        f"new(): invalid data type '{kind(text)}'",
        "tensor: it takes numbers, nested lists of them, and arrays.",
    )


def _is_no_number(value, dtype):
    """Return the error of Python that torch raises where it stores a number of the dtype."""
    advice = "tensor: it takes numbers, nested lists of them, and arrays."
    if dtype.is_floating_point:
        return failure(TypeError, f"must be real number, not {kind(value)}", advice)
    name = typename(type(value))
    return failure(TypeError, f"'{name}' object cannot be interpreted as an integer", advice)


def _check_stored(value, dtype):
    """Refuse what torch cannot store as a number of the dtype."""
    if isinstance(value, Tensor):
        if value.is_floating_point() and not dtype.is_floating_point:
            raise failure(
                TypeError,
                "only integer tensors of a single element can be converted to an index",
                f"tensor: make the list without dtype, then .to({dtype}).",
            )
    elif isinstance(value, np.floating) and not isinstance(value, float):
        if not dtype.is_floating_point:
            raise _is_no_number(value, dtype)
    elif not isinstance(value, (complex, np.generic)) and dtypes.of_number(value) is None:
        raise _is_no_number(value, dtype)


def _check_number(value, dtype=None):
    if dtype is not None:
        _check_stored(value, dtype)
    if isinstance(value, (str, bytes)):
        raise _no_data(value)
    if isinstance(value, Tensor):
        return
    if isinstance(value, np.generic):
        check_array(np.asarray(value))
    if isinstance(value, complex):
        raise no_complex()
    if dtypes.of_number(value) is None:
        raise failure(
            RuntimeError,
            f"Could not infer dtype of {kind(value)}",
            "tensor: it takes numbers, nested lists of them, and arrays.",
        )


def _check_alike(data, i, shape, first, dtype=None):
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
    if dtype is None:
        empty = any(each in ([], ()) for each in data if isinstance(each, (list, tuple)))
        real = empty or any(isinstance(number, float) for number in _numbers_in(data))
        dtype = dtypes.float32 if real else dtypes.int64
    raise _is_no_number(data[i], dtype)


def tensor(data, *, dtype=None, device=None, requires_grad=False, **outside):
    """Make a tensor of a copy of numbers, nested lists or an array.

    Parameters
    ----------
    data : number, nested lists of numbers, ndarray or Tensor of any shape
        A tensor is copied without its record, with torch's warning.
    dtype : dtype, optional
        By default that of the data; Python floats take the default dtype.
    device : device, str or int, optional
        The CPU; no other is there.
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
    if outside:
        refuse(tensor, outside)
    dtype = options("tensor", dtype, device, requires_grad)
    if isinstance(data, Tensor):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach()"
            ".clone() or sourceTensor.detach().clone().requires_grad_(True), rather than "
            "torch.tensor(sourceTensor).",
            UserWarning,
            stacklevel=2,
        )
        return finished(
            to_dtype(data.detach(), dtype or data.dtype)._array.copy(), None, requires_grad
        )
    return finished(_natural(data, dtype), dtype, requires_grad)


def construct(self, *args, device=None, **outside):
    """Fill a new tensor, as ``Tensor(data)`` and ``Tensor(2, 3)`` ask for it."""
    self._array, self._counter = constructed(args, device, outside)


def constructed(args, device, other, dtype=None):
    """Return array and counter of the tensor that the old constructors make, of a dtype or any."""
    if other:
        raise invalid("new", *args, **other)
    if device is not None and dtypes.device(device).type != "cpu":
        raise failure(
            RuntimeError,
            "legacy constructor expects device type: cpu but device type: "
            f"{dtypes.device(device).type} was passed",
            dtypes.WHERE,
        )
    if len(args) == 1 and (isinstance(args[0], Tensor) or not _says_shape(args[0])):
        return _constructed(args[0], dtype)
    shape = _checked("new", lengths("new", "size", args) if args else (0,))
    dtype = dtype or dtypes.Defaults.dtype
    check_storage(shape, dtype.itemsize)
    with enough_memory:
        return np.zeros(shape, dtype.numpy), [0]


def _says_shape(value):
    return is_length(value) or isinstance(value, Size)


def _constructed(data, dtype):
    """Return array and counter of the tensor that ``Tensor(data)`` makes."""
    if isinstance(data, Tensor):
        if dtype is not None and data.dtype is not dtype:
            raise failure(
                TypeError,
                f"expected {_options(dtype)} (got {_options(data.dtype)})",
                f"Convert it with .to({dtype}).",
            )
        return data._array, data._counter
    if isinstance(data, (list, tuple, np.ndarray, range)):
        return np.array(_natural(data, dtype or dtypes.Defaults.dtype)), [0]
    if isinstance(data, (str, bytes)):
        raise failure(
            TypeError, f"new(): invalid data type '{kind(data)}'", "Tensor: give it numbers."
        )
    raise failure(
        TypeError,
        f"new(): data must be a sequence (got {kind(data)})",
        "Near it: torch.tensor(...) takes a single number, too.",
    )


def _options(dtype):
    """Write a dtype as torch's old constructors do."""
    return (
        f"TensorOptions(dtype={NAMES[dtype.name].product}, device=cpu, layout=Strided, "
        "requires_grad=false (default), pinned_memory=false (default), memory_format=(nullopt))"
    )


def as_tensor(data, *, dtype=None, device=None, **outside):
    """Return `data` as a tensor, without a copy where it is a tensor or an array already.

    Parameters
    ----------
    data : number, nested lists of numbers, ndarray or Tensor of any shape
    dtype : dtype, optional
        By default that of the data.
    device : device, str or int, optional
        The CPU; no other is there.

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
    if outside:
        refuse(as_tensor, outside)
    dtype = options("as_tensor", dtype)
    check_device("as_tensor", device, creates=False)
    return _shared(data, dtype)


def _shared(data, dtype):
    if isinstance(data, np.ndarray):
        data = from_numpy(data)
    if isinstance(data, Tensor):
        return data if dtype is None else to_dtype(data, dtype)
    return wrap(_natural(data, dtype))


UNSPECIFIED = (
    "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad instead of False. "
    "Pass requires_grad=False explicitly to get the old behavior and silence this warning."
)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=None, **outside):
    """Return `obj` as a tensor, without a copy where none is needed or where none is wanted.

    Parameters
    ----------
    obj : number, nested lists of numbers, ndarray or Tensor of any shape
    dtype : dtype, optional
        By default that of the data.
    device : device, str or int, optional
        The CPU; no other is there.
    copy : bool, optional
        True copies always, False never; by default where dtypes differ.
    requires_grad : bool, optional
        Ask for gradients; by default as a tensor does, with torch's warning.

    Returns
    -------
    Tensor of the shape of the data

    Raises
    ------
    ValueError, TypeError, RuntimeError
        As `tensor`; where a copy is needed and not wanted.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0])
    >>> torch.asarray(x, copy=True)[0] = 9.0
    >>> x
    tensor([1., 2.])
    """
    if outside:
        refuse(asarray, outside)
    dtype = options("asarray", dtype, None, requires_grad)
    if requires_grad is None and isinstance(obj, Tensor) and obj.requires_grad:
        warnings.warn(UNSPECIFIED, UserWarning, stacklevel=2)
        if dtype is not None:
            _check_gradients(dtype)
    if copy is not None:
        check_bool(copy, "asarray", "copy")
    check_device("asarray", device, creates=False)
    if isinstance(obj, (bytes, bytearray, memoryview)):
        raise unsupported("asarray(bytes)", "Near it: from_numpy(numpy.frombuffer(...)).")
    scalar = isinstance(obj, np.generic)  # an array without lengths, which is copied
    if scalar and copy is False:
        raise failure(
            RuntimeError,
            "can't alias NumPy scalars. Either remove copy=False or transform it in a ndarray. ",
        )
    obj = np.asarray(obj) if scalar else obj
    shares = isinstance(obj, (Tensor, np.ndarray))
    if copy is False and not shares:
        raise failure(ValueError, "can't alias arbitrary sequence into a tensor.")
    result = _shared(obj, dtype)
    kept = shares and result._array.dtype == getattr(obj, "_array", obj).dtype
    alias = copy is False or copy and isinstance(obj, np.ndarray) and not obj.ndim
    if alias and not kept:  # torch refuses the copy of an array without lengths, too
        raise failure(
            ValueError,
            f"can't alias tensor with dtype '{_named(obj)}' into dtype '{_named(result)}'.",
        )
    if copy and kept:
        result = result.clone()
    return _marked(result, requires_grad, result is obj)


def _marked(result, requires_grad, is_given):
    """Return a tensor that requires a gradient or not; torch marks the argument itself."""
    if requires_grad and not result.requires_grad:
        marks = is_given and result.is_floating_point()
        return result.requires_grad_() if marks else finished(result._array, None, True)
    if requires_grad is False and result.requires_grad:
        return result.requires_grad_(False) if result.is_leaf else result.detach()
    return result


def _named(data):
    return dtypes.DTYPES[getattr(data, "_array", data).dtype].title


def from_numpy(ndarray, /):
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
            f"expected np.ndarray (got {kind(ndarray)})",
            "from_numpy: use tensor(...) for lists and numbers.",
        )
    check_array(ndarray)
    return wrap(ndarray.view())  # a later `ndarray.shape = ...` is the array's own


def full(size, fill_value, *, dtype=None, requires_grad=False, device=None, **outside):
    """Return a tensor of the given shape with every element `fill_value`.

    Parameters
    ----------
    size : sequence of int
    fill_value : number, or Tensor of shape ()
    dtype : dtype, optional
        By default that of `fill_value`; Python floats take the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : device, str or int, optional
        The CPU; no other is there.

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
    >>> torch.full((2, 2), 0.5)
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]])
    """
    if outside:
        refuse(full, outside)
    dtype = options("full", dtype, None, requires_grad)
    if not isinstance(size, (tuple, list)):
        raise wrong("full", "size", 1, "tuple of ints", size, f"full: write ({size!r},).")
    shape, value = lengths("full", "size", (size,)), filler("full", fill_value)
    check_device("full", device)
    return _full(_checked("full", shape), value, dtype, requires_grad)


def filler(name, fill_value, position=2):
    """Return the number with which a tensor shall be filled."""
    if isinstance(fill_value, Tensor) and fill_value.ndim == 0 and not fill_value.requires_grad:
        return fill_value.item()
    if dtypes.of_number(fill_value) is None:
        raise wrong(name, "fill_value", position, "Number", fill_value)
    return fill_value


def _full(shape, value, dtype, requires_grad, laid_as=None):
    """Return a tensor of one value; its elements lie in memory as those of an array `laid_as`."""
    if isinstance(value, int):
        check_width(value)
    dtype = dtype or dtypes.of_number(value)
    check_storage(shape, dtype.itemsize)
    try:
        cell = filling(value, dtype, math.prod(shape))
        array = np.full(shape, cell) if laid_as is None else np.full_like(laid_as, cell, cell.dtype)
        return finished(array, None, requires_grad)
    except MemoryError as error:
        raise no_memory(error) from None


def _checked(name, shape):
    for n in shape:
        if n < 0:
            raise failure(
                RuntimeError,
                "zeros: Dimension size must be non-negative."
                if name == "zeros"
                else f"Trying to create tensor with negative dimension {n}: {list(shape)}",
                f"The shape is {list(shape)}.",
            )
    return shape


def _filled(name, args, size, value, dtype, device, requires_grad):
    """Return a tensor of the shape that stands in numbers, in one sequence, or in ``size=``."""
    dtype = options(name, dtype, None, requires_grad) or dtypes.Defaults.dtype
    args = by_place_or_name(name, "size", args, size)
    if not args:
        raise failure(
            TypeError,
            f'{name}() missing 1 required positional arguments: "size"',
            f"{name}: give a shape; {name}(()) makes a single number.",
        )
    shape = lengths(name, "size", args)
    check_device(name, device)
    return _full(_checked(name, shape), value, dtype, requires_grad)


def zeros(*args, size=None, dtype=None, requires_grad=False, device=None, **outside):
    """Return a tensor of zeros.

    Parameters
    ----------
    *args : int, or one sequence of int
        The shape.
    size : sequence of int, optional
        The shape as well.
    dtype : dtype, optional
        By default the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : device, str or int, optional
        The CPU; no other is there.

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
    if outside:
        refuse(zeros, outside)
    return _filled("zeros", args, size, 0, dtype, device, requires_grad)


def ones(*args, size=None, dtype=None, requires_grad=False, device=None, **outside):
    """Return a tensor of ones.

    Parameters
    ----------
    *args : int, or one sequence of int
        The shape.
    size, dtype, requires_grad, device
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
    if outside:
        refuse(ones, outside)
    return _filled("ones", args, size, 1, dtype, device, requires_grad)


def empty(*args, size=None, dtype=None, requires_grad=False, device=None, **outside):
    """Return a tensor that is to be filled; it holds zeros here, and anything in torch.

    Parameters
    ----------
    *args : int, or one sequence of int
        The shape.
    size, dtype, requires_grad, device
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
    if outside:
        refuse(empty, outside)
    return _filled("empty", args, size, 0, dtype, device, requires_grad)


def full_like(input, fill_value, *, dtype=None, requires_grad=False, device=None, **outside):
    """Return a tensor of the shape of `input` with every element `fill_value`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    fill_value : number, or Tensor of shape ()
    dtype : dtype, optional
        By default that of `input`.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : device, str or int, optional
        The CPU; no other is there.

    Returns
    -------
    Tensor of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.
    RuntimeError
        For a value that the dtype cannot hold; for an integer dtype with `requires_grad`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.full_like(torch.tensor([1, 2]), 7)
    tensor([7, 7])
    """
    if outside:
        refuse(full_like, outside)
    return _like("full_like", input, filler("full_like", fill_value), dtype, device, requires_grad)


def _like(name, input, value, dtype, device, requires_grad):
    check_tensor(name, input)
    dtype = options(name, dtype, device, requires_grad)
    array, dtype = input._array, dtype or input.dtype
    laid_as = None if array.flags.c_contiguous else array
    return _full(array.shape, value, dtype, requires_grad, laid_as)


def zeros_like(input, *, dtype=None, requires_grad=False, device=None, **outside):
    """Return zeros of the shape and dtype of `input`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dtype, requires_grad, device
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
    if outside:
        refuse(zeros_like, outside)
    return _like("zeros_like", input, 0, dtype, device, requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False, device=None, **outside):
    """Return ones of the shape and dtype of `input`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dtype, requires_grad, device
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
    if outside:
        refuse(ones_like, outside)
    return _like("ones_like", input, 1, dtype, device, requires_grad)


def empty_like(input, *, dtype=None, requires_grad=False, device=None, **outside):
    """Return a tensor of the shape and dtype of `input` that is to be filled; it holds zeros here.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dtype, requires_grad, device
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
    if outside:
        refuse(empty_like, outside)
    return _like("empty_like", input, 0, dtype, device, requires_grad)


def arange(
    start=None, end=None, step=1, *, dtype=None, requires_grad=False, device=None, **outside
):
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
    device : device, str or int, optional
        The CPU; no other is there.

    Returns
    -------
    Tensor of shape (n,)
        Each number is ``start + i * step``, rounded once. In an integer dtype start and step are
        cut to integers first; in int64 the end, too.

    Raises
    ------
    RuntimeError
        For a step of 0, or of the wrong sign; for a bound that is nan or infinite; for an integer
        dtype with `requires_grad`.
    ValueError
        For a step that int64 cuts to 0.
    TypeError, NotImplementedError
        For what is no number; for bool.

    Notes
    -----
    torch adds several steps to a number that it has rounded to float32: the last digit of some of
    its numbers is another.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.arange(3), torch.arange(1, 2, 0.25)
    (tensor([0, 1, 2]), tensor([1.0000, 1.2500, 1.5000, 1.7500]))
    """
    if outside:
        refuse(arange, outside)
    if start is None or end is None:
        if start is end:
            raise invalid("arange")
        start, end = 0, _number("arange", "end", 1, start if end is None else end)
    start = _number("arange", "start", 1, start)
    end = _number("arange", "end", 2, end)
    step = _number("arange", "step", 3, step)
    whole = all(isinstance(v, int) for v in (start, end, step))
    dtype = options("arange", dtype, device, requires_grad)
    dtype = dtype or (dtypes.int64 if whole else dtypes.Defaults.dtype)
    if dtype is dtypes.bool_:
        raise failure(NotImplementedError, "\"arange_cpu\" not implemented for 'Bool'")
    _check_range_of(start, end, step)
    if whole and dtype is dtypes.int64 and max(map(abs, (start, end, step))) < 2**32:
        places = np.arange(start, end, step, dtype=np.int64)
        return finished(places, dtype, requires_grad)
    with enough_memory:
        if dtype.category == dtypes.INTEGER:
            return finished(_whole_range(start, end, step, dtype), dtype, requires_grad)
        count = _count((end - start) / step, dtype)
        np.empty(count, dtype.numpy)  # as in linspace
        places = np.arange(count, dtype=np.float64)
        exact = fma64 if dtype is dtypes.float64 else fma64_to_odd
        return finished(exact(places, float(step), float(start)), dtype, requires_grad)


def _number(name, argument, position, value):
    """Return a Python number; a tensor of shape () and NumPy's numbers stand for one."""
    recorded = isinstance(value, Tensor) and value.requires_grad and name == "arange"
    if isinstance(value, Tensor) and value.ndim == 0 and not recorded:
        return value.item()
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return float(value) if value.dtype.kind == "b" else value.item()
    if isinstance(value, complex):
        raise unsupported("A complex number", f"{name}: it takes real numbers.")
    if not isinstance(value, (int, float)):
        raise wrong(name, argument, position, "Number", value)
    if isinstance(value, int):
        check_width(value)
    return value


def _check_range_of(start, end, step):
    """Refuse a range that has no end."""
    if not (step > 0 or step < 0):
        raise failure(RuntimeError, "step must be nonzero", f"The step is {step}.")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise failure(
            RuntimeError,
            f"unsupported range: {_bound(start)} -> {_bound(end)}",
            "arange: both ends are finite numbers.",
        )
    if (end - start) * step < 0:
        raise failure(
            RuntimeError,
            "upper bound and lower bound inconsistent with step sign",
            f"From {start} to {end}, a step of {step} leads away from the end.",
        )


def _bound(number):
    """Write a number as torch does in the text of an unsupported range."""
    return f"{number:.6g}".replace("+nan", "nan")


def _whole_range(start, end, step, dtype):
    """Return start and all steps as integers: torch cuts them before it counts in int64."""
    first, stride = int(fitted(start, dtypes.int64)), int(fitted(step, dtypes.int64))
    if dtype is dtypes.int64:
        if stride == 0:
            raise failure(
                ValueError,
                "step must be nonzero",
                f"In int64 a step of {step} is 0; give a floating-point dtype.",
            )
        steps = -((first - int(fitted(end, dtypes.int64))) // stride)
    else:
        steps = (end - start) / step
    places = np.arange(_count(steps, dtype), dtype=np.int64)
    with np.errstate(over="ignore"):
        return np.int64(first) + places * np.int64(stride)


def _count(steps, dtype):
    """Return how many numbers there are: the steps rounded up."""
    count = math.ceil(steps) if math.isfinite(steps) else 2**63
    if count >= 2**63:
        raise failure(RuntimeError, "invalid size, possible overflow?", f"{steps:.3g} numbers.")
    check_storage((count,), dtype.itemsize)
    return max(count, 0)


def linspace(start, end, steps, *, dtype=None, requires_grad=False, device=None, **outside):
    """Return `steps` numbers at equal distances from `start` to `end`, both included.

    Parameters
    ----------
    start, end : number
    steps : int
    dtype : dtype, optional
        By default the default dtype.
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.
    device : device, str or int, optional
        The CPU; no other is there.

    Returns
    -------
    Tensor of shape (steps,)
        Each number is computed exactly and rounded once; an integer dtype cuts its fraction off.

    Raises
    ------
    RuntimeError
        For a negative number of steps; for an end that the dtype cannot hold; for an integer dtype
        with `requires_grad`.
    TypeError, NotImplementedError
        For what is no number; for bool.

    Notes
    -----
    torch rounds the distance first, and the last digit of some of its numbers is another.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.linspace(-1, 1, 5)
    tensor([-1.0000, -0.5000,  0.0000,  0.5000,  1.0000])
    """
    if outside:
        refuse(linspace, outside)
    _check_ends(start=start, end=end)
    start, end = _number("linspace", "start", 1, start), _number("linspace", "end", 2, end)
    steps = as_int(steps, "linspace", "steps", 3)
    dtype = options("linspace", dtype, device, requires_grad) or dtypes.Defaults.dtype
    if steps < 0:
        raise failure(
            RuntimeError, "number of steps must be non-negative", f"linspace: it is {steps}."
        )
    check_storage((steps,), dtype.itemsize)
    with enough_memory:
        np.empty(steps, dtype.numpy)  # the memory that torch asks for; the way there takes more
        return finished(_spread(start, end, steps, dtype), dtype, requires_grad)


def _check_ends(**ends):
    """Refuse a tensor of several elements."""
    ranks = {name: end.ndim for name, end in ends.items() if isinstance(end, Tensor)}
    if any(ranks.values()):
        came = " and ".join(f"{name} with {rank} dimension(s)" for name, rank in ranks.items())
        raise failure(
            RuntimeError,
            f"linspace only supports 0-dimensional start and end tensors, but got {came}.",
            "linspace: take one element with .item().",
        )


def _spread(start, end, steps, dtype):
    """Return the numbers from `start` to `end`."""
    if steps < 2:
        return np.full(steps, fitted(start, dtype) if steps else 0)
    if dtype is dtypes.bool_:
        raise failure(NotImplementedError, "\"linspace_cpu\" not implemented for 'Bool'")
    first, last = (fitted(each, dtype, half=True) for each in (start, end))
    if dtype.category == dtypes.INTEGER:
        return _whole_spread(int(first), int(last), steps)
    places = np.arange(steps, dtype=np.float64)
    if not (math.isfinite(start) and math.isfinite(end)):
        return _endless_spread(first, last, places)
    exact = mean64 if dtype is dtypes.float64 else mean64_to_odd
    return exact(float(start), float(end), places, float(steps - 1))


def _whole_spread(first, last, steps):
    """Return integers from `first` to `last`: the fraction is cut off, towards zero."""
    if max(abs(first), abs(last)) * steps < 2**53:  # float64 keeps them apart from their neighbours
        places = np.arange(steps, dtype=np.float64)
        return np.trunc((first * (steps - 1 - places) + last * places) / (steps - 1))
    sums = (first * (steps - 1 - i) + last * i for i in range(steps))
    return np.array([abs(each) // (steps - 1) * (1 if each > 0 else -1) for each in sums])


def _endless_spread(first, last, places):
    """Return what torch's arithmetic makes of an end that is infinite or nan."""
    with np.errstate(all="ignore"):
        step = (last - first) / (len(places) - 1)
        front = places < len(places) // 2
        return np.where(front, first + step * places, last - step * places[::-1])


def eye(n, m=None, *, dtype=None, requires_grad=False, device=None, **outside):
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
    device : device, str or int, optional
        The CPU; no other is there.

    Returns
    -------
    Tensor of shape (n, m)

    Raises
    ------
    RuntimeError
        For a negative number of rows or columns; for an integer dtype with `requires_grad`.
    TypeError
        For a number that is no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.eye(2, 3)
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if outside:
        refuse(eye, outside)
    n = as_length(n, "eye", "n", 1)
    m = n if m is None else as_length(m, "eye", "m", 2)
    dtype = options("eye", dtype, device, requires_grad) or dtypes.Defaults.dtype
    for name, length in (("n", n), ("m", m)):
        if length < 0:
            raise failure(RuntimeError, f"{name} must be greater or equal to 0, got {length}")
    if n * m >= 2**63:
        raise failure(
            RuntimeError, "numel: integer multiplication overflow", f"The shape is ({n}, {m})."
        )
    check_storage((n, m), dtype.itemsize)
    with enough_memory:
        return finished(np.eye(n, m, dtype=dtype.numpy), None, requires_grad)
