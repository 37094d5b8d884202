r"""The sigmoid linear unit. Derivation: :doc:`/derivations/silu`."""

import numpy as np

from refimpl.formulas._checks import check_floating
from refimpl.formulas._formula import elementwise

SUBNORMAL = -700.0  # from here on exp(x) is about to lose digits that its product with x still has
FAR = 800.0  # from here on exp(-x) is zero


def _check(x):
    check_floating("silu", "silu_cpu", x)
    return x.dtype


def _times_logistic(factor, x):
    """Return factor * sigma(x), exact also where sigma(x) is subnormal and the product is not."""
    y = factor / (1 + np.exp(-x))
    far = x < SUBNORMAL
    if far.any():
        root = np.exp(np.minimum(x, 0) / 2)
        y = np.where(far, factor * root * root, y)
    return y


def _slope(x):
    return _times_logistic(1 + x / (1 + np.exp(x)), x)


def _bend(x):
    x = -np.minimum(np.abs(x), FAR)  # it is even
    return _times_logistic((2 - x * np.tanh(x / 2)) / (1 + np.exp(x)), x)


@elementwise(
    _slope,
    _bend,
    "silu_backward_cpu",
    _check,
    slope_tex=r"\sigma(x) \, \bigl(1 + x \, \sigma(-x)\bigr)",
    bend_tex=r"\sigma(x) \, \sigma(-x) \, \bigl(2 - x \tanh(x / 2)\bigr)",
)
def silu(x):
    r"""Multiply `x` by its sigmoid.

    .. math:: y = x \, \sigma(x) = \frac{x}{1 + e^{-x}}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    NotImplementedError
        For integers, as in torch.

    Notes
    -----
    Where torch's exponential overflows, from -88.8 on in float32, it has -0; the value is -2.4e-37.
    float64 is within 3 units in the last place, the slope, which crosses zero near -1.28, within
    3.5 units of its larger term; float16 and float32 are computed in float64 and rounded once. As
    in torch, minus infinity times the sigmoid's 0 is nan.

    References
    ----------
    S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", Neural Networks 107 (2018) 3-11.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import silu
    >>> x = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])
    >>> silu(x).round(4)
    array([-0.1423, -0.2689,  0.    ,  0.7311,  2.8577])
    >>> one = np.ones(5)
    >>> silu.vjp(one, x).round(4)
    array([-0.0881,  0.0723,  0.5   ,  0.9277,  1.0881])
    >>> silu.jvp(one, x).round(4)
    array([-0.0881,  0.0723,  0.5   ,  0.9277,  1.0881])
    >>> for cotangent in silu.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [-0.0881  0.0723  0.5     0.9277  1.0881]
    [-0.0323  0.3024  0.5     0.3024 -0.0323]
    """
    return _times_logistic(x, x)
