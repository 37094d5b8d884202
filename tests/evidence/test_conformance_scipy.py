"""SciPy's own tests end on refimpl as recorded: they agree, or ask for what the subset has not."""

import collections

import numpy as np
import pytest
import scipy.special

import refimpl
from evidence import conformance_scipy
from evidence.conformance_scipy import CALLS


def test_the_tests_end_as_recorded():
    assert conformance_scipy.run("refimpl") == conformance_scipy.kept()["refimpl"]


def test_no_test_departs_and_every_function_has_one_that_agrees():
    kept = conformance_scipy.kept()
    ends = collections.Counter(kept["refimpl"].values())
    assert ends["agrees"] > 50 and ends["departs"] == 0
    assert set(kept["refimpl"]) == set(kept["torch"])
    for word in ("Softmax", "LogSoftmax", "LogSumExp", "Expit", "LogExpit", "Softplus", "erf"):
        found = {how for test, how in kept["refimpl"].items() if word in test}
        assert "agrees" in found


@pytest.mark.parametrize("name", [n for n in CALLS if n not in conformance_scipy.LACKING])
def test_what_stands_in_scipys_place_takes_its_arguments(name):
    x = np.array([[0.25, 0.5], [2.0, 3.0]])
    inputs = (x, x) if name in ("xlogy", "huber") else (x,)
    found, theirs = CALLS[name](refimpl, *inputs), getattr(scipy.special, name)(*inputs)
    assert np.shape(found) == np.shape(theirs)
    np.testing.assert_allclose(found, theirs, rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "values", "options", "reason"),
    [
        ("softmax", ([1j],), {}, conformance_scipy.COMPLEX),
        ("softmax", ([[1.0]],), {"axis": (0, 1)}, conformance_scipy.AXES),
        ("logsumexp", ([1.0],), {"b": 2.0}, conformance_scipy.WEIGHTS),
        ("erf", ([1.0],), {"out": None}, conformance_scipy.UFUNC),
        ("entr", ([1.0],), {}, conformance_scipy.ABSENT),
    ],
)
def test_what_the_subset_has_not_ends_a_test(name, values, options, reason):
    with pytest.raises(pytest.skip.Exception, match=f"outside: {reason.split('`')[0]}"):
        CALLS[name](refimpl, *values, **options)


def test_what_torch_misses_are_results_near_0(torch):
    kept = conformance_scipy.kept()
    missed = [name.rpartition("::")[2] for name, how in kept["torch"].items() if how == "departs"]
    assert missed == ["test_basic_float32", "test_basic_float64", "test_gh18295[numpy]"]
    assert torch.logsumexp(torch.tensor([0.0, -40.0], dtype=torch.float64), 0).item() == 0
    for x in (torch.tensor(100.0), torch.tensor(735.0, dtype=torch.float64)):
        found, unit = torch.nn.functional.logsigmoid(x).numpy(), np.finfo(x.numpy().dtype)
        exact = scipy.special.log_expit(x.numpy())
        assert abs(found - exact) == unit.smallest_subnormal and abs(exact) < unit.smallest_normal
