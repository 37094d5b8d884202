"""Losses of two dtypes have the dtype that torch gives them."""

import itertools

import pytest

import refimpl
from evidence.engines import observed

DTYPES = ("float16", "float32", "float64")
PAIRS = list(itertools.product(DTYPES, DTYPES))
LOSSES = ("binary_cross_entropy_with_logits", "mse_loss", "kl_div")


def program(loss, own, other):
    def outcome(T):
        x = T.tensor([0.5, -1.0], dtype=getattr(T, own), requires_grad=True)
        target = T.tensor([1.0, 0.5], dtype=getattr(T, other))
        y = getattr(T.nn.functional, loss)(x, target, reduction="sum")
        y.backward()
        return y.dtype, x.grad.dtype

    return outcome


@pytest.mark.parametrize("dtypes", PAIRS, ids=" beside ".join)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_has_torchs_dtype(loss, dtypes, torch):
    run = program(loss, *dtypes)
    assert observed(refimpl, run) == observed(torch, run)
