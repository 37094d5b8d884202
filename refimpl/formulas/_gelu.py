r"""The Gaussian error linear unit. Derivation: :doc:`/derivations/gelu`."""

from refimpl.errors import failure, kind
from refimpl.formulas import _gelu_kernels as kernels
from refimpl.formulas._checks import check_floating
from refimpl.formulas._formula import elementwise

FORMS = ("none", "tanh")


def _check(x, approximate="none"):
    check_floating("gelu", "GeluKernelImpl", x)
    if not isinstance(approximate, str):
        raise failure(
            TypeError,
            f"gelu(): argument 'approximate' must be str, not {kind(approximate)}",
            "gelu: approximate is 'none' or 'tanh'.",
        )
    if approximate not in FORMS:
        raise failure(
            RuntimeError,
            "approximate argument must be either none or tanh.",
            f"gelu: approximate is {approximate!r}.",
        )
    return x.dtype


def _either(none, tanh):
    """Return the function that is `none` or `tanh`, as it is told."""
    return lambda x, approximate="none": (tanh if approximate == "tanh" else none)(x)


@elementwise(
    _either(kernels.slope, kernels.tanh_slope),
    _either(kernels.bend, kernels.tanh_bend),
    "GeluBackwardKernelImpl",
    _check,
    slope_tex=r"\Phi(x) + x \, \varphi(x)",
    bend_tex=r"\varphi(x) \, (2 - x^2)",
    quick=(
        _either(kernels.quick_value, kernels.quick_tanh_value),
        _either(kernels.quick_slope, kernels.quick_tanh_slope),
        _either(kernels.quick_bend, kernels.quick_tanh_bend),
    ),
)
def gelu(x, approximate="none"):
    r"""Multiply `x` by the probability that a standard normal variable is below it.

    .. math:: y = x \, \Phi(x), \qquad \Phi(x) = \tfrac12 \operatorname{erfc}(-x / \sqrt2)

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    approximate : str
        "none", or "tanh" for another function close to it, within 4.8e-4:
        :math:`x \, \sigma(w)` with :math:`w = \sqrt{8/\pi} \, (x + 0.044715 \, x^3)`.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    NotImplementedError
        For integers, as in torch.
    TypeError, RuntimeError
        Where `approximate` is no text; where it is another one.

    Notes
    -----
    The slope has the density :math:`\varphi(x) = e^{-x^2/2} / \sqrt{2\pi}`. Nothing cancels in the
    left tail, where ``1 + erf`` and ``1 + tanh`` would: in float32 torch has -0 at -6, the value is
    -5.9e-9. float64 is within 3 units in the last place, the slope, which crosses zero near -0.75,
    within 5 units of its larger term; float16 and float32 are computed in float64 and rounded once.
    As in torch, minus infinity times the probability 0 is nan.

    References
    ----------
    D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)",
    arXiv:1606.08415 (2016).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import gelu
    >>> x = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])
    >>> gelu(x).round(4)
    array([-0.004 , -0.1587,  0.    ,  0.8413,  2.996 ])
    >>> gelu(x, approximate="tanh").round(4)
    array([-0.0036, -0.1588,  0.    ,  0.8412,  2.9964])
    >>> one = np.ones(5)
    >>> gelu.vjp(one, x).round(4)
    array([-0.0119, -0.0833,  0.5   ,  1.0833,  1.0119])
    >>> gelu.jvp(one, x).round(4)
    array([-0.0119, -0.0833,  0.5   ,  1.0833,  1.0119])
    >>> for cotangent in gelu.vjp_vjp(one, one, x):
    ...     print(cotangent.round(4))
    [-0.0119 -0.0833  0.5     1.0833  1.0119]
    [-0.031   0.242   0.7979  0.242  -0.031 ]
    """
    kernel = kernels.tanh_value if approximate == "tanh" else kernels.value
    return kernel(x)
