"""Run every operator at its edges on torch and on refimpl, and set the exact limit beside.

    python -m tests.edge_cases.run     print the rows on which the three differ

The tables of the reference pages read the file that `results` keeps for each fingerprint.
"""

import functools
import re
import tomllib
import warnings
from pathlib import Path

import numpy as np

from evidence.kept import kept
from refimpl.printing import tensor_text
from tests.edge_cases.limits import limit
from tests.edge_cases.operators import OPERATORS

REMARKS = Path(__file__).with_name("remarks.toml")
COLUMNS = ("exact", "refimpl", "torch")
NONE = "—"


def text(array):
    """Write an array as torch prints it, without the word tensor and the dtype."""
    if array is None:
        return "None"
    inner = tensor_text(np.asarray(array)).removeprefix("tensor(").removesuffix(")")
    return inner.partition(", dtype=")[0].partition(", size=")[0]


def outcome(compute):
    """Return the text of a result, or the type and text of the exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return text(compute())
        except (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def cotangent(operator, y):
    """Return what is pulled back: ones, or the first unit vector."""
    g = np.ones(y.shape, y.dtype)
    if operator.first:
        g.reshape(-1)[1:] = 0
    return g


def torch_value(operator, x):
    """Return torch's value."""
    import torch

    return operator.torch(torch.from_numpy(x.copy())).numpy()


def torch_gradient(operator, x):
    """Return torch's gradient."""
    import torch

    leaf = torch.from_numpy(x.copy()).requires_grad_()
    y = operator.torch(leaf)
    y.backward(torch.from_numpy(cotangent(operator, y.detach().numpy())))
    return leaf.grad.numpy()


def refimpl_gradient(operator, x):
    """Return the gradient of the formulas."""
    return operator.vjp(cotangent(operator, operator.refimpl(x)), x)


def exact_text(operator, function, x, shape):
    """Return the text of the limit, or a dash where there is none."""
    if x.ndim < operator.least:
        return NONE
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float32)
    found = limit(function, x, dtype, operator.domain)
    return NONE if found is None else text(found.reshape(shape))


def row(operator, x):
    """Return the texts of one input: of its value and of its gradient."""
    shape = () if operator.reduces else (*x.shape[:-1], 1) if x.ndim == 2 else x.shape
    return {
        "input": text(x),
        "value": {
            "exact": exact_text(operator, operator.exact, x, shape),
            "torch": outcome(lambda: torch_value(operator, x)),
            "refimpl": outcome(lambda: operator.refimpl(x)),
        },
        "gradient": {
            "exact": exact_text(operator, operator.slope, x, x.shape),
            "torch": outcome(lambda: torch_gradient(operator, x)),
            "refimpl": outcome(lambda: refimpl_gradient(operator, x)),
        },
    }


def bare(text):
    """Drop the signs of zeros and the widths of columns."""
    return re.sub(r"-(?=0\.(0*e\+00)?(?![\d]))", "", text).replace(" ", "")


def differ(texts):
    """Tell whether the three show different numbers; where there is no limit, nan fits."""
    shown = {bare(texts[name]) for name in COLUMNS}
    if texts["exact"] == NONE:
        shown -= {NONE}
        return len(shown) > 1 or bool(re.search(r"\d", min(shown)) and ":" not in min(shown))
    return len(shown) > 1


def compute():
    """Return the rows of every operator."""
    return {
        name: {edge: row(operator, x) for edge, x in operator.inputs.items()}
        for name, operator in OPERATORS.items()
    }


@functools.cache
def remarks():
    """Return the remark of each row that has one, by operator, edge and quantity."""
    with REMARKS.open("rb") as file:
        listed = tomllib.load(file)["remark"]
    return {place: remark["text"] for remark in listed for place in remark["rows"]}


@functools.cache
def results():
    """Read the rows of this fingerprint, or compute and keep them."""
    return kept("edge-cases", compute)


def main():
    """Print the rows on which the three differ."""
    known = remarks()
    for name, rows in compute().items():
        for edge, shown in rows.items():
            for quantity in ("value", "gradient"):
                texts = shown[quantity]
                place = f"{name}, {edge}, {quantity}"
                if differ(texts):
                    print(f"{place}   {shown['input']}   {known.get(place, 'NO REMARK')}")
                    for column in COLUMNS:
                        print(f"    {column:8} {texts[column]}")


if __name__ == "__main__":
    main()
