"""The calls of the records as programs on tensors: for either engine, in every spelling."""

import functools
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Row(NamedTuple):
    """Something that can be differentiated."""

    name: str
    function: Callable  # of the engine and of tensors
    samples: tuple  # the arrays that become those tensors


def reached(engine, path):
    """Return what a dotted path below an engine leads to."""
    return functools.reduce(getattr, path.split("."), engine)


def option(engine, value, dtype):
    """Return an array among the options as a tensor, anything else as it is."""
    return engine.tensor(value.tolist(), dtype=dtype) if isinstance(value, np.ndarray) else value


def spelt(path, each):
    """Return the function of an engine and of the floating inputs that makes a call."""

    def function(T, *leaves):
        leaves = iter(leaves)
        given = [next(leaves) if a.dtype.kind == "f" else T.tensor(a.tolist()) for a in each.inputs]
        options = {k: option(T, v, given[0].dtype) for k, v in each.options.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is said is compared elsewhere
            return reached(T, path)(*given, **options)

    return function


def title(path, each):
    """Name a call: the path, the shapes, the options."""
    shapes = ["x".join(map(str, a.shape)) or "a number" for a in each.inputs]
    kinds = ["labels " if a.dtype.kind == "i" else "" for a in each.inputs]
    words = [kind + shape for kind, shape in zip(kinds, shapes, strict=True)]
    options = [
        key if isinstance(value, np.ndarray) else f"{key}={value}"
        for key, value in each.options.items()
    ]
    return ", ".join([path, *words, *options])


def rows(records):
    """Return a row for every call of the records, in every spelling of the operator."""
    return [
        Row(
            title(path, each),
            spelt(path, each),
            tuple(a for a in each.inputs if a.dtype.kind == "f"),
        )
        for record in records
        for path in record.spellings
        for each in record.calls
    ]
