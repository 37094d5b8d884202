"""Making tensors: what torch refuses is refused, and each number of a range is rounded once."""

import warnings
from fractions import Fraction

import numpy as np
import pytest

import refimpl
from evidence.engines import observed, refusal
from evidence.misuses.creation import CUT_SHORT, MISUSES, NAMED
from evidence.programs.creation import PROGRAMS
from evidence.versions import followed, refused
from refimpl.errors import advice_of


@pytest.mark.parametrize("name", MISUSES)
def test_refusal_has_torchs_type_and_text(name, torch):
    ours = refusal(refimpl, MISUSES[name])
    assert (type(ours).__name__, str(ours)) == refused(torch, name, MISUSES[name])


@pytest.mark.parametrize("name", CUT_SHORT)
def test_refusal_has_torchs_type_and_the_beginning_of_its_text(name, torch):
    theirs, ours = (refusal(engine, CUT_SHORT[name]) for engine in (torch, refimpl))
    assert type(ours).__name__ == type(theirs).__name__
    assert str(theirs).startswith(str(ours).removesuffix('"').removesuffix(")"))


@pytest.mark.parametrize("name", NAMED)
def test_refusal_names_the_argument_where_torch_lists_its_forms(name, torch):
    theirs, ours = (refusal(engine, NAMED[name]) for engine in (torch, refimpl))
    assert type(ours) is type(theirs) is TypeError
    assert "received an invalid combination of arguments" in str(theirs)
    assert "(): argument '" in str(ours) and " must be " in str(ours)


def test_the_device_meta_lies_outside_the_subset():
    error = refusal(refimpl, lambda T: T.zeros(2, device="meta"))
    assert type(error) is NotImplementedError and "lies outside the subset" in str(error)


def test_a_dtype_in_quotes_is_told_to_stand_without():
    error = refusal(refimpl, lambda T: T.ones(2).to("float64"))
    assert advice_of(error) == ["A dtype is written without quotes: torch.float64."]


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    theirs = followed(torch, name, observed(torch, PROGRAMS[name]))
    assert observed(refimpl, PROGRAMS[name]) == theirs


def rounded(exact, kind):
    """Return a fraction rounded once, half to even, to a NumPy type."""
    if exact == 0:
        return kind(0)
    info = np.finfo(kind)
    size = abs(exact)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    exponent -= Fraction(2) ** exponent > size
    unit = Fraction(2) ** (max(exponent, int(info.minexp)) - info.nmant)
    return kind(float(round(exact / unit) * unit))


ENDS = [(0, 1, 11), (-1.39, 1.31, 26), (0.1, 0.7, 8), (-3, 2.5, 17), (5, -1e-3, 9), (1e-3, 1e3, 30)]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(("start", "end", "steps"), ENDS)
def test_linspace_rounds_each_number_once(start, end, steps, kind):
    dtype = getattr(refimpl, kind.__name__)
    found = refimpl.linspace(start, end, steps, dtype=dtype).numpy()
    first, last = Fraction(start), Fraction(end)
    exact = [first + (last - first) * i / (steps - 1) for i in range(steps)]
    assert found.tolist() == [rounded(each, kind) for each in exact]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(("start", "step"), [(0, 0.1), (-1.39, 0.0727), (1e-3, 0.25), (7, -0.3)])
def test_arange_rounds_each_number_once(start, step, kind):
    dtype = getattr(refimpl, kind.__name__)
    found = refimpl.arange(start, start + 20.5 * step, step, dtype=dtype).numpy()
    exact = [Fraction(start) + Fraction(step) * i for i in range(21)]
    assert found.tolist() == [rounded(each, kind) for each in exact]


def test_linspace_beyond_the_range_of_torchs_step_is_exact():
    assert refimpl.linspace(-1e308, 1e308, 3, dtype=refimpl.float64).tolist() == [-1e308, 0, 1e308]
    ends = refimpl.linspace(0, 2**63 - 1, 3, dtype=refimpl.int64)
    assert ends.tolist() == [0, 2**62 - 1, 2**63 - 1]


def test_no_warning_of_numpy_leaks_out_of_ranges():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refimpl.linspace(0.0, float("inf"), 3)
        refimpl.linspace(-1e308, 1e308, 3, dtype=refimpl.float64)
        refimpl.arange(60000.0, 70000.0, 1000.0, dtype=refimpl.float16)
        refimpl.tensor([1e300])
