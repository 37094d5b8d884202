"""Each function of a formula's module that is called after a role is the role."""

import inspect
import sys

import pytest

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
