"""The operators that are measured, from four libraries, ndarray in, ndarray out.

Each record says what is measured and how SciPy and onnx are called; a library lacks what it does
not offer. An operator is called with its inputs; a vjp along an axis is called with a row of
cotangents as well, any other vjp takes a cotangent of ones.
"""

from functools import partial

import numpy as np

from evidence.kinds import Sliced
from evidence.operators import RECORDS

VJP = "_vjp"


def measured(records):
    """Return what is measured as {name: record}; the name of a vjp ends in _vjp."""
    return {
        title + suffix: form
        for record in records
        for title, form in record.measured.items()
        for role, suffix in (("value", ""), ("vjp", VJP))
        if role in form.peers
    }


def refimpl_vjp(record, *arrays):
    """Return refimpl's gradient in the first input."""
    if isinstance(record, Sliced):
        *arrays, cotangent = arrays
    else:
        cotangent = np.ones(len(arrays[0]), arrays[0].dtype)
    found = record.vjp(cotangent, *arrays, **record.fixed)
    return found[0] if isinstance(found, tuple) else found


def torch_value(record, *arrays):
    """Return torch's value."""
    import torch

    return record.torch_function(*map(torch.from_numpy, arrays), **record.fixed).numpy()


def torch_vjp(record, *arrays):
    """Return torch's gradient in the first input."""
    import torch

    x, *rest = map(torch.from_numpy, arrays)
    cotangents = [rest.pop()] if isinstance(record, Sliced) else []
    value = record.torch_function(x.requires_grad_(), *rest, **record.fixed)
    value.backward(*cotangents or [torch.ones_like(value)])
    return x.grad.numpy()


def of_refimpl(operators):
    """Return refimpl's functions by name."""
    return {
        name: partial(refimpl_vjp, record)
        if name.endswith(VJP)
        else partial(record.formula, **record.fixed)
        for name, record in operators.items()
    }


def of_torch(operators):
    """Return torch's functions by name."""
    return {
        name: partial(torch_vjp if name.endswith(VJP) else torch_value, record)
        for name, record in operators.items()
    }


def of_peer(operators, library):
    """Return the functions of SciPy or onnx by name."""
    found = {}
    for name, record in operators.items():
        functions = record.peers["vjp" if name.endswith(VJP) else "value"]
        if library in functions:
            found[name] = functions[library]
    return found


def libraries(records):
    """Return the four libraries by name, each with its functions by name."""
    operators = measured(records)
    return {
        "refimpl": of_refimpl(operators),
        "torch": of_torch(operators),
        **{library: of_peer(operators, library) for library in ("SciPy", "onnx")},
    }


LIBRARIES = libraries(RECORDS.values())
REFIMPL, TORCH, SCIPY = (LIBRARIES[name] for name in ("refimpl", "torch", "SciPy"))
