"""The members of a tensor stand in one table, and nothing else gives it any."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

import refimpl
from refimpl.members import MEMBERS
from refimpl.tape.tensor import Tensor

PACKAGE = Path(refimpl.__file__).parent


def given_elsewhere(source):
    """Return what a file assigns to attributes of the class Tensor."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            found += [ast.unparse(target) for target in node.targets]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr":
            found.append(ast.unparse(node.args[0]) + ".")
    return [each for each in found if each.startswith("Tensor.")]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_only_the_table_gives_a_tensor_its_members(path):
    expected = ["Tensor."] if path.name == "members.py" else []
    assert given_elsewhere(path.read_text("utf-8")) == expected


def test_a_member_given_elsewhere_is_found():
    assert given_elsewhere("Tensor.view_as = view_as") == ["Tensor.view_as"]


@pytest.mark.parametrize("name", [name for name in MEMBERS if name[0] != "_"])
def test_a_method_is_the_function_itself(name):
    """The same code with a name of its own, which errors tell a method from a function by."""
    method, function = vars(Tensor)[name], MEMBERS[name]
    if not inspect.isfunction(function):
        assert method is function
        return
    assert method.__code__.co_qualname == f"Tensor.{name}"
    assert method.__code__.co_code == function.__code__.co_code
    assert method.__code__.co_filename == function.__code__.co_filename
    assert inspect.signature(method) == inspect.signature(function)
    assert (method.__name__, method.__doc__) == (function.__name__, function.__doc__)


@pytest.mark.parametrize("name", sorted(set(MEMBERS) & set(refimpl.__all__)))
def test_method_and_function_of_one_name_are_one(name):
    no_functions = {"bool", "double", "float", "half", "int", "long", "short", "cuda"}
    other_forms = {"flip", "permute", "reshape", "split"}  # refimpl.tape.functions
    assert name in no_functions | other_forms or MEMBERS[name] is getattr(refimpl, name)


@pytest.mark.parametrize(
    "function", [np.nonzero, np.argwhere, np.real, np.imag], ids=lambda function: function.__name__
)
def test_what_numpy_would_compute_otherwise_than_torch_is_refused(function):
    for x in (refimpl.tensor([0, 1, 2]), refimpl.ones(2, requires_grad=True)):
        with pytest.raises(NotImplementedError, match=r"^numpy\.\w+\(tensor\) lies outside"):
            function(x)
    np.testing.assert_array_equal(np.argwhere(refimpl.tensor([0, 1, 2]).numpy()), [[1], [2]])
    with pytest.raises(AttributeError, match="^'Tensor' object has no attribute 'nonzero'"):
        _ = refimpl.ones(2).nonzero
