r"""The squared error. Derivation: :doc:`/derivations/mse_loss`."""

from functools import partial

import numpy as np

from refimpl.formulas._checks import check_cotangent, zeros_for_none
from refimpl.formulas._formula import Formula
from refimpl.formulas._reduce import check_pair, gradient, reduced, shape_of, spread


@partial(Formula, inputs=2)
def mse_loss(x, target, reduction="mean"):
    r"""Average the squared differences.

    .. math:: \ell_i = (x_i - t_i)^2

    Parameters
    ----------
    x : ndarray of any shape
        The predictions.
    target : ndarray
        What they should be; broadcast against `x`, with torch's warning where the shapes differ.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses.

    Returns
    -------
    ndarray
        The wider floating dtype of the two; shape () or, unreduced, the broadcast one.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    ValueError
        For an unknown reduction.
    NotImplementedError
        Where neither is floating.

    Warns
    -----
    UserWarning
        Where the shapes differ.

    Notes
    -----
    Differences, squares and their sum are taken in float64 and rounded once. The mean over no
    entry is nan.

    References
    ----------
    C. M. Bishop, "Pattern Recognition and Machine Learning",
    Springer (2006), section 3.1.1.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import mse_loss
    >>> mse_loss(np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.0, 0.0]), reduction="none")
    array([ 0.,  4., 16.])
    >>> mse_loss(np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.0, 0.0])).round(4)
    np.float64(6.6667)
    """
    dtype, _ = check_pair("mse_loss", "mse_cpu", x, target, reduction)
    d = np.subtract(x, target, dtype=np.float64)
    return reduced(d * d, reduction, dtype)


@mse_loss.role
def mse_loss_vjp(cotangent, x, target, reduction="mean"):
    r"""Pull a cotangent back through `mse_loss`, to (x, target).

    .. math:: \bar x_i = 2 \bar\ell_i (x_i - t_i), \qquad \bar t_i = -\bar x_i

    A broadcast input gets the sum over its copies; an integer one gets None.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import mse_loss
    >>> mse_loss.vjp(np.array(1.0), np.array([1.0, 2.0, 4.0, 0.0]), np.zeros(4))
    (array([0.5, 1. , 2. , 0. ]), array([-0.5, -1. , -2. ,  0. ]))
    """
    _, shape = check_pair("mse_loss", "mse_cpu", x, target, reduction)
    check_cotangent("mse_loss", cotangent, shape_of(reduction, shape))
    d = np.subtract(x, target, dtype=np.float64)
    scale = 2 * spread(cotangent, reduction, d.size)
    if np.ndim(scale) or not scale > 0:
        return gradient(d * scale, x), gradient((0.0 - d) * scale, target)
    d *= scale
    return gradient(d, x), gradient(0.0 - d, target)  # what cancels is +0 for the target, too


@mse_loss.role
def mse_loss_jvp(tangents, x, target, reduction="mean"):
    r"""Push tangents of (x, target) forward through `mse_loss`; None stands for zero.

    .. math:: \dot\ell_i = 2 (x_i - t_i) (\dot x_i - \dot t_i)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import mse_loss
    >>> tangents = np.array([1.0, 0.0]), None
    >>> mse_loss.jvp(tangents, np.array([3.0, 2.0]), np.zeros(2), reduction="none")
    array([6., 0.])
    """
    dtype, _ = check_pair("mse_loss", "mse_cpu", x, target, reduction)
    dx, dt = zeros_for_none("mse_loss", tangents, (x, target))
    d = np.subtract(x, target, dtype=np.float64)
    return reduced(2 * d * np.subtract(dx, dt, dtype=np.float64), reduction, dtype)


@mse_loss.role
def mse_loss_vjp_vjp(second_cotangents, cotangent, x, target, reduction="mean"):
    r"""Pull cotangents (s, u) of both gradients back through `mse_loss.vjp`.

    To (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad \bar x_i = 2 \bar\ell_i (s_i - u_i), \qquad
              \bar t_i = -\bar x_i

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import mse_loss
    >>> s, one = (np.ones(2), None), np.array(1.0)
    >>> mse_loss.vjp_vjp(s, one, np.array([3.0, 2.0]), np.zeros(2))
    (array(5.), array([1., 1.]), array([-1., -1.]))
    """
    _, shape = check_pair("mse_loss", "mse_cpu", x, target, reduction)
    check_cotangent("mse_loss", cotangent, shape_of(reduction, shape))
    sx, st = zeros_for_none("mse_loss_vjp", second_cotangents, (x, target))
    d = np.subtract(x, target, dtype=np.float64)
    s = np.subtract(sx, st, dtype=np.float64)
    by_cotangent = reduced(2 * d * s, reduction, cotangent.dtype)
    s = 2 * s * spread(cotangent, reduction, d.size)
    return by_cotangent, gradient(s, x), gradient(-s, target)
