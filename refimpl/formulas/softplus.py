r"""Softplus, the smooth ramp."""

import numpy as np

from refimpl.formulas._checks import check_cotangent, check_floating, check_tangent, silent
from refimpl.formulas._slabs import pointwise


def _curve(x, beta, threshold):
    z = beta * x
    curve = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta
    return np.where(z > threshold, x, curve)


def _slope(x, beta, threshold):
    z = beta * x
    e = np.exp(-np.abs(z))
    return np.where(z > threshold, 1, np.where(z >= 0, 1, e) / (1 + e))


def _bend(x, beta, threshold):
    z = beta * x
    e = np.exp(-np.abs(z))
    return np.where(z > threshold, 0, beta * e / ((1 + e) * (1 + e)))


def _check(x, *cotangents):
    check_floating("softplus", "softplus_cpu", x)
    for cotangent in cotangents:
        check_cotangent("softplus", cotangent, x.shape)


@silent
def softplus(x, beta=1.0, threshold=20.0):
    r"""Replace the corner of the ramp ``max(0, x)`` by a smooth curve."""
    _check(x)
    return pointwise(lambda x: _curve(x, beta, threshold), x.dtype, x)


@silent
def softplus_vjp(cotangent, x, beta=1.0, threshold=20.0):
    r"""Pull a cotangent back through `softplus`."""
    _check(x, cotangent)
    return pointwise(lambda g, x: g * _slope(x, beta, threshold), x.dtype, cotangent, x)


@silent
def softplus_jvp(tangent, x, beta=1.0, threshold=20.0):
    r"""Push a tangent forward through `softplus`."""
    _check(x)
    check_tangent("softplus", tangent, x)
    return pointwise(lambda t, x: t * _slope(x, beta, threshold), x.dtype, tangent, x)


@silent
def softplus_vjp_vjp(second_cotangent, cotangent, x, beta=1.0, threshold=20.0):
    r"""Pull a cotangent back through `softplus_vjp`."""
    _check(x, cotangent, second_cotangent)

    def bend(s, g, x):
        return s * g * _bend(x, beta, threshold)

    return (
        softplus_jvp(second_cotangent, x, beta, threshold).astype(cotangent.dtype, copy=False),
        pointwise(bend, x.dtype, second_cotangent, cotangent, x),
    )
