r"""The ramp. Derivation: :doc:`/derivations/relu`."""

import numpy as np

from refimpl.errors import failure
from refimpl.formulas._checks import check_array, check_backward, check_floating, check_tangent
from refimpl.formulas._formula import Formula


@Formula
def relu(x):
    r"""Replace negative entries by zero.

    .. math:: y = \max(0, x)

    Parameters
    ----------
    x : ndarray of real numbers, any shape
        Integers stay integers, as in torch.

    Returns
    -------
    ndarray
        Shape and dtype of `x`.

    Raises
    ------
    RuntimeError
        For booleans.
    NotImplementedError
        For complex numbers.

    Notes
    -----
    Exact. -0 stays -0 and nan stays nan, as in torch.

    References
    ----------
    V. Nair, G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines",
    ICML (2010) 807-814.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import relu
    >>> relu(np.array([-2.0, -0.0, 3.0, np.nan]))
    array([ 0., -0.,  3., nan])
    """
    check_array("relu", "input", 1, x)
    if x.dtype.kind == "b":
        raise failure(
            RuntimeError,
            "Boolean inputs not supported for relu",
            "relu: the input is boolean; convert it with .astype(numpy.float32).",
        )
    if x.dtype.kind not in "fiu":
        raise failure(
            NotImplementedError,
            "clamp is not supported for complex types",
            f"relu: the input is {x.dtype}; relu orders its input, so it takes real numbers.",
        )
    y = np.array(x)
    np.putmask(y, x < 0, 0)
    return y


def _passed(x, a, dtype):
    return np.asarray(np.where(x <= 0, 0, a), dtype)


@relu.role
def relu_vjp(cotangent, x):
    r"""Pull a cotangent back through `relu`.

    .. math:: \bar x = \bar y \, [x > 0]

    At the corner the slope is 0, as torch chooses; at nan the cotangent passes, as in torch.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import relu
    >>> relu.vjp(np.ones(4), np.array([-2.0, 0.0, 3.0, np.nan]))
    array([0., 0., 1., 1.])
    """
    check_backward("relu", "threshold", x, cotangent)
    return _passed(x, cotangent, x.dtype)


@relu.role
def relu_jvp(tangent, x):
    r"""Push a tangent forward through `relu`.

    .. math:: \dot y = [x > 0] \, \dot x

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import relu
    >>> relu.jvp(np.ones(3), np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """
    check_floating("relu", "threshold", x)
    check_tangent("relu", tangent, x)
    return _passed(x, tangent, x.dtype)


@relu.role
def relu_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent s back through `relu.vjp`, to (cotangent, x).

    .. math:: \bar g = s \, [x > 0], \qquad \bar x = 0

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import relu
    >>> relu.vjp_vjp(np.ones(3), np.ones(3), np.array([-2.0, 0.0, 3.0]))
    (array([0., 0., 1.]), array([0., 0., 0.]))
    """
    check_backward("relu", "threshold", x, cotangent, second_cotangent)
    return _passed(x, second_cotangent, cotangent.dtype), np.zeros(x.shape, x.dtype)
