"""Read a printed tensor: which numbers it shows, and between which bounds each of them lay."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from refimpl.printing import DTYPES, PrintOptions, tensor_text

NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)"
TOKEN = re.compile(rf"\s*({NUMBER}|True|False|\.\.\.|[][,?])")
START = re.compile(r"tensor\(|\[")
SUFFIX = re.compile(r"\s*,\s*(\w+)=(<\w+>|\([\d, ]*\)|'[\w:]*'|[\w.]+)")
SUFFIXES = ("dtype", "device", "grad_fn", "requires_grad", "size")
DOTS, HIDDEN = "...", "?"  # entries that a summary leaves out; a number that is not known


class SeedError(ValueError):
    """What was asked for cannot be searched; the message says why, and what would do.

    Examples
    --------
    >>> from refimpl.seeds import SeedError, find
    >>> try:
    ...     find("tensor([0.5000, nan])", "rand(2)")
    ... except SeedError as error:
    ...     print(error)
    the print holds nan, which no draw gives
    """


@dataclass(frozen=True)
class Printed:
    """A tensor as it was printed: its text, its numbers as nested lists of texts, what follows."""

    text: str
    nested: list | str
    dtype: np.dtype | None
    grad_fn: str | None
    requires_grad: bool

    @property
    def shape(self):
        """The shape, or None where dots stand for entries."""
        return None if DOTS in self.text else shape_of(self.nested)

    def entries(self, shape):
        """Return the known numbers of a tensor of that shape, as texts by their index."""
        found = dict(numbered(self.nested, shape, self.shape))
        return {index: text for index, text in found.items() if text != HIDDEN}

    def shows(self, array):
        """Tell whether torch prints `array` like this: every character that is not white space."""
        if self.dtype is not None and array.dtype != self.dtype:
            return False
        array = array if self.shape is None else array.reshape(self.shape)
        wanted = pattern(self.text)
        return any(wanted.fullmatch(squeezed(text)) for text in self.ways(array))

    def ways(self, array):
        """Yield how torch prints an array with these digits, its notation chosen or set."""
        texts = list(leaves(self.nested))
        options = PrintOptions(
            precision=max(map(decimals, texts)) or 4 * any("." in text for text in texts),
            threshold=0 if DOTS in texts else math.inf,
            edgeitems=edge(self.nested) or 3,
        )
        for mode in (None, any("e" in text for text in texts)):
            text = tensor_text(
                array,
                grad_fn=self.grad_fn,
                requires_grad=self.requires_grad,
                options=options.changed(sci_mode=mode),
                default_dtype=array.dtype if self.dtype is None else np.float32,
            )
            bare = self.text.startswith("[")
            yield text[text.index("[") : text.rindex("]") + 1] if bare else text


def squeezed(text):
    """Return a text without white space: what is copied from a page rarely keeps it."""
    return "".join(text.split())


def pattern(text):
    """Return the expression of a text in which a question mark may be any number."""
    return re.compile(re.escape(squeezed(text)).replace(re.escape(HIDDEN), NUMBER))


def decimals(text):
    """Count the digits behind the point."""
    return len(text.partition("e")[0].partition(".")[2])


def cell(text, exact=False):
    """Return the bounds of a number that was printed like this: half a unit of its last digit.

    Integers are exact, and so are floats that are printed without decimals behind their point.

    >>> from refimpl.seeds.printed import cell
    >>> cell("0.5283"), cell("3."), cell("3"), cell("3", exact=True)
    ((0.52825, 0.52835), (3, 3), (2.5, 3.5), (3, 3))
    """
    if text in ("True", "False"):
        return (float(text == "True"),) * 2
    number = Decimal(text)
    if not number.is_finite():
        raise SeedError(f"the print holds {text}, which no draw gives")
    if text.endswith(".") or (exact and number == number.to_integral_value()):
        return (int(number),) * 2  # an integer of 64 bits need not be a float
    half = Decimal((0, (5,), number.as_tuple().exponent - 1))
    return float(number - half), float(number + half)


def leaves(nested):
    """Yield all texts of nested lists."""
    if isinstance(nested, str):
        yield nested
    else:
        for part in nested:
            yield from leaves(part)


def edge(nested):
    """Return how many entries stand before the dots, 0 where there are none."""
    if isinstance(nested, str):
        return 0
    return nested.index(DOTS) if DOTS in nested else max(map(edge, nested), default=0)


def shape_of(nested):
    """Return the shape of nested lists, all of one length on each level."""
    if isinstance(nested, str):
        return ()
    shapes = {shape_of(part) for part in nested}
    if len(shapes) > 1:
        raise SeedError(f"the rows of the print have different shapes: {sorted(shapes)}")
    return (len(nested), *(shapes.pop() if shapes else ()))


def numbered(nested, shape, printed):
    """Yield (index, text) of nested lists that show a tensor of that shape."""
    if isinstance(nested, str) != (shape == ()):
        raise mismatch(shape, printed)
    if shape == ():
        yield (), nested
        return
    gap = nested.index(DOTS) if DOTS in nested else len(nested)
    behind = len(nested) - gap - 1
    if len(nested) != shape[0] if behind < 0 else gap + behind >= shape[0]:
        raise mismatch(shape, printed)
    for place, part in enumerate(nested):
        if place != gap:
            at = place if place < gap else shape[0] - len(nested) + place
            for index, text in numbered(part, shape[1:], printed):
                yield (at, *index), text


def mismatch(shape, printed):
    shown = "dots in it" if printed is None else f"the shape {printed}"
    return SeedError(
        f"the draw has the shape {shape}, and the print has {shown}; say another shape"
    )


def read(text):
    """Return the one tensor of a text."""
    tensors = read_all(text)
    if len(tensors) > 1:
        raise SeedError(f"the text holds {len(tensors)} tensors; a program says how each is drawn")
    return tensors[0]


def read_all(text):
    """Return every tensor of a text."""
    found, place = [], 0
    while start := START.search(text, place):
        tensor, place = read_at(text, start)
        found.append(tensor)
    if not found:
        raise SeedError(f"{shortened(text)} is no printed tensor: copy it from tensor( to its end")
    return found


def read_at(text, start):
    """Read the tensor that starts at a match; return it and where it ends."""
    bare = start[0] == "["
    nested, place = read_nested(text, start.start() if bare else start.end())
    suffixes = {}
    while not bare and (suffix := SUFFIX.match(text, place)):
        suffixes[suffix[1]], place = suffix[2], suffix.end()
    if not bare:
        closing = re.compile(r"\s*\)").match(text, place)
        if not closing:
            raise SeedError(f"after {shortened(text[:place])} a bracket ) is missing")
        place = closing.end()
    if not set(leaves(nested)) - {DOTS, HIDDEN}:
        raise SeedError("the print shows no number")
    check_suffixes(suffixes)
    return Printed(
        text[start.start() : place],
        nested,
        dtype_of(suffixes.get("dtype")),
        suffixes["grad_fn"].strip("<>") if "grad_fn" in suffixes else None,
        suffixes.get("requires_grad") == "True",
    ), place


def check_suffixes(suffixes):
    device = suffixes.get("device", "'cpu'").strip("'")
    if device != "cpu":
        raise SeedError(
            f"the tensor was on {device}: its generator has other streams. Only draws on the CPU "
            "can be searched; some programs draw there and move the tensor afterwards: delete "
            f"device='{device}' to try that"
        )
    unknown = sorted(set(suffixes) - set(SUFFIXES))
    if unknown:
        raise SeedError(f"the print says {unknown[0]}={suffixes[unknown[0]]}, which is not known")


def dtype_of(name):
    """Return NumPy's dtype of torch's name."""
    if name is None:
        return None
    if name.removeprefix("torch.") not in DTYPES:
        raise SeedError(f"the print is of {name}; known: {', '.join(DTYPES)}")
    return np.dtype(name.removeprefix("torch."))


def read_nested(text, place):
    """Read a number or nested brackets; return nested lists of texts, and where they end."""
    open_lists, at_comma = [[]], True
    while True:
        token = TOKEN.match(text, place)
        if not token:
            said = shortened(text[place : place + 40])
            raise SeedError(f"after {shortened(text[:place])} comes {said}, which is no number")
        place = token.end()
        if token[1] == "[" and at_comma:
            open_lists.append([])
        elif token[1] == "," and not at_comma:
            at_comma = True
            continue
        elif token[1] == "]" and len(open_lists) > 1 and (not at_comma or not open_lists[-1]):
            inner = open_lists.pop()
            open_lists[-1].append(inner)
            at_comma = False
        elif token[1] not in "[,]" and at_comma:
            open_lists[-1].append(token[1])
            at_comma = False
        else:
            raise SeedError(f"{token[1]} stands in the wrong place after {shortened(text[:place])}")
        if len(open_lists) == 1:
            return open_lists[0][0], place


def shortened(text):
    """Return the end of a long text, in quotes."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 50 else f"...{text[-47:]}")
