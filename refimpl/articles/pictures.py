"""The pictures that the programs of the gallery learn from."""

import os
from typing import NamedTuple

import numpy as np

from refimpl.utils.data.idx import fashion_mnist, fashion_mnist_folder

FASHION = "Fashion-MNIST"
CLASSES = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "boot",
)
KEPT_FOR_TEST = 297  # of scikit-learn's 1797 digits
FULL = "REFIMPL_FULL"  # of the environment: take all pictures, whatever a program asks for


class Pictures(NamedTuple):
    """Images with pixels from 0 to 1 and their classes, for training and for test.

    Parameters
    ----------
    name : str
        What they are.
    classes : tuple of str
        What the class of each number is called.
    train_images, train_labels, test_images, test_labels : ndarray of shape (N, ...)
        Images are float64 of shape (N, height, width), labels int64 of shape (N,).

    Examples
    --------
    >>> from refimpl.articles import Pictures
    >>> Pictures._fields[:2]
    ('name', 'classes')
    """

    name: str
    classes: tuple
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    @property
    def real(self):
        """Whether these are the pictures that A4's program was written for."""
        return self.name == FASHION

    @property
    def account(self):
        """One line: which pictures these are, and how many."""
        why = "" if self.real else f" in the place of {FASHION}, which is not on this machine"
        counts = f"{len(self.train_images)} to train with, {len(self.test_images)} to test with"
        return f"{self.name}{why}: {counts}"


def pictures(stand_in, train=None, test=None):
    """Return Fashion-MNIST, or scikit-learn's digits where its files are not on this machine.

    Parameters
    ----------
    stand_in : callable
        ``sklearn.datasets.load_digits``: refimpl itself does without scikit-learn.
    train, test : int, optional
        How many pictures to take, from the front; by default all. Where the environment variable
        ``REFIMPL_FULL`` is set, all are taken in any case.

    Returns
    -------
    Pictures

    Raises
    ------
    FileNotFoundError, NotADirectoryError, IDXError
        As `refimpl.utils.data.idx.fashion_mnist`: what is there and broken is not passed over.

    Examples
    --------
    >>> import os
    >>> from unittest import mock
    >>> from sklearn.datasets import load_digits
    >>> from refimpl.articles import pictures
    >>> with mock.patch.dict(os.environ, FASHION_MNIST=""):
    ...     print(pictures(load_digits, train=500).account)
    digits in the place of Fashion-MNIST, which is not on this machine: 500 to train with, 297 to \
test with
    """
    if os.environ.get(FULL):
        train = test = None
    folder = fashion_mnist_folder()
    if folder is None:
        return _digits(stand_in(), train, test)
    sets = fashion_mnist(folder)
    return _scaled(FASHION, CLASSES, 255, sets, train, test)


def _digits(digits, train, test):
    images, labels = digits.images, digits.target
    sets = (
        images[:-KEPT_FOR_TEST],
        labels[:-KEPT_FOR_TEST],
        images[-KEPT_FOR_TEST:],
        labels[-KEPT_FOR_TEST:],
    )
    return _scaled("digits", tuple("0123456789"), 16, sets, train, test)


def _scaled(name, classes, brightest, sets, train, test):
    """Cut the sets to the sizes that are wanted, and bring the pixels to the unit interval."""
    train_images, train_labels, test_images, test_labels = sets
    return Pictures(
        name,
        classes,
        train_images[:train] / np.float64(brightest),
        train_labels[:train].astype(np.int64),
        test_images[:test] / np.float64(brightest),
        test_labels[:test].astype(np.int64),
    )
