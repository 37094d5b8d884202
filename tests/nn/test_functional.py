"""The functions of torch.nn.functional beside torch: signatures and warnings.

Values, gradients, node names and texts are compared in tests/tape/test_operators.py.
"""

import inspect
import warnings

import numpy as np
import pytest

import refimpl
from evidence.calls import reached
from evidence.engines import observed
from evidence.operators import RECORDS

# ---- signatures and warnings ----------------------------------------------------------


def parameters(function):
    """Return names, kinds and defaults; None where Python cannot see them."""
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:
        return None
    return [(each.name, each.kind, each.default) for each in found]


NAMES = [f"nn.functional.{name}" for name in refimpl.nn.functional.__all__]
NAMES += [
    f"nn.{name}" for name in refimpl.nn.__all__ if not inspect.ismodule(getattr(refimpl.nn, name))
]
NAMES.remove("nn.Module")
NAMES += [f"optim.{name}" for name in refimpl.optim.__all__]


# names whose signature Python cannot see, or sees as *args of a built-in or of Module
OPAQUE = {f"nn.{name}" for record in RECORDS.values() for name in record.opaque}
OPAQUE |= {"nn.functional.one_hot", "nn.Sequential"}


@pytest.mark.parametrize("path", NAMES)
def test_parameters_and_defaults_are_torchs(path, torch):
    theirs = parameters(reached(torch, path))
    opaque = theirs is None or theirs[0][0] == "args"
    assert opaque == (path in OPAQUE)
    if not opaque:
        assert parameters(reached(refimpl, path)) == theirs


SPEAKING = {
    "softmax": lambda T: T.nn.functional.softmax(T.ones(2)),
    "log_softmax": lambda T: T.nn.functional.log_softmax(T.ones(2, 2)),
    "softmin": lambda T: T.nn.functional.softmin(T.ones(2, 2, 2)),
    "Softmax": lambda T: T.nn.Softmax()(T.ones(2)),
    "LogSoftmax": lambda T: T.nn.LogSoftmax()(T.ones(2)),
    "Softmin": lambda T: T.nn.Softmin()(T.ones(2)),
    "kl_div": lambda T: T.nn.functional.kl_div(T.zeros(2), T.ones(2)),
    "mse_loss": lambda T: T.nn.functional.mse_loss(T.zeros(2), T.ones(1)),
}
DEPRECATED = {
    "cross_entropy": lambda T: T.nn.functional.cross_entropy(
        T.ones(1, 2), T.tensor([0]), reduce=True
    ),
    "CrossEntropyLoss": lambda T: T.nn.CrossEntropyLoss(size_average=False),
    "NLLLoss": lambda T: T.nn.NLLLoss(reduce=False),
    "MSELoss": lambda T: T.nn.MSELoss(size_average=False),
    "KLDivLoss": lambda T: T.nn.KLDivLoss(size_average=True),
    "BCELoss": lambda T: T.nn.BCELoss(reduce=True),
    "BCEWithLogitsLoss": lambda T: T.nn.BCEWithLogitsLoss(reduce=False),
}


@pytest.mark.parametrize("name", SPEAKING | DEPRECATED)
def test_warning_has_torchs_text(name, torch):
    program = (SPEAKING | DEPRECATED)[name]

    def silent(T):
        program(T)

    assert observed(refimpl, silent) == observed(torch, silent)
    assert len(observed(refimpl, silent)[1]) == 1


@pytest.mark.parametrize("name", SPEAKING | DEPRECATED)
def test_warning_names_the_line_that_is_to_be_changed(name):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (SPEAKING | DEPRECATED)[name](refimpl)
    assert [each.filename for each in caught] == [__file__]


@pytest.mark.parametrize("name", ["l1_loss", "smooth_l1_loss", "huber_loss", "mse_loss"])
def test_where_prediction_and_target_are_equal_the_zeros_have_torchs_signs(name, torch):
    signs = []
    for engine in (torch, refimpl):
        x, t = (engine.tensor([1.0, -2.0], requires_grad=True) for _ in range(2))
        getattr(engine.nn.functional, name)(x, t).backward()
        signs.append(np.signbit([x.grad.tolist(), t.grad.tolist()]).tolist())
    assert signs[0] == signs[1]
