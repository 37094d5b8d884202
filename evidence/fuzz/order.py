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
    *before, last = lines
    trials = Trials(before)
    once = list(variants(last))
    if any(is_it(trials.error(line)) for line in once):
        return True
    if any(is_it(error) for error in _of_other_modules(before, last)):
        return True
    return any(is_it(trials.error(line)) for each in once for line in variants(each))


def _of_other_modules(before, last):
    """Yield the errors of a last line that calls a module, where that was made in other ways."""
    made = re.match(r"v\d+ = (v\d+)\(", last)
    for at, line in enumerate(before):
        if made and line.startswith(f"{made[1]} = "):
            for other in variants(line):
                yield Trials([*before[:at], other, *before[at + 1 :]]).error(last)


class Trials:
    """The errors of other last lines of a program on refimpl.

    The lines before are run again only behind a line that was taken and may have changed what they
    made. There are thousands of last lines.
    """

    CHANGE = re.compile(r"_\(|\bout=|backward|step\(|\] = |[-+*/%@&|^<>]= ")

    def __init__(self, before):
        self.before = before
        self.session = None
        self.known = {}

    def error(self, line):
        """Return the error of a last line, or nothing."""
        if line not in self.known:
            self.session = self.session or self._fresh()
            self.known[line] = self.session.error(line)
            if not self.known[line] and self.CHANGE.search(line):
                self.session = None
        return self.known[line]

    def _fresh(self):
        session = Session(refimpl)
        for line in self.before:
            session.error(line)
        return session


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
