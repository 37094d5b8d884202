"""In-place changes, and what they do to the tape.

A changed tensor takes the place of the result on the tape: its node is the new operation's, which
points to the node that it had before. The counter of changes goes up, so that a node which needs
the old elements can tell.
"""

import contextlib
import functools
import inspect
import re
import warnings

import numpy as np

from refimpl.errors import (
    LONG,
    NAMES,
    check_bool,
    check_fits,
    failure,
    kind,
    not_expandable,
    sizes_of,
    too_few_sizes,
    too_wide,
)
from refimpl.tape import (
    activations,
    arithmetic,
    choosing,
    comparing,
    dtypes,
    logarithms,
    powers,
    rounding,
    running,
    trigonometry,
)
from refimpl.tape.arguments import invalid, missing, number_type, wrong
from refimpl.tape.arithmetic import zero
from refimpl.tape.broadcast import like
from refimpl.tape.choosing import only_bool_masks
from refimpl.tape.indexing import (
    check_count,
    check_index,
    check_masks,
    check_number,
    cut_out,
    first_places,
    index_put,
    parse_index,
    sliced,
    takes_part,
    telling,
    with_one_ellipsis,
    without_lists,
    without_numbers,
)
from refimpl.tape.numbers import check_width, converted, filling, fitted
from refimpl.tape.operands import copy_to, rank_and_type, to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.selecting import placed, source_of
from refimpl.tape.tensor import GradMode, Tensor, wrap
from refimpl.tape.views import (
    OVERLAP,
    SHARED,
    SHARED_ADVICE,
    UNTRACKED,
    is_dense,
    lies_in_base,
    node_of,
    overlap,
    overlap_in_part,
    put,
    put_shared,
    recipe_of,
    record_elsewhere,
    refuse_several,
    repeated,
    shares_places,
    viewed,
)


def check_in_place(x, of_part=False):
    """Refuse the change of a leaf that requires a gradient, while gradients are recorded."""
    if not GradMode.enabled:
        return
    base = x if x._base is None else x._base
    if x._base is not None and base._requires_grad and not x._tracked:
        raise failure(
            RuntimeError,
            "A view was created in no_grad mode and is being modified inplace with grad mode "
            f"enabled. {UNTRACKED}",
        )
    if x._output is not None and base._requires_grad:
        refuse_several(x, "is being")
    # A base that requires none has a view that does: a leaf itself, or a view of one.
    own = base is not x and x.requires_grad and base._node is None
    if own or base._requires_grad and base._node is None:
        what = "a view of a leaf" if of_part or base is not x else "a leaf"
        raise failure(
            RuntimeError,
            f"{what} Variable that requires grad is being used in an in-place operation.",
            "A leaf is where gradients arrive; change it inside torch.no_grad(), as optimisers do.",
        )


def check_recorded(x, shared=False):
    """Refuse a recorded change of a view of several or of no_grad, or where places are shared."""
    if x._output is not None or x._base is not None and not x._tracked:
        refuse_several(x, "is being")
    if shared:
        raise failure(RuntimeError, SHARED, SHARED_ADVICE)


@functools.cache
def _copy_named(name):
    """Return the operator that converts a result, under the name of the node that made it."""
    copied = copy_to.named(name)
    copied.listed = lambda name, made: made._listed()  # torch has one node for both
    return copied


def _narrowed(result, dtype):
    """Return a result in the dtype of what is changed; torch has no node of its own for that."""
    if result._node is None:
        return to_dtype(result, dtype)
    return _copy_named(result._node.operator.name)(result, dtype=dtype.numpy)


def check_overlap(name, x, *others):
    """Refuse to change what is read at other places at the same time."""
    for each in others:
        if isinstance(each, Tensor) and overlap_in_part(x, each):
            raise failure(RuntimeError, OVERLAP, f"{name}: the values change while they are read.")


def warn_of_shared(name, example):
    """Warn as torch does where elements that share a place are written one by one."""
    warnings.warn(
        f"Use of {name} on expanded tensors is deprecated. Please clone() the tensor before "
        f"performing this operation. This also applies to advanced indexing e.g. {example}",
        UserWarning,
        stacklevel=4,
    )


def check_places(x, name):
    """Refuse to write elements that share a place in memory; to set all to one value is allowed.

    Return whether there are such elements. `scatter_` looks itself, once its arguments are right.
    """
    if name == "_scatter_" or not shares_places(x._array):
        return False
    if name == "masked_fill_":
        warn_of_shared(name, "tensor[mask] = scalar")
    elif name not in ("fill_", "zero_"):
        raise failure(RuntimeError, SHARED, SHARED_ADVICE)
    return True


def snapshot(x):
    """Return the tensor as it is now: a copy of the elements with the same place on the tape."""
    before = wrap(x._array.copy())
    before._node, before._requires_grad = x.grad_fn, x._requires_grad
    if x._base is not None and before._node is not None and not lies_in_base(x):
        before._node = node_of(x)
    if before._node is None and before._requires_grad:
        raise AssertionError("a leaf is never changed in place")
    return before


def replace(x, result, shared=False):
    """Write `result` into `x`, which takes its place on the tape; so does the base of a view.

    Of elements that share a place those count which have changed.
    """
    if shared:
        signs = np.signbit(result._array) != np.signbit(x._array)  # of zeros
        changed = signs | (result._array != x._array)
        x._array[changed] = result._array[changed]
    else:
        x._array[...] = result._array
    x._counter[0] += 1
    if not result._requires_grad:
        return
    if x._base is None:
        x._node, x._requires_grad = result._node, True
    else:
        base, before, recipe = x._base, snapshot(x._base), recipe_of(x)
        if recipe is x._recipe:
            node = (put_shared if shared else put)(before, result, recipe=recipe)._node
        else:
            node = record_elsewhere(before, result, recipe)
        base._node, base._requires_grad = node, True


def _wanted(name, args, options, dtype):
    """Return how torch names the dtype of the tensor; beside numbers clamp_ has another word."""
    numbers = name == "clamp_" and not _of_tensors(args, options)
    return NAMES[dtype.name].product if numbers else dtype.title


def _check_result(name, x, other):
    """Refuse a shape and a dtype that do not fit, before all else, such as a division by 0."""
    ranked = [rank_and_type(x), rank_and_type(other)]
    if ranked[1][1] is None:
        return
    if isinstance(other, Tensor):
        check_fits(name, x._array.shape, other._array.shape)
    common = dtypes.meet(ranked)
    if common.category > x.dtype.category:
        raise failure(
            RuntimeError,
            f"result type {common.title} can't be cast to the desired output type {x.dtype.title}",
            f"{name}: the tensor that is changed keeps its dtype.",
        )


ARGUMENT = re.compile(r"(\w+)(\(\): argument '(\w+)') \(position (\d+)\)")


def _under_the_name(name, function, by_name, error):
    """Return an error that speaks of the method which was called, as torch's do."""
    text, own = str(error), function.__name__
    if name != own and text.startswith(f"{own}()"):
        found = ARGUMENT.match(text)
        if found:
            where = "" if found[3] in by_name else f" (position {int(found[4]) - 1})"
            text = f"{own}{found[2]}{where}{text[found.end() :]}"
        error.args = (name + text[len(own) :],)
    return error


DOCSTRING = """Do `{name}` in place: write the result into the tensor, and return the tensor.

Parameters
----------
{names}
    As of `{name}`.

Returns
-------
Tensor
    The tensor itself.

Raises
------
RuntimeError
    For a leaf that requires a gradient, unless nothing is recorded; where the result has another
    shape, or a dtype that does not fit into that of the tensor.
TypeError
    As `{name}`.

Examples
--------
{example}
"""


def _check_mask(self, mask=None, value=None):
    """Refuse a mask of another shape in the words for a change, where nothing else is wrong."""
    scalar = not isinstance(value, Tensor) or value.ndim == 0
    if isinstance(mask, Tensor) and mask._array.dtype == bool and scalar:
        check_overlap("masked_fill_", self, mask)
        check_fits("masked_fill_", self._array.shape, mask._array.shape)


# Which look at all their arguments before they look at places that elements share.
LOOKS_FIRST = {"clamp_", "cumsum_", "neg_", "pow_", "relu_", "sub_"}


def _check_arguments(name, function, x, args, options, shared=False):
    """Raise the error of a wrong argument, which torch finds before all else.

    `shared` says that elements were found to share places.
    """
    every = shared and name in LOOKS_FIRST
    result = None
    with contextlib.suppress(
        *() if every else (ArithmeticError, LookupError, RuntimeError, ValueError)
    ):
        try:
            result = function(wrap(x._array.copy()), *args, **options)
        except TypeError as error:
            raise _under_the_name(name, function, options, error) from None
    if name == "clamp_" and result is not None and not _of_tensors(args, options):
        _check_dtype(name, x, result, args, options)


def _of_tensors(args, options):
    return any(isinstance(each, Tensor) for each in (*args, *options.values()))


def _check_dtype(name, x, result, args, options):
    """Refuse a result whose dtype does not fit into that of the tensor."""
    if result.dtype.category > x.dtype.category:
        raise failure(
            RuntimeError,
            f"result type {result.dtype.title} can't be cast to the desired output type "
            f"{_wanted(name, args, options, x.dtype)}",
            f"{name}: make the tensor {result.dtype} first.",
        )


OF_INTEGERS = ("floor_divide_", "remainder_", "bitwise_and_", "bitwise_or_", "bitwise_xor_")


def _check_others(name, function, x, args, options):
    """Refuse arguments that do not fit the tensor which is changed, or share memory with it."""
    try:
        if name == "masked_fill_":
            _check_mask(x, *args, **options)
        elif name not in ("fill_", "_scatter_"):
            check_overlap(name, x, *args, *options.values())
        if name in OF_INTEGERS:
            _check_result(name, x, args[0] if args else options.get("other"))
        elif name == "pow_" and x._array.dtype == bool:
            _check_result(name, x, args[0] if args else options.get("exponent"))
    except RuntimeError:
        _check_arguments(name, function, x, args, options)
        raise


def _in_today_form(name, args, options):
    """Return the arguments of ``add_(alpha, other)``, the older form, as those of today's."""
    if args:
        args += arithmetic.older_by_name(name, args, options)
    if len(args) > 1:
        other, alpha = arithmetic.older_form(name, args, **options)
        args, options = (other,), {"alpha": alpha}
    return args, options


def in_place(function, call=None, result=None):
    """Return the method that writes ``function(x, ...)`` into x.

    With `call` and `result`, an example, it is named after the function and documented as its
    in-place form; without them the function has the name and the docstring already.
    """
    name = function.__name__ if call is None else f"{function.__name__}_"

    @functools.wraps(function)
    def change(self, *args, **options):
        try:
            check_in_place(self)
            if name == "copy_" and (*args, options.get("other"))[0] is self:
                _check_arguments(name, function, self, args, options)
                return self
            shared = check_places(self, name)
        except RuntimeError as error:
            _check_arguments(name, function, self, args, options, str(error) == SHARED)
            raise
        if function in (arithmetic.add, arithmetic.sub):
            args, options = _in_today_form(name, args, options)
        given = (*args, *options.values()) if options else args
        recorded = GradMode.enabled and (
            self.requires_grad or any(isinstance(a, Tensor) and a.requires_grad for a in given)
        )
        if recorded and (name != "copy_" or self.is_floating_point()):
            check_recorded(self, shared and name != "masked_fill_")
        try:
            _check_others(name, function, self, args, options)
            result = function(snapshot(self) if recorded else self, *args, **options)
        except TypeError as error:
            raise _under_the_name(name, function, options, error) from None
        new, old = result._array, self._array
        if new.shape != old.shape:
            raise failure(
                RuntimeError,
                f"output with shape {list(self.shape)} doesn't match the broadcast shape "
                f"{list(result.shape)}",
                f"{name}: the result has to fit into the tensor that is changed.",
            )
        if new.dtype != old.dtype:
            _check_dtype(name, self, result, args, options)
            result = _narrowed(result, self.dtype)
        replace(self, result, shared)
        return self

    if call is not None:
        change.__name__ = change.__qualname__ = name
        change.__module__ = __name__
        names = ", ".join(
            f"*{name}" if each.kind is each.VAR_POSITIONAL else name
            for name, each in inspect.signature(function).parameters.items()
            if name != "outside"
        )
        example = f">>> import refimpl as torch\n>>> {call}\n{result}"
        change.__doc__ = DOCSTRING.format(name=function.__name__, names=names, example=example)
    return change


_fill = Operator(
    "FillBackward2",
    lambda x, value: np.full_like(x, value),
    lambda g, x, value: zero(g),
    saves=((),),
)
_fill_by_tensor = Operator(
    "FillBackward3",
    lambda x, value: np.full_like(x, value),
    lambda g, x, value: zero(g),
    lambda g, x, value: like(g, value),
    saves=((), ()),
)
_zero = zero.named("ZeroBackward0")
_copy = Operator(
    "CopyBackwards",
    lambda x, source: np.broadcast_to(source, x.shape).astype(x.dtype),
    lambda g, x, source: zero(g),
    lambda g, x, source: like(g, source),
    saves=((), ()),
)


@in_place
def zero_(self):
    """Set every element to 0 and return the tensor.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a leaf that requires a gradient, unless nothing is recorded.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tensor([1.0, 2.0]).zero_()
    tensor([0., 0.])
    """
    return _zero(self)


@in_place
def fill_(self, value):
    """Set every element to `value` and return the tensor.

    Parameters
    ----------
    value : number, or Tensor of shape ()

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a number that the dtype cannot hold; for a tensor with dimensions; for a leaf that
        requires a gradient, unless nothing is recorded.
    TypeError
        For what is no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(2, 2).fill_(7)
    tensor([[7., 7.],
            [7., 7.]])
    """
    if not isinstance(value, Tensor):
        if type(value) not in (float, int) and dtypes.of_number(value) is None:
            raise invalid("fill_", value)
        dtype = dtypes.DTYPES[self._array.dtype]
        return _fill(self, filling(value, dtype, self._array.size))
    if value.ndim:
        raise failure(
            RuntimeError,
            "fill_ only supports 0-dimension value tensor but got tensor with "
            f"{value.ndim} dimensions.",
            "fill_: copy_ takes a tensor with dimensions.",
        )
    if shares_places(self._array):
        raise failure(RuntimeError, SHARED, SHARED_ADVICE)
    return _fill_by_tensor(self, to_dtype(value, self.dtype))


@in_place
def copy_(self, other, non_blocking=False):
    """Copy the elements of `other` into the tensor and return the tensor.

    Parameters
    ----------
    other : number, or Tensor of any dtype, of a shape that broadcasts to that of the tensor
    non_blocking : bool
        It concerns other devices: nothing changes.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        Where `other` does not broadcast; for a leaf that requires a gradient, unless nothing is
        recorded.
    TypeError
        For what is neither.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(2, 2).copy_(torch.tensor([1, 2]))
    tensor([[1., 2.],
            [1., 2.]])
    """
    check_bool(non_blocking, "copy_", "non_blocking", 3)
    source = other
    if isinstance(other, (int, float, np.integer)):
        if isinstance(other, int):
            check_width(other)
        source = wrap(np.asarray(converted(other, dtypes.DTYPES[self._array.dtype])))
    elif not isinstance(other, Tensor):
        raise wrong("copy_", "other", 2, "Tensor", other, "copy_: make it a tensor first.")
    target, own = self.shape, source.shape
    check_fits("copy_", target, own)
    return _copy(self, to_dtype(source, self.dtype))


add_ = in_place(arithmetic.add, "torch.tensor([1.0, 2.0]).add_(10)", "tensor([11., 12.])")
sub_ = in_place(arithmetic.sub, "torch.tensor([3.0]).sub_(4, alpha=0.5)", "tensor([1.])")
mul_ = in_place(
    arithmetic.mul, "torch.tensor([2, 3]).mul_(torch.tensor([5, 7]))", "tensor([10, 21])"
)
div_ = in_place(arithmetic.div, "torch.tensor([1.0, 0.0]).div_(4)", "tensor([0.2500, 0.0000])")
floor_divide_ = in_place(
    arithmetic.floor_divide, "torch.tensor([7, -7]).floor_divide_(2)", "tensor([ 3, -4])"
)
remainder_ = in_place(
    arithmetic.remainder, "torch.tensor([7.5, -7.5]).remainder_(2)", "tensor([1.5000, 0.5000])"
)
bitwise_and_ = in_place(
    comparing.bitwise_and, "torch.tensor([6, 1]).bitwise_and_(3)", "tensor([2, 1])"
)
bitwise_or_ = in_place(
    comparing.bitwise_or, "torch.tensor([6, 1]).bitwise_or_(3)", "tensor([7, 3])"
)
bitwise_xor_ = in_place(
    comparing.bitwise_xor, "torch.tensor([6, 1]).bitwise_xor_(3)", "tensor([5, 2])"
)
neg_ = in_place(arithmetic.neg, "torch.tensor([1, -2]).neg_()", "tensor([-1,  2])")
pow_ = in_place(powers.pow, "torch.tensor([2.0, 3.0]).pow_(2)", "tensor([4., 9.])")
exp_ = in_place(powers.exp, "torch.tensor([0.0, 1.0]).exp_()", "tensor([1.0000, 2.7183])")
sqrt_ = in_place(powers.sqrt, "torch.tensor([4.0, 2.0]).sqrt_()", "tensor([2.0000, 1.4142])")
clamp_ = in_place(choosing.clamp, "torch.tensor([-1, 5, 20]).clamp_(0, 10)", "tensor([ 0,  5, 10])")
masked_fill_ = in_place(
    choosing.masked_fill,
    "torch.ones(2).masked_fill_(torch.tensor([True, False]), 0)",
    "tensor([0., 1.])",
)
sin_ = in_place(trigonometry.sin, "torch.tensor([0.0, 1.0]).sin_()", "tensor([0.0000, 0.8415])")
cos_ = in_place(trigonometry.cos, "torch.tensor([0.0, 1.0]).cos_()", "tensor([1.0000, 0.5403])")
expm1_ = in_place(powers.expm1, "torch.tensor([0.0, 1.0]).expm1_()", "tensor([0.0000, 1.7183])")
rsqrt_ = in_place(powers.rsqrt, "torch.tensor([4.0, 2.0]).rsqrt_()", "tensor([0.5000, 0.7071])")
round_ = in_place(rounding.round, "torch.tensor([0.5, 1.5]).round_()", "tensor([0., 2.])")
floor_ = in_place(rounding.floor, "torch.tensor([1.5, -1.5]).floor_()", "tensor([ 1., -2.])")
ceil_ = in_place(rounding.ceil, "torch.tensor([1.5, -1.5]).ceil_()", "tensor([ 2., -1.])")
trunc_ = in_place(rounding.trunc, "torch.tensor([1.5, -1.5]).trunc_()", "tensor([ 1., -1.])")
frac_ = in_place(rounding.frac, "torch.tensor([1.25, 2.0]).frac_()", "tensor([0.2500, 0.0000])")
xlogy_ = in_place(
    logarithms.xlogy,
    "torch.tensor([0.0, 2.0]).xlogy_(torch.tensor([0.0, 1.0]))",
    "tensor([0., 0.])",
)


@functools.wraps(running.cumsum)
def _cumsum_into(input, dim=None, *, dtype=None, **outside):
    if dim is None:
        raise missing("cumsum_", "dim")
    wanted = number_type("cumsum_", dtype) or input.dtype
    if wanted is not input.dtype:
        names = NAMES[input.dtype.name].product, NAMES[wanted.name].product
        raise failure(
            RuntimeError,
            f"Bad in-place call: input tensor dtype {names[0]} and output tensor dtype {names[1]} "
            "should match",
            "cumsum_: leave dtype out.",
        )
    return running.cumsum(input, dim, dtype=wanted, **outside)


cumsum_ = in_place(_cumsum_into, "torch.tensor([1, 2, 3]).cumsum_(0)", "tensor([1, 3, 6])")
relu_ = in_place(activations.relu, "torch.tensor([-1.0, 2.0]).relu_()", "tensor([0., 2.])")


@in_place
def _scatter_(self, dim, index, source, reduce, written):
    return placed("scatter_", self, dim, index, source, reduce, written)


def scatter_(self, dim, index, src=None, *, value=None, reduce=None):
    """Write `src` to the places that `index` names along `dim`, and return the tensor.

    Parameters
    ----------
    dim : int
    index : Tensor of int64 or int32, of the rank of the tensor
        Not longer than the tensor along the other dimensions.
    src : Tensor of the dtype of the tensor, or number
        Of a shape not shorter than the index; where several come to one place, the last stays.
    value : number, optional
        A number in the place of `src`.
    reduce : None
        Anything else lies outside the subset.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    IndexError, RuntimeError, TypeError, NotImplementedError
        As `scatter`; RuntimeError for a leaf that requires a gradient, too.

    Examples
    --------
    >>> import refimpl as torch
    >>> classes = torch.tensor([[2], [0]])
    >>> torch.zeros(2, 3).scatter_(1, classes, 1)
    tensor([[0., 0., 1.],
            [1., 0., 0.]])
    """
    source = source_of("scatter_", self, dim, index, src, value)
    return _scatter_(self, dim, index, source, reduce, self)


def set_item(x, index, value):
    """Do ``x[index] = value``, recorded like every in-place change."""
    value, given = _assigned(x, value), index
    bytes_there = _holds_bytes(index)
    check_number(x, index)
    alone = type(index) is slice
    if isinstance(index, bool):  # one more dimension of length 1; or of 0, which takes anything
        if not index:
            return
        index = None
    index, picks = parse_index(x, index)
    if len(index) > 1:
        index = with_one_ellipsis(x, index)
    if not picks:
        check_index(x, index, alone)
        _set_part(x, index, value)
    else:
        part, index = without_numbers(x, index)
        check_count(part, index)
        of_part = takes_part(part, index)
        check_in_place(part, of_part)
        written = wrap(part._array[without_lists(index, part.ndim)[0]]) if of_part else part
        _check_apart(written, index, value, given)
        _set_picked(part, index, value, bytes_there)


def delete_item(x, index):
    """Refuse ``del x[index]``: a tensor keeps its shape."""
    raise failure(
        TypeError,
        "Tensor does not support deleting items",
        "Choose what stays: x[1:], x[mask] or x.index_select(dim, index).",
    )


def _check_apart(written, index, value, given):
    """Refuse to change what is read at the same time: the value, and tensors of the index."""
    touches = overlap_in_part if _is_by_mask(index, value) else overlap
    given = given if isinstance(given, (tuple, list)) else (given,)
    # torch makes a list of places of a mask without dimensions.
    read = [
        each
        for each in given
        if isinstance(each, Tensor) and (each.ndim or each.dtype is not dtypes.bool_)
    ]
    if touches is overlap:
        # torch leaves out leading lengths of 1 by a view, which is no longer the tensor itself
        read = [*read, wrap(value._array) if value.shape[:1] == (1,) else value]
    if any(touches(written, each) for each in read):
        raise failure(RuntimeError, OVERLAP, "index: the values change while they are read.")


def _is_by_mask(index, value):
    """Return whether one number is assigned by a mask alone, as `masked_fill_` does."""
    masks = [item for item in index if isinstance(item, np.ndarray) and item.ndim]
    return len(masks) == 1 and masks[0].dtype == bool and value._array.size == 1


def _holds_bytes(index):
    """Return whether a mask of uint8 is among the items of an index."""
    items = index if isinstance(index, tuple) else (index,)
    return any(isinstance(item, Tensor) and item._array.dtype == np.uint8 for item in items)


def _assigned(x, value):
    """Return what is to be assigned as a tensor; torch takes tensors and numbers."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, complex):
        if x.dtype is dtypes.bool_:
            return wrap(np.asarray(bool(value)))
        raise failure(
            RuntimeError,
            f"value cannot be converted to type {NAMES[x.dtype.name].cell} without overflow",
        )
    if not isinstance(value, (int, float, np.integer)):
        raise failure(
            TypeError,
            f"can't assign a {kind(value)} to a torch.{x.dtype.title}Tensor",
            "Make it a tensor first, with tensor(...).",
        )
    if isinstance(value, int) and not -LONG <= value < LONG:
        raise too_wide(value)
    return wrap(np.asarray(fitted(value, x.dtype)))


def _without_leading_ones(value, target):
    """Return the tensor without its leading dimensions of length 1, unless it has the shape."""
    shape = value._array.shape
    while value._array.shape != target and shape and shape[0] == 1:
        shape = shape[1:]
    return value if len(shape) == value._array.ndim else viewed(value, shape=shape)


def _check_assigned(target, own):
    """Refuse elements of the same memory with other strides; those that are repeated may be."""
    if np.may_share_memory(target, own):
        own = repeated(own, target.shape)
        same = (target.ctypes.data, target.strides) == (own.ctypes.data, own.strides)
        if is_dense(target) and is_dense(own) and not same:
            raise failure(RuntimeError, OVERLAP, "index: the values change while they are read.")


def _set_part(x, index, value):
    """Assign to what numbers and slices cut out."""
    if Ellipsis not in index:
        index += (Ellipsis,)
    target, fills = sliced.forward(x._array, index), not value.ndim
    value = _without_leading_ones(value, target.shape)
    own = value._array.shape
    if len(own) > target.ndim:
        raise too_few_sizes(value.dtype, own, target.shape)
    for i in range(1, len(own) + 1):
        if own[-i] not in (1, target.shape[-i]):
            rest = sizes_of(target.shape, own)
            raise not_expandable(target.shape[-i], own[-i], target.ndim - i, rest)
    recorded = GradMode.enabled and (x.requires_grad or value.requires_grad)
    of_part = recorded and telling(x._array.shape, index) is not Ellipsis
    check_in_place(cut_out(x, index) if of_part and x._output is not None else x, of_part)
    if shares_places(target):
        raise failure(RuntimeError, SHARED, SHARED_ADVICE)
    if not fills:
        _check_assigned(target, value._array)
    source = to_dtype(value, x.dtype)
    if recorded:
        if x._base is not None or not of_part:
            if x.is_floating_point():  # nothing of integers is differentiated
                check_recorded(x)
            part = sliced(x, index=index) if of_part else x
            write = _fill_by_tensor if fills and target.ndim else _copy
            replace(part, write(snapshot(part), source))
            return
        recipe = (None, sliced.forward, {"index": index})
        replace(x, put(snapshot(x), source, recipe=recipe))
    else:
        x._array[index] = source._array
        x._counter[0] += 1


_put_in_part = index_put.named("CopySlices")


def _set_picked(x, index, value, bytes_there):
    """Assign to what lists, masks and tensors pick; by a mask alone, a number of any dtype."""
    recorded = GradMode.enabled and (x.requires_grad or value.requires_grad)
    if recorded:
        check_recorded(x)
    first, target = first_places(x, index)
    value = _without_leading_ones(value, target)
    own = value._array.shape
    if len(own) > len(target) or any(
        own[-i] not in (1, target[-i]) for i in range(1, len(own) + 1)
    ):
        raise failure(
            RuntimeError,
            f"shape mismatch: value tensor of shape {list(own)} cannot be broadcast to "
            f"indexing result of shape {list(target)}",
        )
    if _is_by_mask(index, value):
        if bytes_there:
            raise only_bool_masks(dtypes.uint8)
        fitted(value.item(), x.dtype, half=True)
    elif value.dtype is not x.dtype:
        raise failure(
            RuntimeError,
            "Index put requires the source and destination dtypes match, got "
            f"{x.dtype.title} for the destination and {value.dtype.title} for the source.",
            f"Convert the value with .to({x.dtype}).",
        )
    if 0 in target:  # nothing is written, and no place is looked at
        check_masks(x, index)
        index = first
    else:
        check_index(x, index)
    source = to_dtype(value, x.dtype)
    shared = shares_places(x._array)
    if shared:
        warn_of_shared("index_put_", "tensor[indices] = tensor")
        if _is_by_mask(index, value):
            warn_of_shared("masked_fill_", "tensor[mask] = scalar")
    if recorded:
        write = _put_in_part if takes_part(x, index) else index_put
        replace(x, write(snapshot(x), source, index=index), shared)
    else:
        x._array[index] = source._array
        x._counter[0] += 1
