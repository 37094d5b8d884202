"""Elements in another order or at chosen places: sort, index_select, masked_select, scatter."""

import numpy as np

from refimpl.errors import as_int, call_of, check_bool, failure, is_int, is_method, unsupported
from refimpl.tape import dtypes
from refimpl.tape.arguments import invalid
from refimpl.tape.broadcast import check_broadcast, like
from refimpl.tape.extremes import result_of
from refimpl.tape.indexing import _gather
from refimpl.tape.numbers import fitted
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import Tensor, wrap, wrap_dim, wrap_places
from refimpl.tape.views import OVERLAP, SHARED, overlap, reshaped, shape_of, shares_places

# ---- operators ------------------------------------------------------------------------


def _added_forward(g, index, dim, shape):
    out = np.zeros(shape, g.dtype)
    np.add.at(out, (slice(None),) * dim + (index,), g)
    return out


_index_select = Operator(
    "IndexSelectBackward0",
    lambda x, index, dim: np.take(x, index, axis=dim),
    lambda g, x, index, dim: _index_add(g, index, dim=dim, shape=shape_of(x)),
    saves=((1,),),
)
_index_number = Operator("IndexSelectBackward0", np.copy, lambda g, x: g, saves=((),))
_index_add = Operator(
    "IndexAddBackward0",
    _added_forward,
    lambda g, x, index, dim, shape: _index_select(g, index, dim=dim),
    saves=((1,),),
)


def _placed(x, index, source, dim):
    """Return a copy of x with the source at the places of the index; of several the last counts."""
    out, index = x.copy(), np.atleast_1d(index)
    if not index.size:
        return out
    cuts = tuple(slice(0, n) for n in index.shape)
    places = list(np.ogrid[cuts])
    places[dim] = index
    if isinstance(source, np.ndarray) and source.ndim:
        source = source[cuts]
    np.atleast_1d(out)[tuple(places)] = source
    return out


def _at_source(g, source, index, dim):
    """Return the cotangent of the source; torch has none where it is larger than the index."""
    own, wanted = shape_of(index), shape_of(source)
    if wanted not in (own, ()):
        raise failure(
            RuntimeError,
            "Function ScatterBackward0 returned an invalid gradient at index 1 - got "
            f"{list(own)} but expected shape compatible with {list(wanted)}",
            "scatter: cut the source to the shape of the index.",
        )
    g, index = _row(g), _row(index)
    if shape_of(g) != own:
        lengths = enumerate(shape_of(index))
        g = g[tuple(slice(None) if at == dim else slice(0, n) for at, n in lengths)]
    found = _gather(g, index, dim=dim)
    return found if wanted else reshaped(found, shape=())


def _row(x):
    """Let a tensor of rank 0 count as one of rank 1, as torch does."""
    return x if shape_of(x) else reshaped(x, shape=(1,))


_scatter = Operator(
    "ScatterBackward0",
    _placed,
    lambda g, x, index, source, dim: _scatter_number(g, index, 0, dim=dim),
    None,
    lambda g, x, index, source, dim: _at_source(g, source, index, dim),
    saves=((1,), (), (1,)),
)
_scatter_number = Operator(
    "ScatterBackward1",
    _placed,
    lambda g, x, index, source, dim: _scatter_number(g, index, 0, dim=dim),
    saves=((1,),),
)


def _chosen(x, mask):
    shape = np.broadcast_shapes(x.shape, mask.shape)
    return np.broadcast_to(x, shape)[np.broadcast_to(mask, shape)]


def _back_to_the_mask(g, mask, shape):
    out = np.zeros(shape, g.dtype)
    out[np.broadcast_to(mask, shape)] = g
    return out


def _from_chosen(g, x, mask):
    shape = np.broadcast_shapes(shape_of(x), shape_of(mask))
    return like(_masked_scatter(g, mask, shape=shape), x)


_masked_select = Operator("MaskedSelectBackward0", _chosen, _from_chosen, saves=((0, 1),))
_masked_scatter = Operator(
    "MaskedScatterBackward0",
    _back_to_the_mask,
    lambda g, cotangent, mask, shape: _masked_select(g, mask),
    saves=((1,),),
)


def _in_order(x, index, dim):
    return np.take_along_axis(x, index, dim) if x.ndim else x.copy()


def _to_their_places(g, index, dim, shape):
    if not shape:
        return g
    out = np.empty(shape, g.dtype)
    np.put_along_axis(out, index, g, dim)
    return out


_sort = Operator(
    "SortBackward0",
    _in_order,
    lambda g, x, index, dim: _unsort(g, index, dim=dim, shape=shape_of(x)),
    saves=((1,),),
)
_sort_stably = _sort.named("SortBackward1")
_unsort = Operator(
    "ScatterBackward0",
    _to_their_places,
    lambda g, x, index, dim, shape: _gather(g, index, dim=dim),
    saves=((1,),),
)

# ---- torch's functions ----------------------------------------------------------------


SortResult = result_of("sort")


def sort(input, dim=-1, descending=False, *, stable=None, **outside):
    """Return the elements along `dim` in order, and where each of them was.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int
    descending : bool
        The greatest first.
    stable : bool, optional
        Equal elements keep their order, as they do here in any case.

    Returns
    -------
    tuple of Tensor
        ``values`` and ``indices``, both of the shape of the input. nan counts as greatest.

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor; where `dim` is no int or a switch no bool.

    Notes
    -----
    Of more than 16 elements torch leaves equal ones in an order of its own, unless `stable`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.sort(torch.tensor([3.0, 1.0, 2.0]))
    torch.return_types.sort(
    values=tensor([1., 2., 3.]),
    indices=tensor([1, 2, 0]))
    >>> torch.sort(torch.tensor([3.0, 1.0, 2.0]), descending=True).values
    tensor([3., 2., 1.])
    """
    if outside:
        return respelt(sort, outside, input, dim, descending, stable=stable)
    check_tensor("sort", input)
    if type(dim) is not int and is_int(dim):
        dim = as_int(dim, "sort", "dim", 2)
    if type(dim) is not int or not isinstance(descending, bool):
        raise invalid("sort", input, dim, descending)
    if stable is not None:
        check_bool(stable, "sort", "stable")
    dim = wrap_dim(dim, input.ndim, name="sort", position=2)
    order = wrap_places(_order(input._array, dim, descending) if input.ndim else 0)
    in_order = _sort if stable is None else _sort_stably
    return SortResult((in_order(input, order, dim=dim), order))


def _order(x, dim, descending):
    """Return the places in order; equal elements keep theirs."""
    if not descending:
        return np.argsort(x, axis=dim, kind="stable")
    turned = np.argsort(np.flip(x, dim), axis=dim, kind="stable")
    return x.shape[dim] - 1 - np.flip(turned, dim)


def index_select(input, dim, index, **outside):
    """Return the slices of the input along `dim` that `index` numbers, as a copy.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int
    index : Tensor of int64 or int32, shape (n,) or ()

    Returns
    -------
    Tensor of the dtype of the input, n long along `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension; for an index with more dimensions.
    RuntimeError
        For an index of another dtype, or out of bounds: no index counts from the end.
    TypeError
        Where `input` or `index` is no tensor, or `dim` no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.index_select(torch.tensor([[1, 2, 3], [4, 5, 6]]), 1, torch.tensor([2, 0]))
    tensor([[3, 1],
            [6, 4]])
    """
    if outside:
        return respelt(index_select, outside, input, dim, index)
    check_tensor("index_select", input)
    dim = as_int(dim, "index_select", "dim", 2)
    check_tensor("index_select", index, "index", 3)
    dim = wrap_dim(dim, input.ndim, name="index_select", position=2)
    _check_selection(input, dim, index)
    if input.ndim == 0:
        return _index_number(input)
    flat = index if index.ndim else wrap(index._array.reshape(1))
    return _index_select(input, flat, dim=dim)


def _check_selection(input, dim, index):
    if index.ndim > 1:
        raise failure(IndexError, "index_select(): Index is supposed to be a vector")
    if index._array.dtype not in (np.int64, np.int32):
        raise failure(RuntimeError, "index_select(): Expected dtype int32 or int64 for index")
    if input.ndim == 0 and index.numel() != 1:
        raise failure(
            RuntimeError,
            f"index_select(): Index to scalar can have only 1 value, got {index.numel()} value(s)",
        )
    length = input.shape[dim] if input.ndim else 1
    wrong = index._array[(index._array < 0) | (index._array >= length)]
    if wrong.size:
        if input.ndim > 1 and not length:
            raise failure(RuntimeError, "index_select(): self indexing axis dim should be positive")
        if dim != 1 and (input.numel() or input.ndim < 2):
            raise failure(
                IndexError,
                "index out of range in self",
                f"index_select: {wrong.flat[0]} is no number of the {length} slices.",
            )
        raise failure(
            RuntimeError,
            f"INDICES element is out of DATA bounds, id={wrong.flat[0]} axis_dim={length}",
            f"index_select: places are numbered from 0 to {length - 1}.",
        )


def masked_select(input, mask, **outside):
    """Return the elements where the mask holds, row by row, as a copy.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    mask : Tensor of bool, of a shape that broadcasts with that of `input`

    Returns
    -------
    Tensor of the dtype of the input, shape (n,)
        As many elements as the mask has true entries, after both are broadcast.

    Raises
    ------
    RuntimeError
        For a mask of another dtype; where the shapes do not broadcast.
    TypeError
        Where `input` or `mask` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([[5, 1, 9], [2, 8, 3]])
    >>> torch.masked_select(x, x > 2)
    tensor([5, 9, 8, 3])
    """
    if outside:
        return respelt(masked_select, outside, input, mask)
    check_tensor("masked_select", input)
    check_tensor("masked_select", mask, "mask", 2)
    if mask.dtype is not dtypes.bool_:
        raise failure(
            RuntimeError,
            "masked_select: expected BoolTensor for mask",
            "masked_select: compare first, for instance with mask != 0.",
        )
    check_broadcast(mask.shape, input.shape)
    return _masked_select(input, mask)


def scatter(input, dim, index, src=None, *, value=None, reduce=None, **outside):
    """Return the input with `src` at the places that `index` names along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int
    index : Tensor of int64 or int32, of the rank of `input`
        Not longer than `input` along the other dimensions.
    src : Tensor of the dtype of `input`, or number
        Of a shape not shorter than the index; where several come to one place, the last stays.
    value : number, optional
        A number in the place of `src`.
    reduce : None
        Anything else lies outside the subset.

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        For an index of another dtype, of another rank, too long, or out of bounds; for a source of
        another dtype.
    TypeError
        Where an argument is no tensor.
    NotImplementedError
        For `reduce`.

    Examples
    --------
    >>> import refimpl as torch
    >>> classes = torch.tensor([[2], [0]])
    >>> torch.scatter(torch.zeros(2, 3), 1, classes, 1.0)
    tensor([[0., 0., 1.],
            [1., 0., 0.]])
    """
    if outside:
        return respelt(scatter, outside, input, dim, index, src, value=value, reduce=reduce)
    check_tensor("scatter", input)
    source = source_of("scatter", input, dim, index, src, value)
    return placed("scatter", input, dim, index, source, reduce)


def source_of(name, input, dim, index, src, value):
    """Return what is scattered: `src`, a number by its place alone, or the number `value`."""
    given = [each for each in (input, dim, index, src, value) if each is not None]
    given = given[is_method(name) :]
    if src is not None and value is not None:
        raise invalid(name, *given)
    if dtypes.of_number(src) is not None and "src" in call_of(name)[1]:
        raise invalid(name, *given)
    if isinstance(value, Tensor):
        if value.ndim or value.requires_grad:
            raise invalid(name, *given)
        return value.item()
    if src is None and value is None:
        raise invalid(name, *given)
    return src if value is None else value


def placed(name, input, dim, index, source, reduce=None, written=None):
    """Return the input with a source at the places of an index, checked in torch's words.

    `written` is the tensor that takes the result, if it is changed in place.
    """
    number = dtypes.of_number(source) is not None
    if not isinstance(index, Tensor) or not (number or isinstance(source, Tensor)):
        raise invalid(name, *(input, dim, index, source)[is_method(name) :])
    dim = as_int(dim, name, "dim", 2)
    if reduce is not None:
        raise unsupported(f"{name}(reduce=...)", "Near it: x[index] += source, without repeats.")
    dim = wrap_dim(dim, input.ndim, name=name, position=2)
    _check_index(input, dim, index, None if number else source)
    if written is not None:
        _check_apart(name, written, index, source)
    if index.numel():
        _check_bounds(input, dim, index)
    else:
        index = wrap(index._array.astype(np.int64))  # of any dtype
    if number:
        value = fitted(source, input.dtype, half=True) if index.numel() else 0
        return _scatter_number(input, index, value, dim=dim)
    return _scatter(input, index, source, dim=dim)


def _check_apart(name, written, *others):
    """Refuse to write elements that share a place, and what is read at the same time."""
    if shares_places(written._array):
        raise failure(RuntimeError, SHARED, "expand() repeats elements without copying them.")
    if any(isinstance(each, Tensor) and overlap(written, each) for each in others):
        raise failure(RuntimeError, OVERLAP, f"{name}: the values change while they are read.")


def _check_index(input, dim, index, source):
    if index.numel() and index._array.dtype not in (np.int64, np.int32):
        raise failure(RuntimeError, "scatter(): Expected dtype int32/int64 for index")
    if source is not None and source.dtype is not input.dtype:
        raise failure(
            RuntimeError,
            "scatter(): Expected self.dtype to be equal to src.dtype",
            f"Convert the source with .to({input.dtype}).",
        )
    if index.numel() == 0:
        return
    for other, which in ((input, "self"), (source, "src")):
        if other is not None and max(other.ndim, 1) != max(index.ndim, 1):
            raise failure(
                RuntimeError,
                f"Index tensor must have the same number of dimensions as {which} tensor",
                f"scatter: the index has {index.ndim}, the other tensor {other.ndim}.",
            )
    _check_lengths(input, dim, index, source)


def _check_bounds(input, dim, index):
    length = input.shape[dim] if input.ndim else 1
    wrong = index._array[(index._array < 0) | (index._array >= length)]
    if wrong.size:
        raise failure(
            RuntimeError,
            f"index {wrong.flat[0]} is out of bounds for dimension {dim} with size {length}",
            f"scatter: places are numbered from 0 to {length - 1}.",
        )


def _check_lengths(input, dim, index, source):
    own, pairs = index.shape, list(enumerate(zip(index.shape, input.shape, strict=False)))
    fits = all(n <= m for at, (n, m) in pairs if at != dim)
    text = f"Expected index {list(own)} to be no larger than self {list(input.shape)}"
    text += f" apart from dimension {dim}"
    if source is not None:
        fits &= all(n <= m for n, m in zip(own, source.shape or (1,), strict=False))
        text += f" and to be no larger size than src {list(source.shape)}"
    if not fits:
        raise failure(RuntimeError, text)
