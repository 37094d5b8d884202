"""A4's program reads Fashion-MNIST from the folder that the user names and holds it to the logs."""

import gzip
import hashlib

import numpy as np
import pytest

from evidence.gallery.scripts import ROOT, run
from refimpl.articles import published_losses
from refimpl.utils.data import idx
from tests.data.test_idx import idx as encoded

SCRIPT = ROOT / "gallery/a4/plot_train_from_scratch.py"
PUBLISHED_MD5 = idx.FASHION_MNIST_MD5


def printed():
    """Run the script anew: what it prints depends on the folder."""
    return run.__wrapped__(SCRIPT, "refimpl")[0]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Four files in the published form whose images are as easy as can be: one bright bar each."""
    md5 = {}
    for part, n in (("train", 640), ("test", 100)):
        labels = (np.arange(n) % 10).astype(np.uint8)
        images = np.zeros((n, 28, 28), np.uint8)
        for k in range(10):
            images[labels == k, 2 * k + 4 : 2 * k + 6] = 255
        for kind, items in (("images", images), ("labels", labels)):
            path = tmp_path / f"{idx.FILES[f'{part}_{kind}']}.gz"
            path.write_bytes(gzip.compress(encoded(items)))
            md5[f"{part}_{kind}"] = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setenv("FASHION_MNIST", str(tmp_path))
    monkeypatch.setattr(idx, "FASHION_MNIST_MD5", md5)
    return tmp_path


def test_a_run_outside_the_published_band_is_refused(folder):
    mean = sum(published_losses()[0]) / 3
    with pytest.raises(AssertionError, match=rf"epoch 1: \d\.\d{{4}}, published {mean:.4f}"):
        printed()


def test_a_run_inside_the_published_band_is_accepted(folder, monkeypatch):
    with pytest.raises(AssertionError) as refusal:
        printed()
    history = refusal.traceback[-1].locals["history"]
    own = [[loss + 0.004] for loss, _, _ in history]
    monkeypatch.setattr("refimpl.articles.published_losses", lambda: own)
    text = printed()
    assert text.startswith("640 100 3 1\n7850\n")
    assert text.endswith("within 0.005 of the published losses\n")


def test_the_published_checksums_are_demanded(folder, monkeypatch):
    monkeypatch.setattr(idx, "FASHION_MNIST_MD5", PUBLISHED_MD5)
    with pytest.raises(idx.IDXError, match="the published one"):
        printed()
