"""What a tensor can do: the one table of its members, and the one place that gives them to it.

A method is the function of the same name: ``x.view_as(y)`` runs ``shaping.view_as(x, y)``, with
nothing in between. Only what a tensor knows of itself, such as `shape`, `dtype`, `grad` or
`item`, is written in the class (`refimpl.tape.tensor`).
"""

from types import FunctionType

import numpy as np

import refimpl.random.inplace as draws_in_place
from refimpl.autograd import gradients
from refimpl.autograd.hooks import register_hook, retain_grad
from refimpl.errors import failure, unsupported
from refimpl.random import draws
from refimpl.tape import (
    activations,
    arithmetic,
    choosing,
    comparing,
    conversions,
    creation,
    dtypes,
    extremes,
    indexing,
    inplace,
    joining,
    kindred,
    logarithms,
    powers,
    printing,
    products,
    reducing,
    reshaping,
    rounding,
    running,
    selecting,
    shaping,
    transposing,
    trigonometry,
    views,
)
from refimpl.tape.arguments import no_complex
from refimpl.tape.tensor import ReadOnly, Tensor

NUMBERS = (Tensor, int, float, np.generic)


def _passed_on(other):
    """Leave an operand of another type to Python; a complex number would be one of torch's."""
    if isinstance(other, complex):
        raise no_complex()
    return NotImplemented


def infix(function):
    """Return the method behind an operator such as ``x + y``: it calls ``function(x, y)``.

    For an operand of another type it returns NotImplemented, so that Python asks that operand. An
    array computes ``x + y`` by itself, with NumPy's dtypes, and hands it to ``__array_wrap__``.
    """

    def method(self, other):
        return function(self, other) if isinstance(other, NUMBERS) else _passed_on(other)

    return method


def _equal(self, other):
    """Compare elements, those of an array too: the one operator of torch's that takes arrays."""
    if isinstance(other, np.ndarray) and other.dtype.kind in "biuf":
        other = creation.from_numpy(other)
    return comparing.eq(self, other) if isinstance(other, NUMBERS) else _passed_on(other)


def _wrapped(self, array, context=None, return_scalar=False):
    """Return what NumPy computed as a tensor; as in torch, truth values become uint8."""
    array = np.asarray(array)
    return creation.from_numpy(array.astype(np.uint8) if array.dtype == bool else array)


def reflected(function):
    """Return the method behind ``2 - x``, where the tensor stands right: ``function(2, x)``."""

    def method(self, other):
        return function(other, self) if isinstance(other, NUMBERS) else _passed_on(other)

    return method


def commuted(function):
    """Return the method behind ``2 + x`` for a function that takes the tensor first."""

    def method(self, other):
        return function(self, other) if isinstance(other, NUMBERS) else _passed_on(other)

    return method


def changing(function):
    """Return the method behind ``x += y``: it writes ``function(x, y)`` into x, or passes."""

    def method(self, other):
        return function(self, other) if isinstance(other, NUMBERS) else _passed_on(other)

    return method


def between_tensors(function):
    """Return the method behind ``x @ y``, which takes no number."""

    def method(self, other):
        return function(self, other) if isinstance(other, Tensor) else NotImplemented

    return method


def shift(sign, instead):
    """Return the methods behind ``x << n`` and ``n << x``, which lie outside the subset."""

    def method(self, other):
        if not isinstance(other, NUMBERS):
            return _passed_on(other)
        raise unsupported(f"x {sign} n", f"Near it: x {instead} 2**n.")

    def reverse(self, other):
        if not isinstance(other, NUMBERS):
            return _passed_on(other)
        raise unsupported(f"n {sign} x", f"Near it: n {instead} 2**x.")

    return method, reverse


SHIFTS = {"l": shift("<<", "*"), "r": shift(">>", "//")}


def _divided_into(self, other):
    if isinstance(other, Tensor):
        return arithmetic.div(other, self)
    if isinstance(other, np.ndarray):
        return arithmetic.reciprocal(self) * other
    if not isinstance(other, NUMBERS):
        return _passed_on(other)
    return arithmetic.reciprocal_times(self, other)


def _itself(self):
    if self.dtype is dtypes.bool_:
        raise failure(RuntimeError, "The `+` operator, on a bool tensor is not supported.")
    return self


MEMBERS = {
    "__init__": creation.construct,
    # Python's operators
    "__add__": infix(arithmetic.add),
    "__radd__": commuted(arithmetic.add),
    "__iadd__": changing(inplace.add_),
    "__sub__": infix(arithmetic.sub),
    "__rsub__": commuted(arithmetic.rsub),
    "__isub__": changing(inplace.sub_),
    "__mul__": infix(arithmetic.mul),
    "__rmul__": commuted(arithmetic.mul),
    "__imul__": changing(inplace.mul_),
    "__truediv__": infix(arithmetic.div),
    "__rtruediv__": _divided_into,
    "__itruediv__": changing(inplace.div_),
    "__rdiv__": _divided_into,
    "__floordiv__": infix(arithmetic.floor_divide),
    "__ifloordiv__": changing(inplace.floor_divide_),
    "__rfloordiv__": reflected(arithmetic.floor_divide),
    "__mod__": infix(arithmetic.remainder),
    "__imod__": changing(inplace.remainder_),
    "__rmod__": reflected(arithmetic.remainder),
    "__pow__": infix(powers.pow),
    "__rpow__": reflected(powers.pow),
    "__ipow__": changing(inplace.pow_),
    "__matmul__": between_tensors(products.matmul),
    "__lshift__": SHIFTS["l"][0],
    "__rlshift__": SHIFTS["l"][1],
    "__rshift__": SHIFTS["r"][0],
    "__rrshift__": SHIFTS["r"][1],
    "__and__": infix(comparing.bitwise_and),
    "__iand__": changing(inplace.bitwise_and_),
    "__rand__": reflected(comparing.bitwise_and),
    "__or__": infix(comparing.bitwise_or),
    "__ior__": changing(inplace.bitwise_or_),
    "__ror__": reflected(comparing.bitwise_or),
    "__xor__": infix(comparing.bitwise_xor),
    "__ixor__": changing(inplace.bitwise_xor_),
    "__rxor__": reflected(comparing.bitwise_xor),
    "__eq__": _equal,
    "__ne__": infix(comparing.ne),
    "__lt__": infix(comparing.lt),
    "__le__": infix(comparing.le),
    "__gt__": infix(comparing.gt),
    "__ge__": infix(comparing.ge),
    "__neg__": arithmetic.neg,
    "__pos__": _itself,
    "__abs__": arithmetic.abs,
    "__invert__": comparing.inverted,
    "__getitem__": indexing.get_item,
    "__setitem__": inplace.set_item,
    "__delitem__": inplace.delete_item,
    "__iter__": joining.rows,
    "__array_wrap__": _wrapped,
    "__repr__": printing.text,
    # arithmetic
    "add": arithmetic.add,
    "sub": arithmetic.sub,
    "subtract": arithmetic.subtract,
    "mul": arithmetic.mul,
    "multiply": arithmetic.mul,
    "div": arithmetic.div,
    "divide": arithmetic.div,
    "reciprocal": arithmetic.reciprocal,
    "floor_divide": arithmetic.floor_divide,
    "remainder": arithmetic.remainder,
    "neg": arithmetic.neg,
    "abs": arithmetic.abs,
    "sign": arithmetic.sign,
    # powers, exponentials, logarithms
    "pow": powers.pow,
    "square": powers.square,
    "sqrt": powers.sqrt,
    "exp": powers.exp,
    "log": powers.log,
    "log1p": powers.log1p,
    "expm1": powers.expm1,
    "rsqrt": powers.rsqrt,
    "xlogy": logarithms.xlogy,
    "logaddexp": logarithms.logaddexp,
    "sin": trigonometry.sin,
    "cos": trigonometry.cos,
    # rounding
    "round": rounding.round,
    "floor": rounding.floor,
    "ceil": rounding.ceil,
    "trunc": rounding.trunc,
    "frac": rounding.frac,
    # activations
    "softmax": activations.softmax,
    "log_softmax": activations.log_softmax,
    "logsumexp": activations.logsumexp,
    "sigmoid": activations.sigmoid,
    "tanh": activations.tanh,
    "relu": activations.relu,
    "erf": activations.erf,
    "erfc": activations.erfc,
    # choosing
    "clamp": choosing.clamp,
    "maximum": choosing.maximum,
    "minimum": choosing.minimum,
    "masked_fill": choosing.masked_fill,
    # comparisons, logic, bits
    "eq": comparing.eq,
    "ne": comparing.ne,
    "lt": comparing.lt,
    "le": comparing.le,
    "gt": comparing.gt,
    "ge": comparing.ge,
    "isnan": comparing.isnan,
    "isinf": comparing.isinf,
    "isfinite": comparing.isfinite,
    "isclose": comparing.isclose,
    "allclose": comparing.allclose,
    "equal": comparing.equal,
    "logical_not": comparing.logical_not,
    "logical_and": comparing.logical_and,
    "logical_or": comparing.logical_or,
    "bitwise_not": comparing.bitwise_not,
    "bitwise_and": comparing.bitwise_and,
    "bitwise_or": comparing.bitwise_or,
    "bitwise_xor": comparing.bitwise_xor,
    # reductions
    "sum": reducing.sum,
    "mean": reducing.mean,
    "prod": reducing.prod,
    "var": reducing.var,
    "std": reducing.std,
    "norm": reducing.norm,
    "all": reducing.all,
    "any": reducing.any,
    "max": extremes.max,
    "min": extremes.min,
    "amax": extremes.amax,
    "amin": extremes.amin,
    "argmax": extremes.argmax,
    "argmin": extremes.argmin,
    "cumsum": running.cumsum,
    "sort": selecting.sort,
    # products
    "mv": products.mv,
    "matmul": products.matmul,
    "mm": products.mm,
    "dot": products.dot,
    "outer": products.outer,
    # shapes
    "view": shaping.view,
    "view_as": shaping.view_as,
    "reshape": shaping.reshape,
    "reshape_as": shaping.reshape_as,
    "flatten": shaping.flatten,
    "ravel": shaping.ravel,
    "permute": transposing.permute,
    "transpose": transposing.transpose,
    "t": transposing.t,
    "T": ReadOnly(transposing.reverse_dims),
    "mT": ReadOnly(transposing.matrix_transpose),
    "squeeze": shaping.squeeze,
    "unsqueeze": shaping.unsqueeze,
    "expand": shaping.expand,
    "expand_as": shaping.expand_as,
    "flip": transposing.flip,
    "diag": transposing.diag,
    # pieces
    "unbind": joining.unbind,
    "split": joining.split,
    "chunk": joining.chunk,
    "gather": indexing.gather,
    "index_select": selecting.index_select,
    "masked_select": selecting.masked_select,
    "scatter": selecting.scatter,
    # in place
    "zero_": inplace.zero_,
    "fill_": inplace.fill_,
    "copy_": inplace.copy_,
    "add_": inplace.add_,
    "sub_": inplace.sub_,
    "mul_": inplace.mul_,
    "div_": inplace.div_,
    "floor_divide_": inplace.floor_divide_,
    "remainder_": inplace.remainder_,
    "bitwise_and_": inplace.bitwise_and_,
    "bitwise_or_": inplace.bitwise_or_,
    "bitwise_xor_": inplace.bitwise_xor_,
    "neg_": inplace.neg_,
    "pow_": inplace.pow_,
    "exp_": inplace.exp_,
    "sqrt_": inplace.sqrt_,
    "clamp_": inplace.clamp_,
    "masked_fill_": inplace.masked_fill_,
    "relu_": inplace.relu_,
    "sin_": inplace.sin_,
    "cos_": inplace.cos_,
    "expm1_": inplace.expm1_,
    "rsqrt_": inplace.rsqrt_,
    "round_": inplace.round_,
    "floor_": inplace.floor_,
    "ceil_": inplace.ceil_,
    "trunc_": inplace.trunc_,
    "frac_": inplace.frac_,
    "xlogy_": inplace.xlogy_,
    "cumsum_": inplace.cumsum_,
    "scatter_": inplace.scatter_,
    "unsqueeze_": reshaping.unsqueeze_,
    "squeeze_": reshaping.squeeze_,
    "t_": reshaping.t_,
    "transpose_": reshaping.transpose_,
    # new tensors of the same dtype
    "new": kindred.new,
    "new_empty": kindred.new_empty,
    "new_full": kindred.new_full,
    "new_ones": kindred.new_ones,
    "new_tensor": kindred.new_tensor,
    "new_zeros": kindred.new_zeros,
    # draws
    "random_": draws_in_place.random_,
    "uniform_": draws_in_place.uniform_,
    "normal_": draws_in_place.normal_,
    "bernoulli_": draws_in_place.bernoulli_,
    "bernoulli": draws.bernoulli,
    "multinomial": draws.multinomial,
    # other dtypes, copies
    "to": conversions.to,
    "type": conversions.type,
    "float": conversions.float,
    "double": conversions.double,
    "half": conversions.half,
    "long": conversions.long,
    "int": conversions.int,
    "short": conversions.short,
    "char": conversions.char,
    "byte": conversions.byte,
    "bool": conversions.bool,
    "clone": conversions.clone,
    "contiguous": conversions.contiguous,
    "cpu": conversions.cpu,
    "cuda": conversions.cuda,
    # the tape
    "detach": conversions.detach,
    "detach_": reshaping.detach_,
    "backward": gradients.backward_of,
    "register_hook": register_hook,
    "retain_grad": retain_grad,
    "_catch_up": views.catch_up,
    "_check_unchanged": views.check_unchanged,
    "_be_ready": views.be_ready,
}


def method(name, member):
    """Return a function under the name that it has as a method.

    It is the same code with a name of its own, by which errors count the arguments of a method as
    torch does (`refimpl.errors.place`); a function around it would cost each call some time.
    """
    if not isinstance(member, FunctionType) or name.startswith("__"):
        return member
    code = member.__code__.replace(co_name=member.__name__, co_qualname=f"Tensor.{name}")
    same = (member.__globals__, member.__name__, member.__defaults__, member.__closure__)
    copy = FunctionType(code, *same)
    copy.__kwdefaults__, copy.__doc__ = member.__kwdefaults__, member.__doc__
    copy.__module__, copy.__qualname__ = member.__module__, member.__qualname__
    if member in (gradients.backward_of, register_hook):  # in Python in torch, too: they print so
        copy.__qualname__ = f"Tensor.{name}"
    copy.__dict__.update(member.__dict__)
    return copy


for name, member in MEMBERS.items():
    setattr(Tensor, name, method(name, member))
    if isinstance(member, ReadOnly):
        member.__set_name__(Tensor, name)
