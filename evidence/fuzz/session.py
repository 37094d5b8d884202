"""A program runs line by line, and all that can be seen of each line is written down."""

import ast
import contextlib
import io
import re
import warnings
from typing import NamedTuple

import numpy as np

from evidence.engines import INTERNAL

OBJECT = re.compile(r"<(?:[\w]+\.)*(\w+) object at 0x[0-9a-f]+>")
CLASS = re.compile(r"<class '(?:torch|refimpl)\.(?:\w+\.)*(\w+)'>")
PREAMBLE = (
    "from collections import OrderedDict",
    "from copy import copy, deepcopy",
    "from io import BytesIO",
    "from math import inf, nan",
    "import numpy as np",
    "import torch",
)
NAMES = {}
exec("\n".join(each for each in PREAMBLE if each != "import torch"), NAMES)


class Array(NamedTuple):
    """What can be seen of a tensor."""

    kind: str
    dtype: str
    strides: tuple
    requires_grad: bool
    is_leaf: bool
    grad_fn: str
    values: np.ndarray  # its shape is the tensor's
    text: str


class Seen(NamedTuple):
    """What can be seen of a line: its value or its error, and what it warned of."""

    value: object = None
    error: tuple = ()  # class and text
    said: tuple = ()


def described(value):
    """Return what can be seen of a value, as plain data that another process can be sent."""
    if hasattr(value, "grad_fn"):
        name = "" if value.grad_fn is None else value.grad_fn.name()
        return Array(
            type(value).__name__,
            str(value.dtype),
            tuple(value.stride()),
            value.requires_grad,
            value.is_leaf,
            name,
            np.array(value.detach().clone().numpy(force=True)),  # torch resizes no shared memory
            repr(value),
        )
    if isinstance(value, dict):
        return {key: described(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)) and type(value).__name__ != "Size":
        return (type(value).__name__, *map(described, value))
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    if isinstance(value, np.ndarray):
        return Array("ndarray", str(value.dtype), (), False, True, "", value.copy(), repr(value))
    return worded(repr(value))


def worded(text):
    """Return a text without what each engine has of its own: addresses, modules, its name."""
    text = CLASS.sub(r"<class '\1'>", OBJECT.sub(r"<\1>", text))
    return text.replace("refimpl.", "torch.").strip()


class Session:
    """The names of a program on one engine.

    Parameters
    ----------
    engine : module
        torch or refimpl. What is set for the whole process is set as in a fresh one.
    """

    def __init__(self, engine):
        self.engine = engine
        self.names = {"torch": engine} | NAMES
        engine.set_default_dtype(engine.float32)
        engine.set_grad_enabled(True)
        engine.set_printoptions(profile="default")
        engine.manual_seed(0)

    def run(self, line):
        """Run a line and return what is seen of it."""
        return self._observed(lambda: described(self._executed(line)))

    def value(self, text):
        """Return the value of an expression, or None where it has none."""
        try:
            return eval(text, self.names)
        except Exception:
            return None

    def error(self, line):
        """Run a line and return its error alone, or nothing."""
        return self._observed(lambda: (self._executed(line), None)[1]).error

    def _observed(self, look):
        """Return what is seen of something that is looked at, its error or its warnings."""
        printed = contextlib.redirect_stdout(io.StringIO())  # what print shows is seen as text
        with printed, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                seen = Seen(value=look())
            except Exception as error:
                seen = Seen(error=(type(error).__name__, worded(str(error))))
        said = [
            (each.category.__name__, INTERNAL.sub("", str(each.message)))
            for each in caught
            if each.category is not DeprecationWarning
        ]
        return seen._replace(said=tuple(dict.fromkeys(said)))

    def _executed(self, line):
        """Run a line; return its value, or that of the name that it sets or changes."""
        (statement,) = ast.parse(line).body
        if isinstance(statement, ast.Expr):
            return eval(compile(line, "<line>", "eval"), self.names)
        exec(compile(line, "<line>", "exec"), self.names)
        target = getattr(statement, "target", None) or getattr(statement, "targets", [None])[0]
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
        return self.names[target.id] if isinstance(target, ast.Name) else None

    def end(self):
        """Return what is seen of all tensors at the end, and of their gradients."""
        return self._observed(self._all)

    def _all(self):
        found = {}
        for name, value in self.names.items():
            if hasattr(value, "grad_fn"):
                found[name] = described(value)
                if value.is_leaf and value.grad is not None:
                    found[f"{name}.grad"] = described(value.grad)
        return found

    def tensors(self):
        """Return the tensors that have a name."""
        tensor = self.engine.Tensor  # a view may refuse to tell its grad_fn
        return {name: value for name, value in self.names.items() if isinstance(value, tensor)}


def run(engine, lines):
    """Run a whole program; return what is seen of each line, and of the end."""
    session = Session(engine)
    return [session.run(line) for line in lines] + [session.end()]


def pasted(lines):
    """Return a program as text that can be pasted."""
    return "\n".join([*PREAMBLE, "torch.manual_seed(0)", *lines])
