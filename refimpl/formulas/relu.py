r"""The ramp."""

import numpy as np

from refimpl.formulas._checks import (
    check_array,
    check_cotangent,
    check_floating,
    check_tangent,
    refuse,
    silent,
    torch_name,
)


@silent
def relu(x):
    r"""Replace negative entries by zero."""
    check_array("relu", "input", 1, x)
    if x.dtype.kind not in "fiu":
        name = torch_name(x.dtype)
        refuse(
            RuntimeError if name == "Bool" else NotImplementedError,
            "Boolean inputs not supported for relu"
            if name == "Bool"
            else "clamp is not supported for complex types",
            f"relu: the input is {x.dtype}; relu orders its input, so it takes real numbers.",
        )
    return np.where(x < 0, x.dtype.type(0), x)


@silent
def relu_vjp(cotangent, x):
    r"""Pull a cotangent back through `relu`."""
    check_floating("relu", "threshold_backward", x)
    check_cotangent("relu", cotangent, x.shape)
    return np.where(x <= 0, 0, cotangent).astype(x.dtype, copy=False)


@silent
def relu_jvp(tangent, x):
    r"""Push a tangent forward through `relu`."""
    check_floating("relu", "threshold_backward", x)
    check_tangent("relu", tangent, x)
    return np.where(x <= 0, 0, tangent).astype(x.dtype, copy=False)


@silent
def relu_vjp_vjp(second_cotangent, cotangent, x):
    r"""Pull a cotangent back through `relu_vjp`."""
    check_floating("relu", "threshold_backward", x)
    check_cotangent("relu", cotangent, x.shape)
    check_cotangent("relu_vjp", second_cotangent, x.shape)
    return (
        np.where(x <= 0, 0, second_cotangent).astype(cotangent.dtype, copy=False),
        np.zeros(x.shape, x.dtype),
    )
