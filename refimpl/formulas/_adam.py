r"""The update rule of Adam. Derivation: :doc:`/derivations/adam`."""

import math

import numpy as np

from refimpl.errors import failure, silent
from refimpl.formulas._sgd import refuse_array


def check_adam_settings(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    """Raise unless the settings are those that torch's Adam takes.

    Parameters
    ----------
    lr : float
    betas : tuple of two floats
    eps, weight_decay : float
        As of `adam`.

    Raises
    ------
    ValueError
        For a negative setting; for a beta outside [0, 1).

    Examples
    --------
    >>> from refimpl.formulas import check_adam_settings
    >>> check_adam_settings(lr=0.1, betas=(0.9, 0.99))
    """
    for name, value in (("learning rate", lr), ("epsilon value", eps)):
        if not 0.0 <= value:
            raise failure(ValueError, f"Invalid {name}: {value}", "adam: it is zero or positive.")
    for i in range(2):  # torch looks at these two, whatever `betas` is and holds besides
        beta = betas[i]
        if not 0.0 <= beta < 1.0:
            raise failure(
                ValueError,
                f"Invalid beta parameter at index {i}: {beta}",
                "adam: it is at least 0 and below 1.",
            )
    if not 0.0 <= weight_decay:
        raise failure(
            ValueError,
            f"Invalid weight_decay value: {weight_decay}",
            "adam: it is zero or positive.",
        )


def updated(param, grad, state, step, lr, betas, eps, weight_decay, maximize, decoupled):
    """Return the new parameter in float64, and the new state.

    The caller has silenced NumPy's warnings. All arrays are made float64 first: to let NumPy
    convert inside of a product takes four times as long.
    """
    first, second, greatest = state
    for a in (param, grad, first, second) if greatest is None else (param, grad, *state):
        if type(a) is not np.ndarray or a.dtype.kind != "f" or a.shape != param.shape:
            refuse_array("adam", param, a)
    (beta1, beta2), wide = betas, np.float64
    g, new = grad.astype(wide), param.astype(wide)
    if maximize:
        np.negative(g, g)
    if weight_decay and not decoupled:
        g += weight_decay * new
    if weight_decay and decoupled:
        new *= 1 - lr * weight_decay
    m, v = first.astype(wide), second.astype(wide)
    m *= beta1
    m += g * (1 - beta1)
    v *= beta2
    g *= g
    g *= 1 - beta2
    v += g
    m, v = m.astype(param.dtype), v.astype(param.dtype)
    if greatest is not None:
        greatest = np.asarray(np.maximum(greatest, v))
    root = (v if greatest is None else greatest).astype(wide)
    np.sqrt(root, root)
    root /= math.sqrt(1 - beta2**step)
    root += eps
    np.divide(m.astype(wide), root, root)
    root *= lr / (1 - beta1**step)
    new -= root
    return new, (m, v, greatest)


@silent
def adam(
    param,
    grad,
    state=None,
    step=1,
    *,
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    amsgrad=False,
    maximize=False,
    decoupled_weight_decay=False,
):
    r"""Take one step of Adam.

    .. math:: g \leftarrow \pm g + \lambda \theta, \qquad
              m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
              v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \qquad
              \theta \leftarrow \theta - \eta \,
              \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    The sign is minus with `maximize`. With `amsgrad` the root is that of the greatest v so far.
    With `decoupled_weight_decay` the parameter is multiplied by :math:`1 - \eta\lambda`, and the
    gradient stays as it is.

    Parameters
    ----------
    param : ndarray of float16, float32 or float64, any shape
        The parameter :math:`\theta`.
    grad : ndarray of the shape of `param`
        Its gradient g.
    state : tuple of ndarrays of the shape of `param`, optional
        m, v and the greatest v (None without `amsgrad`), as the previous step returned them; zeros
        before the first step.
    step : int
        The number t of this step, from 1 on.
    lr : float
        :math:`\eta`.
    betas : tuple of two floats
        :math:`\beta_1` and :math:`\beta_2`.
    eps, weight_decay : float
        :math:`\epsilon` and :math:`\lambda`.
    amsgrad, maximize, decoupled_weight_decay : bool

    Returns
    -------
    tuple
        The new parameter and the new state, of the dtype of `param`. Nothing is changed in place.

    Raises
    ------
    ValueError
        For a negative setting; for a beta outside [0, 1).
    RuntimeError
        Where a shape differs from that of `param`.
    NotImplementedError
        For integers.

    Notes
    -----
    All is computed in float64; m, v and the parameter are each rounded once, and the parameter
    follows the rounded m and v. torch rounds after each operation. There is no vjp: torch's step is
    no part of the graph.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR (2015), algorithm 1;
    S. J. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR (2018);
    I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR (2019).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import adam
    >>> param, state = adam(np.array([1.0]), np.array([2.0]), lr=0.25)
    >>> param.round(4)
    array([0.75])
    >>> adam(param, np.array([2.0]), state, 2, lr=0.25)[0].round(4)
    array([0.5])
    """
    check_adam_settings(lr, betas, eps, weight_decay)
    if state is None:
        state = (
            np.zeros_like(param),
            np.zeros_like(param),
            np.zeros_like(param) if amsgrad else None,
        )
    new, state = updated(
        param, grad, state, step, lr, betas, eps, weight_decay, maximize, decoupled_weight_decay
    )
    return np.asarray(new, param.dtype), state
