"""Run a gallery script in this process, on torch or with refimpl in torch's place."""

import contextlib
import functools
import io
import runpy
from pathlib import Path
from unittest import mock

import matplotlib.pyplot as plt
from matplotlib.text import Text

from refimpl.standin import in_place_of_torch

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "gallery").glob("*/plot_*.py"))


def name(script):
    """Return folder and stem, such as a1/plot_compare_means: the name the ledger uses too."""
    return f"{script.parent.name}/{script.stem}"


ENGINES = {"torch": contextlib.nullcontext, "refimpl": in_place_of_torch}


@functools.cache
def run(script, engine):
    """Return the script's whole standard output and the texts in its figures."""
    out = io.StringIO()
    with ENGINES[engine](), contextlib.redirect_stdout(out), mock.patch.object(plt, "show"):
        runpy.run_path(str(script), run_name="__main__")
    texts = [t.get_text() for n in plt.get_fignums() for t in plt.figure(n).findobj(Text)]
    plt.close("all")
    return out.getvalue(), texts


def printed(script, engine):
    """Return the whole standard output of the script."""
    return run(script, engine)[0]


def expected(script, engine):
    """Return the file with the text the engine must print.

    Where exact arithmetic visibly differs from torch's float32, refimpl has a text of its own.
    """
    own = script.with_suffix(f".{engine}.out")
    return own if own.exists() else script.with_suffix(".out")
