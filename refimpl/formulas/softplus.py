r"""Softplus, the integral of the sigmoid. Derivation: :doc:`/derivations/softplus`."""

import numbers

import numpy as np

from refimpl.errors import failure, silent
from refimpl.formulas._checks import check_backward, check_tangent
from refimpl.formulas._logistic import log_logistic, logistic, slope
from refimpl.formulas._slabs import pointwise


def _check(x, beta, threshold, *cotangents):
    check_backward("softplus", "softplus_cpu", x, *cotangents)
    for argument, value in (("beta", beta), ("threshold", threshold)):
        if not isinstance(value, numbers.Real):
            came = type(value).__name__
            raise failure(
                TypeError,
                f"softplus(): argument '{argument}' must be Number, not {came}",
                f"softplus: {argument} is one real number for the whole input.",
            )


@silent
def softplus(x, beta=1.0, threshold=20.0):
    r"""Pass smoothly from 0 to `x` itself, with the sigmoid for a slope.

    .. math:: y = \begin{cases} x & \beta x > \text{threshold} \\
              \frac1\beta \log(1 + e^{\beta x}) & \text{else} \end{cases}

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    beta : float
        How sharp the bend is; the ramp ``max(0, x)`` is the limit of large `beta`.
    threshold : float
        Bound on ``beta * x`` from which the bend counts as passed.

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
    With ``z = beta * x``, float64 adds ``max(z, 0)`` and ``log1p(exp(-abs(z)))``, whose exponential
    never exceeds 1; the result is rounded to the dtype of `x`. Passing on to the identity drops
    ``log1p(exp(-threshold)) / beta``. With the defaults that is 2.1e-9, below what float32 resolves
    at 20 but not below what float64 does. A higher threshold costs torch its float32 exponential:
    ``softplus(99, threshold=100)`` is inf there and 99 here.

    References
    ----------
    C. Dugas, Y. Bengio et al., "Incorporating second-order functional knowledge for better option
    pricing", Advances in Neural Information Processing Systems 13 (2000) 472-478.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import softplus
    >>> x = np.array([-2.0, 0.0, 2.0, 40.0])
    >>> softplus(x).round(4)
    array([ 0.1269,  0.6931,  2.1269, 40.    ])
    >>> softplus(x, beta=5.0).round(4)
    array([ 0.    ,  0.1386,  2.    , 40.    ])
    """
    _check(x, beta, threshold)

    def curve(x):
        z = beta * x
        return np.where(z > threshold, x, -log_logistic(-z) / beta)

    return pointwise(curve, x.dtype, x)


@silent
def softplus_vjp(cotangent, x, beta=1.0, threshold=20.0):
    r"""Multiply a cotangent by the slope of `softplus`.

    .. math:: \bar x = \begin{cases} \bar y & \beta x > \text{threshold} \\
              \bar y \, \sigma(\beta x) & \text{else} \end{cases}

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

    .. math:: \dot y = \begin{cases} \dot x & \beta x > \text{threshold} \\
              \sigma(\beta x) \, \dot x & \text{else} \end{cases}

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
