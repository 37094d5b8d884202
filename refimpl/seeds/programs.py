"""Read programs of draws: which words of the stream each printed number is made of."""

import ast
import re
from dataclasses import dataclass, replace

import numpy as np

from refimpl.printing import DTYPES
from refimpl.seeds.draws import CALLS, LARGE, Cursor
from refimpl.seeds.printed import SeedError, cell
from refimpl.seeds.sources import INVERSES, Image, Share, Uniform

KNOWN = "rand, randn, randint, randperm, normal, uniform, nn.Linear"
FACTORIES = {"empty", "zeros", "ones", "Tensor", "FloatTensor"}
SAME = {"detach", "clone", "contiguous", "cpu", "requires_grad_", "data", "print"}
SHORT = {"float": "float32", "double": "float64", "half": "float16", "long": "int64"}
COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.FunctionDef, ast.ClassDef, ast.Lambda)
COMPOUND += (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
# What an index of numbers is made of. No power: its result might take longer than the search.
INDEX = (ast.Constant, ast.Slice, ast.Tuple, ast.List, ast.Load, ast.UnaryOp, ast.USub, ast.BinOp)
INDEX += (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)


@dataclass(frozen=True)
class Layer:
    """A linear layer: the sources of its weight and bias."""

    weight: np.ndarray
    bias: np.ndarray | None = None


def as_array(sources, shape):
    """Return sources as an array of objects."""
    array = np.empty(len(sources), object)
    array[:] = sources
    return array.reshape(shape)


def known(sources, printed):
    """Return [(source, bounds)] of the entries that a print of these sources shows."""
    shape = printed.shape
    if shape is not None and np.prod(shape, dtype=int) == sources.size:
        sources = sources.reshape(shape)  # printed in another shape, the order is the same
    entries = printed.entries(sources.shape)
    return [
        traced(sources[index], cell(text, sources[index].exact))
        for index, text in entries.items()
        if sources[index] is not None
    ]


def traced(source, bounds):
    """Return the source that was drawn, and its bounds, behind all functions of it."""
    while isinstance(source, Image):
        source, bounds = source.traced(bounds)
    return source, bounds


class Reader:
    """Follows a program through its draws; `printed` gives the shape of a draw that says none."""

    def __init__(self, printed=None):
        self.names, self.cursor, self.draws = {}, Cursor(), []
        self.printed = printed

    def statement(self, node):
        """Follow a statement; return the sources of its value where it has one, else None."""
        if any(isinstance(inner, COMPOUND) for inner in ast.walk(node)) and any(
            isinstance(inner, ast.Call) and called(inner) in CALLS for inner in ast.walk(node)
        ):
            raise SeedError(
                f"{ast.unparse(node).splitlines()[0]} draws in a loop or a function: write its "
                "draws one after the other"
            )
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            self.names[node.targets[0].id] = self.value(node.value)
            return None
        return self.value(node.value if isinstance(node, ast.Expr) else node)

    def value(self, node):
        """Return the sources of an expression: an array, a Layer, or None where they are lost."""
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute):
            return attribute(self.value(node.value), node.attr)
        values = [self.value(child) for child in ast.iter_child_nodes(node)]
        return part(values[0], node.slice) if isinstance(node, ast.Subscript) else None

    def call(self, node):
        name = called(node)
        if name in CALLS:
            return self.drawn(CALLS[name], node)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if name in ("uniform_", "normal_") and isinstance(owner, ast.Call):
            if called(owner) in FACTORIES:
                return self.filled(CALLS[name.rstrip("_")], node, owner)
        inner = [owner, *node.args, *(word.value for word in node.keywords)]
        values = [self.value(each) for each in inner if each is not None]
        arrays = [value for value in values if isinstance(value, np.ndarray)]
        return derived(name, arrays[0], node) if len(arrays) == 1 else None

    def drawn(self, call, node):
        """Follow the call of a function of torch that draws."""
        draws = applied(call, node)
        sources = [self.placed(draw) for draw in draws]
        return Layer(*sources) if called(node) == "Linear" else sources[0]

    def filled(self, call, node, owner):
        """Follow ``torch.empty(...).uniform_(...)`` and its like."""
        (draw,), (shaped,) = applied(call, node), applied(CALLS["rand"], owner)
        return self.placed(replace(draw, shape=shaped.shape, dtype=shaped.dtype))

    def placed(self, draw):
        """Put a draw behind those before it, and return its sources."""
        if draw.shape is None:
            draw = replace(draw, shape=self.shape_of_print(draw))
        self.draws.append(draw)
        if draw.size > LARGE:
            draw.passed(self.cursor)
            return None
        return as_array(draw.sources(self.cursor), draw.shape)

    def shape_of_print(self, draw):
        if self.printed is None:
            return ()
        if self.printed.shape is None:
            raise SeedError(f"the print has dots: say the shape, as in {draw.name}(20, 100)")
        return self.printed.shape


def called(node):
    """Return the last part of the name of a function that is called."""
    return ast.unparse(node.func).rpartition(".")[2]


def applied(call, node):
    """Return what a function makes of the arguments of a call, which are plain numbers."""
    try:
        return call(
            *map(literal, node.args), **{word.arg: literal(word.value) for word in node.keywords}
        )
    except ValueError as error:
        if isinstance(error, SeedError):
            raise
        said = "an argument is no plain number; write the number"
    except TypeError as error:
        said = str(error).partition(" ")[2]
    raise SeedError(f"{ast.unparse(node)}: {said}")


def literal(node):
    """Return a number, a shape, a text, or the dtype that torch's name means."""
    name = ast.unparse(node).rpartition(".")[2]
    name = SHORT.get(name, name)
    if name in DTYPES:
        return np.dtype(name)
    return ast.literal_eval(node)


def attribute(value, name):
    """Return the sources of an attribute."""
    if isinstance(value, Layer):
        return getattr(value, name, None)
    if isinstance(value, np.ndarray):
        return value if name in SAME else value.T if name == "T" else None
    return None


def part(value, index):
    """Return the sources of an index that is a number, a slice or several of them."""
    if not isinstance(value, np.ndarray):
        return None
    if not all(isinstance(inner, INDEX) for inner in ast.walk(index)):
        return None
    try:
        index = eval(f"each[{ast.unparse(index)}]", {"__builtins__": {}, "each": np.s_})
        return np.array(value[index], object)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None  # not an index of numbers: what comes out is not followed


def derived(name, array, node):
    """Return the sources of what a function makes of one tensor, None where they are lost."""
    try:
        numbers = [ast.literal_eval(arg) for arg in node.args if not holds_name(arg)]
        words = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
        if name in ("view", "reshape"):
            return array.reshape(*numbers)
        if name == "flatten":
            return array.ravel()
        if name in INVERSES:
            images = [Image(source, INVERSES[name]) for source in array.flat]
            return as_array(images, array.shape)
        if name == "softmax":
            return softmax(array, words.get("dim", (*numbers, 0)[0]))
    except (ValueError, TypeError):
        return None
    return array if name in SAME else None


def holds_name(node):
    return any(isinstance(inner, ast.Name) for inner in ast.walk(node))


def softmax(array, dim):
    """Return the sources of a softmax along a dimension: of uniform numbers only."""
    if not all(isinstance(source, Uniform) for source in array.flat):
        return None
    shares = np.empty_like(array)
    for index, source in np.ndenumerate(array):
        first = list(index)
        first[dim] = 0
        shares[index] = Share(source, array[tuple(first)].word)
    return shares


def parsed(text):
    """Return the statements of a text; a semicolon or a new line stands between two."""
    try:
        return ast.parse(text).body
    except SyntaxError as error:
        raise SeedError(f"{text.strip()!r} is not Python: {error.msg}") from None


def torch_lines(text):
    """Return the lines of statements, every draw under torch's full name."""
    short = re.compile(rf"(?<![\w.])(?:torch\.)?((?:nn\.)?(?:{'|'.join(CALLS)}))\(")
    lines = [short.sub(r"torch.\1(", ast.unparse(node)) for node in parsed(text)]
    return [line.replace("torch.Linear(", "torch.nn.Linear(") for line in lines]


def draws_before(text):
    """Return the draws of statements that print nothing."""
    reader = Reader()
    for node in parsed(text):
        reader.statement(node)
    return reader.draws
