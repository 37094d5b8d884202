"""The historical wrapper: a Variable is a tensor."""

from refimpl.errors import outside
from refimpl.tape.tensor import Tensor, wrap


class _IsTensor(type):
    def __instancecheck__(cls, other):
        return isinstance(other, Tensor)


class Variable(metaclass=_IsTensor):
    """Return the tensor itself, on a record of its own.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.autograd.Variable(torch.tensor([2.0, 3.0]))
    tensor([2., 3.])
    """

    def __new__(cls, data, requires_grad=False):
        variable = wrap(data._array)
        variable._counter = data._counter
        variable.requires_grad = requires_grad
        return variable


__getattr__ = outside("torch.autograd.variable", ["Variable"])
