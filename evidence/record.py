"""The record of an operator: all that is known of it, for tables, tests, pages and measurements.

A record is one file in `evidence/operators`. Its kind (evidence/kinds.py) says how its exact value
is written down: as a function of a number, of a row, of two numbers.
"""

import dataclasses
import importlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import mpmath
import numpy as np

import refimpl
from refimpl import formulas


class IncompleteRecordError(Exception):
    """A record lacks a part; the text names the operator and the part."""


class Call(NamedTuple):
    """Inputs, and options by name.

    Floating arrays among the inputs are differentiable; integer arrays and options are not.
    """

    inputs: tuple
    options: Mapping


def call(*inputs, **options):
    """Write down a call; numbers and lists among the inputs become arrays."""
    return Call(tuple(map(np.asarray, inputs)), options)


def given(*inputs, **options):
    """Write down a call whose inputs are taken as they are."""
    return Call(inputs, options)


class Refusal(NamedTuple):
    """A bad call, the exception in which it ends and its text.

    torch does "the same"; has "other words" of the same type; raises "another type"; "accepts" it.
    """

    inputs: tuple
    options: Mapping
    kind: type
    text: str
    torch: str = "the same"


def no_more(x):
    """Return the inputs beside x where there are none."""
    return ()


def any_shape(x):
    """Tell that an argument of any shape has an exact value."""
    return True


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Inputs at the edge of the numbers, with all other arguments fixed: one table of a page."""

    inputs: Mapping  # name of the edge: array
    remarks: Mapping = field(default_factory=dict)  # "edge, value" or "edge, gradient": text
    rest: Callable = no_more  # of x: the inputs beside it
    options: Mapping = field(default_factory=dict)
    fixed: str = ""  # the other arguments, as a program writes them
    beside: str = ""  # what the title adds to the operator's name
    first: bool = False  # whether the gradient is that of the result's first entry
    defined: Callable = any_shape  # whether an argument has an exact value at all
    domain: tuple = (-mpmath.inf, mpmath.inf)


def to_torch(value):
    """Return an array as a tensor, NumPy's dtype as torch's, anything else as it is."""
    import torch

    if isinstance(value, type):
        return torch.from_numpy(np.empty(0, value)).dtype
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


@dataclass(frozen=True, kw_only=True)
class Record:
    """One operator. A part that is missing is named when the record is made."""

    name: str  # as in refimpl.formulas
    topic: str | None = None  # the page and the formulas' file, shared with its relatives
    torch: str | None = None  # torch's function, as a program writes it
    samples: Sequence | None = None  # calls on which the mathematics is checked
    edges: Sequence | None = None
    refusals: Sequence | None = None
    peers: Mapping | None = None  # "value", "vjp" or "both": library: function of arrays
    special: Sequence = ()  # calls whose inf and nan are to be torch's
    calls: Sequence = ()  # calls with tensors; the samples where none are given
    module: str = ""  # the class in torch.nn
    made: Sequence = ()  # further calls that make the module
    misuses: Mapping = field(default_factory=dict)  # title: function of the engine to a bad call
    opaque: Sequence = ()  # names below torch.nn whose signature torch hides
    inputs: int = 1  # how many are differentiable; above one the vjp returns a tuple
    fixed: Mapping = field(default_factory=dict)  # options with which errors and times are measured
    terms: Mapping = field(default_factory=dict)  # "value" or "vjp": size of what cancels
    forms: Mapping = field(default_factory=dict)  # title of another form: what it is measured with
    timed: Sequence = ()  # "value", "both" in one call, or value and "then" the vjp

    # What every record has; each kind adds to it. Peers may be empty: then no error is measured.
    parts = ("topic", "torch", "samples", "edges", "refusals", "peers")

    def __post_init__(self):
        missing = [part for part in self.parts if self._lacks(part)]
        if missing:
            raise IncompleteRecordError(
                "\n".join(
                    f"the record of {self.name} has no {part.rstrip('s')}" for part in missing
                )
            )
        if not self.calls:
            object.__setattr__(self, "calls", self.samples)

    def _lacks(self, part):
        value = getattr(self, part)
        return value is None or (isinstance(value, list | tuple | str) and not value)

    # --- refimpl ---

    @property
    def formula(self):
        """The formula of this name."""
        return getattr(formulas, self.name)

    @property
    def vjp(self):
        """The vjp of the formula: of a cotangent, the inputs and the options."""
        return self.formula.vjp

    @property
    def jvp(self):
        """The jvp of the formula: of a tangent, the inputs and the options."""
        return self.formula.jvp

    @property
    def vjp_vjp(self):
        """The vjp of the vjp: of a second cotangent, a cotangent, the inputs and the options."""
        return self.formula.vjp_vjp

    @property
    def spellings(self):
        """List how a program on tensors reaches the operator, as paths below the engine."""
        places = {
            f"nn.functional.{self.name}": refimpl.nn.functional,
            self.name: refimpl,
            f"Tensor.{self.name}": refimpl.Tensor,
        }
        return [path for path, place in places.items() if hasattr(place, self.name)]

    @property
    def measured(self):
        """Give, by title, what errors and times are measured of: the operator and other forms."""
        others = {title: dataclasses.replace(self, **parts) for title, parts in self.forms.items()}
        return {self.name: self} | others

    # --- torch ---

    @property
    def torch_function(self):
        """torch's function; it is looked up only here, since torch may be absent."""
        place, _, name = self.torch.rpartition(".")
        return getattr(importlib.import_module(place), name)

    def on_torch(self, *inputs, **options):
        """Call torch's function with tensors and with options as refimpl takes them."""
        options = {key: to_torch(value) for key, value in options.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # kl_div's mean and mse_loss's broadcasting
            return self.torch_function(*inputs, **options)

    # --- exact numbers: every kind has a way of its own ---

    def exact(self, *inputs, **options) -> Any:
        """Return the exact value of arrays, at mpmath's precision in force."""
        raise NotImplementedError

    def exact_vjp(self, cotangent, *inputs, **options) -> Any:
        """Return the exact gradient in the first input, with the options `fixed`."""
        raise NotImplementedError
