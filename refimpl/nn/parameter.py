"""The tensor that a module trains."""

from refimpl.tape.tensor import Tensor


class Parameter(Tensor):
    """A leaf that requires a gradient and that a module finds among its attributes.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Parameter(torch.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    def __new__(cls, data=None, requires_grad=True):
        data = Tensor() if data is None else data.detach()
        parameter = wrap_parameter(data)
        parameter.requires_grad = requires_grad
        return parameter

    def __init__(self, data=None, requires_grad=True):
        """Everything is done by `__new__`."""

    def __repr__(self):
        return "Parameter containing:\n" + Tensor.__repr__(self)


def wrap_parameter(data):
    parameter = object.__new__(Parameter)
    parameter._array = data._array
    parameter._counter = data._counter
    return parameter
