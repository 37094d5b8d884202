"""Keywords that torch knows and refimpl does not: one table, and one refusal.

A function that torch gives such keywords ends its parameters with ``**outside`` and begins with

    if outside:
        refuse(function, outside)

so a call without them pays for an empty dictionary alone. A value that is torch's default changes
nothing and is taken.
"""

import inspect
from typing import NamedTuple

from refimpl.errors import by_numpy, failure, is_method, near, unsupported


class Keyword(NamedTuple):
    """A keyword of torch's: its default, what to do instead, and the functions that have it."""

    default: object
    advice: str
    functions: frozenset


def _of(text):
    return frozenset(text.split())


CREATION = """arange empty empty_like eye full full_like linspace normal ones ones_like rand
    rand_like randint randn randn_like randperm zeros zeros_like"""
NEW = " new_empty new_full new_ones new_zeros"
KEYWORDS = {
    "out": Keyword(
        None,
        "Near it: y.copy_(...) writes a result into a tensor.",
        _of(
            """all any arange bernoulli empty eye full linspace max min multinomial normal ones
            rand randint randn randperm scatter sort zeros"""
        ),
    ),
    "layout": Keyword(None, "All tensors here are dense: leave it out.", _of(CREATION + NEW)),
    "pin_memory": Keyword(
        False,
        "It concerns other devices: leave it out.",
        _of(CREATION + NEW + " new_tensor tensor"),
    ),
    "memory_format": Keyword(
        None,
        "The elements lie row by row: leave it out.",
        _of(
            """clone contiguous cpu empty empty_like full_like is_contiguous ones_like
            rand_like randn_like to zeros_like"""
        ),
    ),
    "names": Keyword(None, "Dimensions have no names here.", _of("full")),
    "rounding_mode": Keyword(
        None, "Near it: floor_divide, or div(...).to(torch.int64) to cut off.", _of("div")
    ),
    "sparse_grad": Keyword(False, "All gradients here are dense: leave it out.", _of("gather")),
    "out_dtype": Keyword(None, "Convert the factors with .to(dtype).", _of("mm")),
    "implicit": Keyword(False, "Leave it out.", _of("expand")),
    "non_blocking": Keyword(False, "It concerns other devices: leave it out.", _of("type")),
    "persistent": Keyword(
        True, "Keep a tensor out of the state as a plain attribute.", _of("register_buffer")
    ),
    "destination": Keyword(None, "Merge with dict.update(...).", _of("state_dict")),
    "keep_vars": Keyword(False, "Near it: dict(module.named_parameters()).", _of("state_dict")),
    "assign": Keyword(False, "The values are copied.", _of("load_state_dict")),
}
# NumPy's words, which torch takes beside its own.
ALIASES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "x2": "other"}


class Missing:
    """What stands for an argument that was not given by place."""

    def __repr__(self):
        return "<missing>"


MISSING = Missing()


def by_name(function):
    """Show parameters that are taken by place alone as ones that have names, too.

    Such a function belongs to those of torch that have several forms, whose arguments have
    different names. What is given by name comes in `outside`, and `respelt` finds the form.
    """
    signature = inspect.signature(function)
    shown = []
    for each in signature.parameters.values():
        if each.kind is each.POSITIONAL_ONLY:
            default = each.empty if each.default is MISSING else each.default
            each = each.replace(kind=each.POSITIONAL_OR_KEYWORD, default=default)
        shown.append(each)
    function.__signature__ = signature.replace(parameters=shown)
    return function


def refuse(function, outside):
    """Refuse the keywords that a function was given beyond its own."""
    name = function.__name__
    own = [each for each in inspect.signature(function).parameters if each != "outside"]
    if "out" in outside and by_numpy(name):
        raise failure(
            TypeError,
            f"{name}() got an unexpected keyword argument 'axis'",  # what NumPy hands over first
            f"A function of NumPy called x.{name}: write torch.{name}(x), or give it x.numpy().",
        )
    for keyword, value in outside.items():
        known = None if keyword == "out" and is_method(name) else KEYWORDS.get(keyword)
        if known is not None and name in known.functions:
            if value is not known.default:
                raise unsupported(f"{name}({keyword}=...)", known.advice)
        else:
            raise unexpected(name, keyword, own)


def unexpected(name, keyword, own):
    """Return Python's error for a keyword that nobody knows, with those that look like it."""
    close = near(keyword, own)
    return failure(
        TypeError,
        f"{name}() got an unexpected keyword argument '{keyword}'",
        f"Near it: {', '.join(close)}." if close else None,
    )
