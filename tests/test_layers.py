"""Code imports from its own folder and those beneath it; inside refimpl, from its own layer down.

    refimpl <- evidence <- benchmarks <- docs/_ext <- tests
    refimpl <- gallery
    gallery/shards <- evidence

The folders of ``docs/_ext`` and of the project's root are the ones that Python is told of, so the
modules of ``docs/_ext`` have names without a package. So have those of ``gallery/shards``: a
script there is started in its folder; and those of ``docs/_browser``, which a browser runs.
"""

import ast
import os
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# The folders, each with what it may import beside itself and the packages of others.
FOLDERS = {
    "refimpl": (),
    "gallery/shards": ("refimpl",),
    "evidence": ("refimpl", "gallery/shards"),
    "benchmarks": ("refimpl", "evidence", "gallery/shards"),
    "docs/_browser": ("refimpl",),  # runs in the browser
    "docs/_ext": ("refimpl", "evidence", "benchmarks"),
    "gallery": ("refimpl",),  # a script is what a reader would write
    "docs/_inv": (),
    "requirements": (),
    "tests": (
        *("refimpl", "evidence", "benchmarks", "docs/_ext", "docs/_browser"),
        *("gallery", "gallery/shards", "."),
    ),
    ".": ("evidence",),  # conf.py, and conftest.py, which has the examples run
}
BARE = (
    "docs/_browser",
    "docs/_ext",
    "gallery/shards",
)  # whose modules have names without a package
GENERATED = {"build", "auto_examples"}
LAYERS = {
    "refimpl._entries": 0,
    "refimpl.errors": 0,
    "refimpl.keywords": 0,
    "refimpl.threads": 0,
    "refimpl.formulas": 1,
    "refimpl.streams": 1,
    "refimpl.printing": 1,
    "refimpl.tape": 2,
    "refimpl.nn": 3,
    "refimpl.optim": 3,
    "refimpl.autograd": 3,
    "refimpl.random": 3,
    "refimpl.cuda": 4,
    "refimpl.backends": 4,
    "refimpl.version": 4,
    "refimpl.serialization": 4,
    "refimpl.members": 4,
    "refimpl.utils": 4,
    "refimpl.articles": 5,
    "refimpl.bits": 5,
}
TOP = 6  # refimpl itself, which only re-exports, and python -m refimpl
# The optional part: what it needs beside NumPy. It stands on all of refimpl, and nothing on it.
OPTIONAL = {"refimpl.seeds": {"numba", "tqdm"}}
NEEDS_LITTLE = ("refimpl", "gallery")
CHANGES_OF_PATH = {"addsitedir", "syspath_prepend"}
# Who may name Python's search path, and why.
NAME_THE_PATH = {
    "conf.py": "tells Python of the folders of the project",
    "docs/_ext/translations.py": "is started by a translator, who builds nothing and sets nothing",
    "refimpl/__main__.py": "gives a program its own folder as the first, as Python does",
    "refimpl/standin.py": "gives a script its own folder as the first, and takes it back",
    "tests/test_standin.py": "tests that it is taken back",
}


def sources(root):
    """List the paths of the project's Python files, relative to its root."""
    found = []
    for folder, inner, files in os.walk(root):
        inner[:] = [name for name in inner if not (name.startswith(".") or name in GENERATED)]
        found += [Path(folder, name).relative_to(root) for name in files if name.endswith(".py")]
    return sorted(found)


def folder_of(path):
    """Return the folder of the table that holds a file, or nothing."""
    return next((p.as_posix() for p in path.parents if p.as_posix() in FOLDERS), None)


def name_of(path):
    """Return the name under which a file is imported."""
    folder = folder_of(path)
    inside = path.relative_to(folder) if folder in BARE else path
    return ".".join(inside.with_suffix("").parts).removesuffix(".__init__")


def package(module):
    """Return the package of refimpl that holds a module."""
    return ".".join(module.split(".")[:2])


def layer(module):
    """Return the layer of a module of refimpl by its package."""
    return LAYERS.get(package(module), TOP)


def imports(name, path, tree, known):
    """Yield (line, module) for every import of a file, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = name if path.name == "__init__.py" else name.rpartition(".")[0]
            base = parent.rsplit(".", node.level - 1)[0] if node.level else ""
            source = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield node.lineno, inner if inner in known else source


def fault_of_import(name, folder, target, home):
    """Say what is wrong with an import of `target`, which lies in the folder `home`, if anything.

    What lies in no folder of the project belongs to Python or to a package that is installed.
    """
    if home is None:
        return fault_of_package(name, folder, target.partition(".")[0])
    if package(target) in OPTIONAL and package(name) != package(target) and folder in NEEDS_LITTLE:
        return "is optional: nothing that has to work without it may import it"
    if home != folder:
        return "" if home in FOLDERS[folder] else f"is in {home}, which {folder} may not import"
    if folder == "refimpl" and layer(target) > layer(name):
        return f"climbs from layer {layer(name)} to {layer(target)}"
    return ""


def fault_of_package(name, folder, installed):
    """Say whether a file may not import what is installed: refimpl needs NumPy and no other."""
    allowed = {"numpy", *sys.stdlib_module_names, *OPTIONAL.get(package(name), ())}
    if folder != "refimpl" or installed in allowed:
        return ""
    return "is neither NumPy nor the standard library"


def edits_path(node):
    """Tell whether code names Python's search path, or a function that edits it."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "sys" and any(alias.name == "path" for alias in node.names)
    if not isinstance(node, ast.Attribute):
        return False
    return ast.unparse(node) == "sys.path" or node.attr in CHANGES_OF_PATH


def faults_of_place(path, tree):
    """Yield what is wrong with a file, whatever it imports."""
    if folder_of(path) == "tests" and not path.match("test_*.py") and path.name != "conftest.py":
        yield f"{path.as_posix()} is neither a test nor a conftest.py: its place is evidence/"
    if path.as_posix() not in NAME_THE_PATH:
        for node in filter(edits_path, ast.walk(tree)):
            yield f"{path.as_posix()}:{node.lineno}: sys.path is the business of conf.py"


def faults(root):
    """List imports that climb or leave, cycles, files in the wrong place, edits of sys.path."""
    known = {name_of(path): path for path in sources(root)}
    homes = {name.partition(".")[0]: folder_of(path) for name, path in known.items()}
    found, graph = [], {}
    for name, path in known.items():
        tree = ast.parse((root / path).read_text(encoding="utf-8"))
        found += faults_of_place(path, tree)
        graph[name] = set()
        for line, target in sorted(set(imports(name, path, tree, known))):
            graph[name].add(target)
            home = homes.get(target.partition(".")[0])
            wrong = fault_of_import(name, folder_of(path), target, home)
            if wrong:
                found.append(f"{path.as_posix()}:{line}: {target} {wrong}")
    return found + cycle(graph)


def cycle(graph):
    """Describe a cycle of a graph in a list of at most one line."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return ["a cycle: " + " <- ".join(error.args[1])]
    return []


def test_no_import_climbs_leaves_or_turns_in_a_circle():
    assert faults(ROOT) == []


def test_the_folders_may_not_import_in_a_circle():
    assert cycle(FOLDERS) == []


def test_every_python_file_lies_in_a_folder_of_the_table():
    top = [path for path in sources(ROOT) if folder_of(path) == "."]
    assert top == [Path("conf.py"), Path("conftest.py")]


@pytest.mark.parametrize("path", NAME_THE_PATH)
def test_who_may_name_the_path_does(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert any(map(edits_path, ast.walk(tree)))


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"refimpl/formulas/a.py": "from refimpl import tape"}, "climbs from layer 1 to 2"),
        ({"refimpl/formulas/a.py": "def f():\n    import refimpl.nn"}, "climbs from layer 1 to 3"),
        ({"refimpl/tape/a.py": "from ..nn import modules"}, "climbs from layer 2 to 3"),
        ({"refimpl/nn/a.py": "import torch"}, "neither NumPy nor"),
        ({"refimpl/nn/a.py": "import refimpl"}, "climbs from layer 3 to 6"),
        ({"refimpl/nn/a.py": "import numba"}, "neither NumPy nor"),
        ({"refimpl/a.py": "from tqdm import tqdm"}, "neither NumPy nor"),
        ({"refimpl/seeds/a.py": "import torch"}, "neither NumPy nor"),
        ({"refimpl/a.py": "import refimpl.seeds"}, "is optional: nothing that has to work"),
        ({"refimpl/nn/a.py": "from refimpl.seeds import b"}, "is optional: nothing that has to"),
        ({"gallery/a1/plot_a.py": "import refimpl.seeds"}, "is optional: nothing that has to"),
        (
            {"refimpl/tape/a.py": "from .b import x", "refimpl/tape/b.py": "from . import a"},
            "a cycle",
        ),
        (
            {"evidence/a.py": "import evidence.b", "evidence/b.py": "from evidence import a"},
            "a cycle",
        ),
        ({"docs/_ext/a.py": "import b", "docs/_ext/b.py": "import a"}, "a cycle"),
        ({"refimpl/a.py": "import evidence"}, "is in evidence, which refimpl may not import"),
        ({"evidence/a.py": "from tests import b", "tests/test_b.py": ""}, "is in tests, which"),
        (
            {"evidence/a.py": "def f():\n    import b", "docs/_ext/b.py": ""},
            "is in docs/_ext, which",
        ),
        ({"evidence/a.py": "from benchmarks.b import c"}, "is in benchmarks, which evidence may"),
        ({"evidence/a.py": "import gallery.b", "gallery/b.py": ""}, "is in gallery, which"),
        ({"benchmarks/a.py": "import b", "docs/_ext/b.py": ""}, "is in docs/_ext, which"),
        ({"benchmarks/a.py": "import tests.test_b", "tests/test_b.py": ""}, "is in tests, which"),
        ({"docs/_ext/a.py": "import tests.test_b", "tests/test_b.py": ""}, "is in tests, which"),
        ({"gallery/a1/plot_a.py": "from evidence import a"}, "is in evidence, which gallery may"),
        ({"gallery/a1/plot_a.py": "import a", "docs/_ext/a.py": ""}, "is in docs/_ext, which"),
        (
            {"gallery/a1/plot_a.py": "import a", "gallery/shards/a.py": ""},
            "is in gallery/shards, which",
        ),
        ({"conftest.py": "import tests.test_b", "tests/test_b.py": ""}, "is in tests, which . may"),
        ({"tests/tape/programs.py": ""}, "is neither a test nor a conftest.py"),
        ({"tests/test_a.py": "import sys\n\nsys.path.insert(0, '')"}, "test_a.py:3: sys.path is"),
        ({"evidence/a.py": "import sys\n\nsys.path += ['']"}, "a.py:3: sys.path is the business"),
        ({"docs/_ext/a.py": "from sys import path"}, "a.py:1: sys.path is the business"),
        ({"benchmarks/a.py": "import site\nsite.addsitedir('')"}, "a.py:2: sys.path is the"),
    ],
)
def test_each_kind_of_fault_is_named(tmp_path, files, fault):
    packages = ["refimpl", "refimpl/formulas", "refimpl/tape", "refimpl/nn", "refimpl/seeds"]
    packages += ["evidence"]
    empty = [f"{package}/__init__.py" for package in [*packages, "benchmarks"]]
    for path, text in (dict.fromkeys(empty, "") | files).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = faults(tmp_path)
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    "files",
    [
        {"evidence/a.py": "import torch, numpy, refimpl.nn"},
        {"refimpl/seeds/a.py": "import numba, tqdm, refimpl.nn", "refimpl/seeds/__init__.py": ""},
        {"tests/test_a.py": "import refimpl.seeds", "refimpl/seeds/__init__.py": ""},
        {"benchmarks/a.py": "import refimpl.nn, evidence, scipy"},
        {"docs/_ext/a.py": "import b, benchmarks, evidence, refimpl, sphinx", "docs/_ext/b.py": ""},
        {"gallery/a1/plot_a.py": "import torch, refimpl, matplotlib"},
        {"gallery/shards/a.py": "import b, torch, refimpl", "gallery/shards/b.py": ""},
        {"evidence/a.py": "import b", "gallery/shards/b.py": ""},
        {"tests/test_a.py": "import b, conf, benchmarks", "docs/_ext/b.py": "", "conf.py": ""},
        {"conf.py": "import sys\n\nsys.path.insert(0, '')"},
    ],
)
def test_what_is_allowed_is_no_fault(tmp_path, files):
    for path, text in ({"refimpl/nn/__init__.py": "", "evidence/__init__.py": ""} | files).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert faults(tmp_path) == []
