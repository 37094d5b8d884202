"""Every public name says what it takes, returns and raises, with an example that torch runs too."""

import doctest
import inspect

import pytest

from evidence.docstrings import CANNOT_FAIL, counts, documented, faults, public_names

NAMES = documented()
OURS = "import refimpl as torch"
OF_ITS_OWN = {"refimpl.NotInSubset"}  # shows what only refimpl lacks


@pytest.mark.parametrize("name", NAMES)
def test_docstring_is_complete(name):
    assert faults(name, NAMES[name]) == []


def test_every_name_that_cannot_fail_is_a_name():
    assert set().union(*CANNOT_FAIL.values()) <= set(NAMES)


def test_names_are_counted():
    assert sum(counts().values()) == len(NAMES)
    assert counts()["functions"] + counts()["classes"] == len(public_names())


def scaled(input, factor=1.0):
    """Return the input times a factor.

    Parameters
    ----------
    input : Tensor of any shape
    factor : float

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> 1 + 1
    2
    """
    return input * factor


def with_docstring(text):
    """Return `scaled` with another docstring."""

    def planted(input, factor=1.0):
        return input * factor

    planted.__doc__ = text
    return planted


GOOD = inspect.getdoc(scaled)


def test_a_complete_docstring_has_no_fault():
    assert faults("scaled", with_docstring(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (GOOD, "", "GL08"),
        ("factor.\n", "factor\n", "SS03"),
        ("factor : float\n", "", "PR01"),
        ("factor : float", "factor : float\nbase : float", "PR02"),
        ("input : Tensor of any shape\nfactor : float", "factor : float\ninput : shape", "PR03"),
        (" of any shape", "", "no shape of input"),
        ("Returns\n-------\nTensor\n", "", "RT01"),
        ("Raises\n------\nTypeError\n    Where `input` is no tensor.\n", "", "what it raises"),
        ("Examples\n--------\n>>> 1 + 1\n2", "", "EX01"),
    ],
)
def test_each_lack_is_named(old, new, fault):
    assert old in GOOD
    found = faults("scaled", with_docstring(GOOD.replace(old, new)))
    assert len(found) == 1
    assert fault in found[0]


def failures(name, docstring):
    """Run the examples of a docstring and return what doctest says of those that fail."""
    said = []
    test = doctest.DocTestParser().get_doctest(docstring, {}, name, None, 0)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.REPORT_NDIFF)
    runner.run(test, out=said.append)
    return "".join(said)


WITH_EXAMPLES = {
    name: inspect.getdoc(value) for name, value in NAMES.items() if not isinstance(value, property)
}
ON_TORCH = [name for name, text in WITH_EXAMPLES.items() if OURS in text and name not in OF_ITS_OWN]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run_here(name):
    assert failures(name, WITH_EXAMPLES[name]) == ""


# They tell how torch was built: one with CUDA, as pip's newer one is, prints something else.
OF_THE_BUILD = {
    "refimpl.backends.cudnn.is_available",
    "refimpl.backends.cudnn.version",
    "refimpl.cuda.current_device",
    "refimpl.cuda.get_device_capability",
    "refimpl.cuda.get_device_name",
    "refimpl.cuda.get_device_properties",
    "refimpl.cuda.synchronize",
    "refimpl.Tensor.cuda",
}


@pytest.mark.parametrize("name", ON_TORCH)
def test_examples_print_the_same_on_torch(name, torch):
    another = name in OF_THE_BUILD and torch.version.cuda is not None
    found = failures(name, WITH_EXAMPLES[name].replace(OURS, "import torch"))
    assert (found != "") == another, found


def test_another_print_is_a_failure():
    assert "+ 2" in failures("planted", GOOD.replace("\n2", "\n3"))
