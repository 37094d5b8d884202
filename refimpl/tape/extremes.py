"""The largest and the smallest: their values, and where they stand."""

import numpy as np

from refimpl.errors import (
    Builtin,
    as_int,
    call_of,
    check_bool,
    failure,
    is_int,
    is_length,
    is_method,
)
from refimpl.tape.arguments import invalid, wrong
from refimpl.tape.choosing import choose, maximum, minimum
from refimpl.tape.indexing import scatter_add
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import RESULT, Operator
from refimpl.tape.reducing import chosen_dim, ones_where, restore, sum_along, wrap_dims
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import Tensor, wrap, wrap_dim, wrap_places
from refimpl.tape.views import reshaped, shape_of

# ---- operators ------------------------------------------------------------------------


def _attains(x, extreme):
    """Return where elements are the extreme; where that is nan, the nan are."""
    return (x == extreme) | ((x != x) & (extreme != extreme))


def _shared(g, x, extreme, axes):
    """Give equal parts of the cotangent to all elements that attain the extreme."""
    chosen = _attains(x, extreme)
    tied = sum_along(ones_where(chosen, x), axes)
    return choose(chosen, restore(g, x, axes) / tied, 0.0)


def _scaled(g, x, extreme, axes):
    """Do the same as torch does for amax: nobody attains nan, and 0 / 0 is nan."""
    chosen = ones_where(x == extreme, x)
    return restore(g, x, axes) * chosen / sum_along(chosen, axes)


def _reduced(ufunc):
    return lambda x, axes, keepdim=False: ufunc.reduce(x, axes, keepdims=keepdim)


def _first_zero(ufunc):
    """Return the reduction; of zeros with different signs it gives the first, as torch's amax."""

    def extreme(x, axes, keepdim=False):
        result = ufunc.reduce(x, axes, keepdims=True)
        if x.dtype.kind == "f" and not result.all():
            axes = tuple(range(x.ndim)) if axes is None else axes
            inner = [n for i, n in enumerate(x.shape) if i not in axes]
            rows = np.moveaxis(x, axes, range(-len(axes), 0)).reshape(*inner, -1)
            zeros = np.take_along_axis(rows, (rows == 0).argmax(-1)[..., None], -1)
            result = np.where(result == 0, zeros.reshape(result.shape), result)
        return np.asarray(result if keepdim else result.squeeze(axes), order="C")

    return extreme


_max_all = Operator(
    "MaxBackward1",
    _reduced(np.maximum),
    lambda g, x, axes, keepdim=False: _shared(g, x, _max_all(x, axes=axes, keepdim=True), axes),
    saves=((0, RESULT),),
)
_min_all = Operator(
    "MinBackward1",
    _reduced(np.minimum),
    lambda g, x, axes, keepdim=False: _shared(g, x, _min_all(x, axes=axes, keepdim=True), axes),
    saves=((0, RESULT),),
)
_amax = Operator(
    "AmaxBackward0",
    _first_zero(np.maximum),
    lambda g, x, axes, keepdim=False: _scaled(g, x, _amax(x, axes=axes, keepdim=True), axes),
    saves=((0, RESULT),),
)
_amin = Operator(
    "AminBackward0",
    _first_zero(np.minimum),
    lambda g, x, axes, keepdim=False: _scaled(g, x, _amin(x, axes=axes, keepdim=True), axes),
    saves=((0, RESULT),),
)


def _pick(x, index, dim, keepdim):
    picked = np.take_along_axis(x, index, dim)
    return picked if keepdim else picked.squeeze(dim)


def _pick_vjp(g, x, index, dim, keepdim):
    g = reshaped(g, shape=shape_of(index))
    return scatter_add(g, index, dim=dim, shape=shape_of(x))


_max_dim = Operator("MaxBackward0", _pick, _pick_vjp, saves=((1,),))
_min_dim = _max_dim.named("MinBackward0")

# ---- torch's functions ----------------------------------------------------------------


class Field:
    """A place of a tuple that has a name, too."""

    def __init__(self, place):
        self.place = place

    def __get__(self, result, owner=None):
        return self if result is None else result[self.place]

    def __set__(self, result, value):
        raise failure(
            AttributeError,
            "readonly attribute",
            f"What {type(result).__name__}() returns is a tuple; give the value a name of its own.",
        )

    def __delete__(self, result):
        self.__set__(result, None)


class Extreme(tuple, metaclass=Builtin, closed=False):
    """What ``max(dim)`` and ``min(dim)`` return: values and indices."""

    __slots__ = ()
    __match_args__ = ("values", "indices")
    values, indices = Field(0), Field(1)

    def __reduce__(self):
        return _result, (type(self).__name__, tuple(self))

    def __repr__(self):
        name = type(self).__name__
        return f"torch.return_types.{name}(\nvalues={self[0]!r},\nindices={self[1]!r})"


RESULTS = {}


def _result(name, pair):
    """Make the result that a pickle of one holds."""
    return RESULTS[name](pair)


def result_of(name):
    """Return the class of what torch's function of that name returns."""
    module = "torch.return_types"
    body = {"__slots__": (), "__module__": module}
    RESULTS[name] = Builtin(name, (Extreme,), body, module)
    return RESULTS[name]


MaxResult, MinResult = result_of("max"), result_of("min")


def _not_empty(name, input):
    if input._array.size == 0:
        raise failure(
            RuntimeError,
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify "
            "the reduction dim with the 'dim' argument.",
        )


def _is_dim(name, input, tensor, keepdim):
    """Tell whether a tensor is a dim; given by place and alone, it is the other operand."""
    by_place, names = call_of(name)
    if by_place <= 2 and not names:
        return False
    beside_keepdim = by_place > 2 or not {"keepdim", "keepdims"}.isdisjoint(names)
    if not beside_keepdim and {"dim", "axis"}.isdisjoint(names):
        return False
    if not is_int(tensor):
        if beside_keepdim and is_method(name):
            raise wrong(name, "dim", 2, "int", tensor, f"{name}: two tensors are compared alone.")
        raise invalid(name, *(input, tensor, keepdim)[:by_place])
    return True


def _extreme(name, input, dim, keepdim, everything, along, position, result, two):
    check_tensor(name, input)
    check_bool(keepdim, name, "keepdim", 3)
    if dim is None:
        _not_empty(name, input)
        return everything(input, axes=None)
    if isinstance(dim, Tensor) and not _is_dim(name, input, dim, keepdim):
        return two(input, dim)
    dim = wrap_dim(dim, input.ndim, name=name, position=2)
    if input.ndim == 0:
        alone = everything.named(along.name)(input, axes=None)
        return result((alone, wrap(np.zeros((), np.int64))))
    if input.shape[dim] == 0:
        raise failure(
            IndexError,
            f"{name}(): Expected reduction dim {dim} to have non-zero size.",
        )
    indices = np.expand_dims(position(input._array, dim), dim)
    values = along(input, wrap_places(indices), dim=dim, keepdim=keepdim)
    return result((values, wrap_places(indices if keepdim else indices.squeeze(dim))))


def max(input, dim=None, keepdim=False, *, axis=None, **outside):
    """Return the largest element, or the largest elements along `dim` and their indices.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        nan counts as larger than all else.
    dim : int, optional
        The dimension to go along; a tensor here stands for the other operand of `maximum`.
    keepdim : bool
        Keep the dimension, with length 1.
    axis : int, optional
        Another name of `dim`.

    Returns
    -------
    Tensor of shape (); with `dim`, a pair ``(values, indices)``
        Of equal elements the first gets index and gradient; without `dim` all share the gradient.

    Raises
    ------
    IndexError
        Where the input has no such dimension, or has no element along it.
    RuntimeError
        Where the input is empty and `dim` is not given.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([[1.0, 7.0], [7.0, 2.0]])
    >>> torch.max(x)
    tensor(7.)
    >>> torch.max(x, dim=1)
    torch.return_types.max(
    values=tensor([7., 7.]),
    indices=tensor([1, 0]))
    """
    if "other" in outside:
        dim = _other_operand("max", input, dim, keepdim, outside)
    if outside:
        return respelt(max, outside, input, dim, keepdim, axis=axis)
    dim = chosen_dim("max", dim, axis)
    return _extreme("max", input, dim, keepdim, _max_all, _max_dim, np.argmax, MaxResult, maximum)


def _other_operand(name, input, dim, keepdim, outside):
    """Return a tensor given as `other`, in the place of `dim`; refuse another form of torch's."""
    other = outside.pop("other")
    if isinstance(other, Tensor) and isinstance(input, Tensor) and dim is None and not keepdim:
        return other
    given, named = (
        {"input": input, "dim": dim, "keepdim": keepdim, "other": other},
        call_of(name)[1],
    )
    placed = [given[each] for each in ("input", "dim") if each not in named]
    placed = [each for each in placed if each is not None][is_method(name) :]
    raise invalid(name, *placed, **{each: given.get(each) for each in reversed(named)})


def min(input, dim=None, keepdim=False, *, axis=None, **outside):
    """Return the smallest element, or the smallest elements along `dim` and their indices.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        nan counts as smaller than all else.
    dim : int, optional
        The dimension to go along; a tensor here stands for the other operand of `minimum`.
    keepdim : bool
        Keep the dimension, with length 1.
    axis : int, optional
        Another name of `dim`.

    Returns
    -------
    Tensor of shape (); with `dim`, a pair ``(values, indices)``
        Of equal elements the first gets index and gradient; without `dim` all share the gradient.

    Raises
    ------
    IndexError
        Where the input has no such dimension, or has no element along it.
    RuntimeError
        Where the input is empty and `dim` is not given.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> values, indices = torch.min(torch.tensor([[3.0, 1.0, 1.0]]), dim=1)
    >>> values, indices
    (tensor([1.]), tensor([1]))
    """
    if "other" in outside:
        dim = _other_operand("min", input, dim, keepdim, outside)
    if outside:
        return respelt(min, outside, input, dim, keepdim, axis=axis)
    dim = chosen_dim("min", dim, axis)
    return _extreme("min", input, dim, keepdim, _min_all, _min_dim, np.argmin, MinResult, minimum)


def amax(input, dim=(), keepdim=False, **outside):
    """Return the largest element along `dim`; equal ones share the gradient.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int or tuple of int
        The dimensions to go along; (), the default, stands for all.
    keepdim : bool
        Keep these dimensions, with length 1.

    Returns
    -------
    Tensor without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension, or has no element along it.
    RuntimeError
        Where a dimension is named twice; where the input is empty and `dim` is not given.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([2.0, 5.0, 5.0], requires_grad=True)
    >>> torch.amax(x).backward()
    >>> x.grad
    tensor([0.0000, 0.5000, 0.5000])
    """
    if outside:
        return respelt(amax, outside, input, dim, keepdim)
    return _extreme_along("amax", _amax, input, dim, keepdim)


def amin(input, dim=(), keepdim=False, **outside):
    """Return the smallest element along `dim`; equal ones share the gradient.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int or tuple of int
        The dimensions to go along; (), the default, stands for all.
    keepdim : bool
        Keep these dimensions, with length 1.

    Returns
    -------
    Tensor without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension, or has no element along it.
    RuntimeError
        Where a dimension is named twice; where the input is empty and `dim` is not given.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.amin(torch.tensor([[4, 2], [3, 9]]), dim=(0, 1))
    tensor(2)
    """
    if outside:
        return respelt(amin, outside, input, dim, keepdim)
    return _extreme_along("amin", _amin, input, dim, keepdim)


def _extreme_along(name, operator, input, dim, keepdim):
    check_tensor(name, input)
    if input._array.size == 0:
        _check_length(name, input, dim)
    axes = wrap_dims(dim, input.ndim, name, keepdim)
    return operator(input, axes=axes, keepdim=keepdim)


def _check_length(name, input, dim):
    """Refuse to look for the extreme of no elements, dimension by dimension."""
    dims = dim if isinstance(dim, (tuple, list)) else () if dim is None else (dim,)
    if not dims:
        _not_empty(name, input)
    for each in dims:
        if is_length(each) and input.shape[wrap_dim(each, input.ndim)] == 0:
            raise failure(
                IndexError, f"{name}(): Expected reduction dim {each} to have non-zero size."
            )


def _position(name, find, input, dim, keepdim, axis):
    check_tensor(name, input)
    dim = chosen_dim(name, dim, axis)
    if dim is not None and type(dim) is not int:
        dim = as_int(dim, name, "dim", 2)
    check_bool(keepdim, name, "keepdim", 3)
    if input._array.dtype.kind == "b":
        raise failure(
            RuntimeError,
            f"{name}(): does not support bool input",
            f"{name}: convert it, for instance with .int().",
        )
    if input._array.size == 0:
        if dim is None:
            raise failure(
                IndexError,
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0.",
            )
        dim = wrap_dim(dim, input.ndim, name=name, position=2)
        if input.shape[dim] == 0:
            raise failure(
                IndexError, f"{name}(): Expected reduction dim {dim} to have non-zero size."
            )
    if dim is None:
        place = np.asarray(find(input._array))
        return wrap_places(place.reshape((1,) * input.ndim if keepdim else ()))
    dim = wrap_dim(dim, input._array.ndim, name=name, position=2)
    if input._array.ndim == 0:
        return wrap(np.zeros((), np.int64))
    return wrap_places(find(input._array, dim, keepdims=keepdim))


def argmax(input, dim=None, keepdim=False, *, axis=None, **outside):
    """Return the index of the largest element, of the flattened tensor or along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype but bool, any shape
        nan counts as larger than all else; of equal elements the first is named.
    dim : int, optional
        The dimension to go along; without it, the tensor is taken flat.
    keepdim : bool
        Keep the dimension, with length 1.
    axis : int, optional
        Another name of `dim`.

    Returns
    -------
    Tensor of int64 without the dimension `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension, or no element to choose from.
    RuntimeError
        For bool.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> logits = torch.tensor([[0.1, 2.0, 0.3], [1.5, 0.2, 0.4]])
    >>> torch.argmax(logits, dim=1), torch.argmax(logits)
    (tensor([1, 0]), tensor(1))
    """
    if outside:
        return respelt(argmax, outside, input, dim, keepdim, axis=axis)
    return _position("argmax", np.ndarray.argmax, input, dim, keepdim, axis)


def argmin(input, dim=None, keepdim=False, *, axis=None, **outside):
    """Return the index of the smallest element, of the flattened tensor or along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype but bool, any shape
        nan counts as smaller than all else; of equal elements the first is named.
    dim : int, optional
        The dimension to go along; without it, the tensor is taken flat.
    keepdim : bool
        Keep the dimension, with length 1.
    axis : int, optional
        Another name of `dim`.

    Returns
    -------
    Tensor of int64 without the dimension `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension, or no element to choose from.
    RuntimeError
        For bool.
    TypeError
        Where `input` is no tensor; for `dim` and `axis` together.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.argmin(torch.tensor([[3, 1], [0, 2]]), dim=0, keepdim=True)
    tensor([[1, 0]])
    """
    if outside:
        return respelt(argmin, outside, input, dim, keepdim, axis=axis)
    return _position("argmin", np.ndarray.argmin, input, dim, keepdim, axis)
