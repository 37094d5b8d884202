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
