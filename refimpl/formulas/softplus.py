r"""Softplus, the smooth ramp. Derivation: :doc:`/derivations/softplus`."""

import numbers

import numpy as np

from refimpl.formulas._checks import check_backward, check_tangent, refuse, silent
from refimpl.formulas._logistic import log_logistic, logistic, slope
from refimpl.formulas._slabs import pointwise


def _check(x, beta, threshold, *cotangents):
    check_backward("softplus", "softplus_cpu", x, *cotangents)
    for argument, value in (("beta", beta), ("threshold", threshold)):
        if not isinstance(value, numbers.Real):
            came = type(value).__name__
            refuse(
                TypeError,
                f"softplus(): argument '{argument}' must be Number, not {came}",
                f"softplus: {argument} is one real number for the whole input.",
            )


@silent
def softplus(x, beta=1.0, threshold=20.0):
    r"""Replace the corner of the ramp ``max(0, x)`` by a smooth curve.

    .. math:: y = \frac1\beta \log(1 + e^{\beta x}),
              \qquad y = x \text{ where } \beta x > \text{threshold}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        Where to evaluate the curve.
    beta : float
        Sharpness; the curve tends to the ramp as `beta` grows.
    threshold : float
        Where ``beta * x`` exceeds it, the line itself is returned.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    NotImplementedError
        For integers, as in torch.
    TypeError
        Where `beta` or `threshold` is no real number.

    Notes
    -----
    Computed in float64 as ``max(z, 0) + log1p(exp(-abs(z)))`` and rounded once. At the switch the
    curve stands ``log1p(exp(-threshold)) / beta`` above the line: 2.1e-9 by default, which float64
    sees and float32 does not. In torch a threshold of 100 lets float32 overflow: its
    ``softplus(99)`` is then inf.

    References
    ----------
    C. Dugas et al., "Incorporating second-order functional knowledge for better option pricing",
    NIPS 13 (2000).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softplus import softplus
    >>> softplus(np.array([-3.0, 0.0, 3.0, 30.0])).round(4)
    array([ 0.0486,  0.6931,  3.0486, 30.    ])
    """
    _check(x, beta, threshold)

    def curve(x):
        z = beta * x
        return np.where(z > threshold, x, -log_logistic(-z) / beta)

    return pointwise(curve, x.dtype, x)


@silent
def softplus_vjp(cotangent, x, beta=1.0, threshold=20.0):
    r"""Pull a cotangent back through `softplus`.

    .. math:: \bar x = \bar y \, \sigma(\beta x),
              \qquad \bar x = \bar y \text{ where } \beta x > \text{threshold}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softplus import softplus_vjp
    >>> softplus_vjp(np.ones(4), np.array([-3.0, 0.0, 3.0, 30.0])).round(4)
    array([0.0474, 0.5   , 0.9526, 1.    ])
    """
    _check(x, beta, threshold, cotangent)
    return _sloped(cotangent, x, beta, threshold, x.dtype)


def _sloped(a, x, beta, threshold, dtype):
    def product(a, x):
        z = beta * x
        return np.where(z > threshold, a, a * logistic(z))

    return pointwise(product, dtype, a, x)


@silent
def softplus_jvp(tangent, x, beta=1.0, threshold=20.0):
    r"""Push a tangent forward through `softplus`.

    .. math:: \dot y = \sigma(\beta x) \, \dot x,
              \qquad \dot y = \dot x \text{ where } \beta x > \text{threshold}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softplus import softplus_jvp
    >>> softplus_jvp(np.ones(4), np.array([-3.0, 0.0, 3.0, 30.0])).round(4)
    array([0.0474, 0.5   , 0.9526, 1.    ])
    """
    _check(x, beta, threshold)
    check_tangent("softplus", tangent, x)
    return _sloped(tangent, x, beta, threshold, x.dtype)


@silent
def softplus_vjp_vjp(second_cotangent, cotangent, x, beta=1.0, threshold=20.0):
    r"""Pull a cotangent s back through `softplus_vjp`, to (cotangent, x).

    .. math:: \bar g = s \, \sigma(\beta x), \qquad
              \bar x = \beta \, s \, g \, \sigma(\beta x) \, \sigma(-\beta x)

    Past the threshold the line has slope one and does not bend.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas.softplus import softplus_vjp_vjp
    >>> for cotangent in softplus_vjp_vjp(np.ones(3), np.ones(3), np.array([-3.0, 0.0, 30.0])):
    ...     print(cotangent.round(4))
    [0.0474 0.5    1.    ]
    [0.0452 0.25   0.    ]
    """
    _check(x, beta, threshold, cotangent, second_cotangent)

    def bent(s, g, x):
        z = beta * x
        return np.where(z > threshold, 0, beta * s * g * slope(z))

    return (
        _sloped(second_cotangent, x, beta, threshold, cotangent.dtype),
        pointwise(bent, x.dtype, second_cotangent, cotangent, x),
    )
