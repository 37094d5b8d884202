r"""The Kullback-Leibler divergence. Derivation: :doc:`/derivations/kl_div`."""

import math
from functools import partial

import numpy as np

from refimpl.errors import failure
from refimpl.formulas._checks import (
    check_array,
    check_cotangent,
    check_reduction,
    common_dtype,
    zeros_for_none,
)
from refimpl.formulas._formula import Formula
from refimpl.formulas._reduce import broadcast_shape, gradient, reduced, shape_of, spread

REDUCTIONS = ("none", "mean", "sum", "batchmean")


def _check(x, target, reduction):
    check_reduction("kl_div", reduction, REDUCTIONS)
    for argument, position, a in (("input", 1, x), ("target", 2, target)):
        check_array("kl_div", argument, position, a)
        if a.dtype.kind != "f":
            kind = "Complex" if a.dtype.kind == "c" else "Integral"
            raise failure(
                RuntimeError,
                f"kl_div: {kind} inputs not supported.",
                f"kl_div: the {argument} is {a.dtype}; it takes float16, float32 and float64.",
            )
    dtype = common_dtype("kl_div", "kl_div", x, target)
    shape = broadcast_shape("kl_div", target, x)  # torch writes target first
    divisor = math.prod(shape)
    if reduction == "batchmean":
        reduction, divisor = "mean", max(1, x.shape[0] if x.ndim else 1)
    return dtype, shape, reduction, divisor


def _terms(x, target, log_target):
    """Return t, its logarithm and the factor dt/d(target), in float64."""
    t = target.astype(np.float64)
    if log_target:
        p = np.exp(t)  # the derivative of exp is exp: t and the factor are the same
        return p, t, p
    return t, np.log(t), np.float64(1)


@partial(Formula, inputs=2)
def kl_div(x, target, reduction="mean", log_target=False):
    r"""Sum up how far a distribution of log-probabilities lies from a target distribution.

    .. math:: \ell_i = t_i (\log t_i - x_i), \qquad
              \ell_i = e^{t_i} (t_i - x_i) \text{ with log\_target}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        Log-probabilities.
    target : ndarray
        Probabilities, or their logarithms with `log_target`; broadcast against `x`.
    reduction : {"none", "mean", "sum", "batchmean"}
        "batchmean" divides the sum by the first length of `x`: the mean divergence of the rows.
        "mean" divides by the number of entries and is no divergence.
    log_target : bool
        Whether the target is given as logarithms.

    Returns
    -------
    ndarray
        The wider dtype of `x` and `target`; shape () or, unreduced, the broadcast one.

    Raises
    ------
    RuntimeError
        For integers or complex numbers, or where the shapes do not broadcast.
    ValueError
        For an unknown reduction.

    Notes
    -----
    A target of 0 adds ``0 * log 0 = 0``, the limit; a negative one gives nan. Single terms may be
    negative and cancel in the sum, which is taken in float64 and rounded once.

    References
    ----------
    S. Kullback, R. A. Leibler, "On information and sufficiency",
    Ann. Math. Stat. 22 (1951) 79-86.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import kl_div
    >>> x, target = np.log([[0.5, 0.25, 0.25]]), np.array([[0.25, 0.75, 0.0]])
    >>> kl_div(x, target, reduction="none").round(4)
    array([[-0.1733,  0.824 ,  0.    ]])
    >>> kl_div(x, target, reduction="batchmean").round(4)
    np.float64(0.6507)
    """
    dtype, _, reduction, divisor = _check(x, target, reduction)
    x = x.astype(np.float64)
    t, log_t, _ = _terms(x, target, log_target)
    if log_target:
        losses = t * (log_t - x)
    else:
        losses = np.where(t == 0, 0, t * log_t) - t * x
    return reduced(losses, reduction, dtype, divisor)


def _slopes(x, target, log_target):
    """Return the derivatives of a loss by x and by the target."""
    t, log_t, factor = _terms(x, target, log_target)
    one = 1 if log_target else t / t  # torch divides too: nan at a target of 0 or inf
    return -t, factor * (one + (log_t - x.astype(np.float64)))


@kl_div.role
def kl_div_vjp(cotangent, x, target, reduction="mean", log_target=False):
    r"""Pull a cotangent back through `kl_div`, to (x, target).

    .. math:: \bar x_i = -\bar\ell_i t_i, \qquad \bar t_i = \bar\ell_i (1 + \log t_i - x_i)

    and with `log_target` :math:`\bar x_i = -\bar\ell_i e^{t_i}`,
    :math:`\bar t_i = \bar\ell_i e^{t_i} (1 + t_i - x_i)`.
    At a target of 0, where the derivative is -inf, torch has nan, and so has this.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import kl_div
    >>> x, target = np.log([0.5, 0.25, 0.25]), np.array([0.25, 0.75, 0.0])
    >>> for gradient in kl_div.vjp(np.array(1.0), x, target, reduction="sum"):
    ...     print(gradient.round(4))
    [-0.25 -0.75 -0.  ]
    [0.3069 2.0986    nan]
    """
    _, shape, reduction, divisor = _check(x, target, reduction)
    check_cotangent("kl_div", cotangent, shape_of(reduction, shape))
    by_x, by_target = _slopes(x, target, log_target)
    g = np.broadcast_to(spread(cotangent, reduction, divisor), shape)
    return gradient(g * by_x, x), gradient(g * by_target, target)


@kl_div.role
def kl_div_jvp(tangents, x, target, reduction="mean", log_target=False):
    r"""Push tangents of (x, target) forward through `kl_div`; None stands for zero.

    .. math:: \dot\ell_i = -t_i \dot x_i + (1 + \log t_i - x_i) \, \dot t_i

    and with `log_target` :math:`e^{t_i} [-\dot x_i + (1 + t_i - x_i) \, \dot t_i]`.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import kl_div
    >>> x, target = np.log([0.5, 0.25, 0.25]), np.array([0.25, 0.75, 0.0])
    >>> kl_div.jvp((np.array([0.0, 1.0, 0.0]), None), x, target, reduction="sum")
    array(-0.75)
    """
    dtype, shape, reduction, divisor = _check(x, target, reduction)
    dx, dt = zeros_for_none("kl_div", tangents, (x, target))
    by_x, by_target = _slopes(x, target, log_target)
    change = by_x * dx
    if tangents[1] is not None:
        change = change + by_target * dt
    return reduced(np.broadcast_to(change, shape), reduction, dtype, divisor)


@kl_div.role
def kl_div_vjp_vjp(second_cotangents, cotangent, x, target, reduction="mean", log_target=False):
    r"""Pull cotangents (s, u) of both gradients back through `kl_div.vjp`.

    To (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad \bar x_i = -\bar\ell_i u_i, \qquad
              \bar t_i = \bar\ell_i \Bigl(\frac{u_i}{t_i} - s_i\Bigr)

    and with `log_target` :math:`\bar x_i = -\bar\ell_i e^{t_i} u_i`,
    :math:`\bar t_i = \bar\ell_i e^{t_i} [(2 + t_i - x_i) u_i - s_i]`.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import kl_div
    >>> s, one = (np.ones(1), None), np.array(1.0)
    >>> for cotangent in kl_div.vjp_vjp(s, one, np.log([0.5]), np.array([0.25])):
    ...     print(cotangent.round(4))
    -0.25
    [-0.]
    [-1.]
    """
    _, shape, reduction, divisor = _check(x, target, reduction)
    check_cotangent("kl_div", cotangent, shape_of(reduction, shape))
    sx, st = zeros_for_none("kl_div_vjp", second_cotangents, (x, target))
    by_x, by_target = _slopes(x, target, log_target)
    t, log_t, factor = _terms(x, target, log_target)
    g = np.broadcast_to(spread(cotangent, reduction, divisor), shape)
    change = by_x * sx
    bend = -factor * sx
    if second_cotangents[1] is not None:
        change = change + by_target * st
        bend = bend + st * (by_target + factor if log_target else 1 / t)
    return (
        reduced(np.broadcast_to(change, shape), reduction, cotangent.dtype, divisor),
        gradient(g * -factor * st, x),
        gradient(g * bend, target),
    )
