"""Indexing: what stands between square brackets, and elements picked one by one."""

import numpy as np

from refimpl.errors import failure
from refimpl.tape.broadcast import like
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor, wrap_dim
from refimpl.tape.views import View, alias, shape_of

# ---- operators ------------------------------------------------------------------------
sliced = View(
    "SliceBackward0",
    lambda x, index: x[index],
    lambda g, x, index: _scatter(g, index, shape=shape_of(x)),
    saves=((),),
)
_select = sliced.named("SelectBackward0")
_new_axis = sliced.named("UnsqueezeBackward0")


def _add_at(g, index, shape):
    out = np.zeros(shape, g.dtype)
    np.add.at(out, index, g)
    return out


_scatter = Operator(
    "IndexPutBackward0",
    _add_at,
    lambda g, x, index, shape: _index(g, index),
    saves=((),),
)
_index = Operator(
    "IndexBackward0",
    lambda x, index: x[index],
    lambda g, x, index: _scatter(g, index, shape=shape_of(x)),
    saves=((1,),),
)


def _assign(base, value, index):
    out = base.copy()
    out[index] = value
    return out


index_put = Operator(
    "IndexPutBackward0",
    _assign,
    lambda g, base, value, index: index_put(g, 0.0, index=index),
    lambda g, base, value, index: like(_index(g, index), value),
    saves=((), ()),
)


def _gather_forward(x, index, dim):
    return np.take_along_axis(x, index, dim)


def _scatter_forward(g, index, dim, shape):
    out = np.zeros(shape, g.dtype)
    places = list(np.ogrid[tuple(slice(0, n) for n in index.shape)])
    places[dim] = index
    np.add.at(out, tuple(places), g)
    return out


_gather = Operator(
    "GatherBackward0",
    _gather_forward,
    lambda g, x, index, dim: scatter_add(g, index, dim=dim, shape=shape_of(x)),
    saves=((1,),),
)
scatter_add = Operator(
    "ScatterAddBackward0",
    _scatter_forward,
    lambda g, x, index, dim, shape: _gather(g, index, dim=dim),
    saves=((1,),),
)

# ---- brackets -------------------------------------------------------------------------


def get_item(x, index):
    """Return ``x[index]``: a view for numbers and slices, a copy for lists, masks and tensors."""
    index, picks = parse_index(index)
    try:
        return _index(x, index) if picks else _cut(x, index)
    except IndexError:
        check_index(x, index)  # raises torch's error instead of NumPy's
        raise


def _cut(x, index):
    """Return the view that numbers, slices and new axes cut out; the last names the node."""
    items = [item for item in index if item is not Ellipsis]
    if not items:
        return alias(x)
    if len(items) == len(index):
        index += (Ellipsis,)
    if items[-1] is None:
        return _new_axis(x, index=index)
    return (sliced if isinstance(items[-1], slice) else _select)(x, index=index)


def parse_index(index):
    """Return an index as NumPy takes it, and whether it picks elements one by one."""
    items = index if isinstance(index, tuple) else (index,)
    parsed, picks = [], False
    for item in items:
        if type(item) is int or item is None or item is Ellipsis:
            pass
        elif isinstance(item, slice):
            if item.step is not None and item.step <= 0:
                raise failure(ValueError, "step must be greater than zero", "index: use .flip().")
            bounds = (item.start, item.stop, item.step)
            item = slice(*[None if each is None else int(each) for each in bounds])
        else:
            item, each_alone = _parsed_item(item)
            picks = picks or each_alone
        parsed.append(item)
    return tuple(parsed), picks


def _parsed_item(item):
    """Return one of the rarer items of an index, and whether it picks elements one by one."""
    if isinstance(item, Tensor):
        return _parsed_tensor(item)
    if isinstance(item, range):
        return np.arange(item.start, item.stop, item.step), True
    if isinstance(item, (list, np.ndarray)):
        return np.asarray(item, None if len(item) else np.int64), True
    if isinstance(item, (float, str)):
        raise failure(
            TypeError if isinstance(item, str) else IndexError,
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables "
            f"are valid indices (got {type(item).__name__})",
        )
    return item, isinstance(item, (bool, np.bool_))


def _parsed_tensor(item):
    array = item._array
    if array.dtype.kind == "f":
        raise failure(
            IndexError,
            "tensors used as indices must be long, int, byte or bool tensors",
            f"index: this one is {item.dtype}.",
        )
    if array.ndim == 0 and array.dtype != bool:
        return int(array), False
    return array.astype(bool) if array.dtype == np.uint8 else array, True


def _is_mask(item):
    return isinstance(item, np.ndarray) and item.dtype == bool


def check_index(x, index):
    """Raise torch's error for an index that leads outside."""
    items = [item for item in index if item is not None and not isinstance(item, bool)]
    used = [0 if item is Ellipsis else item.ndim if _is_mask(item) else 1 for item in items]
    left, shape, dim = sum(used), x._array.shape, 0
    if left > len(shape):
        raise _too_many(x)
    for item, dims in zip(items, used, strict=True):
        if item is Ellipsis:
            dim = len(shape) - left  # the dimensions that the rest needs are the last ones
        elif not isinstance(item, slice):
            _check_item(item, shape, dim)
        dim, left = dim + dims, left - dims


def _too_many(x):
    if x.ndim:
        return failure(IndexError, f"too many indices for tensor of dimension {x.ndim}")
    return failure(
        IndexError,
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
        "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number",
    )


def _check_item(item, shape, dim):
    """Raise unless one item of an index fits the dimensions of the shape from `dim` on."""
    length = shape[dim]
    wrong = ()
    if isinstance(item, (int, np.integer)):
        wrong = () if -length <= item < length else (item,)
    elif _is_mask(item):
        _check_mask(item, shape, dim)
    elif isinstance(item, np.ndarray):
        wrong = item[(item < -length) | (item >= length)]
    if len(wrong):
        raise failure(
            IndexError,
            f"index {wrong[0]} is out of bounds for dimension {dim} with size {length}",
        )


def _check_mask(mask, shape, dim):
    for at, n in enumerate(mask.shape):
        if n != shape[dim + at]:
            raise failure(
                IndexError,
                f"The shape of the mask {list(mask.shape)} at index {at} does not match "
                f"the shape of the indexed tensor {list(shape)} at index {dim + at}",
            )


# ---- torch's functions ----------------------------------------------------------------


def gather(input, dim, index):
    """Return the elements that `index` names along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int
    index : Tensor of int64 or int32, of the rank of `input`
        Along the other dimensions not longer than `input`.

    Returns
    -------
    Tensor of the shape of `index` and the dtype of `input`

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    RuntimeError
        For an index of another dtype, of another rank, too long, or out of bounds.
    TypeError
        Where `input` or `index` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> log_probs = torch.tensor([[-0.1, -2.4], [-0.7, -0.7]])
    >>> torch.gather(log_probs, 1, torch.tensor([[1], [0]]))
    tensor([[-2.4000],
            [-0.7000]])
    """
    check_tensor("gather", input)
    check_tensor("gather", index, "index", 3)
    dim = wrap_dim(dim, input.ndim)
    if index._array.dtype not in (np.int64, np.int32):
        raise failure(RuntimeError, "gather(): Expected dtype int32/int64 for index")
    if index.ndim != input.ndim:
        raise failure(
            RuntimeError, "Index tensor must have the same number of dimensions as input tensor"
        )
    places = index._array
    for at in range(input.ndim):
        if at != dim and places.shape[at] > input.shape[at]:
            raise failure(
                RuntimeError,
                f"Size does not match at dimension {at} expected index {list(places.shape)} to be "
                f"no larger than self {list(input.shape)} apart from dimension {dim}",
            )
    wrong = places[(places < 0) | (places >= input.shape[dim])]
    if wrong.size:
        raise failure(
            RuntimeError,
            f"index {wrong[0]} is out of bounds for dimension {dim} with size {input.shape[dim]}",
        )
    trimmed = input
    if any(
        p < n for at, (p, n) in enumerate(zip(places.shape, input.shape, strict=True)) if at != dim
    ):
        cuts = tuple(slice(None) if at == dim else slice(0, n) for at, n in enumerate(places.shape))
        trimmed = sliced(input, index=cuts)
    return _gather(trimmed, index, dim=dim)
