"""SGD's update rule against torch's optimiser and by hand."""

import itertools

import numpy as np
import pytest

from refimpl.formulas import sgd

SETTINGS = [
    dict(lr=0.1, momentum=m, dampening=d, weight_decay=w, nesterov=n, maximize=x)
    for m, d, w, n, x in itertools.product((0.0, 0.9), (0.0, 0.5), (0.0, 0.01), (0, 1), (0, 1))
    if not n or (m and not d)
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: "-".join(map(str, s.values())))
def test_three_steps_are_torchs(settings, torch):
    rng = np.random.default_rng(4)
    param, buffer = rng.normal(size=5), None
    theirs = torch.nn.Parameter(torch.tensor(param))
    optimiser = torch.optim.SGD([theirs], **settings)
    for grad in rng.normal(size=(3, 5)):
        param, buffer = sgd(param, grad, buffer, **settings)
        theirs.grad = torch.tensor(grad)
        optimiser.step()
        # torch rounds after each of at most five operations
        np.testing.assert_allclose(param, theirs.detach(), rtol=1e-14)


def test_a_plain_step_goes_down_the_gradient_and_keeps_no_buffer():
    param, buffer = sgd(np.float32([1]), np.float32([2]), lr=0.25)
    assert (param, param.dtype, buffer) == (0.5, np.float32, None)


def test_dampening_spares_the_first_step():
    _, buffer = sgd(np.zeros(1), np.ones(1), momentum=0.5, dampening=0.5)
    assert buffer == 1
    _, buffer = sgd(np.zeros(1), np.ones(1), buffer, momentum=0.5, dampening=0.5)
    assert buffer == 1


def test_nothing_is_changed_in_place():
    param, grad, buffer = (np.ones(2) for _ in range(3))
    for a in (param, grad, buffer):
        a.flags.writeable = False
    sgd(param, grad, buffer, momentum=0.9, weight_decay=0.1, nesterov=True)


REFUSALS = [
    (dict(lr=-1), "Invalid learning rate: -1"),
    (dict(momentum=-1), "Invalid momentum value: -1"),
    (dict(weight_decay=-1), "Invalid weight_decay value: -1"),
    (dict(nesterov=True), "Nesterov momentum requires a momentum and zero dampening"),
    (
        dict(nesterov=True, momentum=0.9, dampening=0.5),
        "Nesterov momentum requires a momentum and zero dampening",
    ),
]


@pytest.mark.parametrize(("settings", "text"), REFUSALS)
def test_bad_settings_are_refused_in_torchs_words(settings, text):
    with pytest.raises(ValueError) as caught:
        sgd(np.ones(1), np.ones(1), **settings)
    assert str(caught.value) == text
    assert caught.value.__notes__[0].startswith("sgd: ")


@pytest.mark.parametrize(("settings", "text"), REFUSALS)
def test_torch_refuses_them_in_the_same_words(settings, text, torch):
    with pytest.raises(ValueError) as caught:
        torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], **settings)
    assert str(caught.value) == text


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(RuntimeError, match="attempting to assign a gradient of size"):
        sgd(np.ones(2), np.ones(3))


def test_integer_parameters_are_refused():
    with pytest.raises(NotImplementedError, match="not implemented for 'Long'"):
        sgd(np.ones(2, np.int64), np.ones(2))
