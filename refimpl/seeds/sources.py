"""From what a number was made: which words of the stream, and what a print says of them.

Every draw of torch makes its numbers from words of 32 bits by a few rules (`refimpl.streams`). Here
a rule is turned round: where a number must lie between two bounds, a word of it must meet

.. math:: \\operatorname{rotated}((w - w' - a) \\, m \\bmod 2^{32}, k) \\le b,

with another word :math:`w'` or none. That is an interval of the lowest bits of the word, or of the
difference of two, if m is a power of two and k is 0; or a remainder (see `divisible`).
A condition may let through a little more than it should: what is left is drawn again and printed.
"""

import math
from dataclasses import dataclass

import numpy as np

from refimpl.seeds.printed import SeedError
from refimpl.seeds.scan import HALF_PAIR, REMAINDER

FLOAT32, FLOAT64 = 24, 53  # bits of a uniform number
HIGH = FLOAT64 - 32  # of them in the first of two words
WIDE = 2**28  # from this width on an integer takes two words


@dataclass(frozen=True)
class Condition:
    """What one word, less another one, must meet; `share` is the part of all words that do."""

    word: int
    offset: int
    factor: int
    rotation: int
    bound: int
    share: float
    other: int | None = None

    def met_by(self, words):
        """Tell whether a stream meets it."""
        x = int(words[self.word]) - (0 if self.other is None else int(words[self.other]))
        x = (x - self.offset) * self.factor % 2**32
        return (x >> self.rotation | x << (32 - self.rotation)) % 2**32 <= self.bound


@dataclass(frozen=True)
class Check:
    """What is asked seed by seed, of those that meet the conditions: see `scan.checked`."""

    kind: int
    words: tuple
    numbers: tuple
    bounds: tuple = (0.0, 0.0)


@dataclass
class Found:
    """What some printed numbers tell: conditions, checks, and how many streams print them so."""

    conditions: list
    checks: list
    share: float


def interval(word, bits, low, high, other=None):
    """Return the condition that the lowest bits of a word lie from `low` to `high`, whole numbers.

    They are counted modulo 2**bits: below 0 follow the greatest numbers.
    """
    shift = 32 - bits
    width = min(high - low, 2**bits - 1)
    offset = low % 2**bits
    return Condition(word, offset, 2**shift, 0, width << shift, (width + 1) / 2**bits, other)


def part(word, bits, low, high, other=None):
    """Return the condition of a number of [0, 1), or of a difference; of 53 bits 21 count."""
    bits = HIGH if bits == FLOAT64 else bits
    return interval(word, bits, math.floor(low * 2**bits) - 1, math.ceil(high * 2**bits), other)


def divisible(word, width, rest):
    r"""Return the condition that a word leaves a remainder, without a division.

    .. math:: w \equiv r \pmod{2^k d} \iff
              \operatorname{rotated}((w - r) \, d^{-1} \bmod 2^{32}, k)
              \le \Bigl\lfloor\frac{2^{32} - 1 - r}{2^k d}\Bigr\rfloor \qquad (d \text{ odd})

    H. S. Warren, "Hacker's Delight", Addison-Wesley (2013), section 10-17.
    """
    rotation = (width & -width).bit_length() - 1
    inverse = pow(width >> rotation, -1, 2**32)
    return Condition(word, rest, inverse, rotation, (2**32 - 1 - rest) // width, 1 / width)


class Uniform:
    """A number low + span u, with u of 24 bits of one word or of 53 bits of two."""

    exact = False

    def __init__(self, word, bits, low=0.0, span=1.0, dtype=np.float32):
        self.word, self.bits, self.low, self.span = word, bits, low, span
        self.slack = 2 * float(np.finfo(dtype).eps) * max(abs(low), abs(low + span))
        self.group = word

    def fraction(self, bounds):
        """Return the bounds of u."""
        below, above = (bounds[0] - self.slack - self.low), (bounds[1] + self.slack - self.low)
        if above < 0 or below > self.span:
            raise SeedError(
                f"{described(bounds)} is printed, and the draw gives numbers from {self.low:g} to "
                f"{self.low + self.span:g}"
            )
        return below / self.span, above / self.span

    @staticmethod
    def told(members):
        """Return what each number says of its own word."""
        conditions, share = [], 1.0
        for source, bounds in members:
            conditions.append(part(source.word, source.bits, *source.fraction(bounds)))
            low, high = ((bound - source.low) / source.span for bound in bounds)
            share *= max(min(high, 1.0) - max(low, 0.0), 2.0**-source.bits)
        return Found(conditions, [], share)


class Whole:
    """An integer low + w mod width, with one word or two."""

    exact = True

    def __init__(self, word, low, width):
        self.word, self.low, self.width = word, low, width
        self.group = word

    def rest(self, bounds):
        value = round(bounds[0])
        if bounds != (value, value) or not 0 <= value - self.low < self.width:
            raise SeedError(
                f"{described(bounds)} is printed, and the draw gives whole numbers from "
                f"{self.low} to {self.low + self.width - 1}"
            )
        return value - self.low

    @staticmethod
    def told(members):
        """Return the remainder of one word, or of two."""
        ((source, bounds),) = members
        rest, width = source.rest(bounds), source.width
        if width < WIDE:
            return Found([divisible(source.word, width, rest)], [], 1 / width)
        check = Check(REMAINDER, (source.word, source.word + 1), (width, rest))
        return Found([], [check], 1 / width)


@dataclass(frozen=True)
class Pair:
    """Where two normals come from: the words of their radius and of their angle."""

    radius: int
    angle: int
    bits: int

    def conditions(self, x, y):
        """Return the conditions that the two normals lie between their bounds.

        The radius is sqrt(-2 log(1 - u)), the angle 2 pi u.
        """
        nearest = math.hypot(*(max(0.0, low, -high) for low, high in (x, y)))
        farthest = math.hypot(*(max(-low, high) for low, high in (x, y)))
        u = (-math.expm1(-r * r / 2) for r in (nearest, farthest))
        found = [part(self.radius, self.bits, *u)]
        if nearest > 0:
            found.append(part(self.angle, self.bits, *turns(x, y)))
        return found

    def check(self, sine, bounds):
        """Return the check of one of the two normals."""
        second = self.bits == FLOAT64
        words = tuple(
            word for first in (self.radius, self.angle) for word in (first, first + second)
        )
        return Check(HALF_PAIR, words, (int(sine),), bounds)


def turns(x, y):
    """Return between which angles a rectangle lies that does not hold the origin, in turns."""
    middle = math.atan2(sum(y), sum(x))
    corners = [math.remainder(math.atan2(b, a) - middle, 2 * math.pi) for a in x for b in y]
    return tuple((middle + end) / (2 * math.pi) for end in (min(corners), max(corners)))


class Normal:
    """One of the two normals of a pair: mean + std r cos(angle), or the sine."""

    exact = False

    def __init__(self, pair, sine, mean=0.0, std=1.0, dtype=np.float32):
        self.group, self.sine, self.mean, self.std = pair, sine, mean, std
        self.eps = 2 * float(np.finfo(dtype).eps)

    def standard(self, bounds, slack=0.0):
        """Return the bounds of the standard normal."""
        return tuple(
            (bound + sign * slack - self.mean) / self.std
            for bound, sign in zip(bounds, (-1, 1), strict=True)
        )

    def widened(self, bounds):
        """Return the bounds of the standard normal, a little wider for what was rounded."""
        greatest = max(*map(abs, bounds), abs(self.mean))
        return self.standard(bounds, self.eps * greatest + 1e-6 * self.std)

    def share(self, bounds):
        low, high = self.standard(bounds)
        if low > 0:
            low, high = -high, -low  # where erfc keeps its digits
        return (math.erfc(-high / math.sqrt(2)) - math.erfc(-low / math.sqrt(2))) / 2

    @staticmethod
    def told(members):
        """Return what one or both normals of a pair say."""
        share = math.prod(source.share(bounds) for source, bounds in members)
        ordered = sorted(members, key=lambda member: member[0].sine)
        bounds = [source.widened(each) for source, each in ordered]
        source = ordered[0][0]
        if len(members) == 2:
            return Found(source.group.conditions(*bounds), [], share)
        return Found([], [source.group.check(source.sine, *bounds)], share)


class Place:
    """An entry of a permutation: the first ones tell the words of the swaps, one by one."""

    exact = True

    def __init__(self, first, place, length):
        self.group, self.place, self.length = ("permutation", first), place, length

    @staticmethod
    def told(members):
        """Return the steps of the swaps, up to the first entry that is not known."""
        first, length = members[0][0].group[1], members[0][0].length
        values = {source.place: round(bounds[0]) for source, bounds in members}
        if len(set(values.values())) < len(values) or not set(values.values()) <= set(
            range(length)
        ):
            raise SeedError(f"the print is no permutation of 0 to {length - 1}")
        conditions, share, left = [], 1.0, list(range(length))
        for i in range(length - 1):
            if i not in values:
                break
            step = left.index(values[i], i) - i
            left[i], left[i + step] = left[i + step], left[i]
            conditions.append(divisible(first + i, length - i, step))
            share /= length - i
        return Found(conditions, [], share)


class Share:
    """An entry of a softmax of uniform numbers: two of a row give the difference of their words.

    log p - log p' = x - x', whatever the other entries are.
    """

    exact = False

    def __init__(self, source, row):
        self.source, self.group = source, ("softmax", row)

    @staticmethod
    def told(members):
        """Return what all entries say of their differences from the first one."""
        (first, bounds), *others = members
        low, high = logarithms(bounds)
        conditions, span = [], first.source.span
        for each, bounds in others:
            least, most = logarithms(bounds)
            difference = (least - high) / span, (most - low) / span
            source = each.source
            conditions.append(part(source.word, source.bits, *difference, first.source.word))
        return Found(conditions, [], math.prod(c.share for c in conditions))


class Double(Uniform):
    """A uniform number of NumPy's legacy generator: the highest 27 bits of a word come first."""

    def __init__(self, word, low, span):
        super().__init__(word, FLOAT64, low, span)

    @staticmethod
    def told(members):
        """Return what each number says of its first word."""
        found = Uniform.told(members)
        found.conditions = [
            upper(source.word, *source.fraction(bounds)) for source, bounds in members
        ]
        return found


class Polar(Normal):
    """One of the first two normals of NumPy's legacy generator, made of a point in the unit disc.

    .. math:: x_i = v_i \\sqrt{-2 \\log s / s}, \\quad s = v_1^2 + v_2^2 < 1

    G. Marsaglia and T. A. Bray, SIAM Review 6 (1964) 260-264. The second v comes first.
    """

    def __init__(self, word, place, mean, std):
        super().__init__(("polar", word), place == 1, mean, std)

    @staticmethod
    def told(members):
        """Return the conditions of v, if both normals are known."""
        share = math.prod(source.share(bounds) for source, bounds in members)
        if len(members) < 2:
            return Found([], [], 1.0)
        ordered = sorted(members, key=lambda member: member[0].sine)
        first, second = (np.linspace(*source.widened(bounds), 9) for source, bounds in ordered)
        x, y = np.meshgrid(first, second)
        radius = np.hypot(x, y)
        scale = np.exp(-(radius**2) / 4) / radius
        word = ordered[0][0].group[1]
        found = []
        for place, v in ((word, y * scale), (word + 2, x * scale)):
            spare = 0.2 * (v.max() - v.min())  # between the points of the grid
            low, high = ((end + 1) / 2 for end in (v.min() - spare, v.max() + spare))
            found.append(upper(place, low, high))
        return Found(found, [], share)


def upper(word, low, high):
    """Return the condition that a word over 2**32 lies between two numbers."""
    least = max(math.floor(low * 2**32), 0)
    width = min(math.ceil(high * 2**32), 2**32 - 1) - least
    return Condition(word, least, 1, 0, width, (width + 1) / 2**32)


class Image:
    """What an increasing function makes of a number; its inverse leads back to the number."""

    exact = False

    def __init__(self, source, inverse):
        self.source, self.inverse = source, inverse

    def traced(self, bounds):
        """Return the source and the bounds of the number itself, a little wider."""
        low, high = (self.inverse(bound) for bound in bounds)
        slack = 1e-6 * max(abs(low), abs(high), 1.0)  # the function was rounded to float32
        return self.source, (low - slack, high + slack)


def log(x):
    """Return the logarithm, of what is not positive the one of the smallest number."""
    return math.log(max(x, float(np.finfo(np.float32).tiny)))


INVERSES = {
    "exp": log,
    "log": math.exp,
    "sigmoid": lambda y: log(y) - log(1 - y),
    "logsigmoid": lambda y: -log(math.expm1(-min(y, 0.0))),
    "tanh": lambda y: (log(1 + y) - log(1 - y)) / 2,
}


def logarithms(bounds):
    return [log(bound) for bound in bounds]


def described(bounds):
    low, high = bounds
    return f"{low:g}" if low == high else f"a number from {low:g} to {high:g}"


def told(known):
    """Return what known numbers tell, from their sources and bounds; a group is taken together."""
    groups = {}
    for source, bounds in known:
        groups.setdefault(source.group, []).append((source, bounds))
    found = [members[0][0].told(members) for members in groups.values()]
    return Found(
        [condition for each in found for condition in each.conditions],
        [check for each in found for check in each.checks],
        math.prod(each.share for each in found),
    )
