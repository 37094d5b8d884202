"""Go through the seeds on all cores, the likely ones first, and keep in a file how far it came."""

import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from refimpl.seeds.printed import SeedError
from refimpl.seeds.scan import STATE, scan

ALL = range(2**32)
SMALL = 10**6
CHUNK = 2**24  # seeds of one task: a tenth of a second
ROOM = 2**12  # hits of one task; where there are more, it is done again
ENOUGH = 2.0**-60  # further conditions would not rule anything out
LONGEST = 10**16  # words of all seeds together: a day on two cores
SAVED = 2.0  # seconds between two states that are written
# Seeds above a million that people choose. Dates are tried month by month.
SUSPECTS = (
    1234567, 12345678, 123456789, 1234567890, 7654321, 87654321, 987654321, 3141592, 31415926,
    314159265, 3141592653, 2718281, 27182818, 271828182, 2718281828, 1618033, 16180339, 1111111,
    11111111, 111111111, 1111111111, 2**31 - 1, 2**31, 2**32 - 1, 2**32 - 42, 2**24, 2**30,
    8675309, 20151022, 0xDEADBEEF, 0xCAFEBABE, 0xC0FFEE, 0xBADC0DE, 0xFEEDFACE,
    67280421310721 % 2**32,
)  # fmt: skip
YEARS, MONTHS = range(1950, 2035), range(1, 13)


def suspects():
    """Return the ranges of seeds that are tried after the small ones."""
    single = [range(seed, seed + 1) for seed in sorted(SUSPECTS)]
    dates = [10000 * year + 100 * month for year in YEARS for month in MONTHS]
    return [*single, *(range(date + 1, date + 32) for date in dates)]


@dataclass(frozen=True)
class Hit:
    """A seed that prints it.

    Parameters
    ----------
    seed : int
    question : int
        The place of the question among those of the answer: 0 is the one that was asked, the
        others are alternatives.

    Examples
    --------
    >>> from refimpl.seeds import find
    >>> find("tensor([0.4963, 0.7682, 0.0885])", "rand(3)", seeds=range(1000)).hits
    [Hit(seed=0, question=0)]
    """

    seed: int
    question: int


class Plan:
    """The conditions of all questions as the arrays that `scan` takes."""

    def __init__(self, questions):
        self.questions = questions
        told = [question.told for question in questions]
        chosen = [strongest(each.conditions) for each in told]
        needed = {word for each in chosen for c in each for word in words_of(c)}
        needed |= {word for each in told for check in each.checks for word in check.words}
        self.needed = np.array(sorted(needed), np.int64)
        place = {word: i for i, word in enumerate(sorted(needed))}
        rows = [row(c, place) for each in chosen for c in each]
        self.begins = np.cumsum([0, *map(len, chosen)], dtype=np.int64)
        self.conditions = np.array(rows, np.uint32).reshape(len(rows), 7)
        checks = [(h, check) for h, each in enumerate(told) for check in each.checks]
        self.last = np.full(len(questions), -1, np.int64)
        self.checks = np.zeros((len(checks), 8), np.uint64)
        self.bounds = np.array([check.bounds for _, check in checks]).reshape(len(checks), 2)
        for i, (h, check) in enumerate(checks):
            words = [place[word] for word in check.words]
            self.last[h] = max(self.last[h], *words)
            filled = [h, check.kind, *words, *check.numbers]
            self.checks[i, : len(filled)] = filled

    def candidates(self, seeds):
        """Return (seed, question) of all seeds of a range that meet the conditions."""
        room = ROOM
        while True:
            found, which = np.empty(room, np.int64), np.empty(room, np.int64)
            count = scan(
                seeds.start,
                len(seeds),
                self.needed,
                self.begins,
                self.conditions,
                self.last,
                self.checks,
                self.bounds,
                found,
                which,
            )
            if count <= room:
                return list(zip(found[:count].tolist(), which[:count].tolist(), strict=True))
            room = count

    def checked(self, candidates):
        """Return the hits among candidates: each is drawn again and compared.

        A program is run on refimpl, whose generator and tape are one for all: never in two threads.
        """
        return [Hit(seed, h) for seed, h in candidates if self.questions[h].agrees(seed)]


def words_of(condition):
    return [condition.word] if condition.other is None else [condition.word, condition.other]


def strongest(conditions):
    """Return conditions in the order of their words, until they rule out all but one in 2**60."""
    kept, share = [], 1.0
    for condition in sorted(conditions, key=lambda c: max(words_of(c))):
        if share < ENOUGH:
            break
        kept.append(condition)
        share *= min(condition.share, 1.0)
    return kept


def row(condition, place):
    """Return a condition as a row of numbers: see `scan.narrow`."""
    places = [place[word] for word in words_of(condition)]
    other = len(place) if condition.other is None else places[1]
    numbers = condition.offset, condition.factor, condition.rotation, condition.bound
    return [places[0], other, *numbers, max(places)]


def tasks(seeds):
    """Return the ranges to try, in order: small seeds, usual suspects, then all the others.

    A suspect is tried twice, alone and in its range.
    """
    small = range(seeds.start, min(seeds.stop, SMALL))
    first = [each for each in suspects() if each.start in seeds and each.start >= SMALL]
    first = [range(each.start, min(each.stop, seeds.stop)) for each in first]
    rest = range(max(seeds.start, SMALL), seeds.stop, CHUNK)
    chunks = [range(start, min(start + CHUNK, seeds.stop)) for start in rest]
    return [each for each in ([small] if small else []) + first + chunks]


def cores():
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def try_all(questions, seeds, *, first=False, threads=None, state=None, show=False, tell=None):
    """Return the hits of a range of seeds, in ascending order of the seeds.

    `first` ends it with the first hit; `state` keeps in a file how far it came; `tell` is called
    with each hit at once. Where the search is interrupted, the state is written and Stopped raised.
    """
    plan, todo = Plan(questions), tasks(seeds)
    check_length(int(plan.needed[-1]), seeds)
    kept = State(state, questions, seeds)
    done, hits = kept.read()
    sizes = [len(task) for task in todo]
    bar = tqdm(
        total=sum(sizes),
        initial=sum(sizes[:done]),
        unit=" seeds",
        unit_scale=True,
        disable=None if show else True,
    )
    with bar, ThreadPoolExecutor(threads or cores()) as pool:
        try:
            for candidates in pool.map(plan.candidates, todo[done:]):
                new = [hit for hit in plan.checked(candidates) if hit not in hits]
                tell_all(new, tell)
                hits += new
                bar.update(sizes[done])
                done += 1
                kept.write_now_and_then(done, hits)
                if first and hits:
                    break
        except KeyboardInterrupt:
            raise Stopped(todo[done].start, hits) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            kept.write(done, hits)
    return sorted(hits, key=lambda hit: (hit.seed, hit.question))


def check_length(reach, seeds):
    """Refuse what would take days: every seed has to draw all words up to those that are known."""
    if (STATE + reach) * len(seeds) > LONGEST:
        raise SeedError(
            f"{reach:,} words are drawn before the known numbers, for each of {len(seeds):,} "
            f"seeds: that takes days. Try fewer seeds, at most {LONGEST // (STATE + reach):,}"
        )


def tell_all(hits, tell):
    """Report hits while the bar stands."""
    for hit in hits if tell else ():
        with tqdm.external_write_mode():
            tell(hit)


class Stopped(Exception):
    """The search was interrupted.

    Attributes
    ----------
    seed : int
        All smaller seeds of the range were tried.
    hits : list of Hit
        What was found till then.

    Examples
    --------
    >>> from refimpl.seeds import Stopped
    >>> str(Stopped(16777216, []))
    'stopped at seed 16777216'
    """

    def __init__(self, seed, hits):
        super().__init__(f"stopped at seed {seed}")
        self.seed, self.hits = seed, hits


class State:
    """The file that keeps how far a search came. It belongs to one question and one range."""

    def __init__(self, path, questions, seeds):
        self.path, self.written = path, time.monotonic()
        asked = json.dumps([[question.asked() for question in questions], seeds.start, seeds.stop])
        self.question = hashlib.sha256(asked.encode()).hexdigest()

    def read(self):
        """Return how many tasks are done, and the hits; refuse what is not of this search."""
        if self.path is None or not os.path.exists(self.path):
            return 0, []
        with open(self.path, "rb") as file:
            text = file.read()
        try:
            text = text.decode("utf-8")
            body, sum_of_body = text.rsplit("\n", 1)
            kept = json.loads(body)
            whole = sum_of_body == digest(body) and kept["made by"] == MADE_BY
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise SeedError(
                f"{self.path} is no state of a search, or it is damaged; delete it to begin again, "
                "or name another file"
            )
        if kept["question"] != self.question:
            raise SeedError(
                f"{self.path} belongs to a search for another print, draw or range of seeds; name "
                "another file"
            )
        return kept["done"], [Hit(*hit) for hit in kept["hits"]]

    def write_now_and_then(self, done, hits):
        if time.monotonic() - self.written > SAVED:
            self.write(done, hits)

    def write(self, done, hits):
        """Write the file whole, or leave the old one."""
        self.written = time.monotonic()
        if self.path is None:
            return
        kept = {
            "made by": MADE_BY,
            "question": self.question,
            "done": done,
            "hits": [[hit.seed, hit.question] for hit in hits],
        }
        body = json.dumps(kept)
        beside = f"{self.path}.new"
        with open(beside, "w", encoding="utf-8") as file:
            file.write(f"{body}\n{digest(body)}")
        os.replace(beside, self.path)


MADE_BY = "refimpl.seeds 1"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()
