"""The pictures of the gallery: Fashion-MNIST or digits, cut to the size that is asked for."""

import gzip

import numpy as np
import pytest

from refimpl.articles import pictures
from refimpl.utils.data import idx
from refimpl.utils.data.idx import FILES, IDXError, Published
from tests.data.test_idx import family, published


def load_digits():
    """Load scikit-learn's digits; it is imported here, since SciPy asks for torch."""
    from sklearn import datasets

    return datasets.load_digits()


@pytest.fixture
def digits(monkeypatch):
    monkeypatch.setenv("FASHION_MNIST", "")
    monkeypatch.delenv("REFIMPL_FULL", raising=False)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A small data set in the place of Fashion-MNIST."""
    monkeypatch.setattr(idx, "FASHION_MNIST", published(family(tmp_path)))
    monkeypatch.setenv("FASHION_MNIST", str(tmp_path))
    monkeypatch.delenv("REFIMPL_FULL", raising=False)
    return tmp_path


def test_without_the_files_digits_stand_in_and_the_account_says_so(digits):
    sets = pictures(load_digits)
    assert not sets.real
    assert sets.account == (
        "digits in the place of Fashion-MNIST, which is not on this machine: 1500 to train with, "
        "297 to test with"
    )
    assert sets.train_images.max() == sets.test_images.max() == 1
    assert (len(sets.train_images), len(sets.test_labels)) == (1500, 297)


def test_with_the_files_they_are_taken(small):
    sets = pictures(lambda: pytest.fail("not asked for"))
    assert sets.real
    assert sets.account == "Fashion-MNIST: 5 to train with, 3 to test with"
    raw = idx.fashion_mnist(small)
    assert np.array_equal(sets.train_images * 255, raw.train_images)
    assert (sets.train_images.dtype, sets.train_labels.dtype) == (np.float64, np.int64)


def test_so_many_are_taken_as_are_asked_for_from_the_front(small):
    every, few = pictures(load_digits), pictures(load_digits, train=2, test=1)
    assert np.array_equal(few.train_images, every.train_images[:2])
    assert np.array_equal(few.test_labels, every.test_labels[:1])


def test_a_full_run_takes_all(small, monkeypatch):
    monkeypatch.setenv("REFIMPL_FULL", "1")
    assert len(pictures(load_digits, train=2, test=1).train_images) == 5


def test_what_is_there_and_broken_is_not_replaced_by_digits(small):
    path = small / FILES["train_labels"]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IDXError, match="train-labels-idx1-ubyte: at byte 12"):
        pictures(load_digits)


def test_nan_among_the_pixels_is_refused(small, monkeypatch):
    images = np.zeros((5, 4, 3), np.float32)
    images[1, 2, 0] = np.nan
    header = bytes([0, 0, 0x0D, 3]) + b"".join(n.to_bytes(4, "big") for n in images.shape)
    data = gzip.compress(header + images.astype(">f4").tobytes())
    (small / f"{FILES['train_images']}.gz").write_bytes(data)
    monkeypatch.setitem(idx.FASHION_MNIST, "train_images", Published())
    with pytest.raises(IDXError, match="at byte 88: found nan as item 18; expected a number"):
        pictures(load_digits)


def test_relabelled_pictures_are_refused(small):
    path = small / FILES["train_labels"]
    data = bytearray(path.read_bytes())
    data[8] = (data[8] + 1) % 10
    path.write_bytes(data)
    with pytest.raises(IDXError, match="train-labels-idx1-ubyte: at byte 0: found SHA-256"):
        pictures(load_digits)
