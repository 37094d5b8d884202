"""A4's program trains on Fashion-MNIST wherever it lies, and is held to the published logs."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from evidence.gallery.scripts import run_now, script_of
from refimpl.articles import published_losses
from refimpl.utils.data import idx
from tests.data.test_idx import idx as encoded

SCRIPT = script_of("a4/plot_train_from_scratch")


def printed():
    """Run the script anew: what it prints depends on the folder."""
    return run_now(SCRIPT, "refimpl")["text"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Four files in the published form whose images are as easy as can be: one bright bar each."""
    known = {}
    for part, n in (("train", 640), ("test", 100)):
        labels = (np.arange(n) % 10).astype(np.uint8)
        images = np.zeros((n, 28, 28), np.uint8)
        for k in range(10):
            images[labels == k, 2 * k + 4 : 2 * k + 6] = 255
        for kind, items in (("images", images), ("labels", labels)):
            data = encoded(items)
            (tmp_path / idx.FILES[f"{part}_{kind}"]).write_bytes(data)
            known[f"{part}_{kind}"] = idx.Published(items.shape, hashlib.sha256(data).hexdigest())
    monkeypatch.setenv("FASHION_MNIST", str(tmp_path))
    monkeypatch.setattr(idx, "FASHION_MNIST", known)
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
    assert text.startswith("Fashion-MNIST: 640 to train with, 100 to test with\n3 training batches")
    assert "every loss is within 0.005 of the mean of the published ones\n" in text


@pytest.mark.parametrize("field", idx.FILES)
def test_a_broken_file_stops_the_program_instead_of_sending_it_to_the_digits(folder, field):
    path = folder / idx.FILES[field]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(idx.IDXError, match=f"{path}: at byte "):
        printed()


def test_a_folder_without_the_files_stops_the_program(folder, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST", str(folder / "nothing"))
    with pytest.raises(FileNotFoundError, match="nothing/train-images-idx3-ubyte is missing"):
        printed()


def test_progress_bars_are_quiet_in_tests_and_builds(folder, capfd):
    with pytest.raises(AssertionError):
        printed()
    assert capfd.readouterr().err == ""


def test_progress_bars_show_where_nothing_silences_them():
    code = "import time\nfrom tqdm import tqdm\nfor _ in tqdm(range(2), unit='epoch'): pass"
    loud = {key: value for key, value in os.environ.items() if key != "TQDM_DISABLE"}
    shown = [
        subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True).stderr
        for env in (loud, loud | {"TQDM_DISABLE": "1"})
    ]
    assert "2/2" in shown[0]
    assert shown[1] == ""
