"""Modules: the same text, warnings and refusals on both engines."""

import inspect

import numpy as np
import pytest

import refimpl
from evidence.engines import observed, refusal
from evidence.misuses.nn import MISUSES
from evidence.operators import RECORDS
from evidence.programs.nn import PROGRAMS
from evidence.record import given
from refimpl.nn import module


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    assert observed(refimpl, PROGRAMS[name]) == observed(torch, PROGRAMS[name])


@pytest.mark.parametrize("name", MISUSES)
def test_refusal_has_torchs_type_and_text(name, torch):
    theirs, ours = (refusal(engine, MISUSES[name]) for engine in (torch, refimpl))
    assert type(ours).__name__ == type(theirs).__name__
    assert str(ours) == str(theirs)


def ways(record):
    """Return (arguments of the module, inputs for it): without any, as recorded, as in the calls.

    A call whose options the module does not take, as MSELoss no weight, is a function's alone.
    """
    first = record.calls[0].inputs
    known = inspect.signature(getattr(refimpl.nn, record.module)).parameters
    called = [
        (given(**each.options), each.inputs)
        for each in record.calls
        if set(each.options) <= {*known}
    ]
    return [(each, first) for each in (given(), *record.made)] + called


def modules(records):
    """Return every module of the records with the ways to make and to call it."""
    return [
        pytest.param(record.module, *way, id=f"{record.module} {n}")
        for record in records
        if record.module
        for n, way in enumerate(ways(record))
    ]


def in_float32(T, value):
    """Return a floating array as a float32 tensor, other arrays as tensors, the rest as it is."""
    return T.tensor(value.tolist()) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize(("name", "made", "inputs"), modules(RECORDS.values()))
def test_a_module_and_its_result_have_torchs_text(name, made, inputs, torch):
    def run(T):
        options = {key: in_float32(T, value) for key, value in made.options.items()}
        module = getattr(T.nn, name)(*(in_float32(T, a) for a in made.inputs), **options)
        return module, module(*(in_float32(T, a) for a in inputs))

    assert observed(refimpl, run) == observed(torch, run)


def test_what_torchs_modules_have_beyond_the_subset_is_listed(torch):
    names = {name for name in dir(torch.nn.Module()) if name[0] != "_"} - {"T_destination"}
    assert names - {*dir(refimpl.nn.Module())} == module.OUTSIDE


def test_a_name_that_torchs_modules_lack_too_is_not_said_to_be_torchs():
    with pytest.raises(AttributeError) as caught:
        refimpl.nn.Linear(2, 1).weight_  # noqa: B018
    assert type(caught.value) is AttributeError
    assert str(caught.value) == "'Linear' object has no attribute 'weight_'"
    assert caught.value.__notes__ == ["Near it: weight."]
