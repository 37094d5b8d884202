"""A module of refimpl imports only from its own layer or lower ones, without cycles."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = {
    "refimpl.errors": 0,
    "refimpl.formulas": 1,
    "refimpl.streams": 1,
    "refimpl.printing": 1,
    "refimpl.tape": 2,
    "refimpl.nn": 3,
    "refimpl.optim": 3,
    "refimpl.autograd": 3,
    "refimpl.random": 3,
    "refimpl.members": 4,
    "refimpl.utils": 4,
    "refimpl.articles": 5,
}
TOP = 6  # refimpl itself, which only re-exports, and python -m refimpl


def modules(root):
    """Name every module below `root`, with its path."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((root / "refimpl").rglob("*.py"))
    }


def layer(module):
    """Return the layer of a module by its package."""
    return LAYERS.get(".".join(module.split(".")[:2]), TOP)


def imports(name, path, known):
    """Yield (line, module) for every import of a file, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = name if path.name == "__init__.py" else name.rpartition(".")[0]
            base = parent.rsplit(".", node.level - 1)[0] if node.level else ""
            source = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield node.lineno, inner if inner in known else source


def faults(root):
    """List imports that climb, imports of other packages, and cycles."""
    known = modules(root)
    found, graph = [], {}
    for name, path in known.items():
        graph[name] = set()
        for line, target in imports(name, path, known):
            where = f"{path.relative_to(root).as_posix()}:{line}: {target}"
            package = target.partition(".")[0]
            if package == "refimpl":
                graph[name].add(target)
                if layer(target) > layer(name):
                    found.append(f"{where} climbs from layer {layer(name)} to {layer(target)}")
            elif package != "numpy" and package not in sys.stdlib_module_names:
                found.append(f"{where} is neither NumPy nor the standard library")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append("a cycle: " + " <- ".join(error.args[1]))
    return found


def test_no_import_climbs_leaves_or_turns_in_a_circle():
    assert faults(ROOT) == []


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"formulas/a.py": "from refimpl import tape"}, "climbs from layer 1 to 2"),
        ({"formulas/a.py": "def f():\n    import refimpl.nn"}, "climbs from layer 1 to 3"),
        ({"tape/a.py": "from ..nn import modules"}, "climbs from layer 2 to 3"),
        ({"nn/a.py": "import torch"}, "neither NumPy nor"),
        ({"tape/a.py": "from .b import x", "tape/b.py": "from . import a"}, "a cycle"),
        ({"nn/a.py": "import refimpl"}, "climbs from layer 3 to 6"),
    ],
)
def test_each_kind_of_fault_is_named(tmp_path, files, fault):
    packages = ["", "formulas", "tape", "nn"]
    for path in [f"{package}/__init__.py" for package in packages] + list(files):
        target = tmp_path / "refimpl" / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files.get(path, ""))
    found = faults(tmp_path)
    assert len(found) == 1
    assert fault in found[0]
