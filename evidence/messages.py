"""The messages in the sources of refimpl: every text that an error or a warning can have.

A message is read as a template: what a call fills in is written ``…``. Read are the calls that
make an error (``failure``, the constructors of exceptions) or warn; a text that stands in a
variable, a table or another function is followed to there.
"""

import ast
import functools
import itertools
import string
from pathlib import Path
from typing import NamedTuple

from evidence.command import parser

ROOT = Path(__file__).resolve().parents[1]
HOLE = "…"
# Parts of the package that have no counterpart in torch. Their errors say all there is to say: they
# name the file or the line, and what to write there.
OWN = ("refimpl/seeds/", "refimpl/articles/", "refimpl/utils/data/idx.py")
OWN += ("refimpl/utils/data/containers.py",)
MAKERS = {"failure": 1, "NotInSubset": 0, "warn": 0}  # and where the text stands
# What no caller gets to see, by file and function.
UNSEEN = {
    ("refimpl/nn/layers.py", "__get__"): "Module or Python says what is missing",
    ("refimpl/tape/inplace.py", "snapshot"): "a leaf is refused before",
}


# Texts that Python raises itself, so that no note of ours stands below them.
PYTHONS = (
    "…() missing … required positional argument…",
    "…() takes … positional arguments but … were given",
    "unsupported operand type(s) for …: '…' and '…'",
    "unsupported format string passed to Tensor.__format__",
)


READABLE = (ast.JoinedStr, ast.Constant, ast.IfExp)  # what a variable within a text is read from


class Message(NamedTuple):
    """A template and where it stands."""

    place: str
    function: str
    template: str


class _Reader:
    """Reads the texts of one file."""

    def __init__(self, path, root):
        self.path, self.root = path, root
        self.tree = ast.parse(path.read_text("utf-8"))
        self.functions = {
            node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)
        }
        self.constants = _assigned(
            [
                each
                for each in self.tree.body
                if not isinstance(each, (ast.FunctionDef, ast.ClassDef))
            ]
        )

    def messages(self):
        """Return the messages of the file."""
        found = []
        for function, node in _calls(self.tree):
            at = _text_of(node)
            if at is None:
                continue
            place = f"{self.path.relative_to(self.root).as_posix()}:{node.lineno}"
            name = function.name if function else ""
            texts = self.texts(node.args[at], function) if len(node.args) > at else set()
            found += [Message(place, name, text) for text in sorted(texts)]
        return found

    def texts(self, node, function):
        """Return the templates that an expression can give."""
        read = getattr(self, f"_{type(node).__name__}", None)
        return read(node, function) if read else {HOLE}

    def _Constant(self, node, function):
        return {node.value} if isinstance(node.value, str) else set()

    def _JoinedStr(self, node, function):
        parts = [self._part(each, function) for each in node.values]
        return {"".join(chosen) for chosen in itertools.product(*parts)}

    def _part(self, node, function):
        """Return what a piece of an f-string can be: a hole, but for a variable with a text."""
        if isinstance(node, ast.Constant):
            return {node.value}
        values = _assigned(function.body).get(getattr(node.value, "id", None), ())
        if values and all(isinstance(each, READABLE) for each in values):
            return set().union(*(self.texts(each, function) for each in values))
        return {HOLE}

    def _BinOp(self, node, function):
        parts = self.texts(node.left, function), self.texts(node.right, function)
        return {a + b for a, b in itertools.product(*parts)}

    def _IfExp(self, node, function):
        return self.texts(node.body, function) | self.texts(node.orelse, function)

    def _Dict(self, node, function):
        return set().union(*(self.texts(each, function) for each in node.values))

    def _Subscript(self, node, function):
        return self.texts(node.value, function)

    def _Name(self, node, function):
        values = _assigned(function.body).get(node.id) if function else None
        values = values or self.constants.get(node.id)
        if values:
            return set().union(*(self.texts(each, function) for each in values))
        return self._given(node.id, function) or self._imported(node.id)

    def _given(self, name, function):
        """Return what the callers in this file give for a parameter."""
        own = [each.arg for each in function.args.args] if function else []
        if name not in own:
            return set()
        given = [
            (around, value)
            for around, call in _calls(self.tree)
            if getattr(call.func, "id", None) == function.name
            for value in [*call.args[own.index(name) :][:1], *_named(call, name)]
        ]
        return set().union(*(self.texts(value, around) for around, value in given))

    def _imported(self, name):
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and any(a.name == name for a in node.names):
                path = self.root / (node.module.replace(".", "/") + ".py")
                if path.is_file() and name in reader(path, self.root).constants:
                    return reader(path, self.root)._Name(ast.Name(name), None)
        return {HOLE}

    def _Call(self, node, function):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "get"):
            return {_filled(text) for text in self.texts(node.func.value, function)}
        called = self.functions.get(getattr(node.func, "id", None))
        if called is None:
            return {HOLE}
        values = [each.value for each in ast.walk(called) if isinstance(each, ast.Return)]
        return set().union(*(self.texts(each, called) for each in values))


@functools.cache
def reader(path, root):
    """Return the reader of a file."""
    return _Reader(path, root)


def _calls(tree):
    """Return the calls of a file, each with the innermost function around it."""
    found, stack = [], [(None, tree)]
    while stack:
        function, node = stack.pop()
        if isinstance(node, ast.Call):
            found.append((function, node))
        inner = node if isinstance(node, ast.FunctionDef) else function
        stack += [(inner, each) for each in ast.iter_child_nodes(node)]
    return found


def _text_of(call):
    """Return the place of a call's argument that is a message, or None."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in MAKERS:
        return MAKERS[name]
    return 0 if name.endswith("Error") else None


def _named(call, name):
    return [each.value for each in call.keywords if each.arg == name]


def _assigned(body):
    """Return the values that the names of some statements get."""
    found = {}
    for statement in body:
        for node in ast.walk(statement):
            for target in getattr(node, "targets", ()) if isinstance(node, ast.Assign) else ():
                _enter(found, target, node.value)
    return found


def _enter(found, target, value):
    if isinstance(target, ast.Name):
        found.setdefault(target.id, []).append(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for each, its in zip(target.elts, value.elts, strict=True):
            _enter(found, each, its)


def _filled(text):
    """Write what `format` fills in as a hole."""
    return "".join(
        before + (HOLE if name is not None else "")
        for before, name, _, _ in string.Formatter().parse(text)
    )


def messages(root=ROOT):
    """Return the messages of refimpl that a caller can see."""
    paths = {
        path.relative_to(root).as_posix(): path for path in sorted(root.glob("refimpl/**/*.py"))
    }
    return [
        message
        for name, path in paths.items()
        if not name.startswith(OWN)
        for message in reader(path, root).messages()
        if (name, message.function) not in UNSEEN
    ]


if __name__ == "__main__":
    parser("python -m evidence.messages", __doc__).parse_args()
    for message in messages():
        print(*message, sep="\t")
