"""Adam beside torch: its steps, its state and its refusals."""

import numpy as np
import pytest

import refimpl
from evidence.engines import observed, refusal
from refimpl.formulas import adam

SETTINGS = {
    "plain": {},
    "betas": {"betas": (0.5, 0.9)},
    "eps": {"eps": 0.1},
    "weight decay": {"weight_decay": 0.1},
    "decoupled weight decay": {"weight_decay": 0.1, "decoupled_weight_decay": True},
    "amsgrad": {"amsgrad": True},
    "maximize": {"maximize": True},
    "all": {"weight_decay": 0.1, "amsgrad": True, "maximize": True, "betas": (0.7, 0.8)},
}


def steps(T, settings, dtype, count=5):
    """Return parameters and state after each of several steps."""
    T.manual_seed(0)
    w = T.randn(3, 2, dtype=getattr(T, dtype)).requires_grad_()
    b = T.zeros(2, dtype=getattr(T, dtype), requires_grad=True)
    optimizer, found = T.optim.Adam([w, b], lr=0.1, **settings), []
    for step in range(count):
        optimizer.zero_grad()
        loss = ((w * (step + 1)).sin().sum(0) + b * b - b).sum()
        loss.backward()
        optimizer.step()
        found += [w.detach().clone(), b.detach().clone()]
    state = optimizer.state_dict()["state"]
    return found + [each for kept in state.values() for each in kept.values()]


@pytest.mark.parametrize("title", SETTINGS)
def test_steps_and_state_are_torchs_in_float64(title, torch):
    theirs, ours = (steps(T, SETTINGS[title], "float64") for T in (torch, refimpl))
    assert len(ours) == len(theirs)
    for mine, its in zip(ours, theirs, strict=True):
        # some twenty roundings a step
        np.testing.assert_allclose(mine.numpy(), its.numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("title", SETTINGS)
def test_steps_are_torchs_in_float32_but_for_its_roundings(title, torch):
    theirs, ours = (steps(T, SETTINGS[title], "float32") for T in (torch, refimpl))
    for mine, its in zip(ours, theirs, strict=True):
        assert repr(mine.dtype) == repr(its.dtype)
        # some ten roundings to float32 a step, which the root of a small mean makes larger
        np.testing.assert_allclose(mine.numpy(), its.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["Adam", "SGD"])
def test_a_parameter_without_a_gradient_is_passed_over_and_the_next_one_moves(name, torch):
    def moved(T):
        first, second = (T.ones(1, requires_grad=True) for _ in range(2))
        second.sum().backward()
        getattr(T.optim, name)([first, second], lr=0.5).step()
        return first, second

    assert observed(refimpl, moved) == observed(torch, moved)
    assert [each.item() for each in moved(refimpl)] == [1.0, 0.5]


def test_a_parameter_of_rank_0_keeps_arrays_as_its_state():
    w = refimpl.tensor(3.0, requires_grad=True)
    optimizer = refimpl.optim.Adam([w], lr=0.5)
    (w * w).backward()
    optimizer.step()
    kept = optimizer.state[w]
    assert w.item() == 2.5
    assert all(type(each.numpy()) is np.ndarray and each.shape == () for each in kept.values())


def test_a_step_is_the_formula_rounded_once():
    w = refimpl.tensor([0.3, -0.7], requires_grad=True)
    optimizer = refimpl.optim.Adam([w], lr=0.01)
    w.grad = refimpl.tensor([0.1, 0.2])
    before = w.detach().numpy().copy()
    optimizer.step()
    expected, _ = adam(before, np.array([0.1, 0.2], np.float32), lr=0.01)
    assert w.tolist() == expected.tolist()


def leaf(T):
    return T.ones(2, requires_grad=True)


def huge_gradients(T):
    w = T.ones(2, dtype=T.float64, requires_grad=True)
    w.grad = T.tensor([1e200, -1e308], dtype=T.float64)
    T.optim.Adam([w], lr=0.5).step()
    return w


PROGRAMS = {
    "huge gradients": huge_gradients,
    "text": lambda T: T.optim.Adam([leaf(T)], lr=0.5, weight_decay=0.1),
    "groups": lambda T: T.optim.Adam([{"params": [leaf(T)], "lr": 0.5}, {"params": [leaf(T)]}]),
    "state before the first step": lambda T: T.optim.Adam([leaf(T)]).state_dict(),
    "a closure": lambda T: T.optim.Adam([leaf(T)]).step(lambda: 3),
    "a learning rate that is a tensor": lambda T: T.optim.Adam([leaf(T)], lr=T.tensor(0.1)),
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_program_returns_one_text_on_both_engines(title, torch):
    assert observed(refimpl, PROGRAMS[title]) == observed(torch, PROGRAMS[title])


MISUSES = {
    "a negative rate": lambda T: T.optim.Adam([leaf(T)], lr=-0.1),
    "a rate that is nan": lambda T: T.optim.Adam([leaf(T)], lr=float("nan")),
    "a beta of 1": lambda T: T.optim.Adam([leaf(T)], betas=(1.0, 0.9)),
    "a second beta below 0": lambda T: T.optim.Adam([leaf(T)], betas=(0.9, -0.1)),
    "a negative eps": lambda T: T.optim.Adam([leaf(T)], eps=-1),
    "a negative decay": lambda T: T.optim.Adam([leaf(T)], weight_decay=-1),
    "nothing": lambda T: T.optim.Adam([]),
    "a tensor alone": lambda T: T.optim.Adam(leaf(T)),
}


@pytest.mark.parametrize("title", MISUSES)
def test_refusal_has_torchs_type_and_text(title, torch):
    theirs, ours = (refusal(engine, MISUSES[title]) for engine in (torch, refimpl))
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))


def test_an_array_that_does_not_fit_is_refused():
    with pytest.raises(RuntimeError, match="attempting to assign a gradient of size"):
        adam(np.ones(2), np.ones(3))
    with pytest.raises(NotImplementedError, match="not implemented for 'Long'"):
        adam(np.ones(2), np.ones(2, np.int64))
