"""The members of a tensor stand in one table, and nothing else gives it any."""

import ast
from pathlib import Path

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
    assert vars(Tensor)[name] is MEMBERS[name]


@pytest.mark.parametrize("name", sorted(set(MEMBERS) & set(refimpl.__all__)))
def test_method_and_function_of_one_name_are_one(name):
    dtypes = {"bool", "double", "float", "half", "int", "long", "short"}
    assert name in dtypes or MEMBERS[name] is getattr(refimpl, name)
