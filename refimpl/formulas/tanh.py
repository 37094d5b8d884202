r"""The hyperbolic tangent. Derivation: :doc:`/derivations/tanh`."""

import numpy as np

from refimpl.errors import silent
from refimpl.formulas._checks import check_backward, check_floating, check_tangent, floating_dtype
from refimpl.formulas._slabs import pointwise


def _slope(x):
    # 1 - tanh(x)**2 would cancel in both tails; this is sech(x)**2.
    z = np.exp(-np.abs(x))
    sech = 2 * z / (1 + z * z)
    return sech * sech


def _bend(x):
    return -2 * np.tanh(x) * _slope(x)


@silent
def tanh(x):
    r"""Squash the real line into (-1, 1).

    .. math:: y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2 \sigma(2x) - 1

    Parameters
    ----------
    x : ndarray of any shape
        Integers and booleans become float32, as in torch.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    NotImplementedError
        For complex numbers.

    Notes
    -----
    NumPy's tanh in float64, rounded once; in float64 within 2 units in the last place.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr, K.-R. Mueller, "Efficient BackProp", in Neural Networks: Tricks
    of the Trade, Springer (1998), section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.tanh import tanh
    >>> tanh(np.array([-1000.0, -1.0, 0.0, 1.0])).round(4)
    array([-1.    , -0.7616,  0.    ,  0.7616])
    """
    return pointwise(np.tanh, floating_dtype("tanh", x), x)


@silent
def tanh_vjp(cotangent, x):
    r"""Pull a cotangent back through `tanh`.

    .. math:: \bar x = \bar y \, (1 - \tanh^2 x) = \bar y \, \mathrm{sech}^2 x

    From the input and in the second form: in float32 torch's slope is 0 beyond 9.01.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.tanh import tanh_vjp
    >>> tanh_vjp(np.ones(3), np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.42, 1.  , 0.42])
    """
    check_backward("tanh", "tanh_backward_cpu", x, cotangent)
    return pointwise(lambda g, x: g * _slope(x), x.dtype, cotangent, x)


@silent
def tanh_jvp(tangent, x):
    r"""Push a tangent forward through `tanh`.

    .. math:: \dot y = \mathrm{sech}^2 x \; \dot x

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.tanh import tanh_jvp
    >>> tanh_jvp(np.ones(3), np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.42, 1.  , 0.42])
    """
    check_floating("tanh", "tanh_backward_cpu", x)
    check_tangent("tanh", tangent, x)
    return pointwise(lambda t, x: t * _slope(x), x.dtype, tangent, x)


@silent
def tanh_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent s back through `tanh_vjp`, to (cotangent, x).

    .. math:: \bar g = s \, \mathrm{sech}^2 x, \qquad
              \bar x = -2 \, s \, g \, \tanh x \, \mathrm{sech}^2 x

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.tanh import tanh_vjp_vjp
    >>> for cotangent in tanh_vjp_vjp(np.ones(3), np.ones(3), np.array([-1.0, 0.0, 1.0])):
    ...     print(cotangent.round(4))
    [0.42 1.   0.42]
    [ 0.6397 -0.     -0.6397]
    """
    check_backward("tanh", "tanh_backward_cpu", x, cotangent, second_cotangent)
    return (
        pointwise(lambda s, x: s * _slope(x), cotangent.dtype, second_cotangent, x),
        pointwise(lambda s, g, x: s * g * _bend(x), x.dtype, second_cotangent, cotangent, x),
    )
