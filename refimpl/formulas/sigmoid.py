r"""The logistic sigmoid and its logarithm."""

import numpy as np

from refimpl.formulas._checks import (
    check_cotangent,
    check_floating,
    check_tangent,
    floating_dtype,
    silent,
)
from refimpl.formulas._slabs import pointwise


def _sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


def _slope(x):
    z = np.exp(-np.abs(x))
    return z / ((1 + z) * (1 + z))


def _bend(x):
    return -_slope(x) * np.tanh(x / 2)


@silent
def sigmoid(x):
    r"""Squash the real line into (0, 1)."""
    return pointwise(_sigmoid, floating_dtype("sigmoid", x), x)


@silent
def sigmoid_vjp(cotangent, x):
    r"""Pull a cotangent back through `sigmoid`."""
    check_floating("sigmoid", "sigmoid_backward", x)
    check_cotangent("sigmoid", cotangent, x.shape)
    return pointwise(lambda g, x: g * _slope(x), x.dtype, cotangent, x)


@silent
def sigmoid_jvp(tangent, x):
    r"""Push a tangent forward through `sigmoid`."""
    check_floating("sigmoid", "sigmoid_backward", x)
    check_tangent("sigmoid", tangent, x)
    return pointwise(lambda t, x: t * _slope(x), x.dtype, tangent, x)


@silent
def sigmoid_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent back through `sigmoid_vjp`."""
    check_floating("sigmoid", "sigmoid_backward", x)
    check_cotangent("sigmoid", cotangent, x.shape)
    check_cotangent("sigmoid_vjp", second_cotangent, x.shape)
    return (
        pointwise(lambda s, x: s * _slope(x), cotangent.dtype, second_cotangent, x),
        pointwise(lambda s, g, x: s * g * _bend(x), x.dtype, second_cotangent, cotangent, x),
    )


def _logsigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


@silent
def logsigmoid(x):
    r"""Take the logarithm of `sigmoid` without computing it."""
    check_floating("logsigmoid", "log_sigmoid_cpu", x)
    return pointwise(_logsigmoid, x.dtype, x)


@silent
def logsigmoid_vjp(cotangent, x):
    r"""Pull a cotangent back through `logsigmoid`."""
    check_floating("logsigmoid", "log_sigmoid_cpu", x)
    check_cotangent("logsigmoid", cotangent, x.shape)
    return pointwise(lambda g, x: g * _sigmoid(-x), x.dtype, cotangent, x)


@silent
def logsigmoid_jvp(tangent, x):
    r"""Push a tangent forward through `logsigmoid`."""
    check_floating("logsigmoid", "log_sigmoid_cpu", x)
    check_tangent("logsigmoid", tangent, x)
    return pointwise(lambda t, x: t * _sigmoid(-x), x.dtype, tangent, x)


@silent
def logsigmoid_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent back through `logsigmoid_vjp`."""
    check_floating("logsigmoid", "log_sigmoid_cpu", x)
    check_cotangent("logsigmoid", cotangent, x.shape)
    check_cotangent("logsigmoid_vjp", second_cotangent, x.shape)
    return (
        pointwise(lambda s, x: s * _sigmoid(-x), cotangent.dtype, second_cotangent, x),
        pointwise(lambda s, g, x: -s * g * _slope(x), x.dtype, second_cotangent, cotangent, x),
    )
