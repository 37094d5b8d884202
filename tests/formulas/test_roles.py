"""Each function of a formula's module that is called after a role is the role."""

import inspect
import sys

import numpy as np
import pytest

from evidence.operators import RECORDS
from refimpl import formulas

FORMULAS = [getattr(formulas, name) for name in formulas.__all__]
FORMULAS = [each for each in FORMULAS if isinstance(each, formulas.Formula)]
ROLES = ("vjp", "jvp", "vjp_vjp", "value_and_vjp", "value_and_pullback")


def own(formula):
    """Return the functions of a formula's module that are called after it, by their role."""
    module = sys.modules[formula.__wrapped__.__module__]
    return {
        name.removeprefix(f"{formula.name}_"): value
        for name, value in vars(module).items()
        if name.startswith(f"{formula.name}_") and inspect.isfunction(value)
    }


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_a_function_called_after_a_role_is_that_role(formula):
    for role, function in own(formula).items():
        if role in ROLES:
            assert getattr(formula, f"_{role}", None) is function, role
        if role == "ahead":
            assert formula.ahead is function


def test_the_functions_are_found():
    assert {"vjp", "jvp", "vjp_vjp", "value_and_vjp"} <= own(formulas.cross_entropy).keys()
    assert sum("ahead" in own(formula) for formula in FORMULAS) > 2


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_cotangent_that_is_no_array_is_refused(record):
    inputs, options = record.samples[0]
    with pytest.raises(TypeError, match=r"argument 'cotangent' \(position 1\) must be Tensor, not"):
        record.vjp(record.formula(*inputs, **options).tolist(), *inputs, **options)


EDGES = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -2.5, 6e4, 1e38]
PROBABILITIES = [0.0, 1.0, 1e-45, 0.5]


def at_the_edges(record):
    """Return calls of a record whose floating inputs hold edges of the numbers."""
    edges = PROBABILITIES if record.name == "binary_cross_entropy" else EDGES

    def moved(value, dtype, edges=None):
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            return value
        return (value if edges is None else np.resize(edges, value.shape)).astype(dtype)

    for dtype in (np.float32, np.float64):
        for inputs, options in record.samples:
            inputs = [moved(value, dtype, edges) for value in inputs]
            yield inputs, {name: moved(value, dtype) for name, value in options.items()}


@pytest.mark.filterwarnings("ignore:Using a target size:UserWarning")  # torch's, of broadcasting
@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_nobody_hears_numpys_warnings_of_a_role(record):
    for inputs, options in at_the_edges(record):
        with np.errstate(all="raise"):
            value, pullback = record.formula.value_and_pullback(*inputs, **options)
            if "ahead" in own(record.formula):  # it keeps what the value has computed
                assert pullback.__qualname__.startswith(f"{record.name}_ahead.")
            cotangent = np.full_like(value, 1e30)
            gradients = pullback(cotangent)
            assert repr(record.formula(*inputs, **options)) == repr(value)
            assert repr(record.vjp(cotangent, *inputs, **options)) == repr(gradients)
            record.formula.value_and_vjp(cotangent, *inputs, **options)
            if record.inputs == 1:
                huge = np.full_like(gradients, 1e30)
                record.jvp(huge, *inputs, **options)
                record.vjp_vjp(huge, cotangent, *inputs, **options)
