"""The strides of views, those of lengths of 1 too, and what they decide: who overlaps whom."""

import pytest

import refimpl
from tests.conftest import needs_torch

SHAPES = [(), (1,), (3,), (1, 3), (3, 1), (1, 1), (2, 3), (1, 1, 3), (2, 1, 2), (1, 2, 3)]
VIEWS = [
    "x[None]",
    "x[..., None]",
    "x[:, None]",
    "x[None, None]",
    "x[None, 0:1]",
    "x[0, None]",
    "x[:1][None]",
    "x[::2]",
    "x[:, ::2]",
    "x[:, :1][..., None]",
    "x[:, 0:1].squeeze(-1)",
    "x.squeeze()",
    "x.mT.squeeze((0, 1))",
    "x.unsqueeze(0)",
    "x.unsqueeze(1)",
    "x.unsqueeze(-1)",
    "x.mT.unsqueeze(0)",
    "x.mT.unsqueeze(1)",
    "x.mT.unsqueeze(-1)",
    "x[None].mT",
    "x[..., None].mT",
    "x.mT[None]",
    "x.mT[:, None]",
    "x.mT[..., None]",
    "x.view(1, -1)",
    "x.view(-1, 1)",
    "x.view(1, 1, -1)",
    "x.mT.view(1, *x.mT.shape)",
    "x.mT.view(*x.mT.shape, 1)",
    "x.mT.view(1, -1)",
    "x.reshape(-1, 1)",
    "x.flatten()",
    "x.expand(2, *x.shape)",
    "x.expand(1, *x.shape)",
    "x.expand(1, 2, 1, *x.shape)",
    "x.mT.expand(1, 1, *x.mT.shape)",
    "x.split(1)[0]",
    "x.unbind()[0]",
]


def outcome(engine, shape, code):
    """Return what a view's code gives, or the class of the error, on a tensor of such a shape."""
    names = {"x": engine.zeros(shape)}
    try:
        view = eval(code, names)
    except (IndexError, RuntimeError) as error:
        return type(error)
    return tuple(view.shape), view.stride()


@needs_torch
@pytest.mark.filterwarnings("ignore:.*deprecated")
@pytest.mark.parametrize("code", VIEWS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_view_has_the_strides_of_torch(shape, code, torch):
    assert outcome(refimpl, shape, code) == outcome(torch, shape, code)


TARGETS = ["None", "True", "...", ":", "None, :", "0:1", "None, None", "..., None", "0", "-1:"]
VALUES = ["x", "x[None]", "x[0]", "x[None, None]", "x[0:1]", "x.t()", "x.mT", "x.unsqueeze(-1)"]


def assigned(engine, shape, code):
    names = {"x": engine.arange(float(engine.zeros(shape).numel())).reshape(shape)}
    try:
        exec(code, names)
    except (IndexError, RuntimeError) as error:
        return type(error), str(error).partition("\n")[0]
    return names["x"].tolist()


@needs_torch
@pytest.mark.filterwarnings("ignore:.*deprecated")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_tensor_is_assigned_to_its_own_memory_or_refused(shape, target, torch):
    for value in VALUES:
        code = f"x[{target}] = {value}"
        assert assigned(refimpl, shape, code) == assigned(torch, shape, code), code
