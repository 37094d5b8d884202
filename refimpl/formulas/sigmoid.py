r"""The logistic sigmoid and its logarithm. Derivation: :doc:`/derivations/sigmoid`."""

from refimpl.errors import silent
from refimpl.formulas._checks import check_backward, check_floating, check_tangent, floating_dtype
from refimpl.formulas._logistic import bend, log_logistic, logistic, slope
from refimpl.formulas._slabs import pointwise


@silent
def sigmoid(x):
    r"""Squash the real line into (0, 1).

    .. math:: y = \sigma(x) = \frac{1}{1 + e^{-x}}

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
    Only exp(-abs(x)) is formed, which cannot overflow; in the left tail the result is that
    exponential, down to the subnormal numbers. Computed in float64 and rounded once: float16 and
    float32 are correctly rounded, float64 is within 2 units in the last place.

    References
    ----------
    D. R. Cox, "The regression analysis of binary sequences",
    J. R. Stat. Soc. B 20 (1958) 215-242.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import sigmoid
    >>> sigmoid(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0])).round(4)
    array([0.    , 0.2689, 0.5   , 0.7311, 1.    ])
    """
    return pointwise(logistic, floating_dtype("sigmoid", x), x)


@silent
def sigmoid_vjp(cotangent, x):
    r"""Pull a cotangent back through `sigmoid`.

    .. math:: \bar x = \bar y \, \sigma(x) \, \sigma(-x)

    From the input: the output's 1 has forgotten the right tail, whose slope torch gives as 0.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import sigmoid_vjp
    >>> sigmoid_vjp(np.ones(3), np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.1966, 0.25  , 0.1966])
    """
    check_backward("sigmoid", "sigmoid_backward_cpu", x, cotangent)
    return pointwise(lambda g, x: g * slope(x), x.dtype, cotangent, x)


@silent
def sigmoid_jvp(tangent, x):
    r"""Push a tangent forward through `sigmoid`.

    .. math:: \dot y = \sigma(x) \, \sigma(-x) \, \dot x

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import sigmoid_jvp
    >>> sigmoid_jvp(np.ones(3), np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.1966, 0.25  , 0.1966])
    """
    check_floating("sigmoid", "sigmoid_backward_cpu", x)
    check_tangent("sigmoid", tangent, x)
    return pointwise(lambda t, x: t * slope(x), x.dtype, tangent, x)


@silent
def sigmoid_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent s back through `sigmoid_vjp`, to (cotangent, x).

    .. math:: \bar g = s \, \sigma'(x), \qquad
              \bar x = s \, g \, \sigma''(x), \qquad \sigma'' = -\sigma' \tanh(x / 2)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import sigmoid_vjp_vjp
    >>> for cotangent in sigmoid_vjp_vjp(np.ones(3), np.ones(3), np.array([-1.0, 0.0, 1.0])):
    ...     print(cotangent.round(4))
    [0.1966 0.25   0.1966]
    [ 0.0909 -0.     -0.0909]
    """
    check_backward("sigmoid", "sigmoid_backward_cpu", x, cotangent, second_cotangent)
    return (
        pointwise(lambda s, x: s * slope(x), cotangent.dtype, second_cotangent, x),
        pointwise(lambda s, g, x: s * g * bend(x), x.dtype, second_cotangent, cotangent, x),
    )


@silent
def logsigmoid(x):
    r"""Take the logarithm of `sigmoid` without computing it.

    .. math:: y = \log \frac{1}{1 + e^{-x}} = \min(x, 0) - \log(1 + e^{-|x|})

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
    Computed in float64 and rounded once. The right tail is minus exp(-x) and never flushed before
    the dtype's own numbers end; then it is -0, where torch has +0: ``logsigmoid(200)`` in float32.

    References
    ----------
    M. Maechler, "Accurately computing log(1 - exp(-abs(a)))", vignette of the R package Rmpfr
    (2012).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import logsigmoid
    >>> logsigmoid(np.array([-1000.0, -1.0, 0.0, 1.0])).round(4)
    array([-1.0000e+03, -1.3133e+00, -6.9310e-01, -3.1330e-01])
    >>> logsigmoid(np.float32([20, 200]))
    array([-2.0611537e-09, -0.0000000e+00], dtype=float32)
    """
    check_floating("logsigmoid", "log_sigmoid_cpu", x)
    return pointwise(log_logistic, x.dtype, x)


@silent
def logsigmoid_vjp(cotangent, x):
    r"""Pull a cotangent back through `logsigmoid`.

    .. math:: \bar x = \bar y \, \sigma(-x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import logsigmoid_vjp
    >>> logsigmoid_vjp(np.ones(3), np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.7311, 0.5   , 0.2689])
    """
    check_backward("logsigmoid", "log_sigmoid_cpu", x, cotangent)
    return pointwise(lambda g, x: g * logistic(-x), x.dtype, cotangent, x)


@silent
def logsigmoid_jvp(tangent, x):
    r"""Push a tangent forward through `logsigmoid`.

    .. math:: \dot y = \sigma(-x) \, \dot x

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import logsigmoid_jvp
    >>> logsigmoid_jvp(np.ones(3), np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.7311, 0.5   , 0.2689])
    """
    check_floating("logsigmoid", "log_sigmoid_cpu", x)
    check_tangent("logsigmoid", tangent, x)
    return pointwise(lambda t, x: t * logistic(-x), x.dtype, tangent, x)


@silent
def logsigmoid_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent s back through `logsigmoid_vjp`, to (cotangent, x).

    .. math:: \bar g = s \, \sigma(-x), \qquad \bar x = -s \, g \, \sigma(x) \, \sigma(-x)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.sigmoid import logsigmoid_vjp_vjp
    >>> for cotangent in logsigmoid_vjp_vjp(np.ones(3), np.ones(3), np.array([-1.0, 0.0, 1.0])):
    ...     print(cotangent.round(4))
    [0.7311 0.5    0.2689]
    [-0.1966 -0.25   -0.1966]
    """
    check_backward("logsigmoid", "log_sigmoid_cpu", x, cotangent, second_cotangent)
    return (
        pointwise(lambda s, x: s * logistic(-x), cotangent.dtype, second_cotangent, x),
        pointwise(lambda s, g, x: -s * g * slope(x), x.dtype, second_cotangent, cotangent, x),
    )
