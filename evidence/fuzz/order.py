"""Which fault of a call is named first: whether the other one would be named next."""

import ast
import copy

import refimpl
from evidence.fuzz.session import Session

# Arguments that are right for one parameter or another.
RIGHT = (
    "torch.ones(2, 3)",
    "torch.ones(2)",
    "torch.tensor([0, 1])",
    "torch.tensor(1.0)",
    "torch.tensor([True, False])",
    "0",
    "1",
    "0.5",
    "True",
    "None",
    "(2, 3)",
    "[0]",
    "torch.float32",
    "'mean'",
)


def named_next(lines, is_it):
    """Tell whether refimpl has that error once some argument of the last line is another one.

    Then the call has two faults, and refimpl knows both.
    """
    session = Session(refimpl)
    for line in lines[:-1]:
        session.run(line)
    return any(is_it(session.run(line).error) for line in variants(lines[-1]))


def variants(line):
    """Yield a line with one argument left out or replaced, or with another tensor as `self`."""
    tree = ast.parse(line)
    (call, *_) = [n for n in ast.walk(tree) if isinstance(n, ast.Call)] or [None]
    if call is None:
        return
    for at in range(len(call.keywords)):
        changed = copy.deepcopy(call)
        del changed.keywords[at]
        yield ast.unparse(changed)
        yield from _with(call, lambda found, new, at=at: setattr(found.keywords[at], "value", new))
    for at in range(len(call.args)):
        changed = copy.deepcopy(call)
        changed.args = call.args[:at]
        yield ast.unparse(changed)
        yield from _with(call, lambda found, new, at=at: found.args.__setitem__(at, new))
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        yield from _with(call, lambda found, new: setattr(found.func, "value", new))


def _with(call, put):
    for text in RIGHT:
        changed = copy.deepcopy(call)
        put(changed, ast.parse(text, mode="eval").body)
        yield ast.unparse(changed)
