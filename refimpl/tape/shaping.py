"""Operators that only move elements: views, transposes, joining, indexing.

A view shares the memory of its base. It remembers how it is cut from the base (its recipe), so
that after an in-place change of either its node can be made anew.
"""

import math
import operator
import warnings

import numpy as np

from refimpl.errors import failure, not_expandable, sizes_of
from refimpl.tape import dtypes
from refimpl.tape.arithmetic import check_tensor, like, to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.tensor import GradMode, Tensor, wrap, wrap_dim

# ---- views and their bases ------------------------------------------------------------


class View(Operator):
    """An operator whose result shares the memory of its first argument."""

    def __call__(self, x, **options):
        view = Operator.__call__(self, x, **options)
        if isinstance(x, Tensor):
            base = x if x._base is None else x._base
            view._base, view._base_node, view._counter = base, base._node, x._counter
            view._recipe = (x._recipe, self.forward, options)
            view._tracked = GradMode.enabled
        return view

    def named(self, name):
        return View(name, self.forward, *self.vjps, saves=self.saves)


def cut(array, recipe):
    """Cut a view out of its base's array."""
    if recipe is None:
        return array
    inner, forward, options = recipe
    return forward(cut(array, inner), **options)


def catch_up(view):
    """Make the node of a view anew when its base has got another node since."""
    base = view._base
    if view._base_node is not base._node:
        view._base_node = base._node
        view._requires_grad = base._requires_grad
        if base._requires_grad:
            edges = [base._node or base]
            versions, recipe = [base._counter[0]], {"recipe": view._recipe}
            view._node = _as_strided.node((base,), recipe, edges, versions, view)


Tensor._catch_up = catch_up


def _put(base, part, recipe):
    out = np.empty_like(base)
    out[...] = base
    cut(out, recipe)[...] = part
    return out


_as_strided = Operator(
    "AsStridedBackward0",
    lambda base, recipe: cut(base, recipe),
    lambda g, base, recipe: put(zeros_of(base), g, recipe=recipe),
    saves=((),),
)
put = Operator(
    "CopySlices",
    _put,
    lambda g, base, part, recipe: put(g, zeros_of(part), recipe=recipe),
    lambda g, base, part, recipe: like(_as_strided(g, recipe=recipe), part),
    saves=((), ()),
)


def zeros_of(x):
    """Return zeros like `x`: an array for an array, a tensor for a tensor."""
    return wrap(np.zeros_like(x._array)) if isinstance(x, Tensor) else np.zeros_like(x)


# ---- operators ------------------------------------------------------------------------


def shape_of(x):
    return tuple(x.shape)


_view = View(
    "ViewBackward0",
    lambda x, shape: x.reshape(shape, copy=False),
    lambda g, x, shape: reshaped(g, shape=shape_of(x)),
    saves=((),),
)
reshaped = Operator(
    "UnsafeViewBackward0",
    lambda x, shape: x.reshape(shape),
    lambda g, x, shape: reshaped(g, shape=shape_of(x)),
    saves=((),),
)
_permute = View(
    "PermuteBackward0",
    lambda x, dims: x.transpose(dims),
    lambda g, x, dims: _permute(g, dims=tuple(np.argsort(dims).tolist())),
    saves=((),),
)
moved = Operator(
    "PermuteBackward0",
    lambda x, dims: x.transpose(dims),
    lambda g, x, dims: moved(g, dims=tuple(np.argsort(dims).tolist())),
    saves=((),),
)
_transpose = _permute.named("TransposeBackward0")
_t = _permute.named("TBackward0")
_squeeze_all = _view.named("SqueezeBackward0")
_squeeze_one = _view.named("SqueezeBackward1")
_squeeze_some = _view.named("SqueezeBackward2")
_unsqueeze = _view.named("UnsqueezeBackward0")
_alias = View("AliasBackward0", lambda x: x.view(), lambda g, x: g, saves=((),))
_expand = View(
    "ExpandBackward0",
    lambda x, shape: np.broadcast_to(x, shape),
    lambda g, x, shape: like(g, x),
    saves=((),),
)
sliced = View(
    "SliceBackward0",
    lambda x, index: x[index],
    lambda g, x, index: _scatter(g, index, shape=shape_of(x)),
    saves=((),),
)
_select = sliced.named("SelectBackward0")
_unbind = sliced.named("UnbindBackward0")
_split = sliced.named("SplitBackward0")
_diagonal = sliced.named("DiagonalBackward0_copy")


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
    lambda g, base, value, index: index_put(g, zeros_of(value), index=index),
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


def _cat_parts(g, *parts, dim):
    found, start = [], 0
    for part in parts:
        stop = start + part.shape[dim]
        found.append(sliced(g, index=(slice(None),) * dim + (slice(start, stop),)))
        start = stop
    return found


def _stack_parts(g, *parts, dim):
    return [sliced(g, index=(slice(None),) * dim + (i,)) for i in range(len(parts))]


_cat = Operator(
    "CatBackward0",
    lambda *parts, dim: np.concatenate(parts, dim),
    saves=(),
    joint=_cat_parts,
)
_stack = Operator(
    "StackBackward0",
    lambda *parts, dim: np.stack(parts, dim),
    saves=(),
    joint=_stack_parts,
)


# ---- torch's functions ----------------------------------------------------------------


def sizes(args):
    """Return a shape given as one sequence or as separate numbers."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    return tuple(map(operator.index, args))


def _checked(name, shape, count):
    """Let pass a shape that `count` elements can have; one -1 stands for what is left."""
    if -1 not in shape:
        if math.prod(shape) == count and min(shape, default=0) >= 0:
            return shape
    elif shape.count(-1) == 1 and min(shape) == -1:
        known = -math.prod(shape)
        if known and count % known == 0:
            return shape
    text = ", ".join(map(str, shape))
    if shape.count(-1) > 1:
        raise failure(RuntimeError, "only one dimension can be inferred")
    for at, length in enumerate(shape):
        if length < -1:
            raise failure(
                RuntimeError,
                f"invalid shape dimension {length} at index {at} of shape [{text}]",
            )
    raise failure(
        RuntimeError,
        f"shape '[{text}]' is invalid for input of size {count}",
        f"{name}: the lengths multiply to the number of elements; -1 stands for what is left.",
    )


def view(input, *shape):
    """Return the same memory in another shape, or dtype ``view(dtype)`` is not covered.

    Raises
    ------
    RuntimeError
        When the memory cannot be read in that shape without a copy.
    """
    shape = _checked("view", sizes(shape), input._array.size)
    try:
        return _view(input, shape=shape)
    except ValueError:
        raise failure(
            RuntimeError,
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
        ) from None


def reshape(input, *shape):
    """Return the elements in another shape, as a view where the memory allows it."""
    check_tensor("reshape", input)
    shape = _checked("reshape", sizes(shape), input._array.size)
    try:
        return _view(input, shape=shape)
    except ValueError:  # NumPy's way to say that only a copy has this shape
        return reshaped(input, shape=shape)


def view_as(input, other):
    """Return ``input.view(other.size())``."""
    return view(input, *other.shape)


def reshape_as(input, other):
    """Return ``input.reshape(other.size())``."""
    return reshape(input, *other.shape)


def flatten(input, start_dim=0, end_dim=-1):
    """Return the tensor with the dimensions from `start_dim` to `end_dim` made one."""
    check_tensor("flatten", input)
    first, last = wrap_dim(start_dim, input.ndim), wrap_dim(end_dim, input.ndim)
    if first > last:
        raise failure(
            RuntimeError, "flatten() has invalid args: start_dim cannot come after end_dim"
        )
    if input.ndim == 0:
        return reshape(input, 1)
    if first == last:
        return input
    return reshape(input, *input.shape[:first], -1, *input.shape[last + 1 :])


def ravel(input):
    """Return the elements in one dimension."""
    return reshape(input, -1)


def permute(input, *dims):
    """Return the tensor with its dimensions in the order `dims`."""
    dims = sizes(dims)
    if len(dims) != input.ndim:
        raise failure(
            RuntimeError,
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {input.ndim} is not "
            f"equal to len(dims) = {len(dims)}",
        )
    dims = tuple(wrap_dim(dim, input.ndim) for dim in dims)
    if len(set(dims)) != len(dims):
        raise failure(RuntimeError, "permute(): duplicate dims are not allowed.")
    return _permute(input, dims=dims)


def _swapped(ndim, dim0, dim1):
    dims = list(range(ndim))
    dim0, dim1 = wrap_dim(dim0, ndim), wrap_dim(dim1, ndim)
    if ndim:
        dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return tuple(dims)


def transpose(input, dim0, dim1):
    """Return the tensor with two dimensions exchanged."""
    check_tensor("transpose", input)
    return _transpose(input, dims=_swapped(input.ndim, dim0, dim1))


def t(input):
    """Return the transpose of a matrix; a vector stays."""
    check_tensor("t", input)
    if input.ndim > 2:
        raise failure(
            RuntimeError, f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D"
        )
    return _t(input, dims=tuple(reversed(range(input.ndim))))


def reverse_dims(input):
    """Return ``input.T``: the dimensions in reverse order."""
    rank = input._array.ndim
    if rank == 0:
        warnings.warn(
            "Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases.",
            UserWarning,
            stacklevel=2,
        )
    elif rank != 2:
        warnings.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is "
            "deprecated and it will throw an error in a future release. Consider `x.mT` to "
            "transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to "
            "reverse the dimensions of a tensor.",
            UserWarning,
            stacklevel=2,
        )
    return _permute(input, dims=tuple(range(input._array.ndim - 1, -1, -1)))


def squeeze(input, dim=None):
    """Return the tensor without its dimensions of length 1, or without `dim` if it has it."""
    check_tensor("squeeze", input)
    shape = shape_of(input)
    if dim is None:
        return _squeeze_all(input, shape=tuple(n for n in shape if n != 1))
    several = isinstance(dim, (tuple, list))
    dims = {wrap_dim(each, input.ndim) for each in (dim if several else (dim,))}
    kept = tuple(n for i, n in enumerate(shape) if n != 1 or i not in dims)
    return (_squeeze_some if several else _squeeze_one)(input, shape=kept)


def unsqueeze(input, dim):
    """Return the tensor with a new dimension of length 1 at `dim`."""
    check_tensor("unsqueeze", input)
    dim = wrap_dim(dim, input.ndim + 1)
    shape = shape_of(input)
    return _unsqueeze(input, shape=(*shape[:dim], 1, *shape[dim:]))


def expand_to(input, *shape):
    """Return the tensor repeated along its dimensions of length 1, without a copy."""
    shape = sizes(shape)
    own = (None,) * (len(shape) - input.ndim) + shape_of(input)
    full = tuple(n if wish == -1 else wish for wish, n in zip(shape, own, strict=False))
    for dim, (wish, n) in enumerate(zip(full, own, strict=False)):
        if n not in (None, 1, wish):
            raise not_expandable(wish, n, dim, sizes_of(shape, shape_of(input)))
    if len(shape) < input.ndim:
        raise failure(
            RuntimeError,
            f"expand(torch.{input.dtype.title}Tensor{{{list(shape_of(input))}}}, "
            f"size={list(shape)}): the number of sizes provided ({len(shape)}) must be greater or "
            f"equal to the number of dimensions in the tensor ({input.ndim})",
        )
    return _expand(input, shape=full)


def expand_as(input, other):
    """Return ``input.expand(other.size())``."""
    return expand_to(input, *other.shape)


def _same_dtype(tensors):
    ranked = [(each.ndim, each.dtype) for each in tensors]
    common = dtypes.meet(ranked)
    return [to_dtype(each, common) for each in tensors]


def _check_list(name, tensors):
    if not isinstance(tensors, (tuple, list)):
        raise TypeError(
            f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, "
            f"not {type(tensors).__name__}"
        )
    for i, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {i} in argument 0, but got {type(each).__name__}"
            )


def cat(tensors, dim=0):
    """Return the tensors joined along an existing dimension."""
    _check_list("cat", tensors)
    if not tensors:
        raise failure(ValueError, "torch.cat(): expected a non-empty list of Tensors")
    for i, each in enumerate(tensors):
        if each.ndim == 0:
            raise failure(
                RuntimeError,
                f"zero-dimensional tensor (at position {i}) cannot be concatenated",
                "cat: use stack to make a new dimension.",
            )
    first = tensors[0]
    dim = wrap_dim(dim, first.ndim)
    for i, each in enumerate(tensors[1:], 1):
        if each.ndim != first.ndim:
            raise failure(
                RuntimeError,
                f"Tensors must have same number of dimensions: got {first.ndim} and {each.ndim}",
            )
        for at in range(first.ndim):
            if at != dim and each.shape[at] != first.shape[at]:
                raise failure(
                    RuntimeError,
                    f"Sizes of tensors must match except in dimension {dim}. Expected size "
                    f"{first.shape[at]} but got size {each.shape[at]} for tensor number {i} in the "
                    "list.",
                )
    return _cat(*_same_dtype(tensors), dim=dim)


def stack(tensors, dim=0):
    """Return the tensors, all of one shape, joined along a new dimension."""
    _check_list("stack", tensors)
    if not tensors:
        raise failure(RuntimeError, "stack expects a non-empty TensorList")
    first = shape_of(tensors[0])
    for i, each in enumerate(tensors):
        if shape_of(each) != first:
            raise failure(
                RuntimeError,
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and "
                f"{list(shape_of(each))} at entry {i}",
            )
    return _stack(*_same_dtype(tensors), dim=wrap_dim(dim, len(first) + 1))


def unbind(input, dim=0):
    """Return the slices along `dim` as a tuple."""
    if input.ndim == 0:
        raise failure(IndexError, "Dimension specified as 0 but tensor has no dimensions")
    dim = wrap_dim(dim, input.ndim)
    lead = (slice(None),) * dim
    return tuple(_unbind(input, index=(*lead, i, ...)) for i in range(input.shape[dim]))


def split(tensor, split_size_or_sections, dim=0):
    """Return consecutive pieces of the given length (or lengths) along `dim`."""
    dim = wrap_dim(dim, tensor.ndim)
    whole, lead, pieces, start = tensor.shape[dim], (slice(None),) * dim, [], 0
    lengths = split_size_or_sections
    if isinstance(lengths, int):
        lengths = [min(lengths, whole - at) for at in range(0, whole, lengths)]
    for length in lengths:
        pieces.append(_split(tensor, index=(*lead, slice(start, start + length), ...)))
        start += length
    return tuple(pieces)


def chunk(input, chunks, dim=0):
    """Return `input` in at most `chunks` pieces along `dim`."""
    whole = input.shape[wrap_dim(dim, input.ndim)]
    return split(input, -(-whole // chunks), dim)


def gather(input, dim, index):
    """Return the elements that `index` names along `dim`."""
    check_tensor("gather", input)
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


def flip(input, *dims):
    """Return the elements in the reverse order along `dims`."""
    cuts = [slice(None)] * input.ndim
    for dim in sizes(dims):
        cuts[wrap_dim(dim, input.ndim)] = slice(None, None, -1)
    return _flip(input, index=tuple(cuts))


_flip = Operator(
    "FlipBackward0",
    lambda x, index: x[index].copy(),
    lambda g, x, index: _flip(g, index=index),
    saves=((),),
)


def outer(input, vec2):
    """Return the products of all pairs of elements of two vectors."""
    for argument, each in (("self", input), ("vec2", vec2)):
        if each.ndim != 1:
            raise failure(
                RuntimeError,
                f"outer: Expected 1-D argument {argument}, but got {each.ndim}-D",
            )
    return reshape(input, -1, 1) * vec2


def diag(input, diagonal=0):
    """Return the diagonal of a matrix, or a matrix with the given diagonal."""
    if input.ndim == 1:
        return _diag_embed(input, k=diagonal)
    if input.ndim != 2:
        raise failure(RuntimeError, f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    return _diagonal_of(input, k=diagonal)


_diag_embed = Operator(
    "DiagEmbedBackward0",
    lambda x, k: np.diag(x, k),
    lambda g, x, k: _diagonal_of(g, k=k),
    saves=((),),
)
_diagonal_of = Operator(
    "DiagonalBackward0_copy",
    lambda x, k: np.diagonal(x, k).copy(),
    lambda g, x, k: _spread(g, k=k, shape=shape_of(x)),
    saves=((),),
)


def _spread_forward(g, k, shape):
    out = np.zeros(shape, g.dtype)
    rows = np.arange(len(g)) + max(-k, 0)
    out[rows, rows + k] = g
    return out


_spread = Operator(
    "DiagonalBackwardBackward0",
    _spread_forward,
    lambda g, x, k, shape: _diagonal_of(g, k=k),
    saves=((),),
)


# ---- indexing -------------------------------------------------------------------------


def parse_index(index):
    """Return an index as NumPy takes it, and whether it picks elements one by one."""
    items = index if isinstance(index, tuple) else (index,)
    parsed, picks = [], False
    for item in items:
        if type(item) is int or item is None or item is Ellipsis:
            pass
        elif isinstance(item, Tensor):
            array = item._array
            if array.dtype.kind == "f":
                raise failure(
                    IndexError,
                    "tensors used as indices must be long, int, byte or bool tensors",
                    f"index: this one is {item.dtype}.",
                )
            if array.ndim == 0 and array.dtype != bool:
                item = int(array)
            else:
                item, picks = array.astype(bool) if array.dtype == np.uint8 else array, True
        elif isinstance(item, range):
            item, picks = np.arange(item.start, item.stop, item.step), True
        elif isinstance(item, (list, np.ndarray)):
            item, picks = np.asarray(item, None if len(item) else np.int64), True
        elif isinstance(item, (bool, np.bool_)):
            picks = True
        elif isinstance(item, slice):
            if item.step is not None and item.step <= 0:
                raise failure(ValueError, "step must be greater than zero", "index: use .flip().")
            bounds = (item.start, item.stop, item.step)
            item = slice(*[None if each is None else int(each) for each in bounds])
        elif isinstance(item, (float, str)):
            raise failure(
                TypeError if isinstance(item, str) else IndexError,
                "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables "
                f"are valid indices (got {type(item).__name__})",
            )
        parsed.append(item)
    return tuple(parsed), picks


def check_index(x, index):
    """Raise torch's error for an index that leads outside."""
    used = sum(
        item.ndim if isinstance(item, np.ndarray) and item.dtype == bool else 1
        for item in index
        if item is not None and item is not Ellipsis and not isinstance(item, bool)
    )
    if used > x.ndim:
        if x.ndim == 0:
            raise failure(
                IndexError,
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
                "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number",
            )
        raise failure(IndexError, f"too many indices for tensor of dimension {x.ndim}")
    dim, left = 0, used
    for item in index:
        if item is None or isinstance(item, bool):
            continue
        if item is Ellipsis:
            dim = x.ndim - left
            continue
        length = x.shape[dim]
        if isinstance(item, (int, np.integer)) and not -length <= item < length:
            raise failure(
                IndexError, f"index {item} is out of bounds for dimension {dim} with size {length}"
            )
        if isinstance(item, np.ndarray) and item.dtype == bool:
            for at, n in enumerate(item.shape):
                if n != x.shape[dim + at]:
                    raise failure(
                        IndexError,
                        f"The shape of the mask {list(item.shape)} at index {at} does not match "
                        f"the shape of the indexed tensor {list(x.shape)} at index {dim + at}",
                    )
            dim += item.ndim
            left -= item.ndim
            continue
        if isinstance(item, np.ndarray):
            wrong = item[(item < -length) | (item >= length)]
            if wrong.size:
                raise failure(
                    IndexError,
                    f"index {wrong[0]} is out of bounds for dimension {dim} with size {length}",
                )
        dim += 1
        left -= 1


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
        return _alias(x)
    if len(items) == len(index):
        index += (Ellipsis,)
    if items[-1] is None:
        return _new_axis(x, index=index)
    return (sliced if isinstance(items[-1], slice) else _select)(x, index=index)


_new_axis = sliced.named("UnsqueezeBackward0")
