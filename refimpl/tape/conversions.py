"""A tensor in another dtype, without its record, or copied; questions about any object."""

import numpy as np

from refimpl.errors import failure
from refimpl.tape import dtypes
from refimpl.tape.operands import check_tensor, ranks, to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor, wrap

_clone = Operator("CloneBackward0", np.copy, lambda g, x: g, saves=((),))


def to(self, *args, dtype=None, device=None, copy=False):
    """Return the tensor in another dtype, or in that of another tensor."""
    for arg in args:
        if isinstance(arg, dtypes.dtype):
            dtype = arg
        elif isinstance(arg, Tensor):
            dtype = arg.dtype
    result = self if dtype is None else to_dtype(self, dtype)
    return clone(result) if copy and result is self else result


def type(self, dtype=None):
    """Return the name of the type, or the tensor in another one."""
    if dtype is None:
        return f"torch.{self.dtype.title}Tensor"
    if isinstance(dtype, str):
        titles = {f"torch.{each.title}Tensor": each for each in dtypes.DTYPES.values()}
        if dtype not in titles:
            raise failure(ValueError, f"invalid type: '{dtype}'")
        dtype = titles[dtype]
    return to_dtype(self, dtype)


def float(self):
    """Return the tensor as float32."""
    return to_dtype(self, dtypes.float32)


def double(self):
    """Return the tensor as float64."""
    return to_dtype(self, dtypes.float64)


def half(self):
    """Return the tensor as float16."""
    return to_dtype(self, dtypes.float16)


def long(self):
    """Return the tensor as int64."""
    return to_dtype(self, dtypes.int64)


def int(self):
    """Return the tensor as int32."""
    return to_dtype(self, dtypes.int32)


def short(self):
    """Return the tensor as int16."""
    return to_dtype(self, dtypes.int16)


def char(self):
    """Return the tensor as int8."""
    return to_dtype(self, dtypes.int8)


def byte(self):
    """Return the tensor as uint8."""
    return to_dtype(self, dtypes.uint8)


def bool(self):
    """Return the tensor as bool."""
    return to_dtype(self, dtypes.bool_)


def detach(input):
    """Return the same memory without the record."""
    alias = wrap(input._array)
    alias._counter = input._counter
    return alias


def clone(input):
    """Return a copy of the elements, on the tape."""
    check_tensor("clone", input)
    return _clone(input)


def contiguous(self):
    """Return the tensor with its elements side by side in memory."""
    return self if self.is_contiguous() else _clone(self)


def is_tensor(obj):
    """Return whether `obj` is a tensor."""
    return isinstance(obj, Tensor)


def numel(input):
    """Return the number of elements."""
    check_tensor("numel", input)
    return input.numel()


def result_type(tensor1, tensor2):
    """Return the dtype that arithmetic of the two has."""
    return dtypes.meet(ranks("result_type", tensor1, tensor2))
