r"""The update rule of stochastic gradient descent, in all its variants.

Derivation: :doc:`/derivations/sgd`.
"""

import numpy as np

from refimpl.errors import failure, silent, size
from refimpl.formulas._checks import FLOATING, check_floating


def check_sgd_settings(lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    """Raise unless the settings are those that torch's SGD takes.

    Parameters
    ----------
    lr, momentum, dampening, weight_decay : float
    nesterov : bool
        As of `sgd`.

    Raises
    ------
    ValueError
        For a negative setting, or nesterov without momentum or with dampening.

    Examples
    --------
    >>> from refimpl.formulas import check_sgd_settings
    >>> check_sgd_settings(lr=0.1, momentum=0.9, nesterov=True)
    """
    for name, value in (
        ("learning rate", lr),
        ("momentum value", momentum),
        ("weight_decay value", weight_decay),
    ):
        if value < 0.0:
            raise failure(ValueError, f"Invalid {name}: {value}", "sgd: it is zero or positive.")
    if nesterov and (momentum <= 0 or dampening != 0):
        raise failure(
            ValueError,
            "Nesterov momentum requires a momentum and zero dampening",
            f"sgd: momentum is {momentum}, dampening {dampening}.",
        )


def refuse_array(name, param, a):
    """Raise what is wrong with an array beside the parameter, if anything is."""
    check_floating(name, name, a, "param" if a is param else "grad")
    if a.shape != param.shape:
        raise failure(
            RuntimeError,
            f"attempting to assign a gradient of size '{list(a.shape)}' to a tensor of size "
            f"'{list(param.shape)}'. Please ensure that the gradient and the tensor are the "
            "same size",
            f"{name}: param is {size(param.shape)}, so are all arrays beside it.",
        )


def updated(
    param, grad, momentum_buffer, lr, momentum, dampening, weight_decay, nesterov, maximize
):
    """Return what `sgd` returns, the parameter in float64, for a caller who has silenced NumPy."""
    for a in (param, grad) if momentum_buffer is None else (param, grad, momentum_buffer):
        if type(a) is not np.ndarray or a.dtype.char not in FLOATING or a.shape != param.shape:
            refuse_array("sgd", param, a)
    g, b = grad.astype(np.float64), None
    if maximize:
        g = -g
    if weight_decay:
        g = g + weight_decay * param.astype(np.float64)
    if momentum:
        # No dampening acts on the first step, as in torch.
        b = (
            g
            if momentum_buffer is None
            else momentum * momentum_buffer.astype(np.float64) + (1 - dampening) * g
        )
        g = g + momentum * b if nesterov else b
        b = b.astype(param.dtype)
    # All in float64; the caller rounds once.
    new = param.astype(np.float64)
    new -= lr * g
    return new, b


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
    r"""Take one step of stochastic gradient descent.

    .. math:: g \leftarrow \pm g + \lambda \theta, \qquad
              b \leftarrow \mu b + (1 - \tau) g, \qquad
              \theta \leftarrow \theta - \eta
              \begin{cases} g & \mu = 0 \\ b & \mu > 0 \\ g + \mu b & \text{nesterov} \end{cases}

    The sign is minus with `maximize`; in the first step, without a buffer, :math:`b \leftarrow g`.

    Parameters
    ----------
    param : ndarray of float16, float32 or float64, any shape
        The parameter :math:`\theta`.
    grad : ndarray of the shape of `param`
        Its gradient g.
    momentum_buffer : ndarray of the shape of `param`, optional
        The buffer b that the previous step returned.
    lr, momentum, dampening, weight_decay : float
        :math:`\eta`, :math:`\mu`, :math:`\tau` and :math:`\lambda`.
    nesterov : bool
        Look ahead along the buffer.
    maximize : bool
        Ascend.

    Returns
    -------
    tuple
        The new parameter and the new buffer, of the dtype of `param`; without momentum the buffer
        is None. Nothing is changed in place.

    Raises
    ------
    ValueError
        For a negative setting, or nesterov without momentum or with dampening.
    RuntimeError
        Where a shape differs from that of `param`.
    NotImplementedError
        For integers.

    Notes
    -----
    Both results are computed in float64 and rounded once; torch rounds after each operation. As in
    torch no dampening acts on the first step. torch's step is no part of the graph, so there is no
    vjp.

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of initialization and momentum
    in deep learning", ICML (2013); B. T. Polyak, "Some methods of speeding up the convergence of
    iteration methods", USSR Comput. Math. Math. Phys. 4 (1964) 1-17.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import sgd
    >>> param, buffer = sgd(np.array([1.0]), np.array([2.0]), lr=0.25, momentum=0.5)
    >>> sgd(param, np.array([2.0]), buffer, lr=0.25, momentum=0.5)
    (array([-0.25]), array([3.]))
    """
    check_sgd_settings(lr, momentum, dampening, weight_decay, nesterov)
    new, buffer = updated(
        param, grad, momentum_buffer, lr, momentum, dampening, weight_decay, nesterov, maximize
    )
    return new.astype(param.dtype), buffer
