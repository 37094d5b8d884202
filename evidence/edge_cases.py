"""Run every operator at its edges on torch and on refimpl, and set the exact limit beside.

    python -m evidence.edge_cases     print the rows on which the three differ

The tables of the reference pages read the file that `results` keeps for each fingerprint.
"""

import functools
import re
import sys
import warnings
from dataclasses import dataclass

import numpy as np

from evidence import exact
from evidence.command import parser
from evidence.kept import kept
from evidence.limits import limit
from evidence.operators import RECORDS
from evidence.record import Edges, Record
from refimpl.printing import tensor_text

COLUMNS = ("exact", "refimpl", "torch")
QUANTITIES = ("value", "gradient")
NONE = "—"


@dataclass(frozen=True)
class Table:
    """An operator with everything but its first input fixed."""

    record: Record
    edges: Edges

    def refimpl(self, x):
        """Return refimpl's value."""
        return self.record.formula(x, *self.edges.rest(x), **self.edges.options)

    def refimpl_gradient(self, x):
        """Return the gradient of the formula."""
        g = self.cotangent(self.refimpl(x))
        found = self.record.vjp(g, x, *self.edges.rest(x), **self.edges.options)
        return found[0] if isinstance(found, tuple) else found

    def on_torch(self, tensor):
        """Return torch's value of a tensor, itself a tensor."""
        import torch

        rest = map(torch.from_numpy, self.edges.rest(tensor.detach().numpy()))
        return self.record.on_torch(tensor, *rest, **self.edges.options)

    def torch(self, x):
        """Return torch's value."""
        import torch

        return self.on_torch(torch.from_numpy(x.copy())).numpy()

    def torch_gradient(self, x):
        """Return torch's gradient."""
        import torch

        leaf = torch.from_numpy(x.copy()).requires_grad_()
        y = self.on_torch(leaf)
        y.backward(torch.from_numpy(self.cotangent(y.detach().numpy())))
        return leaf.grad.numpy()

    def cotangent(self, y):
        """Return what is pulled back: ones, or the first unit vector."""
        g = np.ones(y.shape, y.dtype)
        if self.edges.first:
            g.reshape(-1)[1:] = 0
        return g

    def limit(self, x, gradient=False):
        """Return the limit of the exact value or gradient, or None where there is none."""
        if not self.edges.defined(x):
            return None
        x = x if x.dtype.kind == "f" else x.astype(np.float32)
        rest = [a if a.dtype.kind == "i" else exact.array(a) for a in self.edges.rest(x)]

        def value(point):
            return self.record.exact(point, *rest, **self.edges.options)

        def slope(point):
            g = self.cotangent(np.empty(value(point).shape))
            return self.record.exact_vjp(exact.array(g), point, *rest, **self.edges.options)

        return limit(slope if gradient else value, x, x.dtype, self.edges.domain)


def tables(records):
    """Return the tables of records by title."""
    return {
        record.name + edges.beside: Table(record, edges)
        for record in records
        for edges in record.edges
    }


TABLES = tables(RECORDS.values())


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


def limit_text(table, x, gradient=False):
    """Return the text of a limit, or a dash where there is none."""
    found = table.limit(x, gradient)
    return NONE if found is None else text(found)


def row(table, x):
    """Return the texts of one input: of its value and of its gradient."""
    return {
        "input": text(x),
        "value": {
            "exact": limit_text(table, x),
            "torch": outcome(lambda: table.torch(x)),
            "refimpl": outcome(lambda: table.refimpl(x)),
        },
        "gradient": {
            "exact": limit_text(table, x, gradient=True),
            "torch": outcome(lambda: table.torch_gradient(x)),
            "refimpl": outcome(lambda: table.refimpl_gradient(x)),
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


def compute(computed=TABLES):
    """Return the rows of every table."""
    return {
        title: {edge: row(table, x) for edge, x in table.edges.inputs.items()}
        for title, table in computed.items()
    }


def remarks(computed=TABLES):
    """Return the remark of each row that has one, by title, edge and quantity."""
    return {
        f"{title}, {place}": text
        for title, table in computed.items()
        for place, text in table.edges.remarks.items()
    }


@functools.cache
def results():
    """Read the rows of this fingerprint, or compute and keep them."""
    return kept("edge-cases", compute)


def main(arguments=()):
    """Print the rows on which the three differ."""
    parser("python -m evidence.edge_cases", __doc__).parse_args(arguments)
    known = remarks()
    for name, rows in compute().items():
        for edge, shown in rows.items():
            for quantity in QUANTITIES:
                texts = shown[quantity]
                place = f"{name}, {edge}, {quantity}"
                if differ(texts):
                    print(f"{place}   {shown['input']}   {known.get(place, 'NO REMARK')}")
                    for column in COLUMNS:
                        print(f"    {column:8} {texts[column]}")


if __name__ == "__main__":
    main(sys.argv[1:])
