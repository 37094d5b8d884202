"""The functions that compute an operator's value and its gradient, as they stand in the package."""

import ast
import functools
import importlib
import inspect
from pathlib import Path

# What checks arguments, cuts arrays into chunks and adds losses up is the same for all.
COMMON = {"_checks", "_chunks", "_formula", "_reduce", "_targets"}
PACKAGE = "refimpl.formulas"


@functools.cache
def functions(module):
    """Return the functions that a module defines, by name, in its order."""
    tree = ast.parse(Path(importlib.import_module(module).__file__).read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def imported(module):
    """Return where a module's names come from, of the formulas that are not common to all."""
    tree = ast.parse(Path(importlib.import_module(module).__file__).read_text("utf-8"))
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}._")
        for alias in node.names
        if node.module.rpartition(".")[2] not in COMMON
    }


def reached(module, name, found):
    """Add a function and all that it names, of this module and of those that it imports."""
    if name not in functions(module) or (module, name) in found:
        return found
    found.append((module, name))
    elsewhere = imported(module)
    for node in ast.walk(functions(module)[name]):
        if isinstance(node, ast.Name):
            reached(*elsewhere.get(node.id, (module, node.id)), found)
    return found


def code_of(formula):
    """Return the paths of the functions behind the value and behind the gradient of a formula."""
    module = inspect.unwrap(formula.value).__module__
    value = reached(module, formula.name, [])
    gradient = reached(module, f"{formula.name}_vjp", [])
    paths = [[f"{m}.{n}" for m, n in each] for each in (value, gradient)]
    return paths[0], [path for path in paths[1] if path not in paths[0]]
