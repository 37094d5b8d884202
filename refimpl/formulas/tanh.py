r"""The hyperbolic tangent."""

import numpy as np

from refimpl.formulas._checks import (
    check_cotangent,
    check_floating,
    check_tangent,
    floating_dtype,
    silent,
)
from refimpl.formulas._slabs import pointwise


def _slope(x):
    z = np.exp(-np.abs(x))
    half = z / (1 + z * z)
    return 4 * half * half


@silent
def tanh(x):
    r"""Squash the real line into (-1, 1)."""
    return pointwise(np.tanh, floating_dtype("tanh", x), x)


@silent
def tanh_vjp(cotangent, x):
    r"""Pull a cotangent back through `tanh`."""
    check_floating("tanh", "tanh_backward", x)
    check_cotangent("tanh", cotangent, x.shape)
    return pointwise(lambda g, x: g * _slope(x), x.dtype, cotangent, x)


@silent
def tanh_jvp(tangent, x):
    r"""Push a tangent forward through `tanh`."""
    check_floating("tanh", "tanh_backward", x)
    check_tangent("tanh", tangent, x)
    return pointwise(lambda t, x: t * _slope(x), x.dtype, tangent, x)


@silent
def tanh_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent back through `tanh_vjp`."""
    check_floating("tanh", "tanh_backward", x)
    check_cotangent("tanh", cotangent, x.shape)
    check_cotangent("tanh_vjp", second_cotangent, x.shape)
    return (
        pointwise(lambda s, x: s * _slope(x), cotangent.dtype, second_cotangent, x),
        pointwise(
            lambda s, g, x: -2 * s * g * np.tanh(x) * _slope(x),
            x.dtype,
            second_cotangent,
            cotangent,
            x,
        ),
    )
