"""What a formula asks of its arguments: torch's exception types and texts, our advice as notes."""

import operator

import numpy as np

from refimpl.errors import (
    LONG,
    dim_out_of_range,
    failure,
    is_int,
    kind,
    place,
    size,
    title,
    too_wide,
)

ARRAYS = (np.ndarray, np.generic)
FLOATING = "efd"  # float16, float32, float64 as NumPy abbreviates them
REDUCTIONS = ("none", "mean", "sum")


def check_array(name, argument, position, x):
    """Raise unless `x` is a NumPy array or scalar."""
    if not isinstance(x, ARRAYS):
        came = kind(x)
        raise failure(
            TypeError,
            f"{name}(): argument '{argument}'{place(name, argument, position)} must be Tensor, "
            f"not {came}",
            f"{name}: a formula takes NumPy arrays; wrap the {came} in numpy.array(...).",
        )


def check_floating(name, kernel, x, argument="input", position=1):
    """Raise unless `x` is an array of float16, float32 or float64."""
    if isinstance(x, ARRAYS) and x.dtype.char in FLOATING:
        return
    check_array(name, argument, position, x)
    raise failure(
        NotImplementedError,
        f"\"{kernel}\" not implemented for '{title(x.dtype)}'",
        f"{name}: {argument} is {x.dtype}; convert it with .astype(numpy.float32).",
    )


def floating_dtype(name, x, kernel=None):
    """Return the dtype of the result where torch turns integers into float32.

    torch's text for complex numbers names a `kernel`, by default that of the same name.
    """
    if not isinstance(x, ARRAYS):
        check_array(name, "input", 1, x)
    if x.dtype.char in FLOATING:
        return x.dtype
    if x.dtype.kind not in "biu":
        raise failure(
            NotImplementedError,
            f"\"{kernel or name}\" not implemented for '{title(x.dtype)}'",
            f"{name}: the input is {x.dtype}; this reference knows real numbers only.",
        )
    return np.dtype(np.float32)


def common_dtype(name, kernel, x, target):
    """Return the wider floating dtype of the two; integers beside a float do not widen it."""
    check_array(name, "input", 1, x)
    check_array(name, "target", 2, target)
    if x.dtype == target.dtype and x.dtype.char in FLOATING:
        return x.dtype
    for dtype in (x.dtype, target.dtype):
        if dtype.kind not in "fbiu":
            check_floating(name, kernel, np.empty(0, dtype))
    floats = [a.dtype for a in (x, target) if a.dtype.kind == "f"]
    if not floats:
        check_floating(name, kernel, np.empty(0, np.result_type(x.dtype, target.dtype)))
    dtype = np.result_type(*floats)
    check_floating(name, kernel, np.empty(0, dtype))
    return dtype


def check_dim(name, x, dim, position=2):
    """Return `dim` counted from the front; a 0-d array has the dims -1 and 0, as in torch."""
    n = x.ndim or 1
    if type(dim) is int and -n <= dim < n:
        return dim % n
    if not is_int(dim):
        came = kind(dim)
        raise failure(
            TypeError,
            f"{name}(): argument 'dim'{place(name, 'dim', position)} must be int, not {came}",
            f"{name}: dim names one axis of the input, from 0 or, counted from the end, from -1.",
        )
    dim = operator.index(dim)
    if not -LONG <= dim < LONG:
        raise too_wide(dim)
    if not -n <= dim < n:
        advice = f"{name}: the input has shape {x.shape}; dim=-1 is its last axis."
        raise dim_out_of_range(dim, x.ndim, advice)
    return dim % n


def check_reduction(name, reduction, allowed=REDUCTIONS):
    """Raise unless the reduction is one that torch knows here."""
    if reduction not in allowed:
        raise failure(
            ValueError,
            f"{reduction} is not a valid value for reduction",
            f"{name}: reduction is one of {', '.join(map(repr, allowed))}.",
        )


def check_cotangent(name, cotangent, shape):
    """Raise unless the cotangent is floating and of the result's shape."""
    if not isinstance(cotangent, ARRAYS) or cotangent.dtype.char not in FLOATING:
        check_floating(name, f"{name}_backward", cotangent, "cotangent")
    if cotangent.shape != shape:
        raise failure(
            RuntimeError,
            f"Mismatch in shape: grad_output[0] has a shape of {size(cotangent.shape)} "
            f"and output[0] has a shape of {size(shape)}.",
            f"{name}: the cotangent has one entry for each entry of the result.",
        )


def check_backward(name, kernel, x, *cotangents):
    """Raise unless the input is floating and the cotangents have its shape."""
    check_floating(name, kernel, x)
    for cotangent in cotangents:
        check_cotangent(name, cotangent, x.shape)


def check_tangent(name, tangent, x):
    """Raise unless the tangent is floating and of the input's shape."""
    check_floating(name, f"{name}_jvp", tangent, "tangent")
    if tangent.shape != x.shape:
        raise failure(
            RuntimeError,
            f"Mismatch in shape: the tangent has a shape of {size(tangent.shape)} "
            f"and the input has a shape of {size(x.shape)}.",
            f"{name}: the tangent has one entry for each entry of the input.",
        )


def zeros_for_none(name, tangents, inputs):
    """Return one tangent per input, zeros where None stands, None beside an absent input."""
    if len(tangents) != len(inputs):
        raise failure(
            ValueError,
            f"{name}: expected {len(inputs)} tangents, got {len(tangents)}",
            f"{name}: one for each input in their order, None where it is zero.",
        )
    filled = []
    for tangent, x in zip(tangents, inputs, strict=True):
        if tangent is None:
            tangent = None if x is None else np.zeros(x.shape)
        elif x is not None:
            check_tangent(name, tangent, x)
        filled.append(tangent)
    return filled


def check_logits(name, x, dim):
    """Raise unless the logits are floating; return the axis of their classes from the front."""
    if isinstance(x, ARRAYS) and x.dtype.char in FLOATING:
        common = type(dim) is int and 0 <= dim < x.ndim
        return dim if common else check_dim(name, x, dim)
    check_array(name, "input", 1, x)
    if x.dtype.kind in "biu" and x.size == 0:
        return check_dim(name, x, dim)  # torch has nothing to compute, and does not refuse it
    last = "_lastdim" if check_dim(name, x, dim) in (x.ndim - 1, x.ndim) else ""
    check_floating(name, f"{name.replace('softmin', 'softmax')}{last}_kernel_impl", x)
