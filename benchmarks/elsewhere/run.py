"""Run every case with one library and print what came out as JSON.

python -m benchmarks.elsewhere.run jax    in the environment of that library
"""

import argparse
import importlib
import json
import math
import sys
import textwrap
import warnings

from benchmarks.elsewhere.cases import CASES, IGNORED

LONGEST = 160  # characters of an error that are kept


def module(name):
    """Import the calls of a library; those of refimpl are torch's."""
    path = f"benchmarks.elsewhere.libraries.{name}"
    if name != "refimpl":
        return importlib.import_module(path)
    from refimpl.standin import in_place_of_torch

    path = "benchmarks.elsewhere.libraries.torch"
    with in_place_of_torch():
        sys.modules.pop(path, None)  # that of torch itself
        found = importlib.import_module(path)
        del sys.modules[path]
    return found


def exactly(number):
    """Write a number so that JSON keeps it: nine digits say which float32 it is."""
    return float(f"{number:.9g}") if math.isfinite(number) else str(float(number))


def nested(values):
    """Write the numbers of nested lists so that JSON keeps them."""
    return [nested(v) for v in values] if isinstance(values, list) else exactly(values)


def inputs(library, case):
    """Return x, y and w of a case as the library's arrays."""
    made = {"x": library.floats(case.x)}
    if case.w:
        made["w"] = library.floats(case.w)
    if case.y and isinstance(case.y[0], list):
        made["y"] = library.floats(case.y)
    elif case.y:
        ignored = getattr(library, "IGNORED", None)
        made["y"] = library.labels([ignored if label is IGNORED else label for label in case.y])
    return made


def computed(library, case, call):
    """Return the value of a call, and its gradient in x where the case wants one."""
    given = inputs(library, case)

    def value(x):
        return eval(call, vars(library) | given | {"x": x})

    found = {"value": nested(library.numbers(value(given["x"])))}
    if case.gradient and hasattr(library, "gradient"):
        found["gradient"] = nested(library.numbers(library.gradient(value, given["x"])))
    return found


def outcome(library, name):
    """Return what became of a case: value, error, why it was not tried; None without a call."""
    case = CASES[name]
    call = next(filter(None, map(library.CALLS.get, case.operations)), None)
    if call is None:
        return None
    reason = getattr(library, "NOT_TRIED", {}).get(name)
    if reason:
        return {"call": call, "not tried": reason}
    try:
        return {"call": call} | computed(library, case, call)
    except Exception as error:  # whatever the library refuses with is what is asked for
        text = textwrap.shorten(f"{type(error).__name__}: {error}", LONGEST, placeholder=" …")
        return {"call": call, "error": text}


def outcomes(name):
    """Return the outcomes of all cases."""
    library = module(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {case: found for case in CASES if (found := outcome(library, case))}


if __name__ == "__main__":
    command = argparse.ArgumentParser(prog="python -m benchmarks.elsewhere.run")
    command.add_argument("library")
    print(json.dumps(outcomes(command.parse_args().library)))
