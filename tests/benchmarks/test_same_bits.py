"""What the page says of bits: all of refimpl's are kept, a changed bit is counted."""

import numpy as np
import pytest

from benchmarks import machine, same_bits


def test_all_of_refimpls_results_keep_their_bits():
    shares = [e for e in machine.read(same_bits.RECORD)["shares"] if e["row"][0] == "refimpl"]
    assert len(shares) == len(same_bits.CLASSES) * len(same_bits.DTYPES) * 2
    assert all(e["fewer"] == [1] and e["alone"] == 1 for e in shares)


def test_one_changed_bit_of_four_results_is_a_quarter():
    a = np.float32([1, 2, 3, 4])
    b = a.copy()
    b[2] = np.nextafter(b[2], np.float32(4))
    assert same_bits.share(a, b) == 0.75
    assert same_bits.share(a, a) == 1


@pytest.mark.parametrize("record", ["exhaustive.json", "rows.json"])
def test_the_runs_over_many_inputs_found_no_wrong_result(record):
    for run in machine.read(record)["runs"]:
        assert run["wrong"] == []
        assert run["compared"] <= run["next"]
