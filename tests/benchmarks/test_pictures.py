"""The ways to compute the fourth article's epoch are the same epoch."""

import re

import numpy as np
import pytest

from tests.conftest import NO_TORCH

pytest.importorskip("torch", reason=NO_TORCH)

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks import machine, pictures
from benchmarks.programs import epoch_of


@pytest.fixture
def sets():
    """Images that each have one bright pixel for their label, and noise."""
    stream = np.random.default_rng(7)
    labels = stream.integers(0, 10, 600)
    images = stream.random((600, 784), dtype=np.float32)
    images[np.arange(600), labels] = 20
    return images, labels


def test_operations_by_hand_train_as_the_closed_form_does(sets):
    closed, by_hand = pictures.closed_form(*sets), pictures.no_tape(*sets)
    first = closed(), by_hand()
    for (loss, hits), (same_loss, same_hits) in (first, (closed(), by_hand())):
        assert same_hits == hits
        # Both add a few thousand float32 products in another order.
        assert same_loss == pytest.approx(loss, rel=1e-4)
    assert closed()[0] < first[0][0] / 2


class Counting(TorchDispatchMode):
    """Counts the operations that torch runs."""

    count = 0

    def __torch_dispatch__(self, operation, types, arguments=(), options=None):
        self.count += 1
        return operation(*arguments, **(options or {}))


def operations(sets, batches):
    """Count the operations of torch in an epoch of so many batches."""
    images, labels = map(torch.from_numpy, sets)
    epoch = epoch_of(torch, [(images, labels)] * batches)
    with Counting() as counting:
        epoch()
    return counting.count


def test_the_page_says_how_many_operations_a_batch_has(sets):
    text = (machine.ROOT / "docs/benchmarks.md").read_text("utf-8")
    (said,) = re.findall(r"torch runs (\d+) operations", text)
    # The first batch makes the gradients, the others add to them.
    assert operations(sets, 3) - operations(sets, 2) == int(said)
