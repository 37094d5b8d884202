"""Run a program that says ``import torch`` on this reference instead."""

import contextlib
import os
import runpy
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec, module_from_spec

import refimpl
from refimpl import autograd, backends, cuda, nn, optim, random, serialization, utils, version
from refimpl.autograd import variable
from refimpl.errors import NotInSubset, explain, near, outside
from refimpl.nn import functional, parameter
from refimpl.optim import adam, lr_scheduler, optimizer, sgd
from refimpl.utils import data

__all__ = ["in_place_of_torch", "run"]

# Modules that have one path in both.
SHARED = {
    "torch": refimpl,
    "torch.autograd": autograd,
    "torch.autograd.function": autograd.function,
    "torch.autograd.functional": autograd.functional,
    "torch.autograd.variable": variable,
    "torch.backends": backends,
    "torch.backends.cudnn": backends.cudnn,
    "torch.backends.mps": backends.mps,
    "torch.cuda": cuda,
    "torch.nn": nn,
    "torch.nn.functional": functional,
    "torch.nn.init": nn.init,
    "torch.nn.parameter": parameter,
    "torch.nn.utils": nn.utils,
    "torch.nn.utils.clip_grad": nn.utils.clip_grad,
    "torch.optim": optim,
    "torch.optim.adam": adam,
    "torch.optim.lr_scheduler": lr_scheduler,
    "torch.optim.optimizer": optimizer,
    "torch.optim.sgd": sgd,
    "torch.random": random,
    "torch.serialization": serialization,
    "torch.utils": utils,
    "torch.utils.data": data,
    "torch.version": version,
}

# The modules of torch.nn.modules: what is no loss and no layer is an activation.
HOMES = {
    "container": ["ModuleDict", "ModuleList", "Sequential"],
    "dropout": ["Dropout"],
    "flatten": ["Flatten"],
    "linear": ["Linear"],
    "loss": [name for name in nn.__all__ if name.endswith("Loss")],
}
NO_MODULES = ("Parameter", "functional", "init", "utils")
OTHERS = {
    "Module",
    "Parameter",
    "functional",
    "init",
    "utils",
    *(name for home in HOMES.values() for name in home),
}
HOMES["activation"] = [name for name in nn.__all__ if name not in OTHERS]

SPECIAL = ["erf", "erfc", "expm1", "log1p", "log_softmax", "logsumexp", "softmax", "xlogy"]

# Where torch keeps what a package of refimpl holds: the path, that package, the names.
ELSEWHERE = {
    "torch.autograd.gradcheck": (autograd, ["gradcheck"]),
    "torch.autograd.grad_mode": (autograd, ["enable_grad", "no_grad", "set_grad_enabled"]),
    "torch.functional": (refimpl, ["norm", "split"]),
    "torch.nn.modules": (nn, [n for n in nn.__all__ if n not in NO_MODULES]),
    **{f"torch.nn.modules.{home}": (nn, names) for home, names in HOMES.items()},
    "torch.nn.modules.module": (nn, ["Module"]),
    "torch.torch_version": (version, ["TorchVersion"]),
    "torch.special": (refimpl, SPECIAL),
    "torch.utils.data.dataloader": (data, ["DataLoader", "default_collate"]),
    "torch.utils.data.dataset": (data, ["Dataset", "Subset", "TensorDataset", "random_split"]),
}


def _show(path, package, names):
    """Return a module of torch's path that holds the same objects as `package`."""
    inner = any(other.startswith(f"{path}.") for other in ELSEWHERE)
    module = module_from_spec(ModuleSpec(path, None, is_package=inner))
    vars(module).update({name: getattr(package, name) for name in names})
    module.__all__ = names
    module.__getattr__ = outside(path, names)
    return module


STAND_INS = SHARED | {path: _show(path, *entry) for path, entry in ELSEWHERE.items()}


def _named_by_torch():
    """Return {class: torch's module} of the classes that programs print the names of.

    A class is reached under several paths; torch names it by the one that leads farthest.
    """
    homes = {
        random.Generator: "torch._C",
        version.TorchVersion: "torch.torch_version",
        autograd.hooks.RemovableHandle: "torch.utils.hooks",
        data.loader._SingleProcessDataLoaderIter: "torch.utils.data.dataloader",
        nn.module.IncompatibleKeys: "torch.nn.modules.module",
    }
    for path in sorted(STAND_INS, key=lambda path: -path.count(".")):
        module = STAND_INS[path]
        for name in getattr(module, "__all__", ()):
            found = getattr(module, name)
            if isinstance(found, type) and found.__module__.startswith("refimpl"):
                homes.setdefault(found, path)
    del homes[NotInSubset]
    return homes


class _Refusal:
    """Finds no module below torch that is not yet there.

    Without it Python would look into the folders of refimpl, and load files a second time.
    """

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        parent, _, child = fullname.rpartition(".")
        if fullname != "torch" and not fullname.startswith("torch."):
            return None
        if _only_asked(sys._getframe(1)) and PathFinder.find_spec(fullname, path) is None:
            return None  # no file of refimpl has that name: nobody finds it
        siblings = [p.rpartition(".")[2] for p in STAND_INS if p.rpartition(".")[0] == parent]
        error = ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        raise explain(error, fullname, [f"{parent}.{each}" for each in near(child, siblings)])


def _only_asked(frame):
    """Say whether the frame searches for `find_spec`, which returns None for what is missing."""
    return getattr(frame.f_back, "f_code", None) is find_spec.__code__


def take_the_place_of_torch():
    """Let ``import torch`` find refimpl from now on; close what is returned to undo it."""
    before = _forget_torch()
    sys.modules.update(STAND_INS)
    sys.meta_path.insert(0, _Refusal)
    undo = contextlib.ExitStack()
    undo.callback(sys.modules.update, before)
    undo.callback(_forget_torch)
    undo.callback(sys.meta_path.remove, _Refusal)
    for each, path in _named_by_torch().items():
        undo.callback(setattr, each, "__module__", each.__module__)
        each.__module__ = path
    for path, module in STAND_INS.items():
        parent, _, child = path.rpartition(".")
        if parent and child not in vars(STAND_INS[parent]):
            setattr(STAND_INS[parent], child, module)
            undo.callback(delattr, STAND_INS[parent], child)
    return undo


def _forget_torch():
    """Take torch and all below it from the loaded modules, and return them."""
    loaded = [name for name in sys.modules if name.partition(".")[0] == "torch"]
    return {name: sys.modules.pop(name) for name in loaded}


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
    with take_the_place_of_torch():
        yield refimpl


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
    before = sys.argv, sys.path[:]
    sys.argv = [str(path), *args]
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    try:
        with in_place_of_torch():
            return runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv, sys.path[:] = before
