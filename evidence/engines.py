"""Run one program on two engines and write down all that can be seen of it."""

import re
import warnings

INTERNAL = re.compile(r" \(Triggered internally at [^)]*\)")


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


class NotRefusedError(AssertionError):
    """A program that should end in an exception ended without one."""


def refusal(engine, program):
    """Return the exception in which a program ends; what is said on the way does not count."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program(engine)
        except Exception as error:
            return error
    raise NotRefusedError("the program was not refused")
