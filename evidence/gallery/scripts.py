"""Run a gallery script in this process, on torch or with refimpl in torch's place.

A script that trains on pictures is run on Fashion-MNIST where that is on the machine, and on
scikit-learn's digits; each has its own text beside the script. Runs are kept for as long as the
fingerprint and the script stay the same: some of them take seconds.
"""

import contextlib
import functools
import hashlib
import io
import os
import runpy
import warnings
from pathlib import Path
from unittest import mock

os.environ.setdefault("TQDM_DISABLE", "1")  # no progress bars; read when tqdm is imported

import matplotlib.pyplot as plt
from matplotlib.text import Text

from evidence.kept import kept
from refimpl.standin import in_place_of_torch
from refimpl.utils.data.idx import fashion_mnist_folder

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "gallery").glob("*/plot_*.py"))
NO_IMAGES = "Fashion-MNIST is not installed"


def name(script):
    """Return folder and stem, such as a1/plot_compare_means: the name the ledger uses too."""
    return f"{script.parent.name}/{script.stem}"


def script_of(named):
    """Return the path of the script that the ledger names."""
    return ROOT / "gallery" / f"{named}.py"


def trains_on_pictures(script):
    """Tell whether a script asks for pictures."""
    return "pictures(" in script.read_text(encoding="utf-8")


def images():
    """Tell whether Fashion-MNIST is on this machine."""
    return fashion_mnist_folder() is not None


ENGINES = {"torch": contextlib.nullcontext, "refimpl": in_place_of_torch}


@functools.cache
def run(script, engine, digits=False):
    """Return what a script prints and what its figures hold, kept from an earlier run or anew.

    With `digits` the script does not find Fashion-MNIST.
    """
    digest = hashlib.sha256(script.read_bytes()).hexdigest()
    variant = "-digits" * digits
    return kept(
        f"gallery-{script.parent.name}-{script.stem}-{engine}{variant}",
        lambda: {"script": digest, **run_now(script, engine, digits)},
        holds=lambda found: found["script"] == digest,
    )


def run_now(script, engine, digits=False):
    """Run a script: its standard output, and of each figure the label and all texts."""
    out, environment = io.StringIO(), {"FASHION_MNIST": ""} if digits else {}
    with (
        ENGINES[engine](),
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(out),
        mock.patch.object(plt, "show"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        runpy.run_path(str(script), run_name="__main__")
    figures = [described(plt.figure(number)) for number in plt.get_fignums()]
    plt.close("all")
    return {"text": out.getvalue(), "figures": figures}


def described(figure):
    """Return what a figure says of itself."""
    return {
        "label": figure.get_label(),
        "texts": [text.get_text() for text in figure.findobj(Text)],
        "axes": [[named_below(axes), axes.get_ylabel()] for axes in figure.axes if axes.axison],
    }


def named_below(axes):
    """Return the name of the horizontal axis, which the lowest of several panels has for all."""
    together = axes.get_shared_x_axes().get_siblings(axes)
    return next(filter(None, (each.get_xlabel() for each in together)), "")


def printed(script, engine, digits=False):
    """Return the whole standard output of the script."""
    return run(script, engine, digits)["text"]


def expected(script, engine, digits=False):
    """Return the file with the text the engine must print.

    Where exact arithmetic visibly differs from torch's float32, refimpl has a text of its own.
    """
    own = script.with_suffix(f".{engine}.out")
    if digits and trains_on_pictures(script):
        return script.with_suffix(".digits.out")
    return own if own.exists() else script.with_suffix(".out")
