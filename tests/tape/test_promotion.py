"""Where two types meet, the result has torch's type: by category, and by rank within one."""

import itertools
import warnings

import pytest

import refimpl
from evidence.calls import reached
from evidence.operators import RECORDS
from evidence.versions import class_of

NAMES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
SHAPES = ((2,), ())
BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
    "==": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "&": lambda a, b: a & b,
}
UNARY = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "abs": lambda x: abs(x),
    "neg": lambda x: -x,
    "invert": lambda x: ~x,
    "not": lambda x: x.logical_not(),
    "sign": lambda x: x.sign(),
    "square": lambda x: x.square(),
    "clamp": lambda x: x.clamp(0, 1),
    "clamp by a float": lambda x: x.clamp(0.5),
    "sum": lambda x: x.sum(),
    "prod": lambda x: x.prod(),
    "mean": lambda x: x.mean(),
    "var": lambda x: x.var(),
    "norm": lambda x: x.norm(),
    "max": lambda x: x.max(),
    "min dim": lambda x: x.min(0),
    "argmax": lambda x: x.argmax(),
    "all": lambda x: x.all(),
    "any": lambda x: x.any(),
    "isnan": lambda x: x.isnan(),
}


def ones(engine, name, shape):
    return engine.ones(shape, dtype=getattr(engine, name))


def outcome(engine, function, *operands, **options):
    """Return the text of the result, or the type and text of the refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of a variance of one element
        try:
            return repr(function(*operands, **options))
        except Exception as error:
            name = type(error).__name__ if engine is refimpl else class_of(error, engine)
            return f"{name}: {error}"


@pytest.mark.parametrize("sign", BINARY)
def test_two_tensors_meet_as_in_torch(sign, torch):
    for first, second in itertools.product(NAMES, NAMES):
        for a, b in itertools.product(SHAPES, SHAPES):
            ours, theirs = (
                outcome(engine, BINARY[sign], ones(engine, first, a), ones(engine, second, b))
                for engine in (refimpl, torch)
            )
            assert ours == theirs, (first, a, second, b)


@pytest.mark.parametrize("sign", BINARY)
def test_a_tensor_and_a_number_meet_as_in_torch(sign, torch):
    for name, shape in itertools.product(NAMES, SHAPES):
        for number in (True, 2, -1, 2.5):
            for function in (BINARY[sign], lambda a, b: BINARY[sign](b, a)):
                ours, theirs = (
                    outcome(engine, function, ones(engine, name, shape), number)
                    for engine in (refimpl, torch)
                )
                assert ours == theirs, (name, shape, number)


@pytest.mark.parametrize("name", UNARY)
def test_a_function_of_every_type_is_torchs(name, torch):
    for dtype, shape in itertools.product(NAMES, SHAPES):
        ours, theirs = (
            outcome(engine, UNARY[name], ones(engine, dtype, shape)) for engine in (refimpl, torch)
        )
        assert ours == theirs, (dtype, shape)


FORMULAS = [
    pytest.param(path, record.fixed, id=path)
    for record in RECORDS.values()
    if len(record.calls[0].inputs) == 1
    for path in record.spellings
]


@pytest.mark.parametrize(("path", "options"), FORMULAS)
def test_a_formula_of_every_type_is_torchs(path, options, torch):
    for dtype, shape in itertools.product(NAMES, SHAPES):
        ours, theirs = (
            outcome(engine, reached(engine, path), ones(engine, dtype, shape), **options)
            for engine in (refimpl, torch)
        )
        assert ours == theirs, (dtype, shape)


def test_promote_types_is_torchs(torch):
    for first, second in itertools.product(NAMES, NAMES):
        ours, theirs = (
            engine.promote_types(getattr(engine, first), getattr(engine, second))
            for engine in (refimpl, torch)
        )
        assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("default", ["float16", "float32", "float64"])
def test_the_default_dtype_is_that_of_floats(default, torch):
    found = []
    for engine in (refimpl, torch):
        engine.set_default_dtype(getattr(engine, default))
        try:
            found.append(
                [
                    repr(each)
                    for each in (
                        engine.get_default_dtype(),
                        engine.tensor([1.5]),
                        engine.tensor([1]) / 2,
                        engine.tensor([1]) * 2.5,
                        engine.zeros(2),
                        engine.arange(2.0),
                        engine.Tensor([1, 2]),
                        engine.ones(2, dtype=engine.float32),
                    )
                ]
            )
        finally:
            engine.set_default_dtype(engine.float32)
    assert found[0] == found[1]
