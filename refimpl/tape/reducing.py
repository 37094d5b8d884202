"""Reductions: sums, means, products, variances, norms, truth.

Sums of floating-point numbers are accumulated in float64 and rounded once.
"""

import builtins
import math
import warnings

import numpy as np

from refimpl.errors import (
    as_float,
    as_int,
    call_of,
    check_bool,
    failure,
    is_method,
    kind,
    silent,
    unsupported,
)
from refimpl.tape import dtypes
from refimpl.tape.arguments import invalid, lengths, number_type
from refimpl.tape.arithmetic import signs, zero
from refimpl.tape.broadcast import repeat, total
from refimpl.tape.choosing import choose
from refimpl.tape.numbers import check_width
from refimpl.tape.operands import check_tensor, plain, raw_dtype, to_dtype
from refimpl.tape.record import RESULT, Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import GradMode, Tensor, wrap, wrap_dim
from refimpl.tape.views import moved, reshaped, shape_of

# ---- dimensions -----------------------------------------------------------------------


def wrap_dims(dim, ndim, name, keepdim=False, position=2):
    """Return the dimensions to reduce as NumPy's axis; None for all of them."""
    check_bool(keepdim, name, "keepdim", 3)
    if dim is None:
        return None
    if not isinstance(dim, (tuple, list)):
        if type(dim) is not int:
            dim = lengths(name, "dim", (dim,), position)[0]
        dim = wrap_dim(dim, ndim, name=name, position=position)
        return (dim,) if ndim else None
    dims = tuple(wrap_dim(each, ndim, name=name) for each in lengths(name, "dim", (dim,), position))
    for each in dims:
        if dims.count(each) > 1:
            raise failure(RuntimeError, f"dim {each} appears multiple times in the list of dims")
    return dims if dims and ndim else None


def kept(shape, axes):
    """Return the shape with length 1 along the reduced axes."""
    return tuple(1 if axes is None or i in axes else n for i, n in enumerate(shape))


def restore(reduced, x, axes):
    """Return a reduced value at the shape of `x`, repeated along the reduced axes."""
    shape = shape_of(x)
    if reduced.ndim not in (0, len(shape)):  # dimensions of length 1 were dropped
        reduced = reshaped(reduced, shape=kept(shape, axes))
    return repeat(reduced, shape=shape)


def ones_where(mask, x):
    """Return 1 where a mask holds and 0 elsewhere in the dtype of `x`, on which it has no slope."""
    array = mask._array if isinstance(mask, Tensor) else mask
    ones = array.astype(raw_dtype(x))
    return wrap(ones) if isinstance(mask, Tensor) else ones


def count(shape, axes):
    """Return how many elements go into one."""
    return math.prod(n for i, n in enumerate(shape) if axes is None or i in axes)


def chosen_dim(name, dim, axis):
    """Return `dim`, which NumPy's word `axis` may stand for."""
    if axis is not None:
        if dim is not None:
            raise failure(
                TypeError,
                f"{name}() got an unexpected keyword argument 'axis'",
                f"{name}: dim and axis are one argument; give one of them.",
            )
        return axis
    return dim


# ---- operators ------------------------------------------------------------------------


@silent
def _sum_forward(x, axes, keepdim=False):
    if x.dtype.kind != "f":
        return np.asarray(np.add.reduce(x, axes, dtype=np.int64, keepdims=keepdim), order="C")
    return np.asarray(total(x, axes, keepdim), x.dtype, "C")


@silent
def _mean_forward(x, axes, keepdim=False):
    mean = np.divide(total(x, axes, keepdim), count(x.shape, axes))
    return np.asarray(mean, x.dtype, "C")


_sum_all = Operator(
    "SumBackward0",
    _sum_forward,
    lambda g, x, axes, keepdim=False: restore(g, x, axes),
    saves=((),),
)
_sum_dim = _sum_all.named("SumBackward1")
_mean_all = Operator(
    "MeanBackward0",
    _mean_forward,
    lambda g, x, axes, keepdim=False: restore(g, x, axes) / (count(x.shape, axes) or math.nan),
    saves=((),),
)
_mean_dim = _mean_all.named("MeanBackward1")


def sum_along(x, axes):
    return _sum_dim(x, axes=axes, keepdim=True)


@silent
def _prod_forward(x, axes, keepdim=False):
    wide = np.int64 if x.dtype.kind != "f" else np.float64
    product = np.multiply.reduce(x, axes, dtype=wide, keepdims=keepdim)
    return np.asarray(product, x.dtype if x.dtype.kind == "f" else wide, "C")


def _prod_vjp(g, x, axes, keepdim=False):
    """Multiply the others: every element in turn is replaced by 1, so zeros do no harm."""
    shape = shape_of(x)
    if not shape:
        return g
    axes = tuple(range(len(shape))) if axes is None else axes
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    n = count(shape, axes)
    order = rest + axes
    lines = reshaped(moved(x, dims=order), shape=(*(shape[i] for i in rest), 1, n))
    lines = repeat(lines, shape=(*(shape[i] for i in rest), n, n))
    eye = np.eye(n, dtype=bool)
    others = _prod_dim(choose(eye, 1.0, lines), axes=(len(rest) + 1,))
    others = reshaped(others, shape=tuple(shape[i] for i in order))
    back = tuple(np.argsort(order).tolist())
    return restore(g, x, axes) * moved(others, dims=back)


def _prod_all_vjp(g, x, axes, keepdim=False):
    """Beside two zeros nothing counts, whatever the signs of the others; but the slope has one."""
    if isinstance(x, np.ndarray) and x.size - np.count_nonzero(x) > 1:
        return zero(x)
    return _prod_vjp(g, x, axes, keepdim)


_prod_all = Operator("ProdBackward0", _prod_forward, _prod_all_vjp, saves=((0, RESULT),))
_prod_dim = Operator("ProdBackward1", _prod_forward, _prod_vjp, saves=((0, RESULT),))


@silent
def _var_forward(x, axes, correction, keepdim=False):
    wide = x.astype(np.float64)
    n = count(x.shape, axes)
    free = builtins.max(0, n - correction) if n else 0  # of no elements it is nan
    centred = wide - np.add.reduce(wide, axes, keepdims=True) / n
    squares = np.add.reduce(centred * centred, axes, keepdims=keepdim)
    return np.asarray(np.divide(squares, free), x.dtype, "C")


def _centred(x, axes):
    return x - _mean_dim(x, axes=axes, keepdim=True)


def _var_vjp(g, x, axes, correction, keepdim=False):
    """Multiply the distances from the mean; where all count and none is free, torch has inf."""
    free = count(x.shape, axes) - correction
    g, centred = restore(g, x, axes), _centred(x, axes)
    if axes is None and free <= 0:
        return choose(centred == 0, g * math.nan, g * math.inf)
    return g * (2 / free if free else math.inf) * centred


def _std_vjp(g, x, axes, correction, keepdim=False):
    std = _std(x, axes=axes, correction=correction, keepdim=keepdim)
    slope = choose(std == 0, 0.0, g / (2 * std))
    return _var_vjp(slope, x, axes, correction, keepdim)


_var = Operator("VarBackward0", _var_forward, _var_vjp)
_std = Operator(
    "StdBackward0",
    silent(
        lambda x, axes, correction, keepdim=False: np.asarray(
            np.sqrt(_var_forward(x.astype(np.float64), axes, correction, keepdim)), x.dtype
        )
    ),
    _std_vjp,
    saves=((0, RESULT),),
)


@silent
def _norm_forward(x, p, axes, keepdim=False):
    size = np.abs(x.astype(np.float64))
    if p == math.inf:
        result = np.max(size, axes, keepdims=keepdim)
    elif p == -math.inf:
        result = np.min(size, axes, keepdims=keepdim)
    elif p == 0:
        result = np.add.reduce(size != 0, axes, dtype=np.float64, keepdims=keepdim)
    else:
        result = np.add.reduce(size**p, axes, keepdims=keepdim) ** (1 / p)
    return np.asarray(result, x.dtype, "C")


def _norm_vjp(g, x, p, axes, keepdim=False):
    if p == 0:
        return None  # torch sends nothing back, not zeros
    norm = restore(_norm(x, p=p, axes=axes, keepdim=keepdim), x, axes)
    g = restore(g, x, axes)
    if p == 1:
        return g * signs(x)
    if p == 2:
        return g * choose(norm == 0, 0.0, x / norm)
    size = builtins.abs(x)
    if math.isinf(p):
        chosen = (size == norm) | ((size != size) & (norm != norm))
        chosen = ones_where(chosen, x)
        return signs(x) * (g / sum_along(chosen, axes) * chosen)
    if p < 1:
        return signs(x) * choose(x == 0, 0.0, size ** (p - 1)) * (g * norm ** (1 - p))
    if p < 2:
        return g * signs(x) * choose(norm == 0, 0.0, (size / norm) ** (p - 1))
    return choose(norm == 0, x * 0.0, g * (x / norm) * (size / norm) ** (p - 2))


_norm = Operator("LinalgVectorNormBackward0", _norm_forward, _norm_vjp, saves=((0, RESULT),))

# ---- torch's functions ----------------------------------------------------------------


def sum(input, dim=None, keepdim=False, *, axis=None, dtype=None, **outside):
    """Return the sum of all elements, or the sums along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are summed in int64.
    dim : int or tuple of int, optional
        The dimensions to sum along; without it, all.
    keepdim : bool
        Keep these dimensions, with length 1.
    axis : int or tuple of int, optional
        Another name of `dim`.
    dtype : dtype, optional
        Convert the input to it first.

    Returns
    -------
    Tensor without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        Where a dimension is named twice.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> torch.sum(x), torch.sum(x, dim=0), torch.sum(x, dim=1, keepdim=True)
    (tensor(10.), tensor([4., 6.]), tensor([[3.],
            [7.]]))
    """
    if outside:
        return respelt(sum, outside, input, dim, keepdim, axis=axis, dtype=dtype)
    check_tensor("sum", input)
    if axis is not None:
        dim = chosen_dim("sum", dim, axis)
    if dtype is not None:
        dtype = number_type("sum", dtype)
        input = added_in(input, dtype)
    if dim is None and not keepdim:
        total = _sum_all(input, axes=None)
    else:
        axes = wrap_dims(dim, input._array.ndim, "sum", keepdim)
        total = _sum_dim(input, axes=axes, keepdim=keepdim)
    return total if dtype is None else to_dtype(total, dtype)


def added_in(input, dtype):
    """Return the input of a sum or product in the dtype that is asked for."""
    if GradMode.enabled and input.requires_grad and not dtype.is_floating_point:
        raise failure(
            RuntimeError,
            f"Autograd not support dtype: {dtype.title}",
            "Only sums of floating point have derivatives; take it of x.detach().",
        )
    return to_dtype(input, dtype)


def mean(input, dim=None, keepdim=False, *, axis=None, dtype=None, **outside):
    """Return the mean of all elements, or the means along `dim`.

    Parameters
    ----------
    input : Tensor of floating point, any shape
    dim, keepdim, axis, dtype
        As of `sum`.

    Returns
    -------
    Tensor without the dimensions `dim`; the mean of nothing is nan

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        For integers and bool, unless `dtype` is floating point; where a dimension is named twice.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([[1, 2], [3, 5]])
    >>> torch.mean(x, dim=0, dtype=torch.float32)
    tensor([2.0000, 3.5000])
    """
    if outside:
        return respelt(mean, outside, input, dim, keepdim, axis=axis, dtype=dtype)
    check_tensor("mean", input)
    dim = chosen_dim("mean", dim, axis)
    if dtype is not None:
        input = to_dtype(input, number_type("mean", dtype))
    _need_floating(
        f"mean(): could not infer output dtype. {'Input' if dtype is None else 'Optional'} dtype "
        f"must be either a floating point or complex dtype. Got: {input.dtype.title}",
        input,
    )
    if dim is None and not keepdim:
        return _mean_all(input, axes=None)
    return _mean_dim(input, axes=wrap_dims(dim, input.ndim, "mean", keepdim), keepdim=keepdim)


def _need_floating(message, input):
    if not input.is_floating_point():
        raise failure(
            RuntimeError, message, f"This tensor is {input.dtype}; convert it with .float()."
        )


def prod(input, dim=None, keepdim=False, *, axis=None, dtype=None, **outside):
    """Return the product of all elements, or the products along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are multiplied in int64.
    dim : int, optional
        The dimension to multiply along; without it, all.
    keepdim, axis, dtype
        As of `sum`.

    Returns
    -------
    Tensor without the dimension `dim`; the product of nothing is 1

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([2.0, 0.0, 5.0], requires_grad=True)
    >>> torch.prod(x).backward()
    >>> x.grad
    tensor([ 0., 10.,  0.])
    """
    if outside:
        return respelt(prod, outside, input, dim, keepdim, axis=axis, dtype=dtype)
    check_tensor("prod", input)
    dim = chosen_dim("prod", dim, axis)
    if dtype is not None:
        dtype = number_type("prod", dtype)
        input = added_in(input, dtype)
    if dim is None:
        product = _prod_all(input, axes=None)
    else:
        axes = wrap_dims(as_int(dim, "prod", "dim", 2), input.ndim, "prod", keepdim)
        product = _prod_dim(input, axes=axes, keepdim=keepdim)
    return product if dtype is None else to_dtype(product, dtype)


def _correction(name, input, dim, unbiased, correction, keepdim):
    """Sort out ``var(unbiased)``, ``var(dim, unbiased)`` and ``var(dim, correction=...)``."""
    if isinstance(dim, bool):
        if unbiased is not None or keepdim is not False:
            given = [dim] if unbiased is None else [dim, unbiased]
            given = given if is_method(name) else [input, *given]
            named = {"keepdim": keepdim} if keepdim is not False else {}
            raise invalid(name, *given, **named)
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise failure(
            TypeError,
            f"{name}() received an invalid combination of arguments - got (correction, unbiased)",
            f"{name}: unbiased=True says the same as correction=1, unbiased=False as correction=0.",
        )
    if unbiased is not None and not isinstance(unbiased, bool):
        raise invalid(name, unbiased)
    if correction is None:
        return dim, 1 if unbiased is None or unbiased else 0
    if isinstance(correction, int):
        check_width(correction)
    elif not isinstance(correction, (float, np.number)):
        correction = as_float(correction, name, "correction", wanted="Number")
    return dim, correction


def _check_freedom(name, input, dim, correction):
    _need_floating("std and var only support floating point and complex dtypes", input)
    axes = wrap_dims(dim, input.ndim, name)
    if (count(input.shape, axes) if input.numel() else 0) <= correction:
        warnings.warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the "
            "reduction factor (input numel divided by output numel).",
            UserWarning,
            stacklevel=3,
        )


def var(input, dim=None, unbiased=None, keepdim=False, *, correction=None, axis=None, **outside):
    """Return the variance of all elements, or along `dim`.

    The sum of the squared distances from the mean is divided by the count less `correction`.

    Parameters
    ----------
    input : Tensor of floating point, any shape
    dim : int or tuple of int, optional
        The dimensions to go along; without it, all. A bool stands for `unbiased`.
    unbiased : bool, optional
        True for a correction of 1, False for 0.
    keepdim : bool
        Keep the dimensions `dim`, with length 1.
    correction : int, optional
        By default 1. Where it leaves nothing to divide by, a warning says so.
    axis : int or tuple of int, optional
        Another name of `dim`.

    Returns
    -------
    Tensor without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        For integers and bool; where a dimension is named twice.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0, 3.0, 6.0])
    >>> torch.var(x), torch.var(x, correction=0)
    (tensor(4.6667), tensor(3.5000))
    """
    if outside:
        return respelt(
            var, outside, input, dim, unbiased, keepdim, correction=correction, axis=axis
        )
    check_tensor("var", input)
    dim = chosen_dim("var", dim, axis)
    dim, correction = _correction("var", input, dim, unbiased, correction, keepdim)
    _check_freedom("var", input, dim, correction)
    return _var(
        input,
        axes=wrap_dims(dim, input.ndim, "var", keepdim),
        correction=correction,
        keepdim=keepdim,
    )


def std(input, dim=None, unbiased=None, keepdim=False, *, correction=None, axis=None, **outside):
    """Return the standard deviation of all elements, or along `dim`: the root of `var`.

    Parameters
    ----------
    input : Tensor of floating point, any shape
    dim, unbiased, keepdim, correction, axis
        As of `var`.

    Returns
    -------
    Tensor without the dimensions `dim`

    Raises
    ------
    IndexError, RuntimeError, TypeError
        As `var`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.std(torch.tensor([[1.0, 3.0], [2.0, 2.0]]), dim=1)
    tensor([1.4142, 0.0000])
    """
    if outside:
        return respelt(
            std, outside, input, dim, unbiased, keepdim, correction=correction, axis=axis
        )
    check_tensor("std", input)
    dim = chosen_dim("std", dim, axis)
    dim, correction = _correction("std", input, dim, unbiased, correction, keepdim)
    _check_freedom("std", input, dim, correction)
    return _std(
        input,
        axes=wrap_dims(dim, input.ndim, "std", keepdim),
        correction=correction,
        keepdim=keepdim,
    )


def norm(input, p="fro", dim=None, keepdim=False, out=None, dtype=None, **outside):
    r"""Return the p-norm of all elements, or along `dim`.

    .. math:: \lVert x \rVert_p = \Bigl(\sum_i |x_i|^p\Bigr)^{1/p}

    Parameters
    ----------
    input : Tensor of floating point, any shape
    p : float or "fro"
        inf gives the largest absolute value, -inf the smallest, 0 the number of elements that are
        not 0; "fro" is 2.
    dim : int or tuple of int, optional
        The dimensions to go along; without it, all.
    keepdim : bool
        Keep the dimensions `dim`, with length 1.
    out : Tensor of any shape, optional
        Takes the result; the method has no such parameter.
    dtype : dtype, optional
        Convert the input to it first; it may not be narrower than the input's.

    Returns
    -------
    Tensor without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        For integers and bool; for a `dtype` narrower than the input's, or a word that names no
        norm; for "fro" along more than two dimensions; where the norm of nothing has no value.
    NotImplementedError
        For the nuclear norm, ``p="nuc"``.
    TypeError
        Where `input` is no tensor, or `p` neither a number nor a word.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([3.0, -4.0])
    >>> torch.norm(x), torch.norm(x, p=1), torch.norm(x, p=float("inf"))
    (tensor(5.), tensor(7.), tensor(4.))
    """
    if out is not None:
        if dtype is None and is_method("norm") and "out" not in call_of("norm")[1]:
            dtype = out  # which has this place in the method
        else:
            outside["out"] = out
    if outside:
        return respelt(norm, outside, input, p, dim, keepdim, dtype=dtype)
    if not isinstance(input, Tensor):
        raise failure(
            AttributeError,
            f"'{kind(input)}' object has no attribute 'layout'",
            "norm: make it a tensor first, with tensor(...).",
        )
    dtype = number_type("linalg_vector_norm", dtype)
    if p == "fro" and not (dim is None or isinstance(dim, int)):
        len(dim)  # torch asks so, too, and leaves the error to Python
    dim = (dim,) if isinstance(dim, bool) else dim
    p = _order(p, input, dim)
    check_bool(keepdim, "linalg_vector_norm", "keepdim", 4)
    _check_norm_dtypes(input, dtype)
    if dtype is not None:
        input = to_dtype(input, dtype)
    axes = wrap_dims(dim, input.ndim, "linalg_vector_norm", keepdim, position=3)
    if input._array.size == 0 and (p < 0 or p == math.inf):
        _check_not_empty(p, input, axes)
    return _norm(input, p=p, axes=axes, keepdim=keepdim)


def _check_norm_dtypes(input, dtype):
    name = "linalg.vector_norm"
    _need_floating(
        f"{name}: Expected a floating point or complex tensor as input. Got {input.dtype.title}",
        input,
    )
    if dtype is not None and not dtype.is_floating_point:
        raise failure(
            RuntimeError,
            f"{name}: dtype should be floating point or complex, but got {dtype.title}",
        )
    if dtype is not None and dtype.itemsize < input.dtype.itemsize:
        raise failure(
            RuntimeError,
            f"{name}: the dtype of the input ({input.dtype.title}) should be convertible without "
            f"narrowing to the specified dtype ({dtype.title})",
            f"norm: convert the result with .to({dtype}).",
        )


def _order(p, input, dim):
    """Return the order of a norm as a number."""
    if p is None:
        return 2
    if isinstance(p, str):
        if p == "fro":
            _check_matrix(dim)
            return 2
        if p != "nuc":
            raise failure(
                RuntimeError,
                f"linalg.matrix_norm: Order {p} not supported.",
                'norm: p is a number, or "fro".',
            )
        if input.ndim < 2:
            raise failure(
                RuntimeError,
                "linalg.matrix_norm: The input tensor A must have at least 2 dimensions.",
            )
        raise unsupported('norm(p="nuc")', 'norm: p is a number, or "fro".')
    if isinstance(p, Tensor) and p.ndim == 0 and not p.requires_grad:
        return p.item()
    if isinstance(p, complex):
        raise failure(
            RuntimeError,
            "linalg.vector_norm: Expected a non-complex scalar as the order of norm.",
            "norm: p is a real number.",
        )
    if isinstance(p, int):
        check_width(p)
    return as_float(p, "linalg_vector_norm", "ord", 2, "Number")


def _check_matrix(dim):
    """Refuse more than two dimensions for the norm of a matrix."""
    if isinstance(dim, (tuple, list)) and len(dim) > 2:
        raise failure(
            RuntimeError,
            f"linalg.matrix_norm: dim must be a 2-tuple. Got {' '.join(map(str, dim))}",
            "norm: p=2 takes any dimensions.",
        )


def _check_not_empty(p, input, axes):
    """Raise torch's error for a norm of nothing that has no value."""
    name, order = "linalg.vector_norm", f"{p:g}"
    end = "operation does not have an identity"
    if axes is None:
        raise failure(
            RuntimeError,
            f"{name} cannot compute the {order} norm on an empty tensor because the {end}",
        )
    for axis in axes:
        if input.shape[axis] == 0:
            raise failure(
                RuntimeError,
                f"{name} cannot compute the {order} norm on the dimension {axis}because this "
                f"dimension is empty and the {end}",
            )


def _truth(name, function, input, dim, keepdim):
    if dim is not None and not isinstance(dim, (tuple, list)):
        dim = as_int(dim, name, "dim", 2)
    axes = wrap_dims(dim, input.ndim, name, keepdim)
    if dim == () or dim == []:
        axes = ()  # of no dimension: each element by itself, unlike sum
    found = plain(function, input, axis=axes, keepdims=keepdim)
    found = wrap(np.asarray(found._array, order="C"))
    return to_dtype(found, input.dtype) if input.dtype is dtypes.uint8 else found


def all(input, dim=None, keepdim=False, **outside):
    """Return whether all elements are different from 0, altogether or along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int or tuple of int, optional
        The dimensions to go along; without it, all.
    keepdim : bool
        Keep these dimensions, with length 1.

    Returns
    -------
    Tensor of bool (uint8 for uint8) without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.all(torch.tensor([[1.0, 2.0], [3.0, 0.0]]), dim=1)
    tensor([ True, False])
    """
    if outside:
        return respelt(all, outside, input, dim, keepdim)
    check_tensor("all", input)
    return _truth("all", np.all, input, dim, keepdim)


def any(input, dim=None, keepdim=False, **outside):
    """Return whether any element is different from 0, altogether or along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int or tuple of int, optional
        The dimensions to go along; without it, all.
    keepdim : bool
        Keep these dimensions, with length 1.

    Returns
    -------
    Tensor of bool (uint8 for uint8) without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.any(torch.tensor([0.0, float("nan")])), torch.any(torch.zeros(0))
    (tensor(True), tensor(False))
    """
    if outside:
        return respelt(any, outside, input, dim, keepdim)
    check_tensor("any", input)
    return _truth("any", np.any, input, dim, keepdim)
