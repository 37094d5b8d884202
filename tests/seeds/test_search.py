"""The search: the articles' seeds, its order, its state, and what it refuses."""

import ast
import json
import random
import threading
from types import SimpleNamespace

import numpy as np
import pytest

import refimpl as torch
from refimpl.articles import load
from refimpl.printing import tensor_text
from refimpl.seeds import Hit, SeedError, Stopped, find
from refimpl.seeds import search as searching
from refimpl.seeds.programs import Reader
from refimpl.seeds.questions import Session, ask
from refimpl.seeds.scan import half_pair, remainder, scan, unit
from refimpl.seeds.search import SMALL, Plan, suspects, tasks
from refimpl.seeds.sources import divisible, interval
from refimpl.streams import Generator, rand, randint, randn

A1, A1_SEED = "A1-C06", 1581317843
A3_SEEDS = (
    217896609, 1001975016, 1125436960, 1281825099, 1305510599, 1512912912, 1526607430, 1559856257,
    1741219052, 1779679858, 1857283996, 1902693733, 1996720476, 2041746907, 3250128558, 3388112274,
    3407138005, 3432363005, 3939673785, 3981578727, 4092818099, 4272005344,
)  # fmt: skip
A3 = """
>>> a = torch.rand(3, requires_grad=True)
>>> p = F.softmax(a, dim=0)
>>> p
tensor([0.2732, 0.3780, 0.3489], grad_fn=<SoftmaxBackward0>)
"""
A3_GRADIENT = """
>>> torch.autograd.grad(p[0], a)
(tensor([ 0.1985, -0.1033, -0.0953]),)
"""
A5 = """
>>> import torch
>>> from torch import nn
>>> torch.manual_seed(7)
>>> x = torch.rand(7, 2, 2)
>>> target = torch.randint(2, (7,))
>>> layer = nn.Linear(4, 3)
>>> layer.bias.data
tensor([-0.0645,  0.2369, -0.4669])
>>> x.view(-1, 4)[:2]
tensor([[0.5349, ?, 0.6592, 0.6569],
        [0.2328, 0.4251, 0.2071, ?]])
"""
TEN_AT_ONE_SEED = "tensor([0.4963, 0.7682, 0.0885])"  # rand(3) after seed 0


def printed(claim):
    """Return the tensor that an article printed."""
    claims = {each.id: each for article in load() for each in article.claims}
    return claims[claim].value[0].article


def seeds(answer):
    return [hit.seed for hit in answer.hits]


# --- the articles ---------------------------------------------------------------------------------


def test_the_seed_of_the_first_article_is_found():
    near = range(A1_SEED - 10**6, A1_SEED + 10**6)
    answer = find(printed(A1), "randn", seeds=near)
    assert seeds(answer) == [A1_SEED]
    assert answer.chance < 1e-20
    assert f"torch.manual_seed({A1_SEED})\n    torch.randn(2, 3)" in answer.text()


@pytest.mark.parametrize("seed", [A3_SEEDS[0], A3_SEEDS[-1]])
def test_the_seeds_of_the_third_article_are_found(seed):
    near = range(seed - 10**6, seed + 10**6)
    assert seeds(find(A3 + A3_GRADIENT, seeds=near)) == [seed]


def test_the_softmax_line_alone_has_more_seeds():
    assert 73521955 not in A3_SEEDS
    near = range(73521955 - 10**5, 73521955 + 10**5)
    assert seeds(find(A3, seeds=near)) == [73521955]
    assert seeds(find(A3 + A3_GRADIENT, seeds=near)) == []


def test_the_seed_of_the_fifth_article_is_found():
    answer = find(A5, seeds=range(100_000))
    assert seeds(answer) == [7]
    assert "    torch.manual_seed(7)\n    import torch" in answer.text()


@pytest.mark.parametrize("function", ["exp", "sigmoid", "logsigmoid", "tanh"])
@pytest.mark.parametrize("draw", ["rand(2, 3)", "randn(2, 3)", "randn(4, 4)"])
def test_an_increasing_function_of_a_draw_is_followed(function, draw):
    seed = 3_141_000_000
    call = "F.logsigmoid(x)" if function == "logsigmoid" else f"torch.{function}(x)"
    torch.manual_seed(seed)
    names = {"torch": torch, "F": torch.nn.functional}
    names["x"] = eval(f"torch.{draw}", names)
    program = f">>> x = torch.{draw}\n>>> {call}\n{eval(call, names)}\n"
    assert seeds(find(program, seeds=range(seed - 999, seed + 999))) == [seed]


def test_an_empty_tensor_that_is_filled_is_a_draw():
    torch.manual_seed(987_654)
    x, y = torch.empty(2, dtype=torch.float64).uniform_(-1, 3), torch.empty(3).normal_()
    program = f">>> torch.empty(2, dtype=torch.float64).uniform_(-1, 3)\n{x}\n"
    program += f">>> y = torch.empty(3).normal_()\n>>> y\n{y}\n"
    assert seeds(find(program, seeds=range(987_000, 988_000))) == [987_654]


@pytest.mark.parametrize(
    "call",
    [
        "torch.empty((2, 3)).uniform_(-1, 3)",
        "torch.empty((4,), dtype=torch.float64).uniform_(0.5, 1)",
        "torch.randint(2, 9, (3,))",
        "torch.normal(1, 2, (3,))",
        "torch.rand(2, 3)",
    ],
)
def test_a_draw_is_written_as_the_call_that_makes_it(call):
    reader = Reader()
    reader.value(ast.parse(call, mode="eval").body)
    assert [draw.call() for draw in reader.draws] == [call]


def test_a_line_of_several_statements_is_followed():
    torch.manual_seed(987_654)
    x, y = torch.rand(2), torch.randn(3)
    program = f">>> x = torch.rand(2); y = torch.randn(3); y\n{y}\n>>> print(x, y)\n{x} {y}\n"
    assert seeds(find(program, seeds=range(987_000, 988_000))) == [987_654]


@pytest.mark.parametrize("index", ["i", "torch.tensor(1)", "each.indices"])
def test_an_index_that_is_no_number_is_compared_when_the_program_runs(index):
    program = f">>> x = torch.rand(3)\n>>> x\n{TEN_AT_ONE_SEED}\n>>> i, each = 1, x.min(0)\n"
    program += f">>> x[{index}]\n"
    number = "0.0885" if index == "each.indices" else "0.7682"
    assert seeds(find(f"{program}tensor({number})\n", seeds=range(9))) == [0]
    assert seeds(find(f"{program}tensor(0.4963)\n", seeds=range(9))) == []


@pytest.mark.parametrize("call", ["x.reshape(1 * 3)", "x.reshape(shape=(3,))", "x.softmax(dim=i)"])
def test_an_argument_that_is_no_number_is_compared_when_the_program_runs(call):
    torch.manual_seed(0)
    right = eval(call, {"torch": torch, "x": torch.rand(3), "i": 0})
    program = f">>> x = torch.rand(3)\n>>> x\n{TEN_AT_ONE_SEED}\n>>> i = 0\n>>> {call}\n"
    assert seeds(find(f"{program}{right}\n", seeds=range(9))) == [0]
    assert seeds(find(f"{program}{right + 1}\n", seeds=range(9))) == []


@pytest.mark.long
def test_all_seeds_print_the_first_article_once():
    assert seeds(find(printed(A1), "randn")) == [A1_SEED]


@pytest.mark.long
def test_all_seeds_print_the_third_article_as_often_as_the_ledger_says():
    assert seeds(find(A3 + A3_GRADIENT)) == list(A3_SEEDS)
    assert len(seeds(find(A3))) == 118


# --- conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [2, 3, 6, 10, 64, 1000, 2**20, 2**27 + 1, 2**28 - 1])
def test_a_remainder_is_told_without_a_division(width):
    rng = random.Random(width)
    for word in (0, 1, width - 1, width, 2**32 - 1, *(rng.randrange(2**32) for _ in range(200))):
        right = divisible(0, width, word % width)
        wrong = divisible(0, width, (word + 1) % width)
        assert right.met_by([word])
        assert not wrong.met_by([word])


def test_an_interval_of_the_lowest_bits_may_go_round_zero():
    condition = interval(0, 24, -2, 1)
    lowest = [0, 1, 2**24 - 1, 2**24 - 2]
    assert all(condition.met_by([word + 7 * 2**24]) for word in lowest)
    assert not condition.met_by([2]) and not condition.met_by([2**24 - 3])


@pytest.mark.parametrize("word", [0, 1, 226, 227, 396, 397, 622, 623, 624, 1247, 1248, 3000])
def test_every_word_of_the_stream_is_the_generators(word):
    """Before the 227th from the seeding alone, behind it from the state, from state to state."""
    seed = 3_000_000_007
    value = int(Generator(seed).words(word + 1)[word])
    condition = np.array([[0, 1, value, 1, 0, 0, 0]], np.uint32)
    found, which = np.zeros(4, np.int64), np.zeros(4, np.int64)
    none = np.zeros((0, 8), np.uint64), np.zeros((0, 2))
    ends = np.array([0, 1]), condition, np.array([0])
    count = scan(seed - 400, 700, np.array([word]), *ends, *none, found, which)
    assert (count, found[0]) == (1, seed)


WORD_SEEDS = (0, 7, 2**31 + 5)


def lane(seed, count):
    """Return the words of a seed as those of one lane."""
    return np.array(Generator(seed).words(count), np.uint32).reshape(-1, 1)


@pytest.mark.parametrize("unit", [unit, unit.py_func], ids=["compiled", "in Python"])
@pytest.mark.parametrize("seed", WORD_SEEDS)
def test_a_uniform_number_is_the_generators(seed, unit):
    words = lane(seed, 2)
    assert unit(words, 0, 0, 0) == rand(Generator(seed), 1, dtype=np.float32)[0]
    assert unit(words, 0, 0, 1) == rand(Generator(seed), 1, dtype=np.float64)[0]


@pytest.mark.parametrize("seed", WORD_SEEDS)
@pytest.mark.parametrize(("count", "radius", "angle"), [(2, (2, 3), (0, 1)), (16, (0, 0), (8, 8))])
def test_a_normal_lies_between_its_bounds_and_no_others(seed, count, radius, angle):
    """Few normals are made of two words each, 16 and more of one word."""
    words, x = lane(seed, 16), randn(Generator(seed), count).astype(np.float64)
    near = 1e-6 * max(1.0, *np.abs(x))  # the generator computes in float32
    for sine in (0, 1):
        z = x[sine * count // 2]
        check = np.array([0, 0, *radius, *angle, sine, 0], np.uint64)
        for low, high, met in (
            (z - near, z + near, True),
            (z - 2, z - near, False),
            (z + near, z + 2, False),
        ):
            for each in (half_pair, half_pair.py_func):
                assert each(words, 0, check, np.array([low, high])) == met, (sine, low, high)


@pytest.mark.parametrize("width", [3, 2**40 + 1, 2**63 - 1])
@pytest.mark.parametrize("remainder", [remainder, remainder.py_func], ids=["compiled", "in Python"])
def test_a_number_of_two_words_leaves_its_remainder_and_no_other(width, remainder):
    words = lane(11, 2)
    rest = (int(words[0, 0]) << 32 | int(words[1, 0])) % width
    for wanted in (rest, (rest + 1) % width):
        check = np.array([0, 1, 0, 1, width, wanted, 0, 0], np.uint64)
        assert remainder(words, 0, check) == (wanted == rest)


def test_more_seeds_than_expected_are_all_returned(monkeypatch):
    plan = Plan([ask("tensor([1])", "randint(0, 2)")])
    wanted = plan.candidates(range(2000))
    monkeypatch.setattr(searching, "ROOM", 10)
    assert len(wanted) > 900
    assert plan.candidates(range(2000)) == wanted


# --- order ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("earlier", [1, 2, 3])
def test_where_nothing_is_found_the_first_question_is_shown_and_what_else_was_asked(earlier):
    text = tensor_text(randn(Generator(11), 6))
    text = find(text, "randn", seeds=range(20, 30), earlier=earlier).text()
    first, asked, _, tried = text.split("\n\n")
    assert first == "No seed from 20 to 29 prints it."
    assert asked == "    torch.manual_seed(SEED)\n    torch.randn(6)"
    others = [f"{count} words drawn before" for count in range(1, earlier + 1)]
    odd = "and an odd number of normals drawn before"
    others += [f"{count} words {odd}" for count in range(earlier + 1)]
    assert tried == f"Also tried, without success: {'; '.join(others)}."


def test_small_seeds_come_first_then_suspects_and_all_are_tried_once_more():
    todo = tasks(range(2**32))
    assert todo[0] == range(SMALL)
    assert range(123456789, 123456790) in todo[1:100]
    assert range(20240201, 20240232) in todo
    rest = [each for each in todo if len(each) > 31]
    assert sum(map(len, rest)) == 2**32
    assert all(a.stop == b.start for a, b in zip(rest, rest[1:], strict=False))


@pytest.mark.parametrize("span", [range(5, 6), range(999_999, 1_000_001), range(2**31, 2**31 + 9)])
def test_a_range_is_tried_whole_and_nothing_else(span):
    covered = {seed for each in tasks(span) for seed in each}
    assert covered == set(span)


def test_every_suspect_is_a_seed():
    assert all(0 <= each.start < each.stop <= 2**32 for each in suspects())


def test_a_hit_is_told_at_once_and_counted_once():
    told = []
    text = ask_text(20240229)
    answer = find(text, "rand", seeds=range(20_000_000, 20_500_000), tell=told.append)
    assert told == answer.hits == [Hit(20240229, 0)]


def test_the_search_may_end_at_the_first_hit():
    answer = find("tensor([4, 9, 3])", "randint(10)", seeds=range(3_000_000), first=True)
    assert answer.hits[0].seed == 0
    assert "then the search ended" in answer.text()


def ask_text(seed):
    return tensor_text(rand(Generator(seed), 6))


# --- state ----------------------------------------------------------------------------------------

SPAN = range(2_000_000, 2_000_000 + 40 * 2**12)


@pytest.fixture
def small_tasks(monkeypatch):
    monkeypatch.setattr(searching, "CHUNK", 2**12)


def stopped_after(monkeypatch, count):
    """Let the search be interrupted, as by Ctrl-C, after so many tasks."""
    done, lock, candidates = [], threading.Lock(), Plan.candidates

    def interrupted(self, span):
        with lock:
            done.append(span)
            if len(done) > count:
                raise KeyboardInterrupt
        return candidates(self, span)

    monkeypatch.setattr(Plan, "candidates", interrupted)
    return done


def test_a_stopped_search_goes_on_where_it_was(tmp_path, monkeypatch, small_tasks):
    state, text = tmp_path / "state", ask_text(SPAN.start + 5 * 2**12)
    with monkeypatch.context() as patched:
        stopped_after(patched, 20)
        with pytest.raises(Stopped) as stopped:
            find(text, "rand", seeds=SPAN, state=state, threads=1)
    assert stopped.value.seed == SPAN.start + 20 * 2**12
    assert [hit.seed for hit in stopped.value.hits] == [SPAN.start + 5 * 2**12]
    with monkeypatch.context() as patched:
        done = stopped_after(patched, 1000)
        answer = find(text, "rand", seeds=SPAN, state=state, threads=1)
    assert done[0].start == SPAN.start + 20 * 2**12
    assert len(done) == 20
    assert seeds(answer) == [SPAN.start + 5 * 2**12]


def test_programs_are_run_one_at_a_time(small_tasks):
    """The engine has one generator and one tape: threads that ran it together lost seeds."""
    program = ">>> x = torch.randint(10, (2,))\n>>> x\ntensor([3, 1])\n"
    program += ">>> a = torch.ones(1, requires_grad=True)\n>>> torch.autograd.grad(a * 2, a)\n"
    program += "(tensor([2.]),)\n"
    answer = find(program, seeds=SPAN, threads=4)
    drawn = (
        (seed, randint(Generator(seed), 0, 10, 2).tolist())
        for seed, _ in Plan(answer.questions).candidates(SPAN)
    )
    assert seeds(answer) == sorted(seed for seed, values in drawn if values == [3, 1])
    assert len(answer.hits) > 1000


def test_a_finished_search_answers_from_its_state(tmp_path, monkeypatch, small_tasks):
    state, text = tmp_path / "state", ask_text(SPAN.start + 9)
    first = find(text, "rand", seeds=SPAN, state=state)
    done = stopped_after(monkeypatch, 0)
    assert find(text, "rand", seeds=SPAN, state=state).hits == first.hits != []
    assert done == []


def test_the_state_is_written_every_two_seconds_and_not_for_each_range(tmp_path, monkeypatch):
    now, found = [0.0], []
    monkeypatch.setattr(searching, "time", SimpleNamespace(monotonic=lambda: now[0]))
    state = searching.State(tmp_path / "state", [], range(9))
    for done in range(1, 9):
        now[0] = 0.75 * done
        state.write_now_and_then(done, [])
        found.append(state.read()[0])
    assert found == [0, 0, 3, 3, 3, 6, 6, 6]


def test_the_state_is_small(tmp_path, small_tasks):
    state = tmp_path / "state"
    find(ask_text(SPAN.start), "rand", seeds=SPAN, state=state)
    assert state.stat().st_size < 1000
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text.replace('"done": 40', '"done": 39'),
        lambda text: "{}",
        lambda text: "[1, 2]\n" + text,
        lambda text: "tensor([0.5])",
        lambda text: json.dumps({"made by": "another"}) + "\n0",
    ],
)
def test_a_damaged_state_is_refused(tmp_path, damage, small_tasks):
    state, text = tmp_path / "state", ask_text(SPAN.start)
    find(text, "rand", seeds=SPAN, state=state)
    whole = state.read_text()
    state.write_text(damage(whole))
    assert state.read_text() != whole
    with pytest.raises(SeedError, match="is no state of a search, or it is damaged"):
        find(text, "rand", seeds=SPAN, state=state)
    assert state.read_text() == damage(whole)


def test_bytes_are_no_state(tmp_path):
    (tmp_path / "state").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeedError, match="is no state of a search"):
        find(TEN_AT_ONE_SEED, "rand", seeds=range(10), state=tmp_path / "state")


@pytest.mark.parametrize(
    "other",
    [
        {"printed": ask_text(3), "draw": "rand", "seeds": range(1000)},
        {"printed": ask_text(1), "draw": "uniform(0.0, 1.5)", "seeds": range(1000)},
        {"printed": ask_text(1), "draw": "rand", "seeds": range(1001)},
        {"printed": ask_text(1), "draw": "rand", "before": "rand(1)", "seeds": range(1000)},
        {"printed": ask_text(1), "draw": "rand", "earlier": 2, "seeds": range(1000)},
        {"printed": ask_text(1), "draw": "rand", "numpy": True, "seeds": range(1000)},
    ],
)
def test_the_state_of_another_search_is_refused(tmp_path, other):
    state = tmp_path / "state"
    find(ask_text(1), "rand", seeds=range(1000), state=state)
    with pytest.raises(SeedError, match="belongs to a search for another print"):
        find(**other, state=state)


# --- what is refused ------------------------------------------------------------------------------

LOOP = ">>> for i in range(3):\n...     x = torch.rand(3)\n>>> x\ntensor([0.1, 0.2, 0.3])\n"


@pytest.mark.parametrize(
    ("text", "draw", "said"),
    [
        ("hello", "rand", "'hello' is no printed tensor: copy it from tensor( to its end"),
        ("", "rand", "'' is no printed tensor"),
        ("tensor([0.1, 0.2", "rand", "after 'tensor([0.1, 0.2' comes '', which is no number"),
        ("tensor([0.1, abc])", "rand", "comes 'abc])', which is no number"),
        ("tensor([0.1 0.2])", "rand", "0.2 stands in the wrong place"),
        ("tensor([[0.1, 0.2], [0.3]])", "rand", "have different shapes: [(1,), (2,)]"),
        ("tensor([])", "rand", "the print shows no number"),
        ("tensor([?, ?])", "rand", "the print shows no number"),
        ("tensor([0.5000, nan])", "rand(2)", "the print holds nan, which no draw gives"),
        ("tensor([0.5000, inf])", "randn(2)", "the print holds inf, which no draw gives"),
        ("tensor([0.5, 0.5], device='cuda:0')", "rand", "the tensor was on cuda:0"),
        ("tensor([0.5, 0.5], device='mps:0')", "rand", "the tensor was on mps:0"),
        ("tensor([0.5], dtype=torch.bfloat16)", "rand", "the print is of torch.bfloat16; known:"),
        ("tensor([0.5], colour=blue)", "rand", "the print says colour=blue"),
        ("tensor([0.1, 0.2, 0.3])", "rand(2)", "has the shape (3,), and the draw has (2,)"),
        ("tensor([[0.1, 0.2]])", "rand(3, 5)", "has the shape (1, 2), and the draw has (3, 5)"),
        ("tensor([0.1, ..., 0.3])", "rand", "the print has dots: say the shape"),
        ("tensor([0.1, 0.2, ..., 0.3])", "rand(3)", "the print has dots in it"),
        ("tensor([0.5]), tensor([0.6])", "rand", "the draw has (1,)"),
        (">>> torch.rand(2)", "rand", "the text holds a program, not one tensor"),
        ("tensor([0.5])", "dropout(2)", "'dropout(2)' is no draw that is known; known: rand,"),
        ("tensor([0.5])", "rand(2", "is not Python"),
        ("tensor([0.5])", "rand(n)", "rand(n): an argument is no plain number"),
        ("tensor([0.5])", "rand(2, colour=3)", "unexpected keyword argument 'colour'"),
        ("tensor([0.5])", "rand(-1)", "is no shape"),
        ("tensor([5])", "randint(7, 3)", "the first bound has to be the lower one"),
        ("tensor([0.5])", "uniform(1.0, 0.0)", "the first bound has to be the lower one"),
        ("tensor([0.5])", "normal(0.0, 0.0)", "std is 0: every seed prints the same"),
        ("tensor([0.5, 1.2000])", "rand", "1.19995 to 1.20005 is printed, and the draw gives"),
        ("tensor([3, 12])", "randint(10)", "12 is printed, and the draw gives whole numbers from"),
        ("tensor([0.5000, 1.0000])", "randint(10)", "and the draw gives whole numbers"),
        ("tensor([0, 2, 2])", "randperm", "the print is no permutation of 0 to 2"),
        ("tensor([0, 5, 2])", "randperm", "the print is no permutation of 0 to 2"),
        (
            "tensor([0.5000])",
            "rand",
            "it tells 13.3 bits, and 39 are enough to tell one seed. Give about 3 numbers of this "
            "kind, or more digits",
        ),
        ("tensor([1, 0, 1])", "randint(2)", "Give about 39 numbers of this kind"),
        ("tensor([0.5, 0.6])", "rand(2000, 1000)", "and the draw has (2000, 1000)"),
        (f"tensor([{'0.5000, ' * 3} ..., {'0.5000, ' * 3}0.5])", "rand(2000000)", "is too large"),
        (LOOP, None, "draws in a loop or a function"),
        ("no prompt", None, "the program has no line with a prompt >>>"),
        (">>> x = torch.rand(3)", None, "none of the printed numbers can be followed"),
        (">>> x = torch.rand(\n", None, "is not Python"),
        (">>> torch.nothing(3)\n1\n", None, "line 1: torch.nothing(3): "),
        (
            ">>> x = torch.rand(3)\n>>> x[5]\ntensor(0.1)\n",
            None,
            "line 2: x[5]: index 5 is out of bounds for dimension 0 with size 3",
        ),
        (
            ">>> x = torch.rand(3)\n>>> torch.manual_seed(3)\n>>> x\ntensor([0.1, 0.2, 0.3])\n",
            None,
            "line 2 sets a seed after the first draw",
        ),
        (
            ">>> _ = torch.utils.data.random_split(range(9), [4, 5])\n"
            ">>> torch.rand(3)\ntensor([0.1000, 0.2000, 0.3000])\n",
            None,
            "line 2 does not print the draws that were read",
        ),
    ],
)
def test_bad_input_is_told_in_a_sentence(text, draw, said):
    with pytest.raises(SeedError) as refused:
        find(text, draw)
    assert said in str(refused.value)
    assert str(refused.value).count("\n") == 0


def test_a_search_that_takes_days_is_refused():
    with pytest.raises(SeedError, match="60,000,002 words are drawn before .* takes days"):
        find("tensor([0.1000, 0.2000, 0.3000])", "rand", before="rand(60000, 1000)")


@pytest.mark.parametrize("span", [range(0), range(5, 5), range(-3, 5), range(2**32 + 1)])
def test_a_range_beyond_32_bits_is_refused(span):
    with pytest.raises(SeedError, match="the seeds go from 0 to 4294967295"):
        find(TEN_AT_ONE_SEED, "rand", seeds=span)


def test_a_single_wrong_digit_is_found_nowhere():
    assert seeds(find("tensor([0.4963, 0.7682, 0.0886])", "rand", seeds=range(1000))) == []


def test_white_space_does_not_count():
    flat = " ".join(printed(A1).split()).replace("[[ ", "[[")
    assert seeds(find(flat, "randn", seeds=range(A1_SEED - 9, A1_SEED + 9))) == [A1_SEED]


def test_a_program_leaves_nothing_behind():
    torch.manual_seed(11)
    before = torch.get_rng_state().tolist()
    session = Session(
        ">>> torch.set_printoptions(precision=2)\n>>> torch.rand(3)\ntensor([0.50, 0.77, 0.09])\n"
    )
    assert session.agrees(0)
    assert torch.get_rng_state().tolist() == before
    assert str(torch.tensor([0.123456])) == "tensor([0.1235])"


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ("1/0", "division by zero"),
        ("1//0", "integer division or modulo by zero"),
        ("[[0],[0,1]]", "too many indices for tensor of dimension 1"),
        ("2**70", "Overflow when unpacking long long"),
        ("'a'", "new(): invalid data type 'str'"),
    ],
)
def test_an_index_that_no_tensor_takes_is_refused_in_the_words_of_the_program(index, said):
    with pytest.raises(SeedError) as refused:
        find(f">>> x = torch.rand(4)\n>>> x[{index}]\ntensor(0.7682)\n", seeds=range(9))
    assert str(refused.value) == f"line 2: x[{index}]: {said}"


def test_an_index_is_followed_only_where_it_is_made_of_numbers():
    for index, hits in (("3 - 2", [0]), ("-3", [0]), ("2 % 9 // 2", [0])):
        found = find(f">>> x = torch.rand(4)\n>>> x[{index}]\ntensor(0.7682)\n", seeds=range(9))
        assert [hit.seed for hit in found.hits] == hits
    with pytest.raises(SeedError, match="none of the printed numbers can be followed"):
        find(">>> x = torch.rand(4)\n>>> x[1**2]\ntensor(0.7682)\n", seeds=range(9))
