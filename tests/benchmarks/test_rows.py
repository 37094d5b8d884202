"""The campaigns over rows compare what they say, judge near ties, and go on where they stopped."""

import numpy as np
import pytest

from benchmarks import rows


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "STATE", tmp_path / "rows.json")
    monkeypatch.setattr(rows, "BLOCK", 2000)
    monkeypatch.setattr(rows, "LOGITS", 18000)


@pytest.mark.parametrize("name", rows.NAMES)
def test_results_are_the_nearest_numbers(name):
    done = rows.run(name)
    of_rows = name in ("logsumexp", "cross_entropy")
    assert done["compared"] == (3 * (200 + 20 + 2) if of_rows else 18000)
    assert (done["next"], done["wrong"]) == (18000, [])


def test_results_near_a_tie_are_judged_by_mpmath(monkeypatch):
    monkeypatch.setattr(rows, "NEAR", 2.0**-30)
    _, judged, wrong = rows.block("softmax", 0, 2000)
    assert judged > 0 and wrong == []
    monkeypatch.setattr(rows, "truth", lambda name, arrays: FALSE)
    assert len(rows.block("softmax", 0, 2000)[2]) == judged


def test_what_two_differences_decide_is_what_mpmath_has():
    x = rows.inputs("log_softmax", 6)[0][:60]  # rows of 10, wide enough that one logit has all
    below, known = rows.just_below(x)
    exact = rows.truth("log_softmax", [x]).nearest.reshape(x.shape)
    np.testing.assert_array_equal(below[known], exact[known])
    rounded = (x.astype(np.float64) - x.max(-1, keepdims=True)).astype(np.float32)
    assert (known & (below != rounded)).sum() > 10  # ties: the difference alone would not do
    assert (below != exact).any()  # so what is not known must not be taken


@pytest.mark.parametrize("name", ["log_softmax", "cross_entropy"])
def test_a_tie_that_goes_the_wrong_way_is_found(monkeypatch, name):
    formula = rows.REFIMPL[name]

    def wrong(x, *targets):  # without the sum where it is below the last place of the difference
        if x.dtype == np.float64:
            return formula(x, *targets)
        wide = x.astype(np.float64)
        y = (wide - wide.max(-1, keepdims=True)).astype(np.float32)
        exact = formula(wide, *targets)
        y = y if name == "log_softmax" else -np.take_along_axis(y, targets[0][:, None], -1)[:, 0]
        return np.where(np.abs(y - exact) < np.abs(exact) * 2.0**-23, y, exact).astype(np.float32)

    monkeypatch.setitem(rows.REFIMPL, name, wrong)
    assert len(rows.block(name, 12000, 14000)[2]) > 0


class FALSE:
    nearest = np.zeros(10, np.float32)


def test_a_wrong_result_is_found_with_its_place(monkeypatch):
    formula = rows.REFIMPL["softmax"]

    def wrong(x):
        y = formula(x)
        if y.dtype == np.float32:
            y[3, 1] = np.nextafter(y[3, 1], np.float32(2))
        return y

    monkeypatch.setitem(rows.REFIMPL, "softmax", wrong)
    assert rows.block("softmax", 2000, 4000)[2] == [[2000, 3, 1]]


def test_a_run_goes_on_where_it_was_stopped(monkeypatch):
    monkeypatch.setattr(rows, "LOGITS", 4000)
    rows.run("softmax")
    seen = []
    block = rows.block
    monkeypatch.setattr(rows, "LOGITS", 8000)
    monkeypatch.setattr(rows, "block", lambda *part: seen.append(part[1]) or block(*part))
    assert rows.run("softmax")["compared"] == 8000
    assert seen == [4000, 6000]
