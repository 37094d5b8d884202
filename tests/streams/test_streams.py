"""What the draws are, without torch at hand."""

import hashlib

import numpy as np
import pytest

from refimpl.printing import tensor_text
from refimpl.streams import Generator, normal, rand, randint, randn, random, randperm, uniform


def test_the_recovered_seed_prints_the_articles_tensor():
    assert tensor_text(randn(Generator(1581317843), (2, 3))) == (
        "tensor([[ 0.5283,  0.3922, -0.0484],\n        [-1.6257, -0.4775,  0.5645]])"
    )


def test_the_first_words_are_those_of_matsumoto_and_nishimura():
    # C++ demands this ten-thousandth word of std::mt19937, whose default seed is 5489.
    assert int(Generator(5489).words(10_000)[-1]) == 4123659995


DRAWS = {
    "rand": lambda g: rand(g, (5, 7)),
    "rand in float64": lambda g: rand(g, 9, np.float64),
    "rand in float16": lambda g: rand(g, 999, np.float16),
    "uniform": lambda g: uniform(g, -0.3, 0.7, 999),
    "uniform in float64": lambda g: uniform(g, -0.3, 0.7, 999, np.float64),
    "normal": lambda g: normal(g, 0.3, 1.7, 9999),
    "randint": lambda g: randint(g, -9, 9, 99),
    "random": lambda g: random(g, 99),
    "randperm": lambda g: randperm(g, 999),
}
TORCH = {  # of torch 2.13.0 on AVX-512, all drawn one after the other from seed 2026
    "rand": "7d166ec33e9620bf",
    "rand in float64": "bb77d69667757352",
    "rand in float16": "64efbe7e7cd366ff",
    "uniform": "f742489f471e4aec",
    "uniform in float64": "d49f965b50b4a9d5",
    "normal": "c156449e707d777f",
    "randint": "5717c11df70033e2",
    "random": "b99a19de8add1b0f",
    "randperm": "54fa01b320e0b97d",
}


@pytest.mark.parametrize("name", DRAWS)
def test_the_bits_are_those_recorded_from_torch(name):
    g = Generator(2026)
    drawn = {name: draw(g) for name, draw in DRAWS.items()}
    assert hashlib.sha256(drawn[name].tobytes()).hexdigest()[:16] == TORCH[name]


@pytest.mark.parametrize("seed", [0, 2**63, 2**64 - 1, -1, -(2**63)])
def test_only_the_low_32_bits_of_a_seed_choose_the_stream(seed):
    assert Generator(seed).initial_seed() == seed % 2**64
    np.testing.assert_array_equal(rand(Generator(seed), 5), rand(Generator(seed % 2**32), 5))


def test_a_new_generator_has_a_fixed_seed_and_seed_draws_another():
    g = Generator()
    assert g.initial_seed() == 67280421310721
    assert g.seed() == g.initial_seed() != 67280421310721


def test_the_second_normal_of_a_pair_waits_for_the_next_small_draw_of_any_dtype():
    g = Generator(3)
    pairs = randn(g, 4, np.float64)
    g.manual_seed(3)
    found = [randn(g, 1, np.float64)[0], randn(g, (), np.float64)[()]]
    found += [randn(g, 1, np.float64)[0]]
    rand(g, 8), randn(g, 16), randn(g, 0)
    assert found == pairs[:3].tolist()
    assert randn(g, 1) == pairs[3].astype(np.float32)
    assert g.cached_normal is None


def test_manual_seed_drops_the_waiting_normal():
    g = Generator(3)
    randn(g, 1)
    assert g.cached_normal is not None
    assert g.manual_seed(3) is g
    assert g.cached_normal is None


def test_a_rest_beyond_sixteen_redraws_the_last_sixteen():
    whole, more = randn(Generator(4), 32), randn(Generator(4), 35)
    np.testing.assert_array_equal(whole[:19], more[:19])
    g = Generator(4)
    g.words(35)
    np.testing.assert_array_equal(more[19:], randn(g, 16))


def test_draws_that_are_empty_leave_the_stream_where_it_is():
    g = Generator(5)
    state = g.get_state()
    for draw in (rand, randn, random):
        assert draw(g, (2, 0)).shape == (2, 0)
    randperm(g, 0), randperm(g, 1), randint(g, 0, 5, 0), uniform(g, 0, 1, 0)
    np.testing.assert_array_equal(g.get_state(), state)


def test_randperm_is_a_permutation():
    np.testing.assert_array_equal(np.sort(randperm(Generator(6), 1000)), np.arange(1000))


def test_many_normals_have_the_moments_asked_for():
    x = normal(Generator(7), 3.0, 0.5, 10**6)
    # Five standard errors: 0.5 / 1000 of the mean, 0.5 / sqrt(2 * 10**6) of the deviation.
    assert abs(x.mean(dtype=np.float64) - 3) < 2.5e-3
    assert abs(x.std(dtype=np.float64) - 0.5) < 1.8e-3
