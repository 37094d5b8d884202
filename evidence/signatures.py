"""The parameters of torch's functions, to compare ours with.

torch's builtins have no signature for Python; their stubs (.pyi), which torch installs, have one
for each form of a call. A name here stands for all its forms.
"""

import ast
import functools
import importlib
import inspect
from pathlib import Path

# Where torch keeps the stubs of what it does not write in Python.
STUBS = {
    "torch": ("_C/_VariableFunctions.pyi", None),
    "torch.Tensor": ("_C/__init__.pyi", "TensorBase"),
    "torch.nn.functional": ("nn/functional.pyi", None),
    "torch._C._nn": ("_C/_nn.pyi", None),
}


@functools.cache
def stubs(owner):
    """Return {name: parameters of all its forms} of a stub file, or of a class in it."""
    if owner not in STUBS:
        return {}
    path, kind = STUBS[owner]
    path = Path(importlib.import_module("torch").__file__).parent / path
    if not path.exists():
        return {}
    body = ast.parse(path.read_text("utf-8")).body
    if kind is not None:
        body = next(each.body for each in body if getattr(each, "name", None) == kind)
    found = {}
    for each in body:
        if isinstance(each, ast.FunctionDef):
            found.setdefault(each.name, set()).update(_names(each.args))
    return found


def _names(arguments):
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {each.arg.rstrip("_") for each in listed} - {"self"}


def of_python(function):
    """Return the named parameters of a function that Python looks into; None for a builtin."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {each.name for each in parameters if each.kind not in several} - {"self"}


def theirs(owner, name, function):
    """Return the parameters that torch gives to a function in all its forms; None if unknown."""
    found = of_python(function)
    for place in (owner, "torch._C._nn", "torch"):
        if found is None:
            found = stubs(place).get(name)
    return found
