"""The historical wrapper: a Variable is a tensor."""

from refimpl.errors import failure, kind, outside
from refimpl.tape.tensor import Tensor, wrap


class _IsTensor(type):
    def __instancecheck__(cls, other):
        return isinstance(other, Tensor)


class Variable(metaclass=_IsTensor):
    """Return a tensor over the same memory, on a record of its own; a name from torch's past.

    Parameters
    ----------
    data : Tensor of any shape
    requires_grad : bool
        Ask for gradients; the dtype has to be floating point.

    Raises
    ------
    RuntimeError
        For integers and bool that shall require gradients.
    TypeError
        Where `data` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.autograd.Variable(torch.tensor([2.0, 3.0]), requires_grad=True)
    tensor([2., 3.], requires_grad=True)
    """

    def __new__(cls, data, requires_grad=False):
        if not isinstance(data, Tensor):
            raise failure(
                TypeError,
                f"Variable data has to be a tensor, but got {kind(data)}",
                "Variable: make it a tensor first, with tensor(...).",
            )
        variable = wrap(data._array)
        variable._counter = data._counter
        variable.requires_grad = requires_grad
        return variable


__all__ = ["Variable"]

__getattr__ = outside("torch.autograd.variable", __all__)
