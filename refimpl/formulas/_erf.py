r"""The error function and its complement. Derivation: :doc:`/derivations/erf`."""

from refimpl.formulas import _error_function as kernels
from refimpl.formulas._checks import floating_dtype
from refimpl.formulas._formula import elementwise


def _check_erf(x):
    return floating_dtype("erf", x, "erf_vml_cpu")


@elementwise(
    kernels.erf_slope,
    kernels.erf_bend,
    "erf_backward_cpu",
    _check_erf,
    slope_tex=r"\frac{2}{\sqrt\pi} \, e^{-x^2}",
    bend_tex=r"-2x \, \frac{2}{\sqrt\pi} \, e^{-x^2}",
    quick=(kernels.quick_erf, kernels.quick_erf_slope, kernels.quick_erf_bend),
)
def erf(x):
    r"""Return the area under the bell from 0 to `x`, scaled so that all of it on one side is 1.

    .. math:: y = \operatorname{erf}(x) = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2} \, dt

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
    Up to 3/4 it is `x` and `x` times a polynomial of ``x * x``, beyond it 1 less `erfc`. float64 is
    within one unit in the last place; float16 and float32 are computed in float64 and rounded once.

    References
    ----------
    W. J. Cody, "Rational Chebyshev approximations for the error function",
    Math. Comp. 23 (1969) 631-637.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import erf
    >>> erf(np.array([-np.inf, -1.0, 0.0, 1.0, 10.0])).round(4)
    array([-1.    , -0.8427,  0.    ,  0.8427,  1.    ])
    >>> one, x = np.ones(3), np.array([-1.0, 0.0, 1.0])
    >>> erf.vjp(one, x).round(4)
    array([0.4151, 1.1284, 0.4151])
    >>> erf.jvp(one, x).round(4)
    array([0.4151, 1.1284, 0.4151])
    >>> for cotangent in erf.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [0.4151 1.1284 0.4151]
    [ 0.8302 -0.     -0.8302]
    """
    return kernels.erf(x)


def _check_erfc(x):
    return floating_dtype("erfc", x, "erfc_vml_cpu")


@elementwise(
    lambda x: -kernels.erf_slope(x),
    lambda x: -kernels.erf_bend(x),
    "erfc_backward_cpu",
    _check_erfc,
    slope_tex=r"-\frac{2}{\sqrt\pi} \, e^{-x^2}",
    bend_tex=r"2x \, \frac{2}{\sqrt\pi} \, e^{-x^2}",
    quick=(
        kernels.quick_erfc,
        lambda x: -kernels.quick_erf_slope(x),
        lambda x: -kernels.quick_erf_bend(x),
    ),
)
def erfc(x):
    r"""Return what `erf` lacks to 1, without the cancellation.

    .. math:: y = \operatorname{erfc}(x) = 1 - \operatorname{erf}(x)
              = \frac{2}{\sqrt\pi} \int_x^\infty e^{-t^2} \, dt

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
    From 15/32 on it is ``exp(-x * x)`` times a function that changes slowly. In float64 the square
    and its exponential are sums of two numbers: at 27 the square's rounding alone would cost nine
    bits. So float64 is within one unit in the last place, subnormal results too; SciPy's `erfc` is
    hundreds of units off at 26 and 0 from 26.65 on. float16 and float32 are computed in float64 and
    rounded once.

    References
    ----------
    M. M. Shepherd, J. G. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in
    0 <= x < infinity", Math. Comp. 36 (1981) 249-253.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import erf, erfc
    >>> x = np.array([-10.0, 0.0, 1.0])
    >>> erfc(x).round(4)
    array([2.    , 1.    , 0.1573])
    >>> print(erfc(np.float64(6)), 1 - erf(np.float64(6)))
    2.1519736712498913e-17 0.0
    >>> one = np.ones(3)
    >>> erfc.vjp(one, x).round(4)
    array([-0.    , -1.1284, -0.4151])
    >>> erfc.jvp(one, x).round(4)
    array([-0.    , -1.1284, -0.4151])
    >>> for cotangent in erfc.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [-0.     -1.1284 -0.4151]
    [-0.      0.      0.8302]
    """
    return kernels.erfc(x)
