"""What the search for seeds found, and how many seeds print alike: kept with the date.

    python -m evidence.seeds     try all seeds for every tensor that the articles print, and count
                                 the seeds that print alike; some minutes

writes evidence/seeds.json, which pages and tests read. The count shares no code with
`refimpl.seeds`: it computes the normals of 2**26 seeds with NumPy.
"""

import functools
import json
import math
import os
import platform
import re
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np

from evidence.command import parser
from evidence.kept import write_whole
from refimpl.articles import load
from refimpl.articles.ledger import numbers

KEPT = Path(__file__).with_suffix(".json")
COUNTED = 2**26
DIGIT = 1e-4
SLAB = 2**14  # seeds whose states fit into a cache
STATE, MIDDLE = 624, 397
LISTED = 30
DRAWN = ">>> x = torch.randn(2, 3)\n>>> x\n{A1-C06}\n"
LOGITS = ">>> a = torch.rand(3, requires_grad=True)\n>>> p = F.softmax(a, dim=0)\n>>> p\n{A3-C23}\n"
# The claims, and the program that would have printed them. A claim in braces is its print.
PROGRAMS = {
    "A1-C06 A1-C20": ">>> torch.randn(2, 3)\n{A1-C06}\n",
    "A1-C08 A1-C23": DRAWN + ">>> F.softmax(x, dim=1)\n{A1-C08}\n",
    "A1-C18 A1-C25": ">>> F.logsigmoid(torch.randn(2, 3))\n{A1-C18}\n",
    "A1-C21": DRAWN + ">>> x.mean()\n{A1-C21}\n",
    "A1-C24": DRAWN + ">>> F.softmax(x, dim=1).mean(1, True)\n{A1-C24}\n",
    "A1-C26": DRAWN + ">>> F.logsigmoid(x).mean(1, True)\n{A1-C26}\n",
    "A1-C41": ">>> torch.rand(2)\n{A1-C41}\n",
    "A1-C42": ">>> torch.randn(2)\n{A1-C42}\n",
    "A3-C23": LOGITS,
    "A3-C23 A3-C24": LOGITS + ">>> torch.autograd.grad(p[0], a)\n{A3-C24}\n",
    "A3-C08": ">>> F.softmax(torch.rand(3), dim=0)\ntensor([0.7, 0.2, ?])\n",
    "A4-C07": ">>> F.softmax(torch.rand(3), dim=0)\ntensor([0.7, 0.2, 0.1])\n",
}


@functools.cache
def record():
    """Return the record."""
    return json.loads(KEPT.read_text(encoding="utf-8"))


def prints():
    """Return {claim: the tensor that the article prints}, as torch would write it today."""
    claims = [claim for article in load() for claim in article.claims if claim.value]
    found = {}
    for claim in claims:
        article, text = claim.value[0].article, claim.value[0].text
        written = article if article.startswith("tensor(") else text
        if article.startswith("Variable"):
            written = f"tensor([{', '.join(numbers(article))}])"
        found[claim.id] = written
    return found


def program(claims):
    """Return the program of some claims with its prints."""
    known = prints()
    return re.sub(r"\{(A\d-C\d\d)\}", lambda found: known[found[1]], PROGRAMS[claims])


def statements(claims):
    """Return the statements of a program."""
    return [line.removeprefix(">>> ") for line in PROGRAMS[claims].splitlines() if ">>>" in line]


def searched(seeds=range(2**32)):
    """Return what the search says of every program: refused, or the seeds that print it."""
    from refimpl.seeds.answers import check_enough
    from refimpl.seeds.printed import SeedError
    from refimpl.seeds.questions import Session
    from refimpl.seeds.search import try_all

    rows, asked = {}, []
    for claims in PROGRAMS:
        session = Session(program(claims))
        rows[claims] = {"bits": -math.log2(session.told.share)}
        try:
            check_enough(session, seeds)
        except SeedError as error:
            rows[claims]["refused"] = str(error)
        else:
            asked.append((claims, session))
    hits = try_all([session for _, session in asked], seeds, show=True)
    for place, (claims, _) in enumerate(asked):
        found = [hit.seed for hit in hits if hit.question == place]
        rows[claims] |= {"count": len(found), "seeds": found[:LISTED]}
    return rows


# --- how many seeds print alike -------------------------------------------------------------------


def first_words(seeds, count):
    """Return the first words of many seeds, a row to a word, by the definition of the generator."""
    state = {0: seeds.astype(np.uint32)}
    s = state[0]
    for i in range(1, MIDDLE + count):
        s = np.uint32(1812433253) * (s ^ (s >> np.uint32(30))) + np.uint32(i)
        state[i] = s
        if count < i < MIDDLE:
            del state[i]
    return [tempered(twisted(state, t)) for t in range(count)]


def twisted(state, t):
    y = (state[t] & np.uint32(2**31)) | (state[t + 1] & np.uint32(2**31 - 1))
    return state[t + MIDDLE] ^ (y >> np.uint32(1)) ^ ((y & np.uint32(1)) * np.uint32(0x9908B0DF))


def tempered(y):
    y = y ^ (y >> np.uint32(11))
    y = y ^ ((y << np.uint32(7)) & np.uint32(0x9D2C5680))
    y = y ^ ((y << np.uint32(15)) & np.uint32(0xEFC60000))
    return y ^ (y >> np.uint32(18))


def normals(seeds, count):
    """Return the first float32 normals of many seeds, a row to a normal."""
    pairs = (count + 1) // 2
    words = [word.astype(np.uint64) for word in first_words(seeds, 4 * pairs)]
    units = [
        ((high << np.uint64(32) | low) & np.uint64(2**53 - 1)) * 2.0**-53
        for high, low in zip(words[::2], words[1::2], strict=True)
    ]
    found = []
    for turn, under in zip(units[::2], units[1::2], strict=True):
        radius, angle = np.sqrt(-2 * np.log1p(-under)), 2 * np.pi * turn
        found += [radius * np.cos(angle), radius * np.sin(angle)]
    return [x.astype(np.float32) for x in found[:count]]


def printed_as(values):
    """Return one integer for what values print with four decimals: equal where the text is."""
    key = np.zeros(len(values[0]), np.int64)
    for x in values:
        key = key * 2**20 + np.rint(x.astype(np.float64) / DIGIT).astype(np.int64)
    return key


def alike(count, seeds=COUNTED):
    """Count the pairs of seeds whose first normals print alike, and predict it."""
    keys = np.empty(seeds, np.int64)
    for start in range(0, seeds, SLAB):
        block = np.arange(start, min(start + SLAB, seeds))
        keys[block] = printed_as(normals(block, count))
    keys.sort()
    ends = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1, append=keys[-1] + 1))
    runs = np.diff(ends)
    return {"values": count, "seeds": seeds, "pairs": int((runs * (runs - 1) // 2).sum())}


def predicted(count, seeds):
    """Return how many pairs are to be expected: derivations/seeds."""
    return seeds * (seeds - 1) / 2 * (DIGIT / (2 * math.sqrt(math.pi))) ** count


def main(arguments=()):
    """Search, count, and write the record."""
    parser("python -m evidence.seeds", __doc__).parse_args(arguments)
    rows = searched()
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "script": "python -m evidence.seeds",
        "cores": os.cpu_count(),
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("numpy", "numba")},
        },
        "seeds": 2**32,
        "programs": rows,
        "alike": [alike(count) for count in (2, 3)],
    }
    write_whole(KEPT, json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
