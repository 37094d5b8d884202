"""The run over all inputs of a narrow dtype compares what it says, and goes on where it stopped."""

import json

import numpy as np
import pytest

from benchmarks import exhaustive
from evidence.operators import RECORDS


@pytest.fixture
def state(tmp_path, monkeypatch):
    path = tmp_path / "exhaustive.json"
    monkeypatch.setattr(exhaustive, "STATE", path)
    return path


@pytest.mark.parametrize("name", exhaustive.PAIRS)
def test_all_float16_inputs_give_the_nearest_number(name, state):
    done = exhaustive.run(name, "float16")
    assert exhaustive.complete(done)
    assert done["compared"] == 2**16 - 2 * (2**10 - 1)  # all but the nan
    assert done["wrong"] == []


def test_a_wrong_result_is_found(monkeypatch):
    formula = RECORDS["tanh"].formula

    def wrong(self):
        return lambda x: np.where(x == 1, np.float16(0.5), formula(x))

    monkeypatch.setattr(type(RECORDS["tanh"]), "formula", property(wrong))
    assert exhaustive.block("tanh", "float16", 0, 2**16)[2] == [1.0]


def test_a_run_that_was_stopped_goes_on_and_counts_what_it_did(state, monkeypatch):
    monkeypatch.setattr(exhaustive, "BLOCK", 2**14)
    block = exhaustive.block

    def stopping(name, dtype, start, stop):
        if start == 2**15:
            raise KeyboardInterrupt
        return block(name, dtype, start, stop)

    monkeypatch.setattr(exhaustive, "block", stopping)
    with pytest.raises(KeyboardInterrupt):
        exhaustive.run("tanh", "float16")
    half = json.loads(state.read_text())["tanh float16"]
    assert (half["next"], half["compared"]) == (2**15, 2**15 - 2**10 + 1)
    assert not exhaustive.complete(half)
    monkeypatch.setattr(exhaustive, "block", block)
    assert exhaustive.run("tanh", "float16")["compared"] == 2**16 - 2 * (2**10 - 1)


def test_a_run_of_other_code_begins_again(state, monkeypatch):
    exhaustive.run("tanh", "float16")
    monkeypatch.setattr(exhaustive, "code", lambda: "other")
    assert exhaustive.run("tanh", "float16")["code"] == "other"
