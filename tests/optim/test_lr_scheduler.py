"""Schedulers beside torch: rates to the last digit, state, warnings and refusals."""

import importlib
import warnings

import pytest

import refimpl
from evidence.engines import observed, refusal
from tests.conftest import both_engines


def optimizer_of(T, lr=0.1):
    w, b = T.ones(2, requires_grad=True), T.ones(1, requires_grad=True)
    return T.optim.SGD([{"params": [w]}, {"params": [b], "lr": 0.3}], lr=lr)


def warmup(epoch):
    return min(1.0, (epoch + 1) / 4)


class Power:
    """A function with attributes, which the state keeps."""

    def __init__(self, base):
        self.base = base

    def __call__(self, epoch):
        return self.base**epoch


SCHEDULERS = {
    "StepLR": ("StepLR", {"step_size": 3}),
    "StepLR by 0.7": ("StepLR", {"step_size": 2, "gamma": 0.7}),
    "StepLR of every epoch": ("StepLR", {"step_size": 1, "gamma": 0.9}),
    "MultiStepLR": ("MultiStepLR", {"milestones": [2, 5]}),
    "MultiStepLR with one twice": ("MultiStepLR", {"milestones": [7, 2, 2], "gamma": 0.3}),
    "ExponentialLR": ("ExponentialLR", {"gamma": 0.95}),
    "LambdaLR": ("LambdaLR", {"lr_lambda": warmup}),
    "LambdaLR of a list": ("LambdaLR", {"lr_lambda": [warmup, Power(0.9)]}),
    "CosineAnnealingLR": ("CosineAnnealingLR", {"T_max": 5}),
    "CosineAnnealingLR to 0.01": ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.01}),
    "CosineAnnealingLR of one epoch": ("CosineAnnealingLR", {"T_max": 1}),
}
every_scheduler = pytest.mark.parametrize("title", SCHEDULERS)


def scheduler_of(T, title, optimizer, **more):
    name, settings = SCHEDULERS[title]
    return getattr(T.optim.lr_scheduler, name)(optimizer, **settings, **more)


def stepped(scheduler, count):
    for _ in range(count):
        scheduler.optimizer.step()
        scheduler.step()
    return scheduler


def rates(T, title):
    optimizer = optimizer_of(T)
    scheduler = scheduler_of(T, title, optimizer)
    found = [scheduler.get_last_lr()]
    for _ in range(23):
        stepped(scheduler, 1)
        found.append((scheduler.get_last_lr(), [g["lr"] for g in optimizer.param_groups]))
    return found, scheduler.state_dict(), optimizer


def rates_as_tensors(T, title):
    scheduler = scheduler_of(T, title, optimizer_of(T, T.tensor(0.1)))
    first = scheduler.base_lrs[0]
    return [stepped(scheduler, 1).get_last_lr() for _ in range(4)], first


def saved_and_loaded(T, title):
    optimizer = optimizer_of(T)
    state = stepped(scheduler_of(T, title, optimizer), 4).state_dict()
    other = optimizer_of(T)
    scheduler = scheduler_of(T, title, other)
    other.load_state_dict(optimizer.state_dict())
    scheduler.load_state_dict(state)
    return stepped(scheduler, 5).get_last_lr(), sorted(state), scheduler.state_dict()


def resumed(T, title):
    optimizer = optimizer_of(T)
    stepped(scheduler_of(T, title, optimizer), 4)
    scheduler = scheduler_of(T, title, optimizer, last_epoch=4)
    return [stepped(scheduler, 1).get_last_lr() for _ in range(6)]


def at_an_epoch(T, title):
    scheduler = stepped(scheduler_of(T, title, optimizer_of(T)), 1)
    found = []
    for epoch in (3, 0, 9):
        scheduler.step(epoch)
        found.append(scheduler.get_last_lr())
    return found, scheduler.last_epoch


PROGRAMS = [rates, rates_as_tensors, saved_and_loaded, resumed, at_an_epoch]


@both_engines
def test_a_step_that_is_counted_keeps_its_name_and_text(engine):
    module = importlib.import_module(engine)
    optimizer = optimizer_of(module)
    scheduler_of(module, "StepLR", optimizer)
    assert optimizer.step.__qualname__ == "SGD.step"
    assert optimizer.step.__doc__ == module.optim.SGD.step.__doc__


@every_scheduler
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_program_returns_one_text_on_both_engines(program, title, torch):
    ours, theirs = (observed(T, lambda T: program(T, title)) for T in (refimpl, torch))
    assert ours == theirs


def taken_over(T):
    state = scheduler_of(T, "LambdaLR of a list", optimizer_of(T)).state_dict()
    functions = [warmup, Power(0.1)]
    T.optim.lr_scheduler.LambdaLR(optimizer_of(T), functions).load_state_dict(state)
    return functions[1].base, state


def test_the_state_of_a_function_with_attributes_is_taken_over(torch):
    assert taken_over(refimpl) == taken_over(torch)
    assert taken_over(refimpl)[0] == 0.9


def own_schedule(T):
    class Halving(T.optim.lr_scheduler.LRScheduler):
        def get_lr(self):
            return [rate * 0.5**self.last_epoch for rate in self.base_lrs]

    scheduler = Halving(optimizer_of(T))
    stepped(scheduler, 2).step(5)
    return scheduler.get_last_lr(), scheduler.state_dict()


def test_a_schedule_of_ones_own_returns_one_text_on_both_engines(torch):
    assert observed(refimpl, own_schedule) == observed(torch, own_schedule)


def warned(T, program):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        program(T)
    return [(each.category, str(each.message)) for each in caught]


def overridden(T):
    optimizer = optimizer_of(T)
    scheduler = scheduler_of(T, "StepLR", optimizer)
    optimizer.step = lambda: None
    stepped(scheduler, 3)


def twice(T):
    optimizer = optimizer_of(T)
    first, second = (scheduler_of(T, title, optimizer) for title in ("StepLR", "ExponentialLR"))
    for _ in range(2):
        optimizer.step()
        first.step()
        second.step()


WARNINGS = {
    "too early": (lambda T: scheduler_of(T, "StepLR", optimizer_of(T)).step(), 1),
    "too early three times": (
        lambda T: [s.step() for s in [scheduler_of(T, "StepLR", optimizer_of(T))] for _ in "abc"],
        1,
    ),
    "in order": (lambda T: stepped(scheduler_of(T, "StepLR", optimizer_of(T)), 3), 0),
    "two schedulers of one optimizer": (twice, 0),
    "an optimizer with another step": (overridden, 1),
    "an epoch": (lambda T: stepped(scheduler_of(T, "StepLR", optimizer_of(T)), 1).step(4), 1),
    **{
        f"get_lr of {name}": (
            lambda T, name=name: scheduler_of(T, name, optimizer_of(T)).get_lr(),
            1,
        )
        for name in ("StepLR", "MultiStepLR", "ExponentialLR", "LambdaLR", "CosineAnnealingLR")
    },
}


@pytest.mark.parametrize("title", WARNINGS)
def test_warning_is_torchs(title, torch):
    program, count = WARNINGS[title]
    ours, theirs = (warned(T, program) for T in (refimpl, torch))
    assert ours == theirs
    assert len(ours) == count


def test_a_warning_points_to_the_line_of_the_caller():
    for call in (lambda s: s.step(), lambda s: s.get_lr()):
        scheduler = scheduler_of(refimpl, "StepLR", optimizer_of(refimpl))
        with pytest.warns(UserWarning) as caught:
            call(scheduler)
        assert caught[0].filename == __file__


def late_group(T, title):
    optimizer = optimizer_of(T)
    scheduler = scheduler_of(T, title, optimizer)
    optimizer.add_param_group({"params": [T.ones(3, requires_grad=True)]})
    stepped(scheduler, 1)


MISUSES = {
    "no optimizer": lambda T: T.optim.lr_scheduler.StepLR([0.1], step_size=3),
    "a model": lambda T: T.optim.lr_scheduler.ExponentialLR(T.nn.Linear(2, 1), 0.9),
    "no optimizer for functions": lambda T: T.optim.lr_scheduler.LambdaLR([0.1], warmup),
    "too few functions": lambda T: T.optim.lr_scheduler.LambdaLR(optimizer_of(T), [warmup]),
    "an epoch of a fresh optimizer": lambda T: scheduler_of(
        T, "StepLR", optimizer_of(T), last_epoch=3
    ),
    "steps of 0 epochs": lambda T: stepped(
        T.optim.lr_scheduler.StepLR(optimizer_of(T), step_size=0), 1
    ),
    "a cosine of 0 epochs": lambda T: stepped(
        T.optim.lr_scheduler.CosineAnnealingLR(optimizer_of(T), T_max=0), 1
    ),
    "a schedule without get_lr": lambda T: T.optim.lr_scheduler.LRScheduler(optimizer_of(T)),
    "a group that came later": lambda T: late_group(T, "LambdaLR"),
    "state that is none": lambda T: scheduler_of(T, "StepLR", optimizer_of(T)).load_state_dict(3),
    "state without functions": lambda T: scheduler_of(
        T, "LambdaLR", optimizer_of(T)
    ).load_state_dict({}),
}


@pytest.mark.parametrize("title", MISUSES)
def test_refusal_has_torchs_type_and_text(title, torch):
    theirs, ours = (refusal(engine, MISUSES[title]) for engine in (torch, refimpl))
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))
