"""torch's own operator samples on both engines: values, gradients, second derivatives, refusals.

    python -m evidence.conformance exp sin      the first samples of some operators
    python -m evidence.conformance --record     the first 40 samples of all, into conformance.json
    python -m evidence.conformance --errors     all samples of errors, into conformance_errors.json

torch keeps the samples for its own tests (`torch.testing._internal`, which needs expecttest). Those
of operators that refimpl has are run in every dtype that both have. What differs is counted under
a reason; what has no reason is a fault.
"""

import collections
import functools
import json
import sys
import warnings
from pathlib import Path

import numpy as np

import refimpl
from evidence.command import hint, parser
from refimpl.errors import NotInSubset

KEPT = Path(__file__).with_suffix(".json")
KEPT_ERRORS = KEPT.with_stem("conformance_errors")
LIMIT = 40
FLOATS = ("float16", "float32", "float64")
# What departs on purpose, by operator; what is not here is a fault.
BYTES = "`memory_format=` is for layouts that refimpl has not"
OPEN = "the elements are left open"
FORM = "torch's test calls another form than the function of that name"
REASONS = {
    "byte": BYTES,
    "char": BYTES,
    "empty": OPEN,
    "empty_like": OPEN,
    "new_empty": OPEN,
    "normal_in_place": FORM,
    "normal_number_mean": FORM,
    "rand_like": FORM,
    "where": FORM,
    "zero_": FORM,
    "sort": "torch leaves equal elements in an order of its own",
    "nn_functional_binary_cross_entropy": "torch adds 1e-12 to a denominator",
}
# Why a call that torch refuses is not refused in the same class and text.
MEMORY = "the sample's `out` shares memory, which is lost where the sample is handed to refimpl"
METHOD = "the operator of Python is asked of an int; only a tensor has it"
NO_TENSOR = "without a tensor torch lists the forms of the function, refimpl names the argument"
ERROR_REASONS = {
    **dict.fromkeys("cat gather index_select masked_select".split(), MEMORY),
    **dict.fromkeys("__radd__ __rand__ __rdiv__ __rmul__ __ror__ __rxor__".split(), METHOD),
    **dict.fromkeys(
        "bitwise_and bitwise_or bitwise_xor max_binary min_binary pow remainder rsub".split(),
        NO_TENSOR,
    ),
    **dict.fromkeys(
        ("linspace", "linspace_tensor_overload"), "refimpl names the argument, or the first tensor"
    ),
    "normal_in_place": FORM,
}
# How far two results may lie apart, in parts of the larger one: torch rounds at every step.
CLOSE = {"float16": 4e-3, "float32": 2e-5, "float64": 1e-10}


def ours(path):
    """Return refimpl's function of a path, or the method where there is no function."""
    found = functools.reduce(lambda at, part: getattr(at, part, None), path.split("."), refimpl)
    return found or getattr(refimpl.Tensor, path, None)


def operators():
    """Return the records of torch's operators that refimpl has, each form of them."""
    from torch.testing._internal.common_methods_invocations import op_db

    return [op for op in op_db if callable(ours(op.name))]


def to_ours(value):
    """Return torch's tensors, dtypes and containers of them as refimpl's."""
    import torch

    if isinstance(value, torch.Tensor):
        array = value.detach().numpy(force=True).copy(order="K")
        tensor = refimpl.from_numpy(array)
        return tensor.requires_grad_() if value.requires_grad else tensor
    if isinstance(value, torch.dtype):
        return getattr(refimpl, str(value).removeprefix("torch."))
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(map(to_ours, value))
    if isinstance(value, dict):
        return {key: to_ours(each) for key, each in value.items()}
    return value


def tensors(result, engine):
    """Return the tensors of a result, in order."""
    if isinstance(result, engine.Tensor):
        return [result]
    if isinstance(result, (list, tuple)):
        return [each for part in result for each in tensors(part, engine)]
    return []


def differentiated(engine, function, args, kwargs, order):
    """Return the tensors of a call, or its derivatives of an order by the floating arguments."""
    found = tensors(function(*args, **kwargs), engine)
    leaves = [each for each in tensors([args, list(kwargs.values())], engine) if each.requires_grad]
    for _ in range(order):
        found = [each for each in found if each.requires_grad]
        if not found or not leaves:
            return []
        seeds = [engine.ones_like(each) for each in found]
        options = {"create_graph": True, "allow_unused": True}
        found = engine.autograd.grad(found, leaves, seeds, **options)
        found = [each for each in found if each is not None]
    return found


def outcome(engine, function, args, kwargs, order):
    """Return the arrays of a call, or the class of its refusal."""
    engine.manual_seed(42)  # as the wrappers of torch's samples do
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = differentiated(engine, function, args, kwargs, order)
    except NotInSubset:
        return "outside"
    except NotImplementedError as error:
        return "outside" if "lies outside the subset" in str(error) else "refused"
    except Exception:
        return "refused"
    return [each.detach().numpy(force=True) for each in found]


def agree(mine, its, dtype):
    """Say in what two outcomes differ, if in anything."""
    if isinstance(mine, str) or isinstance(its, str):
        if mine == "outside":
            return "outside the subset"
        return "" if isinstance(mine, str) and isinstance(its, str) else "refused by one engine"
    if len(mine) != len(its):  # an engine may leave a gradient of zeros out
        mine, its = ([array for array in arrays if array.any()] for arrays in (mine, its))
    if [(a.shape, a.dtype) for a in mine] != [(a.shape, a.dtype) for a in its]:
        return "another shape or dtype"
    close = CLOSE[dtype]
    for a, b in zip(mine, its, strict=True):
        largest = float(np.max(np.abs(b), initial=1, where=np.isfinite(b)))
        if not np.allclose(a, b, rtol=close, atol=close * largest, equal_nan=True):
            return "other numbers"
    return ""


def kept():
    """Return what the last run over all operators has recorded."""
    return json.loads(KEPT.read_text(encoding="utf-8"))


def totals():
    """Return rows for a page: the dtype, what is compared, how many agree, depart, lie outside."""
    found = collections.defaultdict(collections.Counter)
    for by_dtype in kept().values():
        for dtype, counts in by_dtype.items():
            for text, count in counts.items():
                kind, _, what = text.partition(", ")
                column = what if what in ("agrees", "outside the subset") else "departs"
                found[dtype, kind][column] += count
    return found


def departures():
    """Return {operator: how many samples depart, and why}."""
    found = {}
    for name, by_dtype in kept().items():
        count = sum(
            number
            for counts in by_dtype.values()
            for text, number in counts.items()
            if not text.endswith((", agrees", ", outside the subset"))
        )
        if count:
            found[name] = count, REASONS.get(name)
    return found


def compared(op, dtype, limit=None):
    """Return how many samples of an operator agree, and how many differ in what, by order."""
    import torch

    counts = collections.Counter()
    theirs = getattr(torch, dtype)
    if theirs not in op.dtypes:
        return counts
    samples = op.sample_inputs("cpu", theirs, requires_grad=op.supports_autograd)
    for number, sample in enumerate(samples):
        if limit is not None and number >= limit:
            break
        args = (sample.input, *sample.args)
        for order in range(3 if op.supports_autograd and dtype == "float64" else 1):
            mine = outcome(refimpl, ours(op.name), to_ours(args), to_ours(sample.kwargs), order)
            its = outcome(torch, op.op, args, sample.kwargs, order)
            kind = ("value", "gradient", "second derivative")[order]
            counts[kind, agree(mine, its, dtype)] += 1
    return counts


def refused(function, args, kwargs):
    """Return the error in which a call ends, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function(*args, **kwargs)
    except Exception as error:
        return error
    return None


def said(mine, its):
    """Say how our refusal of a call relates to torch's."""
    if mine is None:
        return "taken"
    notes = " ".join([str(mine), *getattr(mine, "__notes__", [])])
    if "lies outside the subset" in notes:
        return "outside the subset"
    if type(mine).__name__ != type(its).__name__:
        return "another type"
    first = str(mine).strip().partition("\n")[0]
    return "the same text" if str(its).strip().startswith(first) else "the same type"


def refusal(op, sample):
    """Return how the two engines refuse a sample; None where torch refuses it nowhere."""
    args, kwargs = (sample.input, *sample.args), sample.kwargs
    its = refused(op.op, args, kwargs)
    if its is None:
        return None
    try:
        own = to_ours((args, kwargs))
    except (NotImplementedError, ValueError):  # complex numbers; more dimensions than NumPy has
        return "outside the subset"
    return said(refused(ours(op.name), *own), its)


def measured_errors(names=None):
    """Return {operator: {how refimpl refuses: number}} of torch's samples of errors."""
    found = {}
    for op in operators():
        if op.error_inputs_func is None or (names is not None and op.name not in names):
            continue
        samples = (each.sample_input for each in op.error_inputs("cpu"))
        counts = collections.Counter(refusal(op, each) for each in samples)
        found[op.formatted_name] = {how: n for how, n in counts.items() if how is not None}
    return found


def kept_errors():
    """Return what the last run over all samples of errors has recorded."""
    return json.loads(KEPT_ERRORS.read_text(encoding="utf-8"))


def error_totals():
    """Return {how refimpl refuses: number} over all samples of errors."""
    return sum(map(collections.Counter, kept_errors().values()), collections.Counter())


def error_departures():
    """Return {operator: how many samples are refused otherwise, or taken, and why}."""
    found = {}
    for name, counts in kept_errors().items():
        count = counts.get("the same type", 0) + counts.get("another type", 0)
        count += counts.get("taken", 0)
        if count:
            found[name] = count, ERROR_REASONS.get(name)
    return found


def measured(names=None, limit=None):
    """Return {operator: {dtype: {"kind, what": number}}} of what was compared."""
    found = {}
    for op in operators():
        if names is not None and op.name not in names:
            continue
        for dtype in FLOATS:
            counts = compared(op, dtype, limit)
            texts = {f"{kind}, {what or 'agrees'}": n for (kind, what), n in counts.items()}
            found.setdefault(op.formatted_name, {})[dtype] = texts
    return found


def main(arguments):
    """Run samples, write what was found beside this file, or print it."""
    command = parser("python -m evidence.conformance", __doc__)
    record = command.add_mutually_exclusive_group()
    for option in ("--record", "--errors"):
        record.add_argument(option, action="store_true")
    command.add_argument("names", nargs="*")
    given = command.parse_args(arguments)
    known = {op.name for op in operators()}  # torch takes seconds to make them
    for name in set(given.names) - known:
        command.error(f"no operator is called {name}{hint(name, known)}")
    if given.record or given.errors:
        found = measured_errors() if given.errors else measured(limit=LIMIT)
        text = json.dumps(found, indent=1, sort_keys=True)
        (KEPT_ERRORS if given.errors else KEPT).write_text(text + "\n", encoding="utf-8")
    else:
        json.dump(measured(given.names or None, limit=3), sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
