"""A Python number on its way into a dtype: what the dtype cannot hold is refused, as in torch.

A tensor on the same way is converted instead: it wraps around, or becomes infinite.
"""

import numpy as np

from refimpl.errors import NAMES, failure, silent
from refimpl.tape import dtypes


def fitted(value, dtype, half=False):
    """Return a number as an array scalar of the dtype; raise torch's error where it does not fit.

    A number too large for float16 becomes infinite; where torch refuses it, `half` is set.
    """
    low, high = dtype.span
    if type(value) is float or (type(value) is int and -(2**63) <= value < 2**63):
        if low <= value <= high:
            return dtype.numpy.type(value)
    if isinstance(value, int):
        check_width(value)
    if overflows(value, dtype, half):
        raise does_not_fit(value, dtype, NAMES[dtype.name].cell)
    return converted(value, dtype)


def filling(value, dtype, count):
    """Return the number that `count` elements shall hold, as an array scalar of the dtype.

    torch writes a single element in another way, which lets float16 become infinite.
    """
    return fitted(value, dtype, half=count != 1)


@silent
def converted(value, dtype):
    """Return a number as an array scalar of the dtype; integers wrap around."""
    return np.asarray(value).astype(dtype.numpy)[()]


def check_width(number):
    """Refuse an int that neither 64 bits with a sign hold nor 64 without."""
    if -(2**63) <= number < 2**64:
        return
    raise failure(
        OverflowError,
        "int too big to convert" if number > 0 else "can't convert negative int to unsigned",
        f"{number} takes more than 64 bits; make it a float first.",
    )


def overflows(value, dtype, half=False):
    """Tell whether a dtype cannot hold a number."""
    low, high = dtype.span
    if isinstance(value, np.generic):
        value = value.item()
    if dtype.category == dtypes.INTEGER:
        if low == 0 and isinstance(value, int):
            low = -high  # negative integers wrap around in unsigned types
        # beside a float torch compares with the float nearest to the end of the range
        high = float(high) if isinstance(value, float) else high
        return not low <= value <= high
    if dtype is dtypes.float32 or (half and dtype is dtypes.float16):
        return np.isfinite(float(value)) and not low <= value <= high
    return False


def does_not_fit(value, dtype, name):
    """Return torch's error for a number that the dtype cannot hold; torch calls it `name`."""
    return failure(
        RuntimeError,
        f"value cannot be converted to type {name} without overflow",
        f"{value} does not fit; {_range(dtype)}.",
    )


def _range(dtype):
    low, high = dtype.span
    if dtype.category == dtypes.INTEGER:
        return f"{dtype} holds integers from {low} to {high}"
    return f"{dtype} ends at {high:.5g}; beyond it only inf is left"
