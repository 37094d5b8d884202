"""The tensor that a module trains."""

from refimpl.errors import failure, outside
from refimpl.tape.arguments import wrong
from refimpl.tape.tensor import Tensor, wrap


class Parameter(Tensor):
    """A leaf that requires a gradient and that a module finds among its attributes.

    Parameters
    ----------
    data : Tensor of any shape, optional
        The memory is shared, not copied; without it the parameter is empty.
    requires_grad : bool
        Ask for a gradient.

    Raises
    ------
    RuntimeError
        Where the tensor is no floating-point one and a gradient is wanted.
    AttributeError
        Where `data` is no tensor.
    TypeError
        Where `requires_grad` is no bool.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Parameter(torch.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    def __new__(cls, data=None, requires_grad=True):
        if not isinstance(requires_grad, bool):
            raise wrong("_make_subclass", "require_grad", 3, "bool", requires_grad)
        data = Tensor() if data is None else data.detach()
        if requires_grad and not data.is_floating_point():
            raise failure(
                RuntimeError,
                "Only Tensors of floating point and complex dtype can require gradients",
                f"Parameter: the tensor is {data.dtype}; make it floating point first.",
            )
        parameter = object.__new__(cls)
        parameter._array, parameter._counter = data._array, data._counter
        parameter.requires_grad = requires_grad
        return parameter

    def __init__(self, data=None, requires_grad=True):
        """Everything is done by `__new__`."""

    def __deepcopy__(self, memo):
        """Copy the elements alone: no gradient, no attributes, no hooks."""
        copy = type(self)(wrap(self._array.copy("K")), self._requires_grad)
        memo[id(self)] = copy
        return copy

    def __repr__(self):
        return "Parameter containing:\n" + Tensor.__repr__(self)


def clear_grad(parameter, set_to_none=True):
    """Drop a gradient, or set it to zero."""
    if set_to_none:
        parameter._grad = None
    elif parameter._grad is not None:
        parameter._grad = parameter._grad.detach().zero_()


__all__ = ["Parameter"]

__getattr__ = outside("torch.nn.parameter", __all__)
