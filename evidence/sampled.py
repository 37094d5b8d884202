"""The largest errors of an operator on the samples that the tests use."""

import functools
import warnings

import mpmath
import numpy as np

from evidence import exact
from evidence.kept import kept
from evidence.operators import RECORDS

DTYPES = ("float32", "float64")


def cast(value, dtype):
    """Return a floating array in a dtype, anything else as it is."""
    floating = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(dtype) if floating else value


def exactly(value):
    """Return a floating array exactly, anything else as it is."""
    return (
        exact.array(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
    )


def errors_in(record, dtype):
    """Return how many numbers the samples give in a dtype, and the largest error in ULP."""
    count, largest = 0, 0.0
    for each in record.samples:
        inputs = [cast(value, dtype) for value in each.inputs]
        options = {name: cast(value, dtype) for name, value in each.options.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of shapes that broadcast, which samples contain
            ours = np.asarray(record.formula(*inputs, **options))
        if not ours.size:
            continue
        with mpmath.workprec(exact.PREC):
            given = {name: exactly(value) for name, value in options.items()}
            true = np.ravel(record.exact(*map(exactly, inputs), **given))
            errors = exact.errors(ours, list(true))
        count, largest = count + ours.size, max(largest, errors.ulp)
    return count, largest


def compute():
    """Return the errors of all operators by name and dtype."""
    return {
        name: {dtype: errors_in(record, dtype) for dtype in DTYPES}
        for name, record in RECORDS.items()
        if not record.peers
    }


@functools.cache
def results():
    """Read the errors of this fingerprint, or compute and keep them."""
    return kept("sampled", compute)


def errors_of_samples(record):
    """Return numbers and largest error by dtype."""
    return results()[record.name]
