"""Which mutants are tried: a seeded sample, with a share for each part of the code and each kind.

cosmic-ray lists all mutants. Of those that change the same place in the same way (``+`` has eleven
replacements) one is left. A part, which is a folder, gets a share by the square root of its number
of places, so that small parts are seen too; inside a part the kinds take turns.
"""

import math
import random
from itertools import chain, islice, zip_longest
from pathlib import PurePath

PATHS = ("refimpl", "docs/_ext", "evidence/fingerprint.py", "evidence/kept.py")
KINDS = {
    "ReplaceBinaryOperator": "arithmetic",
    "ReplaceComparisonOperator": "comparison",
    "ReplaceUnaryOperator": "sign",
    "AddNot": "condition",
    "ReplaceAndWithOr": "condition",
    "ReplaceOrWithAnd": "condition",
    "ReplaceTrueWithFalse": "constant",
    "ReplaceFalseWithTrue": "constant",
    "NumberReplacer": "constant",
    "ZeroIterationForLoop": "loop",
    "ReplaceBreakWithContinue": "loop",
    "ReplaceContinueWithBreak": "loop",
    "ExceptionReplacer": "exception",
    "RemoveDecorator": "decorator",
}


def kind(mutation):
    """Return the kind of a mutation, of which cosmic-ray's operators have many."""
    return KINDS[mutation.operator_name.removeprefix("core/").split("_")[0]]


def part(path):
    """Return the part of the code that a file belongs to: its folder, at most two levels deep."""
    return "/".join(PurePath(path).parent.parts[:2])


def in_strata(mutations, chance):
    """Group mutations by part and kind, in a random order, one for each place of a kind."""
    order = sorted(mutations, key=lambda m: (str(m.module_path), m.operator_name, m.occurrence))
    chance.shuffle(order)
    places = {}
    for mutation in order:
        places.setdefault((mutation.module_path, kind(mutation), mutation.start_pos), mutation)
    strata = {}
    for mutation in places.values():
        by_kind = strata.setdefault(part(mutation.module_path), {})
        by_kind.setdefault(kind(mutation), []).append(mutation)
    return strata


def shares(sizes, size):
    """Return how many mutants each part gets, at most all that it has and `size` together."""
    left, found = size, {}
    for name in sorted(sizes, key=sizes.get):  # what a small part cannot use, larger ones get
        roots = sum(math.sqrt(n) for other, n in sizes.items() if other not in found)
        found[name] = min(sizes[name], round(left * math.sqrt(sizes[name]) / roots))
        left -= found[name]
    return found


def sample(mutations, size, seed, valid=lambda mutation: True):
    """Draw valid mutations by a seed, with shares for every part, its kinds in turn."""
    strata = in_strata(mutations, random.Random(seed))
    sizes = {name: sum(map(len, kinds.values())) for name, kinds in strata.items()}
    drawn = []
    for name, share in sorted(shares(sizes, size).items()):
        turns = chain.from_iterable(zip_longest(*map(strata[name].get, sorted(strata[name]))))
        drawn += islice((each for each in turns if each is not None and valid(each)), share)
    return drawn
