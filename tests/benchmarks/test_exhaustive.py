"""The run over all inputs of a narrow dtype compares what it says, and goes on where it stopped."""

import json
import shutil

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
    monkeypatch.setattr(exhaustive, "code", lambda name: "other")
    assert exhaustive.run("tanh", "float16")["code"] == "other"


SAMPLED = [0x20000000, 0x39800000, 0x3B000000, 0x3E000000, 0x3F800000, 0x41000000, 0x41A00000]
SAMPLED += [0x42C00000, 0x7E000000]


@pytest.mark.parametrize("name", exhaustive.PAIRS)
def test_what_is_proved_is_what_pairs_compute(name):
    """Blocks of float32 of both signs: of one result, of results that are the inputs, of others."""
    for start in SAMPLED:
        for sign in (0, 1 << 31):
            bits = np.arange(start, start + 200, dtype=np.uint64) + np.uint64(sign)
            x = bits.astype(np.uint32).view(np.float32)
            with np.errstate(all="ignore"):
                wanted, found = exhaustive.by_pairs(name, x)[0], exhaustive.expected(name, x)[0]
            assert (wanted == found).all(), (name, hex(start), sign)


def test_both_proofs_are_used_and_no_block_of_two_signs_has_one_result():
    tiny, large = np.float32([1e-9, 2e-9]), np.float32([50, 51])
    assert exhaustive.is_input("tanh", tiny) and not exhaustive.is_input("tanh", large)
    assert exhaustive.is_input("logsigmoid", -large) and not exhaustive.is_input(
        "logsigmoid", large
    )
    assert exhaustive.expected("tanh", large)[1] == 2
    both = np.float32([0.0, 1.0, -0.0])
    assert exhaustive.expected("tanh", both)[0].tolist() == [0.0, np.tanh(np.float32(1.0)), 0.0]


def test_the_code_of_a_function_is_all_that_it_names(tmp_path, monkeypatch):
    assert exhaustive.code("sigmoid") == exhaustive.code("logsigmoid") != exhaustive.code("tanh")
    folder = tmp_path / "refimpl/formulas"
    shutil.copytree(exhaustive.machine.ROOT / "refimpl/formulas", folder)
    monkeypatch.setattr(exhaustive.machine, "ROOT", tmp_path)
    before = exhaustive.code("tanh")
    for name, counts in {"_gelu": False, "_double_double": True, "_many_digits": True}.items():
        text = (folder / f"{name}.py").read_text("utf-8")
        (folder / f"{name}.py").write_text(text + "# changed\n", "utf-8")
        assert (exhaustive.code("tanh") != before) is counts, name
        (folder / f"{name}.py").write_text(text, "utf-8")
