"""Which fault of a call is named first: whether the other one would be named next."""

import ast
import copy
import re

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
    """Tell whether refimpl has that error once one or two arguments are other ones.

    Then the call has several faults, and refimpl knows both. The arguments are those of the last
    line or, where that calls a module, of the line that makes the module.
    """
    made = re.match(r"v\d+ = (v\d+)\(", lines[-1])
    places = [at for at, line in enumerate(lines) if made and line.startswith(f"{made[1]} = ")]
    for at in [len(lines) - 1, *places]:
        for line in variants(lines[at]):
            error = last_error([*lines[:at], line, *lines[at + 1 :]])
            if is_it(error) or (at == len(lines) - 1 and _again(lines, line, is_it)):
                return True
    return False


def _again(lines, line, is_it):
    """Tell whether a second argument has to be another one, too."""
    return any(is_it(last_error([*lines[:-1], second])) for second in variants(line))


def last_error(lines):
    """Return the error of the last line of a program on refimpl."""
    session = Session(refimpl)
    for line in lines[:-1]:
        session.run(line)
    return session.run(lines[-1]).error


def variants(line):
    """Yield a line with one argument left out or replaced, or with another tensor as `self`."""
    name = re.match(r"v\d+ = |", line)[0]
    yield from (name + ast.unparse(changed) for changed in _changed(line))


def _changed(line):
    (call, *_) = [each for each in ast.walk(ast.parse(line)) if isinstance(each, ast.Call)] or [
        None
    ]
    if call is None:
        return
    for at in range(len(call.keywords)):
        changed = copy.deepcopy(call)
        del changed.keywords[at]
        yield changed
        yield from _with(call, lambda found, new, at=at: setattr(found.keywords[at], "value", new))
    for at in range(len(call.args)):
        changed = copy.deepcopy(call)
        changed.args = call.args[:at]
        yield changed
        yield from _with(call, lambda found, new, at=at: found.args.__setitem__(at, new))
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        yield from _with(call, lambda found, new: setattr(found.func, "value", new))


def _with(call, put):
    for text in RIGHT:
        changed = copy.deepcopy(call)
        put(changed, ast.parse(text, mode="eval").body)
        yield changed
