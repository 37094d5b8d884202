"""Threads: several work on a large array, and nothing but the time depends on how many."""

import os
import threading

import numpy as np
import pytest

from evidence.kinds import Elementwise, Sliced
from evidence.operators import RECORDS
from refimpl import formulas, get_num_threads, set_num_threads, threads
from refimpl.formulas._chunks import CHUNK, over_chunks

DTYPES = [np.float16, np.float32, np.float64]
IN_CHUNKS = [n for n, record in RECORDS.items() if isinstance(record, Elementwise | Sliced)]
IN_CHUNKS.append("cross_entropy")
PATIENCE = 30  # seconds after which a thread that never came is a failure
rng = np.random.default_rng(12)


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    """Give every test a number of its own."""
    monkeypatch.setattr(threads.Number, "chosen", None)


# --- results ---------------------------------------------------------------------------


def calls(name, dtype):
    """Return the results of a formula over several chunks, as bytes, of each way to call it."""
    formula, record = getattr(formulas, name), RECORDS[name]
    if isinstance(record, Elementwise):
        cases = [((CHUNK + 999,), {})]
    elif isinstance(record, Sliced):
        cases = [((900, 200), {"dim": 1}), ((40_000, 5), {"dim": 1}), ((200, 900), {"dim": 0})]
    else:
        cases = [((900, 200), {"reduction": r}) for r in ("none", "mean")]
    seeded = np.random.default_rng(3)
    for shape, options in cases:
        inputs = [seeded.normal(0, 4, shape).astype(dtype)]
        if name == "cross_entropy":
            inputs.append(seeded.integers(0, shape[1], shape[0]))
        value, pullback = formula.value_and_pullback(*inputs, **options)
        g = seeded.normal(size=value.shape).astype(dtype)
        found = [value, pullback(g), formula.vjp(g, *inputs, **options)]
        found += [formula(*inputs, **options), *formula.value_and_vjp(g, *inputs, **options)]
        for each in found:
            each = each[0] if isinstance(each, tuple) else each
            yield b"" if each is None else each.tobytes()


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("name", IN_CHUNKS)
def test_no_bit_depends_on_the_number_of_threads(name, dtype):
    found = []
    for number in (1, 2, 5):
        set_num_threads(number)
        found.append(list(calls(name, dtype)))
    assert found[0] == found[1] == found[2]


# --- the threads -----------------------------------------------------------------------


def meeting(parties):
    """Return work that ends only when so many threads do it at once; it names its thread."""
    barrier = threading.Barrier(parties)

    def work(i):
        barrier.wait(PATIENCE)
        return i, threading.get_ident()

    return work


def test_so_many_threads_work_at_once_and_results_keep_their_order():
    set_num_threads(3)
    found = threads.each(meeting(3), [(i,) for i in range(9)])
    assert [i for i, _ in found] == list(range(9))
    assert len({ident for _, ident in found}) == 3


def test_one_thread_is_the_caller():
    set_num_threads(1)
    assert {ident for _, ident in threads.each(meeting(1), [(0,), (1,)])} == {threading.get_ident()}


def test_the_chunks_of_an_array_are_worked_on_at_once():
    set_num_threads(2)
    barrier = threading.Barrier(2)
    x = np.zeros((4, CHUNK // 2))
    out = np.zeros_like(x)

    def kernel(out, x):
        barrier.wait(PATIENCE)
        out += 1

    over_chunks(kernel, 1, x.shape, out, x)
    assert (out == 1).all()


def test_helpers_have_the_settings_of_numpy_that_the_caller_has():
    set_num_threads(2)
    barrier = threading.Barrier(2)

    def work():
        barrier.wait(PATIENCE)
        return np.geterr()["over"], np.getbufsize()

    with np.errstate(over="raise"):
        np.setbufsize(2048)
        assert threads.each(work, [(), ()]) == [("raise", 2048)] * 2
    assert np.getbufsize() != 2048


def test_after_an_error_nothing_new_is_begun():
    set_num_threads(2)
    barrier, done = threading.Barrier(2), []

    def work(i):
        if i < 2:  # both threads are there
            barrier.wait(PATIENCE)
        if i == 0:
            raise ZeroDivisionError("piece 0")
        done.append(i)

    with pytest.raises(ZeroDivisionError, match="piece 0"):
        threads.each(work, [(i,) for i in range(1_000_000)])
    assert len(done) < 500_000


def test_an_error_of_a_helper_is_raised_by_the_caller():
    set_num_threads(2)
    barrier, caller = threading.Barrier(2), threading.get_ident()

    def work():
        barrier.wait(PATIENCE)
        if threading.get_ident() != caller:
            raise ZeroDivisionError("a helper")

    with pytest.raises(ZeroDivisionError, match="a helper"):
        threads.each(work, [(), ()])


def test_work_goes_on_where_no_thread_can_be_started(monkeypatch):
    def refused(self):
        raise RuntimeError("can't start new thread")

    threads._pool.cache_clear()
    monkeypatch.setattr(threading.Thread, "start", refused)
    set_num_threads(4)
    assert threads.each(lambda i: i * i, [(i,) for i in range(5)]) == [0, 1, 4, 9, 16]
    threads._pool.cache_clear()


def test_a_thread_that_finds_the_last_piece_taken_ends(monkeypatch):
    class Full(threads.deque):
        def __bool__(self):  # what a thread sees before another one takes the last piece
            return True

    monkeypatch.setattr(threads, "deque", Full)
    set_num_threads(3)
    assert threads.each(lambda i: i * i, [(i,) for i in range(5)]) == [0, 1, 4, 9, 16]


def test_callers_in_several_threads_share_the_helpers():
    set_num_threads(2)
    x = rng.normal(size=(300, 1000)).astype(np.float32)
    wanted = formulas.softmax(x, 1)
    found = []
    callers = [
        threading.Thread(target=lambda: found.append(formulas.softmax(x, 1))) for _ in range(4)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(PATIENCE)
    assert len(found) == 4
    for each in found:
        np.testing.assert_array_equal(each, wanted, strict=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # Python 3.12 warns of forks
def test_a_forked_child_has_threads_of_its_own():
    set_num_threads(2)
    threads.each(meeting(2), [(0,), (1,)])  # now there is a pool
    child = os.fork()
    if not child:
        try:
            threads.each(meeting(2), [(0,), (1,)])
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# --- how many --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "cores", "number"),
    [
        ({}, 4, 4),
        ({"OMP_NUM_THREADS": "1"}, 4, 1),
        ({"OMP_NUM_THREADS": "3,2"}, 4, 3),
        ({"OMP_NUM_THREADS": "8"}, 4, 4),
        ({"OMP_NUM_THREADS": "0"}, 4, 4),
        ({"OMP_NUM_THREADS": "-2"}, 4, 4),
        ({"OMP_NUM_THREADS": "many"}, 4, 4),
        ({"MKL_NUM_THREADS": "2"}, 4, 2),
        ({"MKL_NUM_THREADS": "2", "OMP_NUM_THREADS": "1"}, 4, 2),
        ({"MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "2"}, 4, 1),
    ],
)
def test_the_environment_says_how_many(monkeypatch, variables, cores, number):
    for name in ("MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(threads, "_cores", lambda: cores)
    assert get_num_threads() == number


def test_there_is_one_where_python_runs_in_a_browser(monkeypatch):
    monkeypatch.setattr(threads.sys, "platform", "emscripten")
    monkeypatch.setattr(threads, "_cores", lambda: 4)
    assert get_num_threads() == 1


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system binds no process")
def test_the_cores_are_those_of_the_process():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert threads._cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert threads._cores() == len(allowed)


def test_a_program_says_how_many():
    set_num_threads(7)
    assert get_num_threads() == 7
