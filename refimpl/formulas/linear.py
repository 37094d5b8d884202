r"""The affine map."""

import math

import numpy as np

from refimpl.formulas._checks import (
    check_array,
    check_cotangent,
    check_floating,
    refuse,
    silent,
    zeros_for_none,
)


def _check(x, weight, bias):
    check_floating("linear", "addmm_impl_cpu_", x)
    check_array("linear", "weight", 2, weight)
    if x.ndim == 0 or weight.ndim == 0:
        refuse(
            RuntimeError,
            "both arguments to linear need to be at least 1D, "
            f"but they are {x.ndim}D and {weight.ndim}D",
            "linear: the input has its features last, the weight is (out, in).",
        )
    if weight.ndim != 2:
        refuse(
            RuntimeError,
            f"mat2 must be a matrix, got {weight.ndim}-D tensor",
            f"linear: the weight has shape {weight.shape}, expected (out, in).",
        )
    if x.shape[-1] != weight.shape[1]:
        rows = x.size // x.shape[-1] if x.shape[-1] else 0
        refuse(
            RuntimeError,
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{x.shape[-1]} and "
            f"{weight.shape[1]}x{weight.shape[0]})",
            f"linear: the input has {x.shape[-1]} features, the weight takes {weight.shape[1]}.",
        )
    for a in (weight,) if bias is None else (weight, bias):
        if a.dtype != x.dtype:
            refuse(
                RuntimeError,
                f"expected m1 and m2 to have the same dtype, but got: {x.dtype} != {a.dtype}",
                "linear: convert one of them with .astype.",
            )
    if bias is not None and bias.shape != weight.shape[:1]:
        refuse(
            RuntimeError,
            f"The expanded size of the tensor ({weight.shape[0]}) must match the existing size "
            f"({bias.shape[-1] if bias.ndim else 1}) at non-singleton dimension {x.ndim - 1}.",
            f"linear: the bias has shape {bias.shape}, expected {weight.shape[:1]}.",
        )


def _wide(*arrays):
    return [np.asarray(a, np.float64) for a in arrays]


def _rows(a):
    return a.reshape(math.prod(a.shape[:-1]), a.shape[-1])


@silent
def linear(x, weight, bias=None):
    r"""Map features affinely."""
    _check(x, weight, bias)
    x64, w = _wide(x, weight)
    y = x64 @ w.T
    return np.asarray(y if bias is None else y + bias, x.dtype)


@silent
def linear_vjp(cotangent, x, weight, bias=None):
    r"""Pull a cotangent back through `linear`."""
    _check(x, weight, bias)
    check_cotangent("linear", cotangent, (*x.shape[:-1], weight.shape[0]))
    g, x64, w = _wide(cotangent, x, weight)
    return (
        np.asarray(g @ w, x.dtype),
        np.asarray(_rows(g).T @ _rows(x64), x.dtype),
        None if bias is None else np.asarray(_rows(g).sum(0), x.dtype),
    )


@silent
def linear_jvp(tangents, x, weight, bias=None):
    r"""Push tangents of (x, weight, bias) forward through `linear`."""
    _check(x, weight, bias)
    dx, dw, db = zeros_for_none("linear", tangents, (x, weight, bias))
    x64, w, dx, dw = _wide(x, weight, dx, dw)
    dy = dx @ w.T + x64 @ dw.T
    return np.asarray(dy if bias is None else dy + db, x.dtype)


@silent
def linear_vjp_vjp(second_cotangents, cotangent, x, weight, bias=None):
    r"""Pull cotangents of (x, weight, bias)'s gradients back through `linear_vjp`."""
    _check(x, weight, bias)
    check_cotangent("linear", cotangent, (*x.shape[:-1], weight.shape[0]))
    sx, sw, sb = zeros_for_none("linear_vjp", second_cotangents, (x, weight, bias))
    g, x64, w, sx, sw = _wide(cotangent, x, weight, sx, sw)
    dg = sx @ w.T + x64 @ sw.T
    return (
        np.asarray(dg if bias is None else dg + sb, cotangent.dtype),
        np.asarray(g @ sw, x.dtype),
        np.asarray(_rows(g).T @ _rows(sx), x.dtype),
        None if bias is None else np.zeros(bias.shape, bias.dtype),
    )
