"""What stands for packages that the browser does not have: no figures, no progress bars, digits.

Programs of the gallery draw with matplotlib, show their progress with tqdm and ask scikit-learn for
its digits. Drawing does nothing here: the page shows its own picture and says so. The digits are
scikit-learn's file, which lies beside this one.
"""

import csv
import gzip
import types
from pathlib import Path

import numpy as np

DIGITS = Path(__file__).with_name("digits.csv.gz")


class Nothing:
    """Takes every call, item and attribute, and gives nothing back."""

    def __call__(self, *args, **kwargs):
        return Nothing()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __getitem__(self, key):
        return Nothing()

    def __setitem__(self, key, value):
        pass

    def __iter__(self):
        return iter((Nothing(),))  # as plot() gives one line

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


def subplots(nrows=1, ncols=1, **options):
    """Give a figure and as many axes as matplotlib would, none of which draws."""
    axes = np.empty((nrows, ncols), object)
    axes[:] = [[Nothing() for _ in range(ncols)] for _ in range(nrows)]
    return Nothing(), (axes.squeeze() if nrows * ncols > 1 else axes[0, 0])


class tqdm:  # noqa: N801 - the name of the package
    """Passes through what it is given; its other methods do nothing."""

    def __init__(self, iterable=(), *args, **kwargs):
        self.iterable = iterable

    def __iter__(self):
        return iter(self.iterable)

    def __len__(self):
        return len(self.iterable)

    def __getattr__(self, name):
        return Nothing()


def load_digits():
    """Return scikit-learn's 1797 digits: images of 8 x 8 numbers from 0 to 16, and their labels."""
    with gzip.open(DIGITS, "rt") as file:
        table = np.array(list(csv.reader(file)), dtype=np.float64)
    images = table[:, :-1].reshape(-1, 8, 8)
    target = table[:, -1].astype(np.int64)
    return types.SimpleNamespace(data=table[:, :-1], images=images, target=target)


def module(name, **content):
    """Return a module that answers for every other name with `Nothing`."""
    made = types.ModuleType(name)
    made.__path__ = []
    vars(made).update(content)
    return made


def modules():
    """Return the modules by the names under which programs import them."""
    pyplot = module("matplotlib.pyplot", subplots=subplots)
    pyplot.__getattr__ = Nothing().__getattr__
    matplotlib = module("matplotlib", pyplot=pyplot)
    matplotlib.__getattr__ = Nothing().__getattr__
    datasets = module("sklearn.datasets", load_digits=load_digits)
    return {
        "matplotlib": matplotlib,
        "matplotlib.pyplot": pyplot,
        "sklearn": module("sklearn", datasets=datasets),
        "sklearn.datasets": datasets,
        "tqdm": module("tqdm", tqdm=tqdm),
    }
