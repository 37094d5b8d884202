"""The points at which a claim is tried: sizes, random values, indices."""

import random
from itertools import product as cartesian

from mpmath import mp

from evidence.formula_checker.arithmetic import Numeric
from evidence.formula_checker.evaluate import Environment
from evidence.formula_checker.symbols import STYLES, Draw

MOST_INDICES = 30
ORDER = [2, 1, 3, 4, 5]  # of the sizes: two of everything already shows most mistakes
PLAIN_POINTS = 6  # at least so many, also for a claim with one size or none


def combinations(sizes):
    """Return the sizes to try: each alone over its range, several so that they differ.

    `sizes` are symbols; the result is a list of dicts: name -> number.
    """
    if not sizes:
        return [{}]
    tried = []
    for step in range(len(ORDER)):
        chosen = {}
        for position, size in enumerate(sizes):
            wanted = ORDER[(step + 2 * position) % len(ORDER)]
            low, high = size.range
            chosen[size.name] = min(max(wanted, low), high)
        if chosen not in tried:
            tried.append(chosen)
    return tried


def trials(sizes, unequal):
    """Yield (sizes, style): every size plain; the extremes where an inequality needs them."""
    found = combinations(sizes)
    again = found * (PLAIN_POINTS // len(found) - 1)
    yield from ((chosen, "plain") for chosen in [*found, *again])
    widest = [chosen for chosen in found if min(chosen.values(), default=2) > 1]
    yield from ((chosen, "wide") for chosen in widest[:1])
    if unequal:
        count = max(2, 4 - 2 * len(sizes))
        chosen = (widest * 4)[:count]
        yield from ((each, style) for style in STYLES[1:] for each in chosen)


def environment(symbols, definitions, used, sizes, style, seed):
    """Return an environment in which every symbol of `used` that is not defined is drawn."""
    draw = Draw(seed, style)
    values = {name: mp.mpf(count) for name, count in sizes.items()} | {" seed": seed % 1000}
    for name, symbol in symbols.by_name.items():
        if name in used and name not in definitions and name not in values:
            value = draw.value(symbol, sizes)
            if value is not None:
                values[name] = value
    return Environment(symbols, definitions, Numeric(), values)


def index_choices(names, env, seed):
    """Return values for free indices: all, or enough to meet every pattern of equality."""
    names = sorted(names)
    every = list(cartesian(*(env.range(name) for name in names)))
    if len(every) > MOST_INDICES:
        near = [places for places in every if max(places) <= 2]
        every = near + random.Random(seed).sample(every, max(0, MOST_INDICES - len(near)))
    return [dict(zip(names, places, strict=True)) for places in every]
