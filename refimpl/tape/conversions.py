"""A tensor in another dtype, without its record, or copied; questions about any object."""

import numpy as np

from refimpl import errors
from refimpl.keywords import MISSING, by_name, refuse
from refimpl.tape import dtypes
from refimpl.tape.arguments import check_gpu, invalid
from refimpl.tape.operands import check_tensor, destination, rank_and_type, ranks, to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor, wrap
from refimpl.tape.typed import dtype_of

_clone = Operator("CloneBackward0", np.copy, lambda g, x: g, saves=((),))
_row_by_row = Operator("CloneBackward0", lambda x: x.copy("C"), lambda g, x: g, saves=((),))


def to(
    self, *args, tensor=None, dtype=None, device=None, non_blocking=False, copy=False, **outside
):
    """Return the tensor in another dtype, or in the dtype of another tensor.

    Parameters
    ----------
    *args : dtype, Tensor of any shape, or device
        The dtype, the tensor that has it, or the device and then the dtype; after them
        `non_blocking` and `copy`.
    tensor : Tensor of any shape, optional
        The tensor that has the dtype.
    dtype : dtype, optional
        The dtype.
    device : device, str or int, optional
        The CPU; no other is there.
    non_blocking : bool
        It concerns other devices: nothing changes.
    copy : bool
        Copy also where the dtype is that of the tensor.

    Returns
    -------
    Tensor of the shape of the tensor
        The tensor itself where nothing changes.

    Raises
    ------
    AssertionError, RuntimeError
        For another device.
    TypeError
        For arguments that fit none of the forms.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([1.9, -1.9]).to(torch.int64)
    tensor([ 1, -1])
    """
    if outside:
        refuse(to, outside)
    if tensor is not None:
        args = (tensor, *args)
    dtype, copy = destination(args, dtype, device, non_blocking, copy)
    result = self if dtype is None else to_dtype(self, dtype)
    return clone(result) if copy and result is self else result


def type(self, dtype=None, **outside):
    """Return the name of the tensor's type; with `dtype`, the tensor in that dtype.

    Parameters
    ----------
    dtype : dtype, class or str, optional
        Such as ``torch.float64``, ``torch.DoubleTensor`` or ``"torch.DoubleTensor"``.

    Returns
    -------
    str or Tensor

    Raises
    ------
    ValueError
        For a text, or a class, that names no type.
    RuntimeError
        For a type of a GPU.
    TypeError
        For anything else.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([1]).type()
    'torch.LongTensor'
    >>> torch.tensor([1]).type("torch.FloatTensor")
    tensor([1.])
    """
    if outside:
        refuse(type, outside)
    if dtype is None:
        return f"torch.{self.dtype.title}Tensor"
    return to_dtype(self, dtype_of(dtype))


def float(self):
    """Return the tensor as float32: each element rounded to nearest.

    Returns
    -------
    Tensor of float32, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([1, 2]).float()
    tensor([1., 2.])
    """
    return to_dtype(self, dtypes.float32)


def double(self):
    """Return the tensor as float64: no element is rounded.

    Returns
    -------
    Tensor of float64, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([0.1]).double()
    tensor([0.1000], dtype=torch.float64)
    """
    return to_dtype(self, dtypes.float64)


def half(self):
    """Return the tensor as float16: each element rounded to nearest.

    Returns
    -------
    Tensor of float16, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([0.1, 70000.0]).half()
    tensor([0.1000,    inf], dtype=torch.float16)
    """
    return to_dtype(self, dtypes.float16)


def long(self):
    """Return the tensor as int64: each element the fraction cut off.

    Returns
    -------
    Tensor of int64, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([-1.5, 2.5]).long()
    tensor([-1,  2])
    """
    return to_dtype(self, dtypes.int64)


def int(self):
    """Return the tensor as int32: each element the fraction cut off.

    Returns
    -------
    Tensor of int32, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([3.7]).int()
    tensor([3], dtype=torch.int32)
    """
    return to_dtype(self, dtypes.int32)


def short(self):
    """Return the tensor as int16: each element the fraction cut off, then modulo 2**16.

    Returns
    -------
    Tensor of int16, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([40000]).short()
    tensor([-25536], dtype=torch.int16)
    """
    return to_dtype(self, dtypes.int16)


def char(self):
    """Return the tensor as int8: each element the fraction cut off, then modulo 2**8.

    Returns
    -------
    Tensor of int8, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([200]).char()
    tensor([-56], dtype=torch.int8)
    """
    return to_dtype(self, dtypes.int8)


def byte(self):
    """Return the tensor as uint8: each element the fraction cut off, then modulo 2**8.

    Returns
    -------
    Tensor of uint8, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([257]).byte()
    tensor([1], dtype=torch.uint8)
    """
    return to_dtype(self, dtypes.uint8)


def bool(self):
    """Return the tensor as bool: true where an element is not 0.

    Returns
    -------
    Tensor of bool, of the shape of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([0.0, 0.1, -2.0]).bool()
    tensor([False,  True,  True])
    """
    return to_dtype(self, dtypes.bool_)


def detach(input):
    """Return a tensor over the same memory without the record: no gradient passes through it.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> (w * w.detach()).backward()
    >>> w.grad
    tensor([3.])
    """
    alias = wrap(input._array)
    alias._counter = input._counter
    return alias


def clone(input, **outside):
    """Return a copy of the elements; gradients pass through it.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0])
    >>> y = torch.clone(x)
    >>> y[0] = 9.0
    >>> x
    tensor([1., 2.])
    """
    if outside:
        refuse(clone, outside)
    check_tensor("clone", input)
    return _clone(input)


def contiguous(self, **outside):
    """Return the tensor with its elements row by row in memory, copied where they are not.

    Returns
    -------
    Tensor of the shape and dtype of the tensor

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.zeros(2, 3).T
    >>> x.stride(), x.contiguous().stride()
    ((1, 3), (2, 1))
    """
    if outside:
        refuse(contiguous, outside)
    return self if self.is_contiguous() else _row_by_row(self)


def cpu(self, **outside):
    """Return the tensor itself: it is on the CPU already.

    Returns
    -------
    Tensor
        The tensor itself.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.ones(2).cpu()
    tensor([1., 1.])
    """
    if outside:
        refuse(cpu, outside)
    return self


def cuda(self, device=None, non_blocking=False, memory_format=None):
    """Refuse to move the tensor: no GPU is there.

    Parameters
    ----------
    device : device, str or int, optional
    non_blocking : bool
    memory_format : optional

    Returns
    -------
    Tensor
        Never, since it is refused.

    Raises
    ------
    AssertionError
        In any case, as in a torch that is built for the CPU alone.
    RuntimeError, TypeError
        Where `device` names no GPU.

    Examples
    --------
    >>> import refimpl as torch
    >>> try:
    ...     torch.ones(2).cuda()
    ... except AssertionError as error:
    ...     print(error)
    Torch not compiled with CUDA enabled
    """
    errors.check_bool(non_blocking, "cuda", "non_blocking", 3)
    check_gpu(device)
    dtypes.check_cpu(dtypes.device("cuda"))


def typename(obj, /):
    """Return the name of an object's type; of a tensor, that of its typed constructor.

    Parameters
    ----------
    obj : object

    Returns
    -------
    str

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.typename(torch.ones(1)), torch.typename(3)
    ('torch.FloatTensor', 'int')
    """
    return type(obj) if isinstance(obj, Tensor) else errors.typename(obj)


def is_tensor(obj, /):
    """Return whether `obj` is a tensor.

    Parameters
    ----------
    obj : object

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.is_tensor(torch.tensor(1.0)), torch.is_tensor(1.0)
    (True, False)
    """
    return isinstance(obj, Tensor)


def numel(input):
    """Return the number of elements.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    int

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.numel(torch.zeros(2, 3)), torch.numel(torch.tensor(7.0))
    (6, 1)
    """
    check_tensor("numel", input)
    return input.numel()


@by_name
def result_type(tensor=MISSING, other=MISSING, /, **outside):
    """Return the dtype of the result of arithmetic between the two.

    Parameters
    ----------
    tensor, other : Tensor of any dtype and shape, or number

    Returns
    -------
    dtype

    Raises
    ------
    TypeError
        Where one of them is neither a tensor nor a number.

    See Also
    --------
    refimpl.tape.dtypes.promote_types : the same for two dtypes

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.result_type(torch.tensor([1, 2], dtype=torch.int32), 3)
    torch.int32
    >>> torch.result_type(torch.tensor([1, 2], dtype=torch.int32), 3.0)
    torch.float32
    """
    if outside or other is MISSING:
        tensor, other = _by_its_forms(tensor, other, outside)
    return dtypes.meet(ranks("result_type", tensor, other))


# The names that `result_type` has for two operands, and which of them are tensors.
FORMS = (
    (("tensor", "other"), (True, True)),
    (("scalar", "tensor"), (False, True)),
    (("tensor", "other"), (True, False)),
    (("scalar1", "scalar2"), (False, False)),
)


def _by_its_forms(first, second, named):
    """Return the operands of `result_type`, some by name; refuse what fits no form of torch's."""
    placed = [each for each in (first, second) if each is not MISSING]
    for words, tensors in FORMS:
        rest = words[len(placed) :]
        if set(rest) == set(named):
            pair = [*placed, *(named[word] for word in rest)]
            if all(_fits(each, wanted) for each, wanted in zip(pair, tensors, strict=True)):
                return pair
    raise invalid("result_type", *placed, **dict(reversed(named.items())))


def _fits(value, tensor):
    """Tell whether a value is a tensor, or else a number: a tensor of rank 0 is one, too."""
    if tensor:
        return isinstance(value, Tensor)
    rank, dtype = rank_and_type(value)
    return rank < 1 and dtype is not None
