"""Draws as tensors: torch's numbers, consumption, memory order, nodes and refusals."""

import inspect

import pytest

import refimpl
from evidence.engines import observed, refusal
from refimpl.errors import advice_of

PROGRAMS = {}


def program(function):
    """Enter a program under its name; before it the seed is set, after it one number is drawn."""

    def seeded(T):
        T.manual_seed(11)
        return function(T), T.rand(1)

    PROGRAMS[function.__name__.replace("_", " ")] = seeded
    return function


def own(T, seed=5):
    return T.Generator().manual_seed(seed)


def grid(T, *shape):
    return T.arange(1.0, 1.0 + T.zeros(*shape).numel()).reshape(*shape) / 7


@program
def rand(T):
    return [
        T.rand(2, 3),
        T.rand((2,)),
        T.rand([1, 2]),
        T.rand(T.Size([2])),
        T.rand(()),
        T.rand(size=(2,)),
        T.rand(2, dtype=T.float64),
        T.rand(2, dtype=T.float16),
        T.rand(2, requires_grad=True),
        T.rand(2, device="cpu"),
        T.rand(2, generator=own(T)),
    ]


@program
def randn(T):
    return [
        T.randn(2, 3),
        T.randn(4, 5),
        T.randn((3,)),
        T.randn(size=(1,)),
        T.randn(2, dtype=T.float64),
        T.randn(20, dtype=T.float64),
        T.randn(3, dtype=T.float16),
        T.randn(5, generator=own(T)),
    ]


@program
def likenesses(T):
    x = grid(T, 5, 4)
    return [
        T.rand_like(x),
        T.randn_like(x),
        T.rand_like(x.T),
        T.randn_like(x.T),
        T.rand_like(x, dtype=T.float64),
        T.randn_like(x[:2], requires_grad=True),
    ]


@program
def randint(T):
    return [
        T.randint(10, (3,)),
        T.randint(2, 10, (3,)),
        T.randint(-5, 2, [2, 2]),
        T.randint(5, size=(2,)),
        T.randint(high=4, size=(2,)),
        T.randint(low=2, high=10, size=(2, 2)),
        T.randint(3, high=5, size=(2,)),
        T.randint(10, (3,), dtype=T.float32),
        T.randint(10, (3,), dtype=T.uint8),
        T.randint(2, (3,), dtype=T.bool),
        T.randint(2**40, (3,)),
        T.randint(10, (3,), generator=own(T)),
        T.randint(9, ()),
    ]


@program
def randperm(T):
    return [
        T.randperm(7),
        T.randperm(0),
        T.randperm(1),
        T.randperm(4, dtype=T.int32),
        T.randperm(4, dtype=T.float32),
        T.randperm(5, generator=own(T)),
    ]


@program
def normal(T):
    m, s = grid(T, 3), grid(T, 2, 1)
    return [
        T.normal(0.0, 1.0, (3,)),
        T.normal(2, 3, size=(1, 4)),
        T.normal(mean=1.0, std=2.0, size=[20]),
        T.normal(0.0, 1.0, (3,), dtype=T.float64),
        T.normal(m, m),
        T.normal(m, s),
        T.normal(m),
        T.normal(m, 0.5),
        T.normal(m, 2),
        T.normal(0.0, m),
        T.normal(1, m),
        T.normal(m.double(), m.double()),
        T.normal(grid(T, 4, 5), 1.0),
        T.normal(grid(T, 4, 5).T, grid(T, 5, 4)),
        T.normal(m, 1.0, generator=own(T)),
    ]


@program
def normals_of_one_number_have_rank_0(T):
    a, b = T.tensor(1.0), T.tensor(2.0)
    drawn = [T.normal(a, b), T.normal(a, 2.0), T.normal(1.0, b)]
    return drawn, [type(each.numpy()).__name__ for each in drawn]


@program
def bernoulli(T):
    p = T.full((5,), 0.5)
    drawn = T.bernoulli(T.tensor(0.5))
    return [
        T.bernoulli(p),
        T.bernoulli(p.double()),
        T.bernoulli(p, 0.9),
        T.bernoulli(p, p=0.1),
        T.bernoulli(p.reshape(5, 1).expand(5, 2)),
        p.bernoulli(),
        T.bernoulli(p, generator=own(T)),
        drawn,
        type(drawn.numpy()).__name__,
    ]


@program
def in_place(T):
    return [
        T.zeros(3).uniform_(),
        T.zeros(3).uniform_(-1, 1),
        T.zeros(3).uniform_(2.0, to=3.0),
        T.zeros(3).uniform_(**{"from": -1, "to": 0.0}),
        T.zeros(3, dtype=T.float64).uniform_(-1, 1),
        T.zeros(3).uniform_(generator=own(T)),
        T.zeros(3).normal_(),
        T.zeros(20).normal_(1, 2),
        T.zeros(3).normal_(mean=5, std=0.1),
        T.tensor(1.0).normal_(),
        T.zeros(3).normal_(generator=own(T)),
        T.zeros(4).bernoulli_(),
        T.zeros(4).bernoulli_(0.2),
        T.zeros(3).normal_()._version,
    ]


@program
def small_normals_come_in_pairs(T):
    return T.randn(1), T.rand(1), T.randn(1), T.randn(3, dtype=T.float64), T.randn(1)


@program
def seeds(T):
    found = []
    for seed in (0, -1, 2**64 - 1, -(2**63), 7.9, "7", True, T.tensor(7)):
        generator = T.manual_seed(seed)
        found.append((generator is T.default_generator, T.initial_seed(), T.rand(1)))
    T.random.manual_seed(3)
    return found, T.random.initial_seed(), T.Generator().initial_seed()


@program
def states(T):
    T.randn(3)
    state = T.get_rng_state()
    first = T.randn(2), T.rand(2)
    T.set_rng_state(state)
    second = T.randn(2), T.rand(2)
    generator = own(T)
    kept = generator.get_state()
    drawn = T.rand(2, generator=generator)
    back = generator.set_state(kept) is generator
    return state.tolist(), first, second, drawn, back, T.rand(2, generator=generator), kept.dtype


@program
def the_default_dtype_counts(T):
    T.set_default_dtype(T.float64)
    try:
        return T.rand(2), T.randn(2), T.normal(0.0, 1.0, (2,)), T.normal(0.0, T.ones(1))
    finally:
        T.set_default_dtype(T.float32)


@program
def drawn_numbers_have_zero_gradients(T):
    x = grid(T, 3).requires_grad_()
    drawn = [
        T.normal(x, 1.0),
        T.normal(0.0, x),
        T.normal(x, x),
        T.bernoulli(x),
        (x * 1).normal_(),
        (x * 1).uniform_(),
        (x * 1).bernoulli_(),
    ]
    return drawn, [T.autograd.grad(each.sum(), x)[0] for each in drawn]


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    assert observed(refimpl, PROGRAMS[name]) == observed(torch, PROGRAMS[name])


LAYOUTS = {
    "a matrix": lambda x: x,
    "its transpose": lambda x: x.T,
    "every second column": lambda x: x[:, ::2],
    "every second row, transposed": lambda x: x[::2].T,
    "one column": lambda x: x[:, 1],
    "a cube, turned": lambda x: x.reshape(2, 9, 4).permute(2, 0, 1),
}
FILLS = {
    "uniform_": lambda x: x.uniform_(-1, 2),
    "normal_": lambda x: x.normal_(1, 2),
    "bernoulli_": lambda x: x.bernoulli_(0.4),
}


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_view_is_filled_in_the_order_of_its_memory(layout, fill, torch):
    def filled(T):
        T.manual_seed(3)
        x = T.zeros(18, 4)
        return FILLS[fill](LAYOUTS[layout](x)), x, T.rand(1)

    assert observed(refimpl, filled) == observed(torch, filled)


MISUSES = {
    "a dim below zero": lambda T: T.rand(-2),
    "a float as shape": lambda T: T.rand(2.0),
    "nothing as shape": lambda T: T.rand(None),
    "no shape": lambda T: T.rand(),
    "no shape for normals": lambda T: T.randn(),
    "whole numbers from rand": lambda T: T.rand(2, dtype=T.int64),
    "whole numbers from randn": lambda T: T.randn(2, dtype=T.int64),
    "normals like integers": lambda T: T.randn_like(T.tensor([1])),
    "an empty range": lambda T: T.randint(3, 3, (2,)),
    "a range turned round": lambda T: T.randint(5, 2, (2,)),
    "a fraction as bound": lambda T: T.randint(2.5, (2,)),
    "a number as size": lambda T: T.randint(5, 3),
    "a range without size": lambda T: T.randint(5),
    "a range beyond the dtype": lambda T: T.randint(0, 500, (2,), dtype=T.uint8),
    "a permutation below zero": lambda T: T.randperm(-1),
    "a permutation of a fraction": lambda T: T.randperm(3.0),
    "a negative deviation": lambda T: T.normal(0.0, -1.0, (2,)),
    "negative deviations": lambda T: T.normal(grid(T, 2), -grid(T, 2)),
    "a negative deviation for all": lambda T: T.normal(grid(T, 2), -1.0),
    "means and deviations of other lengths": lambda T: T.normal(grid(T, 2), grid(T, 3)),
    "numbers without size": lambda T: T.normal(0.0, 1.0),
    "normals of a number as size": lambda T: T.normal(0.0, 1.0, 3),
    "a tensor with a size": lambda T: T.normal(grid(T, 2), 1.0, (2,)),
    "integers as means": lambda T: T.normal(T.tensor([1, 2]), 1.0),
    "a probability above one": lambda T: T.bernoulli(T.tensor([0.5]), 1.5),
    "integers as probabilities": lambda T: T.bernoulli(T.tensor([1, 0])),
    "a list of probabilities": lambda T: T.bernoulli([0.5]),
    "bounds turned round": lambda T: T.zeros(3).uniform_(2, 1),
    "integers filled with fractions": lambda T: T.tensor([1]).uniform_(),
    "integers filled with normals": lambda T: T.tensor([1]).normal_(),
    "a negative deviation in place": lambda T: T.zeros(3).normal_(0, -1),
    "a leaf filled": lambda T: T.zeros(3, requires_grad=True).uniform_(),
    "a text as seed": lambda T: T.manual_seed("seven"),
    "nothing as seed": lambda T: T.manual_seed(None),
    "a seed too large": lambda T: T.manual_seed(2**64),
    "a seed too small": lambda T: T.manual_seed(-(2**63) - 1),
    "a fraction as seed of a generator": lambda T: T.Generator().manual_seed(3.5),
    "a text as seed of a generator": lambda T: T.Generator().manual_seed("3"),
    "a state too short": lambda T: T.set_rng_state(T.zeros(3, dtype=T.uint8)),
    "a state of floats": lambda T: T.set_rng_state(T.zeros(5056)),
    "a list as state": lambda T: T.set_rng_state([1]),
}


@pytest.mark.parametrize("name", MISUSES)
def test_refusal_has_torchs_type_and_text(name, torch):
    theirs, ours = (refusal(engine, MISUSES[name]) for engine in (torch, refimpl))
    assert type(ours).__name__ == type(theirs).__name__
    # Where no form fits, torch goes on to list all its forms.
    assert str(ours) == str(theirs).split(", but expected one of:")[0]


@pytest.mark.parametrize("name", ["rand", "randn", "randint", "randperm", "normal", "bernoulli"])
def test_what_lies_outside_names_what_is_near(name):
    arguments = {"randint": (3, (2,)), "randperm": (3,), "normal": (0.0, 1.0, (3,))}
    arguments["bernoulli"] = (refimpl.ones(3),)
    draw = getattr(refimpl, name)
    error = refusal(refimpl, lambda T: draw(*arguments.get(name, (3,)), out=T.zeros(3)))
    assert type(error) is NotImplementedError
    assert str(error).startswith(f"{name}(out=...) lies outside the subset")
    assert error.__notes__[0].startswith("Near it:")


@pytest.mark.parametrize(("dtype", "most"), [("half", 2**11), ("float", 2**24), ("double", 2**53)])
def test_whole_numbers_that_a_dtype_lacks_are_not_drawn(dtype, most):
    x = getattr(refimpl.zeros(9), dtype)()
    for bounds in ((-most, most + 1), (-most, 0), (most, most + 1)):
        drawn = x.random_(*bounds).double()
        assert drawn.min() >= bounds[0] and drawn.max() <= bounds[1] - 1
    for bounds in ((-most - 1, 0), (-most - 1, -most), (0, most + 2)):
        text = f"random_ from {bounds[0]} up to {bounds[1]} in float"
        with pytest.raises(NotImplementedError, match=text):
            x.random_(*bounds)


def test_a_seed_in_place_of_a_generator_is_refused():
    error = refusal(refimpl, lambda T: T.rand(3, generator=3))
    assert str(error) == "rand(): argument 'generator' must be torch.Generator, not int"
    assert advice_of(error) == ["rand: torch.Generator().manual_seed(3) makes one of a seed."]


@pytest.mark.parametrize("name", refimpl.random.__all__)
def test_every_public_draw_is_documented_with_an_example(name):
    if name in ("default_generator", "seed", "initial_seed", "set_rng_state"):
        return
    assert ">>>" in inspect.getdoc(getattr(refimpl.random, name))
