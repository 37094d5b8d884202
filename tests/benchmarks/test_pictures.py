"""The ways to compute the fourth article's epoch are the same epoch."""

import numpy as np
import pytest

from tests.conftest import NO_TORCH

pytest.importorskip("torch", reason=NO_TORCH)

from benchmarks import pictures


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
