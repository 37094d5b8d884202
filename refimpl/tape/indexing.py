"""Indexing: what stands between square brackets, and elements picked one by one."""

import operator
import warnings

import numpy as np

from refimpl.errors import LONG, failure, kind
from refimpl.tape.arguments import no_complex
from refimpl.tape.broadcast import like
from refimpl.tape.creation import SLOW, check_array
from refimpl.tape.memory import with_steps
from refimpl.tape.operands import check_tensor, raw_dtype, silent_astype
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import Tensor, wrap, wrap_dim
from refimpl.tape.views import View, alias, is_plain, reshaped, shape_of, step_of_new


# ---- operators ------------------------------------------------------------------------
def _sliced(x, index):
    out = x[index]
    if None not in index:
        return out
    if out.size == x.size and is_plain(x):
        return x.reshape(out.shape)
    return with_steps(out, out.shape, _steps_of_part(x, index, out))


def _steps_of_part(x, index, part):
    """Return torch's strides of the part of an array that numbers, slices and new axes cut out."""
    at = index.index(Ellipsis) if Ellipsis in index else len(index)
    rest = [Ellipsis] * (x.ndim - sum(map(_consumed, index)))  # each a whole dimension
    steps, dim = list(part.strides), 0
    out = 0
    for item in [*index[:at], *rest, *index[at + 1 :]]:
        if item is None:
            steps[out] = step_of_new(x, dim)
        dim += item is not None
        out += not isinstance(item, int)
    return tuple(steps)


sliced = View(
    "SliceBackward0",
    _sliced,
    lambda g, x, index: _placed(g, index=index, shape=shape_of(x)),
    saves=((),),
)
_select = sliced.named("SelectBackward0")
_all_of = sliced.named("AliasBackward0")
_new_axis = View(
    "UnsqueezeBackward0",
    _sliced,
    lambda g, x, index: _without_new_axis(g, index=index, shape=shape_of(x)),
    saves=((),),
)


def _placed_forward(g, index, shape):
    out = np.zeros(shape, g.dtype)
    out[index] = g
    return out


_placed = Operator(
    "SliceBackwardBackward0",
    _placed_forward,
    lambda g, x, index, shape: sliced(g, index=index),
    saves=((),),
)


_without_new_axis = _placed.named("SqueezeBackward1")


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


def _picked(x, index):
    """Return what an index picks, with its elements in torch's order in memory."""
    out = x[index]
    if out.flags.c_contiguous:
        return out
    return np.ascontiguousarray(out) if x.flags.c_contiguous else in_order(out, _steps(x, index))


def _steps(x, index):
    """Return how far apart in `x` the entries of each dimension lie; 0 for those of the lists."""
    at = next((at for at, item in enumerate(index) if item is Ellipsis), len(index))
    items = [item for item in index if item is not Ellipsis]
    rest = [slice(None)] * (x.ndim - sum(map(_consumed, items)))
    steps, lists, dim = [], [], 0
    for place, item in enumerate([*items[:at], *rest, *items[at:]]):
        if isinstance(item, (np.ndarray, bool)):
            lists.append((place, len(steps), item))
        else:
            steps.append(x.strides[dim] * (item.step or 1) if item else 0)
        dim += _consumed(item)
    apart = lists[-1][0] - lists[0][0] >= len(lists)
    first = 0 if apart else lists[0][1]
    ranks = [1 if _is_mask(item) else np.ndim(item) or 1 for *_, item in lists]
    return [*steps[:first], *[0] * max(ranks), *steps[first:]]


def in_order(array, steps):
    """Return a copy of an array whose dimensions lie in memory as those with such steps do.

    A dimension with the smaller step lies further inside; one without a step stays where it is.
    """
    order = list(range(array.ndim))
    for end in range(array.ndim - 2, -1, -1):
        at = end
        for other in range(end + 1, array.ndim):
            here, there = steps[order[at]], steps[order[other]]
            if here and there and here != there:
                if here > there:
                    break
                order[at], order[other] = order[other], order[at]
                at = other
    back = np.argsort(order)
    return np.ascontiguousarray(array.transpose(order)).transpose(back)


_index = Operator(
    "IndexBackward0",
    _picked,
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
    return np.ascontiguousarray(np.take_along_axis(x, index, dim))


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

SEQUENCE = (
    "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in "
    "pytorch 2.9; use x[tuple(seq)] instead of x[seq]. In pytorch 2.9 this will be interpreted as "
    "tensor index, x[torch.tensor(seq)], which will result either in an error or a different result"
)
BYTES = "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead."
PLACES = frozenset(map(np.dtype, (np.bool_, np.int32, np.int64)))  # dtypes of masks and numbers
TRUNCATED = (
    "Truncating the start/stop/step of slice. This is likely because of saved old models when the "
    "start/stop/step were larger."
)
LONGEST = 32  # torch takes a list of so many items for one tensor


def get_item(x, index):
    """Return ``x[index]``: a view for numbers and slices, a copy for lists, masks and tensors."""
    given, alone = index, type(index) is slice
    index, picks = parse_index(x, index)
    if picks:
        index = with_one_ellipsis(x, index)
        x, index = without_numbers(x, index)
        check_masks(x, index)
    try:
        return _index(x, index) if picks else cut_out(x, index, alone)
    except (IndexError, OverflowError):
        single = with_one_ellipsis(x, index)
        if len(single) < len(index):
            return get_item(x, single)
        check_number(x, given)
        if picks and x._array.size == 0:
            return _index(x, first_places(x, index)[0])
        check_index(x, index, alone)  # raises torch's error instead of NumPy's
        raise


def first_places(x, index):
    """Return an index with the first place for each that is picked, and the shape of what it picks.

    torch looks at the shape before it looks at the places, and not at these where nothing is
    picked; at lengths of 0 that are picked from, and at masks, it does.
    """
    first = tuple(
        np.zeros_like(item) if isinstance(item, np.ndarray) and item.dtype != bool else item
        for item in index
    )
    try:
        return first, x._array[first].shape
    except IndexError:
        check_index(x, first)
        raise


SINGLE = "an index can only have a single ellipsis ('...')"


def with_one_ellipsis(x, index):
    """Return an index with its first ellipsis alone, which stands for what is not named.

    torch takes more of them. Each leads further behind the last dimension: there it finds no number
    and passes over slices.
    """
    places = [at for at, item in enumerate(index) if item is Ellipsis]
    if len(places) < 2:
        return index
    second, rest = places[1], [item for item in index[places[1] :] if item is not Ellipsis]
    if sum(map(_consumed, index)) < x.ndim:
        for at, item in enumerate(index[second:], second):
            if type(item) is int:
                raise _outside(item, at, 0)
        if not all(isinstance(item, slice) for item in rest):
            raise failure(IndexError, SINGLE, "index: write `...` once.")
        rest = [slice(None)] * len(rest)
    return (*index[:second], *rest)


def cut_out(x, index, alone=False):
    """Return the view that numbers, slices and new axes cut out; the last names the node.

    `alone` says that the item came without a comma.
    """
    items = [item for item in index if item is not Ellipsis]
    if not items:
        return alias(x)
    if len(items) == len(index):
        index += (Ellipsis,)
    last = items[-1]
    if isinstance(last, slice) and not alone:
        last = telling(x._array.shape, index)
    if isinstance(last, slice):
        return sliced(x, index=index)
    return (_new_axis if last is None else _all_of if last is Ellipsis else _select)(x, index=index)


def telling(shape, index):
    """Return the last item that is no slice of a whole dimension, which torch passes over."""
    at = len(shape)
    found = Ellipsis
    for item in reversed(index[index.index(Ellipsis) + 1 :]):
        at -= item is not None
        if item is None or at < 0 or not _is_whole(item, shape[at]):
            return item
    at = 0
    for item in index[: index.index(Ellipsis)]:
        if at >= len(shape) or not _is_whole(item, shape[at]):
            found = item
        at += item is not None
    return found


def takes_part(x, index):
    """Tell whether an index of lists and masks takes a view first: of a part, or with a new axis.

    Its numbers are taken already (`without_numbers`).
    """
    at = 0
    for place, item in enumerate(index):
        if item is Ellipsis:
            at = x.ndim - sum(map(_consumed, index[place:]))
        elif isinstance(item, slice):
            if not _is_whole(item, x.shape[at]):
                return True
        elif not isinstance(item, np.ndarray) or item.ndim == 0:  # None, and what is True or False
            return True
        at += _consumed(item)
    return False


def _is_whole(item, length):
    if not isinstance(item, slice):
        return False
    return (
        item.start in (None, 0)
        and item.step in (None, 1)
        and (item.stop is None or item.stop >= length)
    )


def without_numbers(x, index):
    """Return what the numbers of an index cut out, and the index without them.

    torch takes the numbers first. NumPy counts one among the lists, so that a slice between the two
    would move the picked dimension to the front.
    """
    if not any(type(item) is int for item in index):
        return x, index
    if sum(map(_consumed, index)) > x.ndim:
        raise _too_many(x, index)
    numbers, rest = [], []
    for item in index:
        if type(item) is int:
            numbers.append(item)
        elif isinstance(item, np.ndarray):
            numbers.extend([slice(None)] * _consumed(item))
            rest.append(item)
        elif isinstance(item, bool):
            rest.append(item)
        else:
            numbers.append(item)
            rest.append(item if item is Ellipsis else slice(None))
    while Ellipsis not in numbers and numbers[-1] == slice(None):  # the last item names the node
        numbers.pop()
    numbers = tuple(numbers)
    try:
        return cut_out(x, numbers), tuple(rest)
    except (IndexError, OverflowError):
        check_index(x, numbers)
        raise


def parse_index(x, index):
    """Return an index as NumPy takes it, and whether it picks elements one by one."""
    try:
        return _parsed(index)
    except (IndexError, TypeError):
        items = tuple(index) if isinstance(index, (tuple, str)) else (index,)
        if any(isinstance(item, slice) for item in items):
            raise
        if sum(map(_consumed, items)) > x.ndim:  # torch counts before it looks at the items
            raise _too_many(x, items) from None
        raise


def _parsed(index):
    if type(index) is tuple:
        items = index
    elif isinstance(index, (list, range, tuple, str)) and _stands_for_a_tuple(index):
        warnings.warn(SEQUENCE, UserWarning, stacklevel=3)
        items = tuple(index)
    else:
        items = index if isinstance(index, tuple) else (index,)
    parsed, picks = [], False
    for item in items:
        if type(item) is int or item is None or item is Ellipsis:
            pass
        elif isinstance(item, slice):
            item = _parsed_slice(item)
        else:
            item, each_alone = _parsed_item(item)
            picks = picks or each_alone
        parsed.append(item)
    return tuple(parsed), picks


def _stands_for_a_tuple(items):
    """Return whether torch reads a list as the items of an index."""
    if isinstance(items, tuple) or len(items) >= LONGEST:
        return False
    rare = (Tensor, np.ndarray, list, tuple, range, str, slice)
    return any(isinstance(item, rare) or item is None or item is Ellipsis for item in items)


def _parsed_slice(item):
    bounds = []
    for bound in (item.start, item.stop, item.step):
        if bound is not None and (type(bound) is not int or bound <= -LONG):
            bound = _rare_bound(bound)
        bounds.append(bound)
    step = bounds[2]
    if step == 0:
        raise failure(ValueError, "slice step cannot be zero")
    if step is not None and step < 0:
        raise failure(ValueError, "step must be greater than zero", "index: use .flip().")
    return slice(*bounds)


def _rare_bound(bound):
    """Return a bound of a slice that is another kind of int, or one of more than 64 bits."""
    if not hasattr(bound, "__index__"):
        raise failure(
            TypeError, "slice indices must be integers or None or have an __index__ method"
        )
    bound = operator.index(bound)
    if bound <= -LONG:
        warnings.warn(TRUNCATED, UserWarning, stacklevel=5)
    return bound


def _parsed_item(item):
    """Return one of the rarer items of an index, and whether it picks elements one by one."""
    if isinstance(item, Tensor):
        return _parsed_tensor(item)
    if isinstance(item, bool):
        return item, True
    if isinstance(item, np.ndarray):
        return _parsed_array(item)
    if isinstance(item, (str, bytes)):
        raise failure(TypeError, f"new(): invalid data type '{kind(item)}'")
    if isinstance(item, (list, tuple, range)):
        return _parsed_list(item), True
    if hasattr(item, "__index__"):
        return operator.index(item), False
    raise failure(
        IndexError,
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables "
        f"are valid indices (got {kind(item)})",
    )


def _parsed_list(items):
    """Return nested lists of integers, of bools or of floats, which are cut, as an array."""
    if len(items) == 0:
        return np.zeros(0, np.int64)
    # The usual list is as long as a batch: no look at each item.
    if type(items) is range or set(map(type, items)) == {int}:
        return _in_int64(items)
    for item in _leaves(items):
        _check_leaf(item)
    shape, numbers = _shape_of_first(items), []
    if isinstance(items[0], np.ndarray):
        warnings.warn(SLOW, UserWarning, stacklevel=5)
    if 0 not in shape:
        _collect(items, shape, 0, numbers)
    truth = all(isinstance(each, bool) for each in numbers) and 0 not in shape
    return np.array(numbers, bool if truth else np.int64).reshape(shape)


def _check_leaf(item):
    """Refuse an item of a list that is no number, before the lengths of lists are looked at."""
    if isinstance(item, (str, bytes)):
        raise failure(TypeError, f"new(): invalid data type '{kind(item)}'")
    if isinstance(item, int):
        _in_int64(item)
    elif isinstance(item, complex):
        raise failure(TypeError, "'complex' object cannot be interpreted as an integer")
    elif isinstance(item, np.ndarray):
        check_array(item)
    elif not isinstance(item, (float, np.generic, Tensor)):
        raise failure(RuntimeError, f"Could not infer dtype of {kind(item)}")


def _shape_of_first(items):
    """Return the lengths of the first items at each depth: all others have to be as long."""
    shape = []
    while isinstance(items, (list, tuple, range, np.ndarray)):
        shape.append(len(items))
        if not len(items):
            break
        items = items[0]
    return tuple(shape)


def _collect(items, shape, dim, numbers):
    """Add the numbers of nested lists, or refuse in torch's words what has another shape."""
    if dim == len(shape):
        numbers.append(_number(items))
        return
    if not isinstance(items, (list, tuple, range, np.ndarray)):
        raise failure(TypeError, "not a sequence", "index: an item is a number, the first a list.")
    if len(items) != shape[dim]:
        raise failure(
            ValueError,
            f"expected sequence of length {shape[dim]} at dim {dim} (got {len(items)})",
            "index: lists in lists have one length.",
        )
    for item in items:
        _collect(item, shape, dim + 1, numbers)


def _number(item):
    """Return an item of a list as a truth value or an int."""
    if isinstance(item, Tensor):
        return item.item() if item._array.dtype == bool else operator.index(item)
    if isinstance(item, (bool, np.bool_)):
        return bool(item)
    if isinstance(item, (list, tuple, range, np.ndarray)):
        raise failure(TypeError, f"'{kind(item)}' object cannot be interpreted as an integer")
    if not -LONG <= item < LONG:  # inf and nan, too
        raise failure(RuntimeError, "value cannot be converted to type int64 without overflow")
    return int(item)


def _in_int64(integers):
    try:
        if type(integers) is range:
            ends = integers.start, integers.stop, integers.step
            if max(map(abs, ends)) < LONG:
                return np.arange(*ends, dtype=np.int64)
        return np.array(integers, np.int64)
    except OverflowError:
        raise failure(ValueError, "Overflow when unpacking long long") from None


def _leaves(items):
    for item in items:
        if isinstance(item, (list, tuple, range)):
            yield from _leaves(item)
        else:
            yield item


def _parsed_array(array):
    if array.dtype == bool:
        return array, True
    if array.dtype == np.uint8 and array.ndim:
        warnings.warn(BYTES, UserWarning, stacklevel=5)
        return array.astype(bool), True
    if array.dtype.kind == "c":
        raise no_complex()
    if array.dtype.kind not in "iu":
        check_array(array)
    if array.dtype.kind in "fu":
        array = silent_astype(array, np.int64)
    return (int(array), False) if array.ndim == 0 else (array, True)


def _parsed_tensor(item):
    array = item._array
    if array.dtype.char == "B":
        if array.ndim:
            warnings.warn(BYTES, UserWarning, stacklevel=5)
        array = array.astype(bool)
    if array.dtype not in PLACES and (array.ndim or array.dtype.kind == "f"):
        raise failure(
            IndexError,
            "tensors used as indices must be long, int, byte or bool tensors",
            f"index: this one is {item.dtype}.",
        )
    if array.ndim == 0 and array.dtype != bool:
        return int(array), False
    return array, True


def _is_mask(item):
    return isinstance(item, np.ndarray) and item.dtype == bool


def _consumed(item):
    """Return how many dimensions of the tensor an item of an index is about."""
    if item is None or item is Ellipsis or isinstance(item, bool):
        return 0
    return item.ndim if _is_mask(item) else 1


def check_masks(x, index):
    """Raise torch's error for a mask of another shape; NumPy takes one without elements."""
    if any(map(_is_mask, index)):
        check_index(x, index)


def check_count(x, index):
    """Refuse an index of more items than the tensor has dimensions."""
    if sum(map(_consumed, index)) > x.ndim:
        raise _too_many(x, index)


def check_index(x, index, alone=False):
    """Raise torch's error for an index that leads outside; `alone` as of `cut_out`."""
    used = [_consumed(item) for item in index]
    left, dim = sum(used), 0
    if left > x.ndim:
        raise _too_many(x, index, alone)
    for at, (item, dims) in enumerate(zip(index, used, strict=True)):
        if item is Ellipsis:
            dim = x.ndim - left  # the dimensions that the rest needs are the last ones
        elif type(item) is int:
            _check_number(item, x._array.shape[dim], at)
        dim, left = dim + dims, left - dims
    if any(isinstance(item, np.ndarray) for item in index):
        _check_lists(x._array, index)


def _check_lists(array, index):
    """Raise torch's error unless the masks fit and the lists lead inside; numbers are taken.

    torch takes the slices and new axes first. It makes lists of places of the masks, and looks
    whether the lists broadcast before it looks where they lead.
    """
    cuts, found = without_lists(index, array.ndim)
    shape = array[cuts].shape
    for item, dim in found:
        if _is_mask(item):
            _check_mask(item, shape, dim)
    lists = [places for item, dim in found for places in _places_of(item, dim)]
    _check_together([places for places, dim in lists])
    if any(places.size and not shape[dim] for places, dim in lists):
        raise failure(IndexError, "index is out of bounds for dimension with size 0")
    _check_inside([places for places, dim in lists], [shape[dim] for places, dim in lists])


def without_lists(index, ndim):
    """Return the slices and new axes of an index, and each list with its dimension behind them."""
    cuts, found, dim = [], [], 0
    rest = ndim - sum(map(_consumed, index))
    for item in index:
        if isinstance(item, (np.ndarray, bool)):
            found.append((item, dim))
            item = [slice(None)] * _consumed(item) or [None]
        elif item is Ellipsis:
            item = [slice(None)] * rest
        else:
            item = [item]
        cuts, dim = [*cuts, *item], dim + len(item)
    return tuple(cuts), found


def _places_of(item, dim):
    """Return the lists that an item of an index stands for, each with its dimension."""
    if np.ndim(item) and not _is_mask(item):
        return [(item, dim)]
    if not np.ndim(item):
        return [(np.zeros(int(item), int), dim)]
    return [(places, dim + at) for at, places in enumerate(item.nonzero())]


def _check_inside(lists, lengths):
    """Raise torch's error for the first place that lies outside, in the order of the memory."""
    wrong = [((item < -n) | (item >= n)).any() for item, n in zip(lists, lengths, strict=True)]
    if not any(wrong) or not np.broadcast(*lists).size:
        return
    for places in np.nditer([*lists, lists[0]], order="K"):  # of one operand it gives no tuple
        for number, (place, n) in enumerate(zip(places, lengths, strict=False)):
            if not -n <= place < n:
                raise _outside(place, number, n)


def _too_many(x, index, alone=False):
    if alone and x.ndim == 0:
        return failure(IndexError, "slice() cannot be applied to a 0-dim tensor.")
    return failure(IndexError, f"too many indices for tensor of dimension {x.ndim}")


def check_number(x, index):
    """Refuse a number in brackets, without a comma, behind a tensor without a dimension."""
    if x.ndim or isinstance(index, bool) or not isinstance(index, (int, np.integer)):
        return
    if not -LONG <= index < LONG:
        raise failure(ValueError, "Overflow when unpacking long long")
    if index:
        text = f"index {index} is out of bounds for dimension 0 with size 0"
        raise failure(IndexError, text, "index: a tensor without a dimension has one element.")
    raise failure(
        IndexError,
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
        "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number",
    )


def _check_number(item, length, dim):
    if not -LONG <= item < LONG:
        raise failure(ValueError, "Overflow when unpacking long long")
    if not -length <= item < length:
        raise _outside(item, dim, length)


def _outside(item, dim, length):
    return failure(
        IndexError, f"index {item} is out of bounds for dimension {dim} with size {length}"
    )


def _check_mask(mask, shape, dim):
    for at, n in enumerate(mask.shape):
        if n != shape[dim + at]:
            raise failure(
                IndexError,
                f"The shape of the mask {list(mask.shape)} at index {at} does not match "
                f"the shape of the indexed tensor {list(shape)} at index {dim + at}",
            )


def _check_together(lists):
    """Raise torch's error for lists that do not broadcast."""
    try:
        np.broadcast_shapes(*[each.shape for each in lists])
    except ValueError:
        shown = ", ".join(str(list(each.shape)) for each in lists)
        raise failure(
            IndexError,
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {shown}",
        ) from None


# ---- torch's functions ----------------------------------------------------------------


def gather(input, dim, index, **outside):
    """Return the elements that `index` names along `dim`.

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int
    index : Tensor of int64 or int32, of the rank of `input`
        Along the other dimensions not longer than `input`. One without elements may have any
        shape, and the ranks 0 and 1 stand for each other.

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
    if outside:
        return respelt(gather, outside, input, dim, index)
    check_tensor("gather", input)
    check_tensor("gather", index, "index", 3)
    dim = wrap_dim(dim, input.ndim, name="gather", position=2)
    if index._array.size == 0:  # of any dtype
        return _gather_nothing(input, shape=shape_of(index))
    if index._array.dtype not in (np.int64, np.int32):
        raise failure(RuntimeError, "gather(): Expected dtype int32/int64 for index")
    if input.ndim == 0 or index.ndim == 0:
        return _gather_beside_rank_0(input, dim, index)
    _check_places(input, dim, index._array)
    trimmed = input
    if any(
        p < n for at, (p, n) in enumerate(zip(index.shape, input.shape, strict=True)) if at != dim
    ):
        cuts = tuple(slice(None) if at == dim else slice(0, n) for at, n in enumerate(index.shape))
        trimmed = sliced(input, index=cuts)
    return _gather(trimmed, index, dim=dim)


def _nothing(x):
    """Return zeros of the shape and dtype of `x` that have no record of it."""
    array = np.zeros(shape_of(x), raw_dtype(x))
    return wrap(array) if isinstance(x, Tensor) else array


_gather_nothing = Operator(
    "GatherBackward0",
    lambda x, shape: np.empty(shape, x.dtype),
    lambda g, x, shape: _nothing(x),
    saves=((),),
)


_gathered = reshaped.named("GatherBackward0")


def _gather_beside_rank_0(input, dim, index):
    """Let a tensor of rank 0 count as one of rank 1, as torch does."""
    if input.ndim > 1 or index.ndim > 1:
        raise _another_rank()
    row = input if input.ndim else reshaped(input, shape=(1,))
    places = index if index.ndim else reshaped(index, shape=(1,))
    return _gathered(gather(row, dim, places), shape=shape_of(index))


def _another_rank():
    return failure(
        RuntimeError, "Index tensor must have the same number of dimensions as input tensor"
    )


def _check_places(input, dim, places):
    """Raise torch's error unless the places are there."""
    if places.ndim != input.ndim:
        raise _another_rank()
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
