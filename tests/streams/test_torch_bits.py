"""Every draw has torch's bits."""

import contextlib
import math
import random

import numpy as np
import pytest

from evidence.draws import ANYWHERE, CAPABILITY, FUSED, FUSED_DRAWS, bits, torch_dtype
from refimpl import streams
from tests.conftest import needs_torch

with contextlib.suppress(ModuleNotFoundError):
    import torch

pytestmark = needs_torch
needs_fused = pytest.mark.skipif(
    not FUSED and CAPABILITY is not None,
    reason=f"torch's own bits depend on the processor: they are known for AVX2 and AVX512, "
    f"here torch runs on {CAPABILITY}",
)

FLOATS = (np.float16, np.float32, np.float64)
SEEDS = [0, 1, 7, -1, 2**32, 2**32 - 1, -(2**63), 2**64 - 1, 1581317843, 67280421310721]


def both(seed):
    return streams.Generator(seed), torch.Generator().manual_seed(seed)


def assert_same_draws(draw, seed, dtype, sizes):
    g, t = both(seed)
    for n in sizes:
        assert bits(draw[0](g, n, dtype)) == bits(draw[1](t, n, dtype)), f"{n} elements"


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("draw", ANYWHERE.values(), ids=ANYWHERE)
def test_a_draw_of_any_size_has_torchs_bits_on_every_processor(draw, dtype):
    assert_same_draws(draw, 11, dtype, [*range(40), 623, 624, 625, 1000])


@needs_fused
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("draw", FUSED_DRAWS.values(), ids=FUSED_DRAWS)
def test_a_fused_draw_of_any_size_has_torchs_bits(draw, dtype):
    assert_same_draws(draw, 12, dtype, [*range(70), 1000, 2**17 + 5])


@pytest.mark.parametrize("seed", [*SEEDS, *range(100, 250)])
def test_a_sequence_of_mixed_draws_has_torchs_bits(seed):
    """Where the processor changes torch's values, they are drawn but not compared."""
    chance = random.Random(seed)
    draws = ANYWHERE | FUSED_DRAWS
    g, t = both(seed)
    for step in range(30):
        name = chance.choice(sorted(draws))
        dtype = chance.choice(FLOATS)
        n = chance.choice([chance.randrange(16), chance.randrange(16, 70), chance.randrange(3000)])
        ours, theirs = (
            bits(draw(x, n, dtype)) for draw, x in zip(draws[name], (g, t), strict=True)
        )
        if FUSED or name in ANYWHERE:
            assert ours == theirs, f"step {step}: {name} of {n} in {np.dtype(dtype).name}"
    assert bits(streams.rand(g, 3)) == bits(torch.rand(3, generator=t))


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1,), (7,), (1000,), (3, 17), (40, 5)])
def test_a_draw_of_categories_is_torchs(shape, dtype, replacement):
    """In the order of rows and in that of columns, in which keys lie in the memory."""
    g, t = both(6)
    for order in "CF":
        p = np.asarray(streams.rand(g, shape, dtype), order=order)
        torch.rand(shape, generator=t, dtype=torch_dtype(dtype))
        for count in (1, min(5, shape[-1]), shape[-1]):
            ours = streams.multinomial(g, p, count, replacement)
            theirs = torch.multinomial(torch.from_numpy(p), count, replacement, generator=t)
            assert bits(ours) == bits(theirs)


def test_a_draw_of_categories_in_float16_is_torchs_but_for_keys_that_are_equal():
    g, t = both(7)
    p = np.linspace(0.1, 1, 12).astype(np.float16)
    for count in (1, 3):
        ours = streams.multinomial(g, p, count)
        assert bits(ours) == bits(torch.multinomial(torch.from_numpy(p), count, generator=t))
    ours = streams.multinomial(g, p, 50, replacement=True)
    assert bits(ours) == bits(torch.multinomial(torch.from_numpy(p), 50, True, generator=t))


@needs_fused
def test_a_million_float32_normals_have_torchs_bits():
    g, t = both(2)
    ours = streams.normal(g, 0.0, 0.01, 10**6)
    assert bits(ours) == bits(torch.normal(0.0, 0.01, (10**6,), generator=t))


@pytest.mark.parametrize("width", [1, 2**28 - 1, 2**28, 2**32, 2**63, 2**64 - 1])
def test_randint_takes_longer_words_from_a_width_of_2_to_the_28(width):
    low = max(-(2**63), 3 - width)
    g, t = both(3)
    for _ in range(2):
        ours = streams.randint(g, low, low + width, 50)
        assert bits(ours) == bits(torch.randint(low, low + width, (50,), generator=t))


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "bool"])
def test_integer_dtypes_draw_torchs_integers(dtype):
    g, t = both(4)
    for n in (1, 20):
        ours = streams.random(g, n, dtype)
        assert bits(ours) == bits(torch.empty(n, dtype=torch_dtype(dtype)).random_(generator=t))
        ours = streams.randint(g, 0, 2, n, dtype)
        assert bits(ours) == bits(torch.randint(2, (n,), generator=t, dtype=torch_dtype(dtype)))
        ours = streams.bernoulli(g, 0.4, n, dtype)
        theirs = torch.empty(n, dtype=torch_dtype(dtype)).bernoulli_(0.4, generator=t)
        assert bits(ours) == bits(theirs)


@pytest.mark.parametrize("n", [0, 1, 2, 60_000])
def test_randperm_of_any_length_is_torchs(n):
    g, t = both(5)
    assert bits(streams.randperm(g, n)) == bits(torch.randperm(n, generator=t))
    assert bits(streams.rand(g, 1)) == bits(torch.rand(1, generator=t))


@needs_fused
@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [
        (np.float32, 1e8, 1e8 + 8),  # rounding reaches the upper bound; torch takes the lower
        (np.float16, 1.0, 1.01),
        (np.float64, 1.0, 1.0 + 4e-16),
        (np.float32, 3.0, 3.0),
        (np.float32, 0.1, 0.1 + 1e-9),
        (np.float32, -1.7e38, 1.7e38),
        (np.float16, 0.0, 65504.0),
        (np.float64, -8.9e307, 8.9e307),
        (np.float64, 0.0, 1.7976931348623157e308),
        (np.float64, -1e-300, 1e-300),
        (np.float64, 1.0, 1e20),
    ],
)
def test_uniform_between_extreme_bounds_has_torchs_bits(dtype, low, high):
    g, t = both(6)
    ours = streams.uniform(g, low, high, 5000, dtype)
    theirs = torch.empty(5000, dtype=torch_dtype(dtype)).uniform_(low, high, generator=t)
    assert bits(ours) == bits(theirs)


@needs_fused
def test_uniform_gives_the_weights_of_a_linear_layer():
    torch.manual_seed(8)
    layer = torch.nn.Linear(784, 256)
    g = streams.Generator(8)
    bound = math.sqrt(3.0) * (math.sqrt(2.0 / (1 + math.sqrt(5) ** 2)) / math.sqrt(784))
    assert bits(streams.uniform(g, -bound, bound, (256, 784))) == bits(layer.weight.detach())
    bound = 1 / math.sqrt(784)
    assert bits(streams.uniform(g, -bound, bound, 256)) == bits(layer.bias.detach())


@needs_fused
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("n", [15, 16, 21, 50_000])
def test_a_tensor_that_is_not_contiguous_is_filled_pair_by_pair(n, dtype):
    g, t = both(9)
    column = torch.empty(n, 2, dtype=torch_dtype(dtype))[:, 0].normal_(0.5, 2.0, generator=t)
    assert bits(streams.normal(g, 0.5, 2.0, n, dtype, contiguous=False)) == bits(column)
    assert bits(streams.randn(g, n, dtype)) == bits(
        torch.randn(n, generator=t, dtype=torch_dtype(dtype))
    )


@needs_fused
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shapes", [((3,), (3,)), ((4, 1), (5,)), ((), (20,)), ((2, 9), (1, 1))])
def test_arrays_as_mean_and_std_scale_a_standard_normal_in_two_roundings(shapes, dtype):
    mean, std = (np.asarray(np.linspace(0.1, 2, math.prod(s)).reshape(s), dtype) for s in shapes)
    m, s = torch.tensor(mean), torch.tensor(std)
    g, t = both(10)
    assert bits(streams.normal(g, mean, std)) == bits(torch.normal(m, s, generator=t))
    assert bits(streams.normal(g, mean, 0.3)) == bits(torch.normal(m, 0.3, generator=t))
    assert bits(streams.normal(g, 0.3, std)) == bits(torch.normal(0.3, s, generator=t))


@needs_fused
@pytest.mark.parametrize(("mean", "std"), [(0.0, math.inf), (math.nan, 1.0), (math.inf, 0.0)])
@pytest.mark.parametrize("n", [5, 20])
@pytest.mark.parametrize("dtype", FLOATS)
def test_infinite_and_nan_parameters_give_torchs_infinities_and_nans(dtype, n, mean, std):
    g, t = both(13)
    theirs = torch.normal(mean, std, (n,), generator=t, dtype=torch_dtype(dtype))
    np.testing.assert_array_equal(streams.normal(g, mean, std, n, dtype), theirs.numpy())


@pytest.mark.parametrize("drawn", [0, 1, 3, 623, 624, 625])
@pytest.mark.parametrize("normals", [0, 1, 2])
def test_the_state_moves_to_torch_and_back(drawn, normals):
    g, t = both(2**40 + 3)
    streams.rand(g, drawn), streams.randn(g, normals)
    t.set_state(torch.from_numpy(g.get_state()))
    assert t.initial_seed() == 2**40 + 3
    assert bits(streams.randn(g, 4, np.float64)) == bits(
        torch.randn(4, generator=t, dtype=torch.float64)
    )
    streams.rand(g, 5)
    g.set_state(t.get_state().numpy())
    assert g.initial_seed() == 2**40 + 3
    assert bits(streams.randn(g, 3)) == bits(torch.randn(3, generator=t))


def test_the_state_has_torchs_bytes():
    g, t = both(77)
    assert bits(g.get_state()) == bits(t.get_state())
    streams.randn(g, 3), torch.randn(3, generator=t)
    assert bits(g.get_state()) == bits(t.get_state())
