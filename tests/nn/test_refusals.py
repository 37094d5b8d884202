"""Misused functions of torch.nn.functional end in torch's exception and text."""

import numpy as np
import pytest

import refimpl
from evidence.calls import reached
from evidence.engines import refusal
from evidence.operators import RECORDS
from evidence.record import given
from evidence.refusals import x
from evidence.versions import class_of
from refimpl.errors import advice_of


def misuses(records):
    """Return every bad call of the records as {title: (path, function of the engine)}."""
    return {
        f"{record.name}: {fault}": (record.spellings[0], bad)
        for record in records
        for fault, bad in record.misuses.items()
    }


ONE_HOT = {  # which has no formula, and so no record
    "floats": lambda T: given(x(T)),
    "below zero": lambda T: given(T.tensor([-1])),
    "too few classes": lambda T: given(T.tensor([3]), 2),
    "no class": lambda T: given(T.tensor([0]), 0),
    "nothing": lambda T: given(T.zeros(0).long()),
    "a list": lambda T: given([1]),
}
CALLS = misuses(RECORDS.values())
CALLS |= {f"one_hot: {fault}": ("nn.functional.one_hot", bad) for fault, bad in ONE_HOT.items()}


def program(title):
    """Return the bad call as a function of the engine."""
    path, bad = CALLS[title]

    def run(T):
        each = bad(T)
        return reached(T, path)(*each.inputs, **each.options)

    return run


@pytest.mark.parametrize("title", CALLS)
def test_refusal_has_torchs_type_and_text(title, torch):
    theirs, ours = (refusal(engine, program(title)) for engine in (torch, refimpl))
    assert type(ours).__name__ == class_of(theirs, torch)
    assert str(ours) == str(theirs)


def tensors(engine, value):
    """Return arrays and dtypes of NumPy as the engine has them, anything else as it is."""
    if isinstance(value, np.ndarray):
        return engine.tensor(value.tolist(), dtype=getattr(engine, value.dtype.name))
    return getattr(engine, value.__name__) if isinstance(value, type) else value


def on_tensors(path, bad):
    """Tell whether a refusal makes sense of tensors: no complex numbers, no method of a list."""
    values = (*bad.inputs, *bad.options.values())
    complex_ones = [a for a in values if isinstance(a, np.ndarray) and a.dtype.kind == "c"]
    return not complex_ones and (path[:6] != "Tensor" or isinstance(bad.inputs[0], np.ndarray))


def called(function, inputs, options):
    """Call a function with its arguments written out, of which refimpl reads the names."""
    written = [f"inputs[{at}]" for at in range(len(inputs))]
    written += [f"{key}=options[{key!r}]" for key in options]
    names = {"function": function, "inputs": inputs, "options": options}
    return eval(f"function({', '.join(written)})", names)


REFUSED = [
    pytest.param(path, bad, id=f"{path}: {bad.text[:50]}")
    for record in RECORDS.values()
    for path in record.spellings
    for bad in record.refusals
    if bad.torch == "the same" and on_tensors(path, bad)
]


@pytest.mark.parametrize(("path", "bad"), REFUSED)
def test_what_a_formula_refuses_is_refused_of_tensors_in_torchs_words(path, bad, torch):
    def program(T):
        options = {key: tensors(T, value) for key, value in bad.options.items()}
        return called(reached(T, path), [tensors(T, a) for a in bad.inputs], options)

    theirs, ours = (refusal(engine, program) for engine in (torch, refimpl))
    assert type(ours).__name__ == class_of(theirs, torch)
    assert str(ours) == str(theirs)


ADVISED = {
    "softmax: dim beyond": "dim",
    "softmax: a list": "torch.tensor",
    "cross_entropy: a class beyond": "classes are numbered from 0 to 2",
    "cross_entropy: one-hot integers": "probabilities",
    "linear: rank 2 with bias, lengths": "3 features",
    "one_hot: too few classes": "the largest label is 3",
}


@pytest.mark.parametrize("title", ADVISED)
def test_refusal_advises_in_a_note(title):
    error = refusal(refimpl, program(title))
    assert any(ADVISED[title] in note for note in error.__notes__)


SHAPES = [((2,), (3,)), ((2, 3), (2,)), ((2, 1), (3, 4)), ((4, 3, 2), (5, 1)), ((2,), (2, 2))]
SHAPES += [((2,), (2, 1)), ((2, 3), (4, 2, 3, 2)), ((2, 3), (1, 2, 3))]
WEIGHTED = [
    ("binary_cross_entropy", "weight"),
    ("binary_cross_entropy_with_logits", "weight"),
    ("binary_cross_entropy_with_logits", "pos_weight"),
]


@pytest.mark.parametrize(("shape", "weights"), SHAPES, ids=str)
@pytest.mark.parametrize(("name", "argument"), WEIGHTED)
def test_weights_that_do_not_fit_the_input_are_refused_in_torchs_words(
    torch, name, argument, shape, weights
):
    def program(T):
        x = T.full(shape, 0.5)
        reached(T, f"nn.functional.{name}")(x, x, **{argument: T.ones(weights)})

    theirs, ours = (refusal(engine, program) for engine in (torch, refimpl))
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))
    assert advice_of(ours) == [f"{name}: {argument} broadcasts to the input's shape {shape}."]
