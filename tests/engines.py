"""Run one program on two engines and write down all that can be seen of it.

torch may be absent: what compares with it takes the fixture `torch` or a mark: `needs_torch`,
`both_engines`. Where a module cannot be imported without torch, it asks pytest.importorskip.
"""

import importlib.util
import re
import warnings

import pytest

NO_TORCH = "torch is not installed"
needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason=NO_TORCH)
both_engines = pytest.mark.parametrize(
    "engine", [pytest.param("torch", marks=needs_torch), "refimpl"]
)
INTERNAL = re.compile(r" \(Triggered internally at [^)]*\)")


@pytest.fixture(scope="session")
def torch():
    """torch, telling every time what it otherwise tells once in a process."""
    module = pytest.importorskip("torch", reason=NO_TORCH)
    module.set_warn_always(True)
    yield module
    module.set_warn_always(False)


def text(result):
    """Write a result out, nested as it is."""
    if isinstance(result, dict):
        return {key: text(value) for key, value in result.items()}
    if type(result) in (list, tuple):
        return [text(each) for each in result]
    return repr(result)


def observed(engine, program):
    """Return the result of a program as text, and what it warned of.

    torch tells where in its own sources a warning was raised; that part is left out, and so are
    NumPy's remarks on how torch meets its array protocol.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = text(program(engine))
    said = [
        (each.category.__name__, INTERNAL.sub("", str(each.message)))
        for each in caught
        if each.category is not DeprecationWarning
    ]
    return result, said


def refusal(engine, program):
    """Return the exception in which a program ends; what is said on the way does not count."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program(engine)
        except Exception as error:
            return error
    raise AssertionError("the program was not refused")
