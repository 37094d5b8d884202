r"""Try many seeds at once: the only code of refimpl that is compiled.

Seeds are tried in blocks of 384. Each step of the seeding

.. math:: s_i = 1812433253 \, (s_{i-1} \oplus (s_{i-1} \gg 30)) + i \pmod{2^{32}}

is done for the whole block before the next one, so that the compiler uses the widest vectors there
are. The stream goes on from these by

.. math:: y_t = (s_t \wedge 2^{31}) \vee (s_{t+1} \bmod 2^{31}), \qquad
          s_{t+624} = s_{t+397} \oplus \lfloor y_t / 2 \rfloor \oplus (y_t \bmod 2) \, A

and word t is the tempered :math:`s_{t+624}`: a word before the 227th needs no more than
:math:`397 + t` steps of the seeding. A block is dropped as soon as no seed of it is left.
"""

import math

import numpy as np

try:
    from numba import njit, uint32, uint64
except ImportError as error:
    error.add_note("refimpl.seeds needs numba and tqdm: pip install 'refimpl[seeds]' brings both")
    raise

LANES = 384  # 24 vectors of AVX-512, which hide how long a multiplication takes
STATE, MIDDLE = 624, 397
RING = 1023  # rows of the stream that are kept, less one: a row needs the 624 before it
NEAR = STATE - MIDDLE  # a word before this one is made from the seeding alone
MULTIPLIER, SHIFT = np.uint32(1812433253), np.uint32(30)
UPPER, LOWER, MATRIX = np.uint32(0x80000000), np.uint32(0x7FFFFFFF), np.uint32(0x9908B0DF)
TEMPER = (np.uint32(0x9D2C5680), np.uint32(0xEFC60000))
ONE, FULL = np.uint32(1), np.uint32(32)
HALF_PAIR, REMAINDER = 0, 1  # kinds of checks

compiled = njit(nogil=True, cache=True)


@compiled
def seeding(lanes, first, last):
    """Do the steps `first` to `last` - 1 of the seeding for every lane."""
    # numba computes in 64 bits unless each operation says otherwise, and that is four times slower
    for i in range(first, last):
        addend = uint32(i)
        for j in range(LANES):
            s = lanes[j]
            lanes[j] = uint32(uint32(MULTIPLIER * uint32(s ^ (s >> SHIFT))) + addend)


@compiled
def store(rows, t, lanes):
    """Keep the lanes as row t."""
    row = rows[t & RING]
    for j in range(LANES):
        row[j] = lanes[j]


@compiled
def follow(rows, i):
    """Make row i of the seeding from the row before it."""
    before, row, addend = rows[(i - 1) & RING], rows[i & RING], uint32(i)
    for j in range(LANES):
        s = before[j]
        row[j] = uint32(uint32(MULTIPLIER * uint32(s ^ (s >> SHIFT))) + addend)


@compiled
def begin(rows, lanes, base, needed, progress):
    """Start a block: make the rows that the first needed word asks for, or the whole state."""
    for j in range(LANES):
        rows[0, j] = uint32(base + uint32(j))
    kept = needed[0] + 2 if needed[-1] < NEAR else STATE
    for i in range(1, kept):
        follow(rows, i)
    for j in range(LANES):
        lanes[j] = rows[kept - 1, j]
    progress[0], progress[1], progress[2] = kept, kept if kept < STATE else 0, 0


@compiled
def twist(rows, t):
    """Make row t + 624 of the rows before it."""
    here, after, ahead, new = (
        rows[t & RING],
        rows[(t + 1) & RING],
        rows[(t + MIDDLE) & RING],
        rows[(t + STATE) & RING],
    )
    for j in range(LANES):
        y = uint32((here[j] & UPPER) | (after[j] & LOWER))
        odd = uint32(uint32(0) - uint32(y & ONE))
        new[j] = uint32(uint32(ahead[j] ^ uint32(y >> ONE)) ^ uint32(odd & MATRIX))


@compiled
def temper(row, word):
    """Make words of a row."""
    for j in range(LANES):
        y = row[j]
        y = uint32(y ^ (y >> uint32(11)))
        y = uint32(y ^ (uint32(y << uint32(7)) & TEMPER[0]))
        y = uint32(y ^ (uint32(y << uint32(15)) & TEMPER[1]))
        word[j] = uint32(y ^ (y >> uint32(18)))


@compiled
def draw(rows, lanes, words, needed, progress, wanted):
    """Make the words up to place `wanted` of the needed ones, as far as they are not yet made.

    `progress` holds how many steps of the seeding the lanes have done; how many rows there are, of
    the seeding where all words are near, else behind the state; how many needed words are made.
    """
    while progress[2] <= wanted:
        t = needed[progress[2]]
        if progress[0] < STATE:  # near: row t alone, from rows t, t + 1 and t + 397
            for i in range(progress[1], t + 2):
                follow(rows, i)
            progress[1] = max(progress[1], t + 2)
            seeding(lanes, progress[0], t + MIDDLE + 1)
            progress[0] = t + MIDDLE + 1
            store(rows, t + MIDDLE, lanes)
            twist(rows, t)
        else:
            for i in range(progress[1], t + 1):
                twist(rows, i)
            progress[1] = t + 1
        temper(rows[(t + STATE) & RING], words[progress[2]])
        progress[2] += 1


@compiled
def narrow(alive, word, other, offset, factor, rotation, bound):
    """Strike out the lanes that do not meet a condition; return whether any is left.

    The condition is rotated((word - other - offset) * factor, rotation) <= bound.
    """
    left, right = uint32((FULL - rotation) & uint32(31)), uint32(rotation & uint32(31))
    total = uint32(0)
    for j in range(LANES):
        x = uint32(uint32(uint32(word[j] - other[j]) - offset) * factor)
        x = uint32((x >> right) | uint32(x << left))
        alive[j] = uint32(alive[j] & uint32(x <= bound))
        total = uint32(total | alive[j])
    return total != 0


@compiled
def half_pair(words, j, check, bounds):
    """Tell whether one normal of a pair lies between its bounds, the other being unknown."""
    radius = math.sqrt(-2 * math.log1p(-unit(words, j, check[2], check[3])))
    angle = 2 * math.pi * unit(words, j, check[4], check[5])
    x = radius * (math.sin(angle) if check[6] else math.cos(angle))
    return bounds[0] <= x <= bounds[1]


@compiled
def unit(words, j, high, low):
    """Return the number of [0, 1) that two words make, or one where both are the same."""
    if high == low:
        return float(words[high, j] & uint32(2**24 - 1)) * 2.0**-24
    return (
        float((uint64(words[high, j]) << uint64(32) | words[low, j]) & uint64(2**53 - 1)) * 2.0**-53
    )


@compiled
def remainder(words, j, check):
    """Tell whether the number of 64 bits that two words make leaves the right remainder."""
    number = uint64(words[check[2], j]) << uint64(32) | words[check[3], j]
    return number % check[4] == check[5]


@compiled
def checked(words, j, hypothesis, checks, bounds):
    """Tell whether a lane meets the conditions that are too rare, or too long, for all lanes."""
    for c in range(len(checks)):
        if checks[c, 0] == hypothesis:
            if checks[c, 1] == HALF_PAIR:
                met = half_pair(words, j, checks[c], bounds[c])
            else:
                met = remainder(words, j, checks[c])
            if not met:
                return False
    return True


@compiled
def survives(rows, lanes, words, needed, progress, conditions, alive):
    """Strike out the lanes that do not meet all conditions; return whether any is left."""
    alive[:] = 1
    for c in range(len(conditions)):
        place, other, offset, factor, rotation, bound, wanted = conditions[c]
        draw(rows, lanes, words, needed, progress, wanted)
        if not narrow(alive, words[place], words[other], offset, factor, rotation, bound):
            return False
    return True


@compiled
def scan(first, count, needed, begins, conditions, last, checks, bounds, seeds, which):
    """Write the seeds that meet all conditions of a hypothesis, and which one; return how many.

    `needed` lists words in ascending order; conditions name them by their place in it. Behind all
    of them stands a word that is 0. Hypothesis h has the conditions from begins[h] to
    begins[h + 1] - 1, and those of `checks`; it needs the words up to place last[h]. More seeds
    than `seeds` has room for are counted only.
    """
    rows = np.zeros((RING + 1, LANES), np.uint32)
    words = np.zeros((len(needed) + 1, LANES), np.uint32)
    lanes, alive = np.empty(LANES, np.uint32), np.empty(LANES, np.uint32)
    progress = np.zeros(3, np.int64)
    found = 0
    for base in range(first, first + count, LANES):
        begin(rows, lanes, uint32(base), needed, progress)
        for h in range(len(begins) - 1):
            own = conditions[begins[h] : begins[h + 1]]
            if not survives(rows, lanes, words, needed, progress, own, alive):
                continue
            draw(rows, lanes, words, needed, progress, last[h])
            for j in range(min(LANES, first + count - base)):
                if alive[j] and checked(words, j, h, checks, bounds):
                    if found < len(seeds):
                        seeds[found], which[found] = base + j, h
                    found += 1
    return found
