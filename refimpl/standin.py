"""Run a program that says ``import torch`` on this reference instead."""

import contextlib
import runpy
import sys

import refimpl
from refimpl import autograd, nn, optim, random, utils
from refimpl.nn import functional
from refimpl.utils import data

__all__ = ["in_place_of_torch", "run"]

STAND_INS = {
    "torch": refimpl,
    "torch.autograd": autograd,
    "torch.nn": nn,
    "torch.nn.functional": functional,
    "torch.optim": optim,
    "torch.random": random,
    "torch.utils": utils,
    "torch.utils.data": data,
}


@contextlib.contextmanager
def in_place_of_torch():
    """Let ``import torch`` find refimpl; what stood there before is put back at the end.

    Yields
    ------
    module
        The package `refimpl`.

    Examples
    --------
    >>> from refimpl.standin import in_place_of_torch
    >>> with in_place_of_torch():
    ...     import torch
    >>> torch.__name__
    'refimpl'
    """
    before = {
        name: sys.modules.pop(name)
        for name in list(sys.modules)
        if name == "torch" or name.startswith("torch.")
    }
    sys.modules.update(STAND_INS)
    try:
        yield refimpl
    finally:
        for name in STAND_INS:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def run(path, args=()):
    r"""Run the script at `path` with refimpl in torch's place.

    Parameters
    ----------
    path : str or Path
    args : sequence of str
        What the script finds in ``sys.argv`` behind its own name.

    Returns
    -------
    dict
        The names that the script leaves behind, with their values.

    Raises
    ------
    FileNotFoundError
        Where there is no such script. What the script raises passes through.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from refimpl.standin import run
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     script = Path(folder) / "half.py"
    ...     _ = script.write_text("import torch\nx = torch.tensor([1.0]) / 2\n")
    ...     names = run(script)
    >>> names["x"]
    tensor([0.5000])
    """
    before = sys.argv
    sys.argv = [str(path), *args]
    try:
        with in_place_of_torch():
            return runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv = before
