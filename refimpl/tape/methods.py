"""Attach the functions to the tensor: as methods, as Python's operators, in place."""

import numpy as np

from refimpl.errors import failure
from refimpl.printing import PrintOptions, tensor_text
from refimpl.tape import (
    arithmetic,
    creation,
    dtypes,
    formulas,
    inplace,
    products,
    reducing,
    shaping,
)
from refimpl.tape.arithmetic import check_tensor, to_dtype
from refimpl.tape.tensor import Tensor, wrap

# ---- the softmax family and its kin, as functions -------------------------------------


def _in_dtype(input, dtype):
    return input if dtype is None else to_dtype(input, dtype)


def _needed(name, dim, axis):
    dim = reducing.chosen_dim(name, dim, axis)
    if dim is None:
        raise failure(
            TypeError,
            f'{name}() missing 1 required positional arguments: "dim"',
            f"{name}: dim=-1 is the last dimension.",
        )
    return dim


def softmax(input, dim=None, *, dtype=None, axis=None):
    """Turn logits into probabilities along `dim`."""
    check_tensor("softmax", input)
    return formulas.softmax(_in_dtype(input, dtype), dim=_needed("softmax", dim, axis))


def log_softmax(input, dim=None, *, dtype=None, axis=None):
    """Take the logarithm of `softmax` without computing it."""
    check_tensor("log_softmax", input)
    return formulas.log_softmax(_in_dtype(input, dtype), dim=_needed("log_softmax", dim, axis))


def logsumexp(input, dim, keepdim=False):
    """Take the log-partition along `dim`."""
    input = arithmetic.floating("logsumexp", input)
    if isinstance(dim, (tuple, list)):
        dims = reducing.wrap_dims(dim, input.ndim) or tuple(range(input.ndim))
        rest = tuple(i for i in range(input.ndim) if i not in dims)
        lines = input.permute(*rest, *dims).reshape(*(input.shape[i] for i in rest), -1)
        total = formulas.logsumexp(lines, dim=-1, keepdim=False)
        return total.reshape(reducing.kept(input.shape, dims)) if keepdim else total
    return formulas.logsumexp(input, dim=dim, keepdim=keepdim)


def sigmoid(input):
    """Squash the real line into (0, 1)."""
    return formulas.sigmoid(arithmetic.floating("sigmoid", input))


def tanh(input):
    """Squash the real line into (-1, 1)."""
    return formulas.tanh(arithmetic.floating("tanh", input))


def relu(input):
    """Replace negative elements by zero."""
    check_tensor("relu", input)
    return formulas.relu(input)


def detach(input):
    """Return the same memory without the record."""
    alias = wrap(input._array)
    alias._counter = input._counter
    return alias


def clone(input):
    """Return a copy of the elements, on the tape."""
    check_tensor("clone", input)
    return arithmetic.clone(input)


def is_tensor(obj):
    """Return whether `obj` is a tensor."""
    return isinstance(obj, Tensor)


def numel(input):
    """Return the number of elements."""
    return input.numel()


def result_type(tensor1, tensor2):
    """Return the dtype that arithmetic of the two has."""
    return dtypes.meet([arithmetic.rank_and_type(each) for each in (tensor1, tensor2)])


# ---- conversions ----------------------------------------------------------------------


def type_(self, dtype=None):
    """Return the name of the type, or the tensor in another one."""
    if dtype is None:
        return f"torch.{self.dtype.title}Tensor"
    if isinstance(dtype, str):
        titles = {f"torch.{each.title}Tensor": each for each in dtypes.DTYPES.values()}
        if dtype not in titles:
            raise failure(ValueError, f"invalid type: '{dtype}'")
        dtype = titles[dtype]
    return to_dtype(self, dtype)


def to(self, *args, dtype=None, device=None, copy=False):
    """Return the tensor in another dtype, or in that of another tensor."""
    for arg in args:
        if isinstance(arg, dtypes.dtype):
            dtype = arg
        elif isinstance(arg, Tensor):
            dtype = arg.dtype
    result = self if dtype is None else to_dtype(self, dtype)
    return clone(result) if copy and result is self else result


def _conversion(name, target):
    def convert(self):
        return to_dtype(self, target)

    convert.__name__ = name
    convert.__doc__ = f"Return the tensor as {target!r}."
    return convert


def contiguous(self):
    """Return the tensor with its elements side by side in memory."""
    return self if self.is_contiguous() else arithmetic.clone(self)


# ---- printing -------------------------------------------------------------------------


class Printing:
    """What `set_printoptions` changes."""

    options = PrintOptions()


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None
):
    """Choose how tensors are printed, see `refimpl.printing.PrintOptions`."""
    Printing.options = Printing.options.changed(
        precision=precision,
        threshold=threshold,
        edgeitems=edgeitems,
        linewidth=linewidth,
        profile=profile,
        sci_mode=sci_mode,
    )


def text(self, *, tensor_contents=None):
    node = self.grad_fn
    return tensor_text(
        self._array,
        grad_fn=None if node is None else type(node).__name__,
        requires_grad=self.requires_grad,
        options=Printing.options,
        default_dtype=dtypes.Defaults.dtype.numpy,
    )


# ---- attaching ------------------------------------------------------------------------

METHODS = {
    arithmetic: """
        add sub mul div reciprocal floor_divide remainder neg pow square exp log log1p sqrt abs
        sign clamp maximum minimum masked_fill eq ne lt le gt ge isnan isinf isfinite logical_not
        logical_and logical_or bitwise_and bitwise_or bitwise_xor bitwise_not isclose allclose
        equal
    """,
    reducing: "sum mean prod var std norm max min amax amin argmax argmin all any",
    shaping: """
        view reshape view_as reshape_as flatten ravel permute transpose t squeeze unsqueeze
        expand_as unbind split chunk gather flip outer diag
    """,
    products: "matmul mm dot",
    inplace: "zero_ fill_ copy_",
}
for module, names in METHODS.items():
    for name in names.split():
        setattr(Tensor, name, getattr(module, name))
for function in (
    softmax,
    log_softmax,
    logsumexp,
    sigmoid,
    tanh,
    relu,
    detach,
    clone,
    to,
    contiguous,
):
    setattr(Tensor, function.__name__, function)
for dtype in dtypes.DTYPES.values():
    alias = {
        "float32": "float",
        "float64": "double",
        "float16": "half",
        "int64": "long",
        "int32": "int",
        "int16": "short",
        "int8": "char",
        "uint8": "byte",
        "bool": "bool",
    }[dtype.name]
    setattr(Tensor, alias, _conversion(alias, dtype))
for name in ("add", "sub", "mul", "div", "pow", "neg", "clamp", "exp", "sqrt", "masked_fill"):
    setattr(Tensor, f"{name}_", inplace.in_place(f"{name}_", getattr(arithmetic, name)))
Tensor.relu_ = inplace.in_place("relu_", relu)

Tensor.type = type_
Tensor.expand = shaping.expand_to
Tensor.multiply, Tensor.divide, Tensor.subtract = Tensor.mul, Tensor.div, Tensor.sub
Tensor.T = property(shaping.reverse_dims)
Tensor.mT = property(lambda self: shaping.transpose(self, -2, -1))
Tensor.cpu = lambda self: self
Tensor.__getitem__ = shaping.get_item
Tensor.__setitem__ = inplace.set_item
Tensor.__repr__ = text
Tensor.__iter__ = lambda self: iter(_rows(self))


def _rows(self):
    if self.ndim == 0:
        raise TypeError("iteration over a 0-d tensor")
    return shaping.unbind(self)


OPERANDS = (Tensor, int, float, np.ndarray, np.generic)


def _binary(function, swapped=False):
    """Return Python's operator for a function; other types get their own say."""

    def method(self, other):
        if not isinstance(other, OPERANDS) or (swapped and isinstance(other, np.ndarray)):
            return NotImplemented
        if isinstance(other, np.ndarray):
            other = creation.from_numpy(other)
        return function(other, self) if swapped else function(self, other)

    return method


def _reversed_sub(other, self):
    return arithmetic.rsub(self, other)


def _reversed_div(other, self):
    if isinstance(other, Tensor):
        return arithmetic.div(other, self)
    return arithmetic.reciprocal_times(self, other)


for name, function, reverse in (
    ("add", arithmetic.add, lambda other, self: arithmetic.add(self, other)),
    ("sub", arithmetic.sub, _reversed_sub),
    ("mul", arithmetic.mul, lambda other, self: arithmetic.mul(self, other)),
    ("truediv", arithmetic.div, _reversed_div),
    ("floordiv", arithmetic.floor_divide, arithmetic.floor_divide),
    ("mod", arithmetic.remainder, arithmetic.remainder),
    ("pow", arithmetic.pow, arithmetic.pow),
    ("matmul", products.matmul, products.matmul),
    ("and", arithmetic.bitwise_and, arithmetic.bitwise_and),
    ("or", arithmetic.bitwise_or, arithmetic.bitwise_or),
    ("xor", arithmetic.bitwise_xor, arithmetic.bitwise_xor),
):
    setattr(Tensor, f"__{name}__", _binary(function))
    setattr(Tensor, f"__r{name}__", _binary(reverse, swapped=True))
for name, short in (
    ("add", "add"),
    ("sub", "sub"),
    ("mul", "mul"),
    ("truediv", "div"),
    ("pow", "pow"),
):
    setattr(Tensor, f"__i{name}__", getattr(Tensor, f"{short}_"))
for name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Tensor, f"__{name}__", _binary(getattr(arithmetic, name)))
Tensor.__neg__ = arithmetic.neg
Tensor.__pos__ = lambda self: self
Tensor.__abs__ = arithmetic.abs
Tensor.__invert__ = arithmetic.bitwise_not
