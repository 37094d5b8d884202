"""The draws that can be searched: where their numbers come from, and how to repeat them."""

import math
from dataclasses import dataclass

import numpy as np

from refimpl import streams
from refimpl.seeds.printed import SeedError
from refimpl.seeds.sources import FLOAT32, FLOAT64, WIDE, Normal, Pair, Place, Uniform, Whole

LARGE = 10**6  # entries: a larger draw is passed over, not followed
BLOCK = 16  # as many normals are drawn in another way than fewer
FLOAT, LONG = np.dtype(np.float32), np.dtype(np.int64)


@dataclass
class Cursor:
    """How far a stream is used up: the next word, and the normal that waits in the generator."""

    word: int = 0
    waiting: Pair | None = None

    def take(self, count):
        """Return the next word and go past `count` of them."""
        self.word += count
        return self.word - count


@dataclass(frozen=True)
class Draw:
    """A call that draws one tensor: its name, its numbers, shape and dtype.

    A shape of None is the one of the print.
    """

    name: str
    numbers: tuple
    shape: tuple | None
    dtype: np.dtype

    @property
    def size(self):
        return math.prod(self.shape)

    def call(self):
        """Return the call of torch."""
        numbers = "".join(f"{number}, " for number in self.numbers)
        plain = LONG if self.name in ("randint", "randperm") else FLOAT
        dtype = "" if self.dtype == plain else f", dtype=torch.{self.dtype.name}"
        if self.name == "uniform":
            return f"torch.empty({self.shape}{dtype}).uniform_({numbers[:-2]})"
        if self.name in ("randint", "normal"):
            return f"torch.{self.name}({numbers}{self.shape}{dtype})"
        return f"torch.{self.name}({', '.join(map(str, self.shape)) or '()'}{dtype})"

    def sources(self, cursor):
        """Return the source of every entry, in the order of the entries; move the cursor on."""
        return SOURCES[self.name](self, cursor)

    def passed(self, cursor):
        """Move the cursor past a draw that nobody asks about, whatever its size."""
        if self.size <= LARGE:
            self.sources(cursor)
        elif self.name == "randperm":
            cursor.take(self.size - 1)
        elif self.name == "randint":
            cursor.take(self.size * (1 + (self.numbers[1] - self.numbers[0] >= WIDE)))
        else:
            rest = self.size % BLOCK if self.name in ("randn", "normal") else 0
            first = self.size - rest * (self.dtype == np.float16)
            cursor.take(_words(self.dtype) * (first + BLOCK * (rest > 0)))

    def repeated(self, generator):
        """Draw again."""
        return REPEATED[self.name](self, generator)


def _bits(dtype):
    return FLOAT64 if dtype == np.float64 else FLOAT32


def _words(dtype):
    return 2 if dtype == np.float64 else 1


def uniforms(draw, cursor):
    low, high = draw.numbers or (0.0, 1.0)
    each = _words(draw.dtype)
    first = cursor.take(each * draw.size)
    return [
        Uniform(first + each * i, _bits(draw.dtype), low, high - low, draw.dtype)
        for i in range(draw.size)
    ]


def integers(draw, cursor):
    low, high = draw.numbers
    each = 1 + (high - low >= WIDE)
    first = cursor.take(each * draw.size)
    return [Whole(first + each * i, low, high - low) for i in range(draw.size)]


def normals(draw, cursor):
    mean, std = draw.numbers or (0.0, 1.0)
    if not std > 0:
        raise SeedError(f"std is {std:g}: every seed prints the same; only a positive one can tell")
    if draw.size >= BLOCK:
        places = in_blocks(draw.size, draw.dtype, cursor)
    else:
        places = in_pairs(draw.size, cursor)
    return [Normal(pair, sine, mean, std, draw.dtype) for pair, sine in places]


def in_pairs(size, cursor):
    """Yield pair by pair, of 53 bits in every dtype; the last may leave a normal waiting."""
    for _ in range(size):
        if cursor.waiting is not None:
            pair, cursor.waiting = cursor.waiting, None
            yield pair, True
        else:
            angle = cursor.take(4)
            cursor.waiting = Pair(angle + 2, angle, FLOAT64)
            yield cursor.waiting, False


def in_blocks(size, dtype, cursor):
    """Return the pairs of each 16 normals; the last 16 are drawn anew where the size has a rest."""
    each, rest = _words(dtype), size % BLOCK
    first = cursor.take(each * (size - rest if dtype == np.float16 else size))
    starts = [first + each * i for i in range(0, size - rest, BLOCK)]
    if not rest:
        return [place for start in starts for place in block(start, dtype)]
    again = cursor.take(each * BLOCK)
    places = [place for start in starts for place in block(start, dtype)]
    return places[: size - BLOCK] + block(again, dtype)


def block(start, dtype):
    """Return the places of 16 normals: the first 8 words are radii, the last 8 angles."""
    each, half = _words(dtype), BLOCK // 2
    pairs = [Pair(start + each * i, start + each * (half + i), _bits(dtype)) for i in range(half)]
    return [(pair, sine) for sine in (False, True) for pair in pairs]


def permutation(draw, cursor):
    first = cursor.take(max(draw.size - 1, 0))
    return [Place(first, i, draw.size) for i in range(draw.size)]


SOURCES = {
    "rand": uniforms,
    "uniform": uniforms,
    "randint": integers,
    "randn": normals,
    "normal": normals,
    "randperm": permutation,
}
REPEATED = {
    "rand": lambda d, g: streams.rand(g, d.shape, d.dtype),
    "uniform": lambda d, g: streams.uniform(g, *d.numbers, d.shape, d.dtype),
    "randint": lambda d, g: streams.randint(g, *d.numbers, d.shape, d.dtype),
    "randn": lambda d, g: streams.randn(g, d.shape, d.dtype),
    "normal": lambda d, g: streams.normal(g, *d.numbers, d.shape, d.dtype),
    "randperm": lambda d, g: streams.randperm(g, d.size, d.dtype),
}


# torch's signatures: each function takes what a call says and returns the draws that it makes.


def rand(*shape, size=None, dtype=FLOAT, device="cpu", requires_grad=False):
    return [Draw("rand", (), checked_shape(shape, size), dtype)]


def randn(*shape, size=None, dtype=FLOAT, device="cpu", requires_grad=False):
    return [Draw("randn", (), checked_shape(shape, size), dtype)]


def randint(low, high=None, size=None, dtype=LONG, device="cpu", requires_grad=False):
    if isinstance(high, (tuple, list)):
        high, size = None, high
    if high is None:
        low, high = 0, low
    if low >= high:
        raise SeedError(f"randint({low}, {high}): the first bound has to be the lower one")
    return [Draw("randint", (low, high), checked_shape((), size), dtype)]


def randperm(n=None, dtype=LONG, device="cpu", requires_grad=False):
    return [Draw("randperm", (), checked_shape(() if n is None else (n,)), dtype)]


def normal(mean=0.0, std=1.0, size=None, dtype=FLOAT, device="cpu", requires_grad=False):
    return [Draw("normal", (mean, std), checked_shape((), size), dtype)]


def uniform(low=0.0, high=1.0, size=None, dtype=FLOAT):
    if not low < high:
        raise SeedError(f"uniform({low}, {high}): the first bound has to be the lower one")
    return [Draw("uniform", (low, high), checked_shape((), size), dtype)]


def linear(in_features, out_features, bias=True, device="cpu", dtype=FLOAT):
    """Return the draws of the weight and of the bias, as `refimpl.nn.Linear` makes them."""
    gain = math.sqrt(2.0 / (1 + math.sqrt(5) ** 2))
    bound = math.sqrt(3.0) * (gain / math.sqrt(in_features))
    weight = uniform(-bound, bound, (out_features, in_features), dtype)
    bound = 1 / math.sqrt(in_features)
    return weight + (uniform(-bound, bound, (out_features,), dtype) if bias else [])


def checked_shape(shape, size=None):
    """Return the shape that stands in numbers, in one sequence or behind size=; None for none."""
    if size is None and shape == ():
        return None
    if size is not None:
        shape = size
    elif len(shape) == 1 and isinstance(shape[0], (tuple, list)):
        (shape,) = shape
    if not all(isinstance(length, int) and length >= 0 for length in shape):
        raise SeedError(f"{shape} is no shape: it takes whole numbers that are not negative")
    return tuple(shape)


CALLS = {
    "rand": rand,
    "randn": randn,
    "randint": randint,
    "randperm": randperm,
    "normal": normal,
    "uniform": uniform,
    "Linear": linear,
}
