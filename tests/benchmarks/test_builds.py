"""Two versions are compared like with like, and a slower one is seen."""

import json
import math
from contextlib import nullcontext

import pytest

from benchmarks import builds, programs

GROUPS = {"formulas": ["softmax, vjp, 7×3", "relu, vjp, 7×3"], "tape": [builds.LOSS]}
CASES = [case for cases in GROUPS.values() for case in cases]


class Planted:
    """A worker whose calls take as long as is written down, in seconds."""

    def __init__(self, slow=(), factor=1.0, disturbed=0):
        self.slow, self.factor, self.disturbed = slow, factor, disturbed
        self.case, self.calls = None, 0

    def ask(self, case=None, least=None, calls=1):
        self.case = case or self.case
        self.calls += calls
        self.disturbed -= 1
        busy = 1.4 if self.disturbed >= 0 else 1.0
        return 1e-3 * calls * busy * (self.factor if self.case in self.slow else 1.0)


def compared(new, anew=None, limit=math.inf):
    """Measure a planted version beside one whose calls all take a millisecond."""
    said = []
    times = builds.laps([Planted(), new], CASES, said.append)
    builds.again(times, lambda: nullcontext([Planted(), anew or new]), limit, said.append)
    return times, said


def verdicts(times):
    return {g["name"].split(":")[0]: g["value"] <= g["must"] for g in builds.judged(GROUPS, times)}


def test_the_goals_are_about_cases_that_there_are():
    names = {name for cases in programs.CASES.values() for name, _ in cases()}
    assert {builds.STEP, builds.LOSS, builds.goals.UNUSED} <= names
    assert any(builds.goals.SHORT in name for name in names)


def test_float64_is_judged_by_its_short_rows_alone():
    case, short = "softmax, value, 1024×4096 float64", f"softmax, value, {builds.goals.SHORT}"
    found = builds.judged(
        {"formulas": [case, short], "tape": []}, dict.fromkeys([case, short], [[1, 2.5]])
    )
    assert [(g["name"], g["value"], g["must"]) for g in found] == [
        (f"slowest operator, short rows in float64: {short}", 2.5, 3)
    ]


def test_an_import_is_judged_beside_that_of_numpy():
    (found,) = builds.judged({"formulas": [], "tape": []}, {}, [[0.04, 0.03], [0.05, 0.02]])
    assert (found["value"], found["must"]) == (1.4, 1.3)


def test_a_slower_case_is_measured_again_and_judged_missed():
    times, said = compared(Planted(slow=["relu, vjp, 7×3"], factor=1.06))
    assert builds.slower(times) == ["relu, vjp, 7×3"]
    assert said[-builds.TRIES :] == ["again: 1 cases that look slower than 1.03"] * builds.TRIES
    assert verdicts(times) == {
        "slowest operator": False,
        "slowest recorded operation": True,
        builds.LOSS: True,
    }


def test_a_slower_loss_is_judged_missed():
    times, _ = compared(Planted(slow=[builds.LOSS], factor=1.04))
    assert verdicts(times)[builds.LOSS] is False


def test_a_process_that_takes_twice_the_time_makes_no_case_slow():
    times, said = compared(Planted(slow=CASES[:1], factor=2.0), Planted())
    assert builds.slower(times) == []
    assert said[-1] == "again: 1 cases that look slower than 1.03"


def test_twice_the_time_in_every_process_is_judged_missed():
    times, _ = compared(Planted(slow=CASES[:1], factor=2.0))
    assert verdicts(times)["slowest operator"] is False


def test_a_faster_loss_is_judged_met():
    times, said = compared(Planted(slow=[builds.LOSS], factor=0.7))
    assert all(verdicts(times).values())
    assert not any("again" in text for text in said)


def test_a_busy_minute_makes_no_case_slow():
    times, said = compared(Planted(disturbed=10**6), Planted())
    assert all(builds.ratio(rounds) == pytest.approx(1) for rounds in times.values())
    assert said[-1] == "again: 3 cases that look slower than 1.03"


def test_what_there_is_no_time_to_measure_again_is_named():
    times, said = compared(Planted(CASES[:1], 1.2), limit=-1)
    assert said[-1] == f"no time is left to measure again: {CASES[0]}"
    assert builds.slower(times) == CASES[:1]


@pytest.mark.parametrize(
    ("rounds", "value"),
    [
        ([[1.0, 1.2], [1.0, 1.2], [1.0, 1.2]], 1.2),
        ([[1.0, 1.2], [2.0, 2.0], [2.0, 2.0]], 1.0),  # one lucky round of the old version
        ([[1.0, 1.3], [1.0, 1.3], [1.0, 1.0]], 1.0),  # the new version was disturbed twice
    ],
)
def test_a_case_is_slower_only_as_far_as_both_ways_to_judge_agree(rounds, value):
    assert builds.certain(rounds) == pytest.approx(value)


def test_both_versions_repeat_the_same_number_of_calls():
    workers = [Planted(), Planted(CASES[:1], 1.5)]
    builds.measure(workers, CASES[0])
    assert workers[0].calls == workers[1].calls > 1


def test_cases_of_one_version_alone_are_named():
    old, new = {"formulas": ["a", "b"]}, {"formulas": ["b", "c"], "tape": ["d"]}
    shared = {"formulas": ["b"], "tape": []}
    assert builds.common(old, new) == (shared, ["a"], ["c", "d"])


def test_the_mean_is_geometric_and_of_the_laps():
    times = dict.fromkeys(CASES, [[1.0, 1.0]])
    found = builds.summary(GROUPS, times, dict(zip(CASES, (2.0, 0.5, 0.8), strict=True)))
    assert found["formulas"]["mean"] == pytest.approx(1)
    assert (found["tape"]["cases"], found["tape"]["mean"]) == (1, pytest.approx(0.8))


def test_a_record_holds_every_case_with_the_run_it_comes_from():
    times = dict.fromkeys(CASES, [[2.0, 1.0], [1.0, 0.123456]])
    imports = [[0.1, 0.05], [0.1, 0.04]]
    old = builds.commit(builds.machine.ROOT)
    kept = builds.recorded(times, {}, builds.judged(GROUPS, times, imports), imports, old)
    assert kept["old"] == old
    assert {"date", "script", "cpu", "cores", "versions"} <= kept.keys()
    assert kept["cases"] == dict.fromkeys(CASES, [1.0, 0.1235, 0.1235])
    assert json.loads(json.dumps(kept)) == kept


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["{empty}"], "holds no refimpl"),
        (["{root}", "--record", "--only", "x"], "--record keeps all cases; leave out --only"),
    ],
)
def test_what_can_not_be_compared_is_refused(arguments, text, tmp_path, capsys):
    places = {"empty": tmp_path, "root": builds.machine.ROOT}
    with pytest.raises(SystemExit):
        builds.options([argument.format(**places) for argument in arguments])
    assert text in capsys.readouterr().err


def test_a_worker_lists_its_cases_and_times_one():
    with builds.Worker(builds.machine.ROOT) as worker:
        cases = worker.listed()
        assert builds.STEP in cases["programs"]
        assert builds.LOSS in cases["tape"]
        assert 0 < worker.ask(case="relu, value, 7×3 float32", least=0) < math.inf
        assert 0 < worker.ask(calls=3) < math.inf


@pytest.mark.parametrize("group", programs.CASES)
def test_every_small_case_runs(group):
    for name, build in programs.CASES[group]():
        if not any(size in name for size in list(programs.SHAPES)[1:]):
            build()()


def test_every_role_of_every_formula_is_timed():
    names = {name for name, _ in programs.formula_cases()}
    for _, name, _ in programs.operators():
        for suffix in programs.ROLES:
            assert f"{name}, {suffix}, 7×3 float32" in names
