r"""The update rules of stochastic gradient descent."""

import numpy as np

from refimpl.formulas._checks import check_floating, refuse, silent, size


def check_settings(lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    """Let pass the settings that torch's SGD takes."""
    for name, value in (
        ("learning rate", lr),
        ("momentum value", momentum),
        ("weight_decay value", weight_decay),
    ):
        if value < 0:
            refuse(ValueError, f"Invalid {name}: {value}", "sgd: it is zero or positive.")
    if nesterov and (momentum <= 0 or dampening != 0):
        refuse(
            ValueError,
            "Nesterov momentum requires a momentum and zero dampening",
            f"sgd: momentum is {momentum}, dampening {dampening}.",
        )


@silent
def sgd(
    param,
    grad,
    momentum_buffer=None,
    *,
    lr=1e-3,
    momentum=0.0,
    dampening=0.0,
    weight_decay=0.0,
    nesterov=False,
    maximize=False,
):
    r"""Take one step of SGD: return the new parameter and the new momentum buffer."""
    check_settings(lr, momentum, dampening, weight_decay, nesterov)
    check_floating("sgd", "sgd", param, "param")
    for a in (grad,) if momentum_buffer is None else (grad, momentum_buffer):
        check_floating("sgd", "sgd", a, "grad")
        if a.shape != param.shape:
            refuse(
                RuntimeError,
                f"attempting to assign a gradient of size '{list(a.shape)}' to a tensor of size "
                f"'{list(param.shape)}'. Please ensure that the gradient and the tensor are the "
                "same size",
                f"sgd: param is {size(param.shape)}, so are grad and momentum_buffer.",
            )
    p, g = param.astype(np.float64), grad.astype(np.float64)
    if maximize:
        g = -g
    if weight_decay:
        g = g + weight_decay * p
    b = None
    if momentum:
        b = (
            g
            if momentum_buffer is None
            else momentum * momentum_buffer.astype(np.float64) + (1 - dampening) * g
        )
        g = g + momentum * b if nesterov else b
        b = b.astype(param.dtype)
    return (p - lr * g).astype(param.dtype), b
