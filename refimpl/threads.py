"""How many threads work on a large array, and the pool that they come from.

A large array is worked on in pieces that do not depend on each other. NumPy lets other threads run
while it computes, so a thread for each core takes the next piece as soon as it has done one. What
the pieces are does not depend on the number of threads, so neither does a result.
"""

import functools
import operator
import os
import sys
from collections import deque
from contextvars import copy_context

import numpy as np

from refimpl.errors import failure, is_int, kind

MOST = 2**31 - 1  # torch keeps the number in a C int
WITHOUT_THREADS = ("emscripten", "wasi")  # where Python runs in WebAssembly


class Number:
    """What `set_num_threads` changes; None until it is asked for."""

    chosen = None


def _cores():
    """Return the number of cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _asked_for():
    """Return the number that the environment asks for, in torch's order of names; or nothing."""
    for name in ("MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        first = os.environ.get(name, "").partition(",")[0].strip()
        if first.isdecimal() and int(first):
            return int(first)
    return None


def _default():
    """Return how many threads there are unless a program says otherwise."""
    if sys.platform in WITHOUT_THREADS:
        return 1
    return min(_asked_for() or _cores(), _cores())


def get_num_threads():
    """Return how many threads work on a large array.

    Returns
    -------
    int
        By default the number of cores that the process may use, or less where the environment
        variable ``MKL_NUM_THREADS`` or ``OMP_NUM_THREADS`` says so, as in torch; 1 where Python has
        no threads. torch counts the cores of a processor, this the cores that the system shows,
        which may be twice as many.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.set_num_threads(1)
    >>> torch.get_num_threads()
    1
    """
    if Number.chosen is None:
        Number.chosen = _default()
    return Number.chosen


def set_num_threads(num, /):
    """Choose how many threads work on a large array; no result depends on it.

    Parameters
    ----------
    num : int
        At least 1.

    Raises
    ------
    RuntimeError
        For a number below 1, or no integer.
    ValueError
        Where the number has more than 31 bits.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.set_num_threads(1)
    """
    if hasattr(num, "ndim") and not isinstance(num, np.integer) or not is_int(num):
        raise failure(
            RuntimeError,
            f"set_num_threads expects an int, but got {kind(num)}",
            "It is the number of threads that work on a large array.",
        )
    wanted = operator.index(num)
    if not -MOST <= wanted <= MOST:
        width = "long" if -(2**63) <= wanted < 2**63 else "long long"
        raise failure(ValueError, f"Overflow when unpacking {width}")
    if wanted < 1:
        raise failure(
            RuntimeError,
            "set_num_threads expects a positive integer",
            "With 1 thread a program computes without help; there is no fewer.",
        )
    Number.chosen = wanted


@functools.lru_cache(maxsize=1)
def _pool(helpers):
    from concurrent.futures import ThreadPoolExecutor  # takes 5 ms, of an import too

    return ThreadPoolExecutor(helpers, "refimpl")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a child has none of the threads


def _helped(work, helpers):
    """Have other threads do `work` too, as many as can be had; return their futures."""
    futures = []
    try:
        for _ in range(helpers):
            # NumPy's settings, for errors and buffers, belong to the context.
            futures.append(_pool(helpers).submit(copy_context().run, work))
    except RuntimeError:
        pass  # no more threads can be started: Python ends, or the system has no more
    return futures


def each(work, pieces):
    """Return ``[work(*piece) for piece in pieces]``; several threads take pieces in turns.

    Parameters
    ----------
    work : callable
        It must not depend on what it does for other pieces.
    pieces : list of tuple

    Returns
    -------
    list

    Raises
    ------
    Exception
        What `work` raises first. The pieces that nobody has begun are then left.
    """
    threads = min(get_num_threads(), len(pieces))
    if threads < 2:
        return [work(*piece) for piece in pieces]
    results, left = [None] * len(pieces), deque(enumerate(pieces))

    def take():
        while left:
            try:
                i, piece = left.popleft()
            except IndexError:  # another thread has just taken the last one
                return
            try:
                results[i] = work(*piece)
            except BaseException:
                left.clear()
                raise

    helpers = _helped(take, threads - 1)
    try:
        take()
    finally:
        # A helper that is busy elsewhere has not begun and need not.
        begun = [helper for helper in helpers if not helper.cancel()]
        errors = [helper.exception() for helper in begun]
    for error in errors:
        if error is not None:
            raise error
    return results
