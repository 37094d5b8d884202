"""Gradients that are made shorter before a step."""

import types
import warnings

from refimpl.autograd import no_grad
from refimpl.errors import failure, outside
from refimpl.tape import choosing, creation, joining, reducing
from refimpl.tape.tensor import Tensor

__all__ = ["clip_grad_norm_", "clip_grad_value_"]


def _gradients(parameters):
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [each.grad for each in parameters if each.grad is not None]


@no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    r"""Shorten all gradients by one factor so that their common norm is at most `max_norm`.

    .. math:: g \leftarrow g \, \min\Bigl(1, \frac{\text{max norm}}{\lVert g \rVert + 10^{-6}}\Bigr)

    Parameters
    ----------
    parameters : iterable of Tensor of any shape, or Tensor
        Those whose gradients are shortened.
    max_norm : float
    norm_type : float or "inf"
        Which norm.
    error_if_nonfinite : bool
        Refuse a norm that is infinite or nan.
    foreach : bool, optional
        It is accepted: it changes torch's speed, not its result.

    Returns
    -------
    Tensor of shape ()
        The norm before.

    Raises
    ------
    RuntimeError
        For an infinite norm or nan, with `error_if_nonfinite`.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks",
    ICML (2013), algorithm 1.

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.zeros(2, requires_grad=True)
    >>> w.grad = torch.tensor([3.0, 4.0])
    >>> torch.nn.utils.clip_grad_norm_([w], 1.0), w.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    if isinstance(parameters, types.GeneratorType):
        parameters = list(parameters)
        if not parameters:
            warnings.warn(
                "`parameters` is an empty generator, no gradient clipping will occur.",
                UserWarning,
                stacklevel=3,
            )
    gradients, max_norm, norm_type = _gradients(parameters), float(max_norm), float(norm_type)
    if not gradients:
        return creation.tensor(0.0)
    norms = [reducing.norm(each, norm_type) for each in gradients]
    total = reducing.norm(joining.stack(norms), norm_type)
    if error_if_nonfinite and not total.isfinite():
        raise failure(
            RuntimeError,
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, "
            "so it cannot be clipped. To disable this error and scale the gradients by the "
            "non-finite norm anyway, set `error_if_nonfinite=False`",
        )
    factor = choosing.clamp(max_norm / (total + 1e-6), max=1.0)
    for each in gradients:
        each.mul_(factor)
    return total


@no_grad()
def clip_grad_value_(parameters, clip_value, foreach=None):
    """Cut every element of the gradients to the range from ``-clip_value`` to `clip_value`.

    Parameters
    ----------
    parameters : iterable of Tensor of any shape, or Tensor
        Those whose gradients are cut.
    clip_value : float
    foreach : bool, optional
        It is accepted: it changes torch's speed, not its result.

    Raises
    ------
    ValueError
        For a `clip_value` that is no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.zeros(2, requires_grad=True)
    >>> w.grad = torch.tensor([3.0, -0.5])
    >>> torch.nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([ 1.0000, -0.5000])
    """
    clip_value = float(clip_value)
    for each in _gradients(parameters):
        each.clamp_(-clip_value, clip_value)


__getattr__ = outside("torch.nn.utils.clip_grad", __all__)
