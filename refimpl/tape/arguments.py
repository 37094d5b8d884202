"""What an argument has to be, in torch's words: ints, lengths, dtypes, devices.

Each check lets the right value pass at once; what it costs to say what is wrong, only a wrong
value costs.
"""

import operator
import re

from refimpl.errors import (
    LONG,
    as_called,
    failure,
    is_length,
    kind,
    place,
    refuse_truth,
    unsupported,
)
from refimpl.tape import dtypes


def no_complex():
    """Return the error for a complex number, or for the dtype of one."""
    return unsupported("A complex number", "Keep real and imaginary parts in two tensors.")


def wrong(name, argument, position, wanted, value, advice=None):
    """Return torch's error for an argument of another type; position 0 is left out."""
    if value is complex or isinstance(value, complex):
        return no_complex()
    return failure(
        TypeError,
        f"{name}(): argument '{argument}'{place(name, argument, position)} must be {wanted}, "
        f"not {kind(value)}",
        advice,
    )


def invalid(name, *given, **named):
    """Return torch's error for arguments that fit none of a function's forms."""
    if any(isinstance(each, complex) for each in (*given, *named.values())):
        return no_complex()
    if not named:
        given, named = as_called(name, given)
    kinds = [kind(each) for each in given] + [f"{key}={kind(each)}" for key, each in named.items()]
    got = ", ".join(kinds) + ", " * bool(named and not given)  # as torch writes it
    return failure(
        TypeError, f"{name}() received an invalid combination of arguments - got ({got})"
    )


def missing(name, argument):
    """Return torch's error for an argument that is not given."""
    return failure(
        TypeError,
        f'{name}() missing 1 required positional arguments: "{argument}"',
        f"{name}: give {argument}.",
    )


# ---- lengths -----------------------------------------------------------------


def lengths(name, argument, args, position=1):
    """Return a shape, or other ints, given as one sequence or as separate numbers."""
    if not args:
        raise missing(name, argument)
    together = len(args) == 1 and isinstance(args[0], (tuple, list))
    given = args[0] if together else args
    for each in given:
        if type(each) is not int or not -(2**63) <= each < 2**63:
            break
    else:
        return tuple(given)
    for at, each in enumerate(given):
        if not _is_length(each, at):
            raise _no_lengths(name, argument, position, args, at)
    if argument in ("size", "shape"):
        for each in given:
            refuse_truth(each)
    return tuple(map(operator.index, given))


def by_place_or_name(name, argument, args, named):
    """Return the arguments of a shape, which may come by name, in one sequence."""
    if named is None:
        return args
    if args:
        raise failure(TypeError, f"{name}() got multiple values for argument '{argument}'")
    if not isinstance(named, (tuple, list)) or named and not is_length(named[0]):
        raise wrong(name, argument, 0, "tuple of ints", named)
    return (named,)


def _no_lengths(name, argument, position, args, at):
    """Return torch's error for the first of several lengths that is none."""
    together = len(args) == 1 and isinstance(args[0], (tuple, list))
    given = args[0] if together else args
    if at == 0 and not is_length(given[0]):
        if not together and len(args) == 1:
            return wrong(name, argument, position, "tuple of ints", args[0])
        if not together:
            places = re.findall(r"\d+", place(name, argument, position)) or [position]
            return failure(
                TypeError,
                f"{name}() takes {places[0]} positional argument but {len(args)} were given",
            )
        if not place(name, argument, position):
            return wrong(name, argument, position, "tuple of ints", args[0])
        return failure(
            TypeError,
            f"{name}(): argument '{argument}'{place(name, argument, position)} must be tuple of "
            f"ints, but found element of type {kind(given[0])} at pos 0",
        )
    reason = f"type must be tuple of ints,but got {kind(given[at])}"
    if is_length(given[at]):
        reason = "Overflow when unpacking long long"
    return failure(
        TypeError,
        f"{name}(): argument '{argument}' failed to unpack the object at pos {at + 1} with error "
        f'"{reason}"',
    )


def _is_length(value, at):
    if at and isinstance(value, bool):  # torch minds only a first one
        return True
    return is_length(value) and -LONG <= operator.index(value) < LONG


def check_storage(shape, itemsize):
    """Refuse a shape whose elements no memory could number."""
    count = 1
    for length in shape:
        count *= max(length, 1)
    if count * itemsize < 2**63:
        return
    raise failure(
        RuntimeError,
        f"Storage size calculation overflowed with sizes={list(shape)}"
        if 0 not in shape
        else "Stride calculation overflowed",
        f"That is {count * itemsize / 2**30:.3g} GiB of elements.",
    )


# ---- dtypes, devices, flags -----------------------------------------------------------


def number_type(name, dtype, position=0):
    """Return an argument `dtype`: one of torch's, Python's ``float``, ``int`` or ``bool``."""
    if type(dtype) is dtypes.dtype or dtype is None:
        return dtype
    if isinstance(dtype, type) and dtype in dtypes.PYTHONS:
        return dtypes.PYTHONS[dtype]
    raise wrong(
        name,
        "dtype",
        position,
        "torch.dtype",
        dtype,
        "A dtype is written without quotes: torch.float64.",
    )


def check_device(name, device, creates=True):
    """Refuse a device that is not the CPU."""
    if device is None or device is dtypes.CPU:
        return
    if not isinstance(device, dtypes.device):
        if isinstance(device, bool) or not isinstance(device, (str, int)):
            raise wrong(name, "device", 0, "torch.device", device)
        device = dtypes.device(device)
    dtypes.check_cpu(device, creates)


def check_gpu(device):
    """Refuse an argument `device` of ``cuda()`` that is no GPU."""
    if device is None:
        return
    if isinstance(device, bool) or not isinstance(device, (str, int, dtypes.device)):
        raise wrong("cuda", "device", 2, "torch.device", device)
    if dtypes.device(device).type != "cuda":
        raise failure(RuntimeError, "Invalid device, must be cuda device", dtypes.WHERE)


def options(name, dtype, device=None, requires_grad=False):
    """Check what every function that makes a tensor is asked; return the dtype."""
    if device is not None:
        check_device(name, device)
    if requires_grad is not False and requires_grad is not None and requires_grad is not True:
        raise wrong(name, "requires_grad", 0, "bool", requires_grad)
    return number_type(name, dtype)
