"""Bad input is refused with torch's exception and text."""

import contextlib
import math

import numpy as np
import pytest

from refimpl import streams
from refimpl.errors import advice_of
from refimpl.streams import Generator
from refimpl.streams.generator import STATE
from tests.conftest import needs_torch

with contextlib.suppress(ModuleNotFoundError):
    import torch

TWO = np.ones(2, np.float32)

# what is wrong: our call with a generator g, the same call of torch, the exception, its text
REFUSALS = {
    "seed too great": (
        lambda g: Generator(2**64),
        lambda: torch.Generator().manual_seed(2**64),
        ValueError,
        "Overflow when unpacking long long",
    ),
    "seed too small": (
        lambda g: g.manual_seed(-(2**63) - 1),
        lambda: torch.Generator().manual_seed(-(2**63) - 1),
        ValueError,
        "Overflow when unpacking long long",
    ),
    "seed a float": (
        lambda g: g.manual_seed(1.0),
        lambda: torch.Generator().manual_seed(1.0),
        RuntimeError,
        "manual_seed expected a long, but got float",
    ),
    "seed a bool": (
        lambda g: Generator(True),
        lambda: torch.Generator().manual_seed(True),
        RuntimeError,
        "manual_seed expected a long, but got bool",
    ),
    "state of another size": (
        lambda g: g.set_state(np.zeros(3, np.uint8)),
        lambda: torch.Generator().set_state(torch.zeros(3, dtype=torch.uint8)),
        RuntimeError,
        "Expected a CPUGeneratorImplState of size 5056 but found the input RNG state size to be 3",
    ),
    "state of zeros": (
        lambda g: g.set_state(np.zeros(5056, np.uint8)),
        lambda: torch.Generator().set_state(torch.zeros(5056, dtype=torch.uint8)),
        RuntimeError,
        "Invalid mt19937 state",
    ),
    "negative dimension": (
        lambda g: streams.rand(g, (2, -3)),
        lambda: torch.rand(2, -3),
        RuntimeError,
        "Trying to create tensor with negative dimension -3: [2, -3]",
    ),
    "negative number of normals": (
        lambda g: streams.randn(g, -1),
        lambda: torch.randn(-1),
        RuntimeError,
        "Trying to create tensor with negative dimension -1: [-1]",
    ),
    "negative number of integers": (
        lambda g: streams.randint(g, 0, 5, (-2,)),
        lambda: torch.randint(0, 5, (-2,)),
        RuntimeError,
        "Trying to create tensor with negative dimension -2: [-2]",
    ),
    "size a float": (
        lambda g: streams.rand(g, 2.5),
        lambda: torch.rand(2.5),
        TypeError,
        "rand(): argument 'size' (position 1) must be tuple of ints, not float",
    ),
    "size of floats": (
        lambda g: streams.rand(g, (2.5,)),
        lambda: torch.rand((2.5,)),
        TypeError,
        "rand(): argument 'size' (position 1) must be tuple of ints, "
        "but found element of type float at pos 0",
    ),
    "integer uniforms": (
        lambda g: streams.rand(g, 2, np.int64),
        lambda: torch.rand(2, dtype=torch.int64),
        NotImplementedError,
        "\"check_uniform_bounds\" not implemented for 'Long'",
    ),
    "integer normals": (
        lambda g: streams.randn(g, 2, np.int32),
        lambda: torch.randn(2, dtype=torch.int32),
        NotImplementedError,
        "\"normal_kernel_cpu\" not implemented for 'Int'",
    ),
    "permutation of bools": (
        lambda g: streams.randperm(g, 3, np.bool_),
        lambda: torch.randperm(3, dtype=torch.bool),
        NotImplementedError,
        "\"randperm\" not implemented for 'Bool'",
    ),
    "integer probabilities": (
        lambda g: streams.bernoulli(g, np.array([1, 0], np.int64)),
        lambda: torch.bernoulli(torch.tensor([1, 0])),
        NotImplementedError,
        "\"bernoulli_tensor_cpu_p_\" not implemented for 'Long'",
    ),
    "unknown dtype": (
        lambda g: streams.randint(g, 0, 5, 2, np.complex64),
        None,
        NotImplementedError,
        "\"random_from_to_kernel_cpu\" not implemented for 'ComplexFloat'",
    ),
    "uniform bounds in the wrong order": (
        lambda g: streams.uniform(g, 0.1234567891, 0.12, 2),
        lambda: torch.empty(2).uniform_(0.1234567891, 0.12),
        RuntimeError,
        "uniform_ expects to return a [from, to) range, but found from=0.123457 > to=0.12",
    ),
    "uniform from nan": (
        lambda g: streams.uniform(g, math.nan, 1, 2),
        lambda: torch.empty(2).uniform_(math.nan, 1),
        RuntimeError,
        "from is out of bounds for float",
    ),
    "uniform beyond float16": (
        lambda g: streams.uniform(g, 0, 1e5, 2, np.float16),
        lambda: torch.empty(2, dtype=torch.float16).uniform_(0, 1e5),
        RuntimeError,
        "to is out of bounds for c10::Half",
    ),
    "uniform over too wide a range": (
        lambda g: streams.uniform(g, -3e38, 3e38, 2),
        lambda: torch.empty(2).uniform_(-3e38, 3e38),
        RuntimeError,
        "uniform_ expects to-from <= std::numeric_limits<Float>::max(), but found to=3e+38 "
        "and from=-3e+38 which result in to-from to exceed the limit",
    ),
    "negative deviation": (
        lambda g: streams.normal(g, 0, -0.1234567891, 2),
        lambda: torch.normal(0, -0.1234567891, (2,)),
        RuntimeError,
        "normal expects std >= 0.0, but found std -0.123457",
    ),
    "deviation nan": (
        lambda g: streams.normal(g, 0, math.nan, 2),
        lambda: torch.normal(0, math.nan, (2,)),
        RuntimeError,
        "normal expects std >= 0.0, but found std nan",
    ),
    "negative deviation for an array": (
        lambda g: streams.normal(g, TWO, -1.0),
        lambda: torch.normal(torch.ones(2), -1.0),
        RuntimeError,
        "normal expects std >= 0.0, but found std -1",
    ),
    "negative deviation in an array": (
        lambda g: streams.normal(g, 0.0, -TWO),
        lambda: torch.normal(0.0, -torch.ones(2)),
        RuntimeError,
        "normal expects all elements of std >= 0.0",
    ),
    "deviations of another shape": (
        lambda g: streams.normal(g, TWO, np.ones(3, np.float32)),
        lambda: torch.normal(torch.ones(2), torch.ones(3)),
        RuntimeError,
        "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0",
    ),
    "means of integers": (
        lambda g: streams.normal(g, np.zeros(2, np.int64), 1.0),
        lambda: torch.normal(torch.zeros(2, dtype=torch.int64), 1.0),
        NotImplementedError,
        "\"normal_kernel_cpu\" not implemented for 'Long'",
    ),
    "mean and deviation of two dtypes": (
        lambda g: streams.normal(g, TWO, np.ones(2)),
        None,
        TypeError,
        "normal: mean is float32 and std is float64; give them one dtype",
    ),
    "arrays and a shape": (
        lambda g: streams.normal(g, TWO, 1.0, 2),
        None,
        TypeError,
        "normal: an array as mean or std brings its own shape; omit shape",
    ),
    "numbers and no shape": (
        lambda g: streams.normal(g, 0.0, 1.0),
        None,
        TypeError,
        "normal: a number as mean and as std leaves the shape open; give shape",
    ),
    "no integer between": (
        lambda g: streams.randint(g, 5, 5, 2),
        lambda: torch.randint(5, 5, (2,)),
        RuntimeError,
        "random_ expects 'from' to be less than 'to', but got from=5 >= to=5",
    ),
    "integers from below uint8": (
        lambda g: streams.randint(g, -1, 3, 2, np.uint8),
        lambda: torch.randint(-1, 3, (2,), dtype=torch.uint8),
        RuntimeError,
        "from is out of bounds for unsigned char",
    ),
    "integers to beyond int8": (
        lambda g: streams.randint(g, 0, 300, 2, np.int8),
        lambda: torch.randint(0, 300, (2,), dtype=torch.int8),
        RuntimeError,
        "to - 1 is out of bounds for signed char",
    ),
    "integers to beyond int16": (
        lambda g: streams.randint(g, 0, 2**20, 0, np.int16),
        lambda: torch.randint(0, 2**20, (0,), dtype=torch.int16),
        RuntimeError,
        "to - 1 is out of bounds for short int",
    ),
    "integers to beyond bool": (
        lambda g: streams.randint(g, 0, 3, 2, np.bool_),
        lambda: torch.randint(0, 3, (2,), dtype=torch.bool),
        RuntimeError,
        "to - 1 is out of bounds for bool",
    ),
    "integers with gaps in float32": (  # torch warns that this will become an error
        lambda g: streams.randint(g, 0, 2**24 + 2, 2, np.float32),
        None,
        RuntimeError,
        "to - 1 is out of bounds for float",
    ),
    "integers to beyond int64": (
        lambda g: streams.randint(g, 0, 2**63, 2),
        lambda: torch.randint(0, 2**63, (2,)),
        ValueError,
        "Overflow when unpacking long long",
    ),
    "bound a float": (
        lambda g: streams.randint(g, 0, 1.5, 2),
        None,
        TypeError,
        "randint(): argument 'high' (position 2) must be int, not float",
    ),
    "negative length of a permutation": (
        lambda g: streams.randperm(g, -1),
        lambda: torch.randperm(-1),
        RuntimeError,
        "Trying to create tensor with negative dimension -1: [-1]",
    ),
    "permutation longer than int8": (
        lambda g: streams.randperm(g, 129, np.int8),
        lambda: torch.randperm(129, dtype=torch.int8),
        RuntimeError,
        "value cannot be converted to type int8_t without overflow",
    ),
    "permutation longer than float16": (
        lambda g: streams.randperm(g, 2050, np.float16),
        lambda: torch.randperm(2050, dtype=torch.float16),
        RuntimeError,
        "n cannot be greater than 2049 for Half type.",
    ),
    "length a bool": (
        lambda g: streams.randperm(g, True),
        lambda: torch.randperm(True),
        TypeError,
        "randperm(): argument 'n' (position 1) must be int, not bool",
    ),
    "probability above one": (
        lambda g: streams.bernoulli(g, 1.5, 2),
        lambda: torch.empty(2).bernoulli_(1.5),
        RuntimeError,
        "bernoulli_ expects p to be in [0, 1], but got p=1.5",
    ),
    "probability nan": (
        lambda g: streams.bernoulli(g, math.nan, 2),
        lambda: torch.empty(2).bernoulli_(math.nan),
        RuntimeError,
        "bernoulli_ expects p to be in [0, 1], but got p=nan",
    ),
    "probabilities below zero": (
        lambda g: streams.bernoulli(g, np.float32([0.5, -1])),
        lambda: torch.bernoulli(torch.tensor([0.5, -1])),
        RuntimeError,
        "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be "
        "improved?  If so, please report an enhancement request to PyTorch.)",
    ),
}
OURS = {what: (ours, kind, text) for what, (ours, _, kind, text) in REFUSALS.items()}
THEIRS = {what: (call, kind, text) for what, (_, call, kind, text) in REFUSALS.items() if call}


@pytest.mark.parametrize(("call", "kind", "text"), OURS.values(), ids=OURS)
def test_it_is_refused_and_the_stream_stands_still(call, kind, text):
    g = Generator(1)
    before = g.get_state()
    with pytest.raises(kind) as refusal:
        call(g)
    assert (type(refusal.value), str(refusal.value)) == (kind, text)
    np.testing.assert_array_equal(g.get_state(), before)


@needs_torch
@pytest.mark.parametrize(("call", "kind", "text"), THEIRS.values(), ids=THEIRS)
def test_torch_refuses_it_in_the_same_words(call, kind, text):
    with pytest.raises(kind) as refusal:
        call()
    assert (type(refusal.value), str(refusal.value)[: len(text)]) == (kind, text)


def test_a_note_says_which_probability_is_wrong():
    with pytest.raises(RuntimeError) as refusal:
        streams.bernoulli(Generator(1), np.array([0.5, np.nan]))
    assert advice_of(refusal.value) == ["bernoulli: p holds nan; a probability lies in [0, 1]."]


def test_a_state_that_is_no_bytes_is_refused():
    with pytest.raises(TypeError, match="expected an ndarray of uint8, but got list"):
        Generator(1).set_state([0] * 5056)


@needs_torch
@pytest.mark.parametrize(
    ("field", "value"),
    [("seeded", 0), ("seeded", 2), ("next", 0), ("next", 1), ("next", 624), ("next", 625)]
    + [("left", value) for value in (-1, 0, 1, 2, 623, 624, 625)],
)
def test_a_state_is_valid_where_torch_finds_it_valid(field, value):
    state = Generator(3).get_state()
    state.view(STATE)[field] = value
    valid = True
    try:
        torch.Generator().set_state(torch.from_numpy(state.copy()))
    except RuntimeError as error:
        valid = False
        assert "Invalid mt19937 state" in str(error)
    if valid:
        Generator(1).set_state(state)
    else:
        with pytest.raises(RuntimeError, match="^Invalid mt19937 state\n"):
            Generator(1).set_state(state)


@needs_torch
@pytest.mark.parametrize("shape", [(1.5, 2), (2, "a"), (2, 3, None), (2, 1.5), "a", None], ids=repr)
@pytest.mark.parametrize("draw", ["rand", "randn"])
def test_a_shape_that_holds_no_ints_is_refused_in_torchs_words(draw, shape):
    with pytest.raises(TypeError) as theirs:
        getattr(torch, draw)(shape)
    with pytest.raises(TypeError) as ours:
        getattr(streams, draw)(Generator(1), shape)
    assert str(ours.value) == str(theirs.value)
