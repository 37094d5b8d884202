"""Views and their bases, and the operators that give the same elements another shape or order.

A view shares the memory of its base. It remembers how it is cut from the base (its recipe), so
that after an in-place change of either its node can be made anew.
"""

import numpy as np

from refimpl.errors import failure
from refimpl.tape.broadcast import like
from refimpl.tape.memory import cut, place_of, row_by_row, with_steps
from refimpl.tape.operands import raw_dtype
from refimpl.tape.record import Operator
from refimpl.tape.tensor import GradMode, Tensor


class View(Operator):
    """An operator whose result shares the memory of its first argument."""

    def __call__(self, x, **options):
        view = Operator.__call__(self, x, **options)
        if isinstance(x, Tensor):
            base = x if x._base is None else x._base
            view._base, view._base_node, view._counter = base, base._node, x._counter
            view._recipe = (x._recipe, self.forward, options)
            view._tracked, view._seen = GradMode.enabled, x._counter[0]
            if x._output is not None:
                view._output, view._of_function = 0, x._of_function
        return view

    def named(self, name):
        return View(name, self.forward, *self.vjps, saves=self.saves)


# ---- views whose base has other memory now: ``base.data = ...``, or ``view.data = ...`` ----


def lies_in_base(view):
    """Tell whether the view's elements are still those that its recipe cuts out of its base."""
    if not (view._moved or view._base._moved):
        return True
    try:
        part = cut(view._base._array, view._recipe)
    except (IndexError, ValueError):  # the base has another shape
        return False
    own = view._array
    return part.shape == own.shape and (not own.size or part.ctypes.data == own.ctypes.data)


def recipe_of(view):
    """Return how a view is cut out of its base: by its places in memory where it lies elsewhere."""
    if lies_in_base(view):
        return view._recipe
    array, size = view._array, view._array.itemsize
    steps = tuple(step // size for step in array.strides)
    offset = (place_of(array) - place_of(view._base._array)) // size
    return (None, _strided, {"shape": array.shape, "steps": steps, "offset": offset})


def _places(shape, steps, offset):
    """Return the place of each element, counted in elements."""
    grid = np.indices(shape, sparse=True)
    return offset + sum(
        (i * step for i, step in zip(grid, steps, strict=True)), np.zeros(shape, int)
    )


def _strided(array, shape, steps, offset):
    places = _places(shape, steps, offset)
    needed = int(places.max(initial=-1)) + 1
    if needed > array.size:
        raise failure(
            RuntimeError,
            f"setStorage: sizes {list(shape)}, strides {list(steps)}, storage offset {offset}, and "
            f"itemsize {array.itemsize} requiring a storage size of {needed * array.itemsize} are "
            f"out of bounds for storage of size {array.nbytes}",
            "The base of the view has other memory now: its data was set.",
        )
    flat = np.ascontiguousarray(array).reshape(-1)[offset:]
    strides = [step * array.itemsize for step in steps]
    return np.lib.stride_tricks.as_strided(flat, shape, strides)


def node_of(view):
    """Return a node that takes the view out of its base as both are now."""
    base, options = view._base, {"recipe": recipe_of(view)}
    return _as_strided.node((base,), options, [base._node or base], [base._counter[0]], view)


def record_elsewhere(base, part, recipe):
    """Return the node of a base of which a part was written that lies in other memory."""
    pair = (base, part)
    edges = [each._node if each._requires_grad else None for each in pair]
    versions = [each._counter[0] for each in pair]
    return put.node(pair, {"recipe": recipe}, edges, versions, base)


# ---- the node of a view ------------------------------------------------------------------


def catch_up(view):
    """Make the node of a view anew when its base was changed since; ask the base for its flag."""
    base = view._base
    wanted = base._requires_grad
    if view._requires_grad and not (wanted or view._borrowed):
        return  # it has its gradient not from the base, or the base had one before
    if view._base_node is not base._node or view._counter[0] != view._seen:
        view._base_node, view._requires_grad = base._node, wanted
        alone = view._output is None and view._tracked
        if alone:
            view._seen = view._counter[0]
        if wanted and alone:
            view._node = node_of(view)
    elif wanted and not view._requires_grad:
        view._requires_grad = view._borrowed = True


# A function that returns several views, such as split, has one node in torch, which cannot be made
# anew for one of them: they are not changed in place, nor used after their base was.
SEVERAL = (
    "This view is the output of a function that returns multiple views. Such functions do not "
    "allow the output views to be modified inplace. You should replace the inplace operation by an "
    "out-of-place one."
)


OF_FUNCTION = (
    "This view was created inside a custom Function (or because an input was returned as-is) and "
    "the autograd logic to handle view+inplace would override the custom backward associated with "
    "the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix "
    "this by cloning the output of the custom Function."
)
UNTRACKED = (
    "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your "
    "code by moving both the view and the inplace either both inside the no_grad block (if you "
    "don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."
)


def several(views):
    """Return the views that one call returns, each marked with its place among them."""
    for output, view in enumerate(views):
        view._output, view._of_function = output, False
    return tuple(views)


def refuse_several(view, what):
    """Raise torch's error for a view that cannot be differentiated after `what` was changed."""
    node, advice = view._node, UNTRACKED if view._output is None else SEVERAL
    if view._of_function:
        advice = OF_FUNCTION
    where, how = "A view was created in no_grad mode", " with grad mode enabled"
    if node is not None:
        where, how = f"Output {view._output or 0} of {node.short_name()} is a view", ""
    raise failure(
        RuntimeError,
        f"{where} and {what} modified inplace{how}. {advice}",
        "Change a clone() of it, or take the parts by indexing, as in x[0:2].",
    )


def check_unchanged(view):
    """Refuse the node of a view that cannot be made anew, after the base has been changed."""
    if view._counter[0] == view._seen or (view._output is None and view._tracked):
        return
    if view._base._requires_grad:
        refuse_several(view, "its base or another view of its base has been")


def be_ready(view):
    """Bring a view up to date before an operator is given it."""
    if view._counter[0] != view._seen and GradMode.enabled:
        check_unchanged(view)
    catch_up(view)


def shares_places(array):
    """Return whether several elements lie at one place in memory, as an expanded view's do."""
    if 0 not in array.strides or array.size == 0:
        return False
    return any(n > 1 and not step for n, step in zip(array.shape, array.strides, strict=True))


SHARED = (
    "unsupported operation: more than one element of the written-to tensor refers to a single "
    "memory location. Please clone() the tensor before performing the operation."
)
SHARED_ADVICE = "expand() repeats elements without copying them."
OVERLAP = (
    "unsupported operation: some elements of the input tensor and the written-to tensor refer to a "
    "single memory location. Please clone() the tensor before performing the operation."
)


def is_dense(array):
    """Tell whether the elements fill a piece of memory, in whatever order of dimensions."""
    steps = sorted(zip(array.strides, array.shape, strict=True))
    wanted = array.itemsize
    for step, length in steps:
        if length != 1:
            if step != wanted:
                return False
            wanted *= length
    return array.size > 0


def overlap_in_part(x, y):
    """Tell whether two tensors, one a view, share some of their memory and not all of it."""
    if x._base is None and y._base is None:
        return False
    a, b = x._array, y._array
    if not (np.may_share_memory(a, b) and is_dense(a) and is_dense(b)):
        return False
    return (a.ctypes.data, a.nbytes, a.strides) != (b.ctypes.data, b.nbytes, b.strides)


def overlap(x, y):
    """Tell whether two tensors share memory, in part or all of it."""
    a, b = x._array, y._array
    return x is y or np.may_share_memory(a, b) and is_dense(a) and is_dense(b)


def _as_strided_vjp(g, base, recipe):
    nothing = np.zeros(shape_of(base), raw_dtype(g))
    if recipe is not None and recipe[1] is _strided:
        return _added(g, recipe=recipe, shape=shape_of(base))
    if shares_places(cut(nothing, recipe)):
        return _added(g, recipe=recipe, shape=shape_of(base))
    return put(nothing, g, recipe=recipe)


_as_strided = Operator(
    "AsStridedBackward0",
    lambda base, recipe: cut(base, recipe),
    _as_strided_vjp,
    saves=((),),
)


def _added_forward(g, recipe, shape):
    out = np.zeros(shape, g.dtype)
    if recipe[1] is _strided:  # what lies outside of the base is left out
        places = _places(**recipe[2])
        inside = places < out.size
        np.add.at(out.reshape(-1), places[inside], g[inside])
        return out
    places = cut(np.arange(out.size).reshape(shape), recipe)
    np.add.at(out.reshape(-1), places, g)
    return out


# The elements of a view added up where they share a place in the base.
_added = Operator(
    "AsStridedBackwardBackward0",
    _added_forward,
    lambda g, x, recipe, shape: _as_strided(g, recipe=recipe),
    saves=((),),
)


def _put(base, part, recipe):
    out = np.empty_like(base, order="C")
    out[...] = base
    cut(out, recipe)[...] = part
    return out


put = Operator(
    "CopySlices",
    _put,
    lambda g, base, part, recipe: put(g, 0.0, recipe=recipe),
    lambda g, base, part, recipe: like(_as_strided(g, recipe=recipe), part),
    saves=((), ()),
)


def _no_way_back(g, base, part, recipe):
    raise failure(RuntimeError, SHARED, SHARED_ADVICE)


# The same where elements of the part share a place: torch has no gradient of the base then.
put_shared = Operator(
    "CopySlices",
    _put,
    _no_way_back,
    lambda g, base, part, recipe: like(_as_strided(g, recipe=recipe), part),
    saves=((), ()),
)

# ---- operators ------------------------------------------------------------------------


def shape_of(x):
    return tuple(x.shape)


def is_plain(array):
    """Tell whether `reshape` gives torch's strides to new lengths of 1."""
    return array.flags.c_contiguous and array.size and 1 not in array.shape


def _viewed(x, shape):
    out = x.reshape(shape, copy=False)
    if out.size and 1 not in out.shape or is_plain(x):
        return out
    if not out.size:
        return x if out.shape == x.shape else row_by_row(out)
    return with_steps(out, out.shape, _steps_in_runs(x, out.shape))


def _steps_in_runs(x, shape):
    """Return the strides of another shape of an array, run by run of its memory, from the last.

    A run is a row of dimensions whose elements have one distance in memory. A length of 1 takes
    the step that its place in the run gives.
    """
    steps, at = [], len(shape) - 1
    step, count, seen = x.strides[-1] if x.ndim else x.itemsize, 1, 1
    for dim in range(x.ndim - 1, -1, -1):
        count *= x.shape[dim]
        if dim and (x.shape[dim - 1] == 1 or x.strides[dim - 1] == count * step):
            continue
        while at >= 0 and (seen < count or shape[at] == 1):
            steps.insert(0, seen * step)
            seen *= shape[at]
            at -= 1
        step, count, seen = x.strides[dim - 1], 1, 1
    return (*[x.itemsize] * (at + 1), *steps)


viewed = View(
    "ViewBackward0",
    _viewed,
    lambda g, x, shape: reshaped(g, shape=shape_of(x)),
    saves=((),),
)
reshaped = Operator(
    "UnsafeViewBackward0",
    lambda x, shape: x.reshape(shape),
    lambda g, x, shape: reshaped(g, shape=shape_of(x)),
    saves=((),),
)
permuted = View(
    "PermuteBackward0",
    lambda x, dims: x.transpose(dims),
    lambda g, x, dims: permuted(g, dims=tuple(np.argsort(dims).tolist())),
    saves=((),),
)
moved = Operator(
    "PermuteBackward0",
    lambda x, dims: x.transpose(dims),
    lambda g, x, dims: moved(g, dims=tuple(np.argsort(dims).tolist())),
    saves=((),),
)
transposed = permuted.named("TransposeBackward0")
transposed_matrix = permuted.named("TBackward0")
squeezed = View(
    "SqueezeBackward0",
    lambda x, dims: x.squeeze(dims),
    lambda g, x, dims: reshaped(g, shape=shape_of(x)),
    saves=((),),
)
squeezed_at = squeezed.named("SqueezeBackward1")
squeezed_at_all = squeezed.named("SqueezeBackward2")


def step_of_new(x, dim):
    """Return torch's stride of a new dimension of an array before its dimension `dim`."""
    return x.shape[dim] * x.strides[dim] if dim < x.ndim else x.itemsize


def _unsqueezed(x, dim):
    out = x.reshape(*x.shape[:dim], 1, *x.shape[dim:])
    return with_steps(out, out.shape, (*x.strides[:dim], step_of_new(x, dim), *x.strides[dim:]))


unsqueezed = View(
    "UnsqueezeBackward0",
    _unsqueezed,
    lambda g, x, dim: reshaped(g, shape=shape_of(x)),
    saves=((),),
)
alias = View("AliasBackward0", lambda x: x.view(), lambda g, x: g, saves=((),))


def repeated(x, shape):
    """Return an array in a longer shape without a copy, with torch's strides."""
    if 1 in shape or not x.size:
        return with_steps(x, shape, _steps_of_repeated(x, shape))
    out = np.broadcast_to(x, shape)
    if x.flags.writeable:
        out.flags.writeable = True  # NumPy forbids it; torch lets a single element be set
    return out


def _steps_of_repeated(x, shape):
    if not x.ndim:
        return (0,) * len(shape)
    steps, new = list(x.strides), len(shape) - x.ndim
    steps = [0 if shape[new + at] != x.shape[at] else step for at, step in enumerate(steps)]
    for at in range(new - 1, -1, -1):
        steps.insert(0, shape[at + 1] * steps[0] if shape[at] == 1 else 0)
    return tuple(steps)


expanded = View(
    "ExpandBackward0",
    repeated,
    lambda g, x, shape: like(g, x),
    saves=((),),
)
