r"""The squared error."""

import warnings

import numpy as np

from refimpl.formulas._checks import (
    check_cotangent,
    check_reduction,
    common_dtype,
    silent,
    size,
    zeros_for_none,
)
from refimpl.formulas._losses import broadcast_shape, gradient, reduced, shape_of, spread


def _check(x, target, reduction):
    dtype = common_dtype("mse_loss", "mse_cpu", x, target)
    check_reduction("mse_loss", reduction)
    if x.shape != target.shape:
        warnings.warn(
            f"Using a target size ({size(target.shape)}) that is different to the input size "
            f"({size(x.shape)}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=4,
        )
    return dtype, broadcast_shape("mse_loss", x, target)


@silent
def mse_loss(x, target, reduction="mean"):
    r"""Average the squared differences."""
    dtype, _ = _check(x, target, reduction)
    d = np.subtract(x, target, dtype=np.float64)
    return reduced(d * d, reduction, dtype)


@silent
def mse_loss_vjp(cotangent, x, target, reduction="mean"):
    r"""Pull a cotangent back through `mse_loss`, to (x, target)."""
    _, shape = _check(x, target, reduction)
    check_cotangent("mse_loss", cotangent, shape_of(reduction, shape))
    d = np.subtract(x, target, dtype=np.float64)
    d *= 2 * spread(cotangent, reduction, d.size)
    return gradient(d, x), gradient(-d, target)


@silent
def mse_loss_jvp(tangents, x, target, reduction="mean"):
    r"""Push tangents of (x, target) forward through `mse_loss`."""
    dtype, _ = _check(x, target, reduction)
    dx, dt = zeros_for_none("mse_loss", tangents, (x, target))
    d = np.subtract(x, target, dtype=np.float64)
    return reduced(2 * d * np.subtract(dx, dt, dtype=np.float64), reduction, dtype)


@silent
def mse_loss_vjp_vjp(second_cotangents, cotangent, x, target, reduction="mean"):
    r"""Pull cotangents of both gradients back through `mse_loss_vjp`."""
    _, shape = _check(x, target, reduction)
    check_cotangent("mse_loss", cotangent, shape_of(reduction, shape))
    sx, st = zeros_for_none("mse_loss_vjp", second_cotangents, (x, target))
    d = np.subtract(x, target, dtype=np.float64)
    s = np.subtract(sx, st, dtype=np.float64)
    dg = reduced(2 * d * s, reduction, cotangent.dtype)
    s = 2 * s * spread(cotangent, reduction, d.size)
    return dg, gradient(s, x), gradient(-s, target)
