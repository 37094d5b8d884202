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
    """Return {name: {parameter: its defaults}} of a stub file, or of a class in it."""
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
            forms = found.setdefault(each.name, {})
            for name, default in _parameters(each.args):
                forms.setdefault(name, set()).update(default)
    return found


def _parameters(arguments):
    """Return the names of parameters, each with the text of its default where it has one."""
    named = [*arguments.posonlyargs, *arguments.args]
    given = [None] * (len(named) - len(arguments.defaults)) + arguments.defaults
    defaults = [{ast.unparse(each)} if each else set() for each in given + arguments.kw_defaults]
    names = [each.arg.rstrip("_") for each in [*named, *arguments.kwonlyargs]]
    return [pair for pair in zip(names, defaults, strict=True) if pair[0] != "self"]


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
    return found if found is not None else set(of_stubs(owner, name)) or None


def of_stubs(owner, name):
    """Return {parameter: its defaults} of a builtin; nothing where no stub has it."""
    places = (owner, "torch._C._nn", "torch")
    return next((stubs(place)[name] for place in places if name in stubs(place)), {})


def defaults(owner, name, function):
    """Return {parameter: its defaults as text}, which may differ between forms of a call."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return {key: texts for key, texts in of_stubs(owner, name).items() if texts - {"..."}}
    return {
        each.name: {repr(each.default)} for each in parameters if each.default is not each.empty
    }
