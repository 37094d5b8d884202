"""In-place changes, and what they do to the tape.

A changed tensor takes the place of the result on the tape: its node is the new operation's, which
points to the node that it had before. The counter of changes goes up, so that a node which needs
the old elements can tell.
"""

import numpy as np

from refimpl.errors import failure, not_expandable, sizes_differ, sizes_of
from refimpl.tape import activations, arithmetic, choosing, powers
from refimpl.tape.arithmetic import zero
from refimpl.tape.broadcast import like
from refimpl.tape.indexing import check_index, index_put, parse_index, sliced
from refimpl.tape.operands import to_dtype
from refimpl.tape.record import Operator
from refimpl.tape.tensor import GradMode, Tensor, wrap
from refimpl.tape.views import put


def check_in_place(x, of_part=False):
    """Refuse the change of a leaf that requires a gradient, while gradients are recorded."""
    if not GradMode.enabled:
        return
    base = x if x._base is None else x._base
    if x._base is not None and base._requires_grad and not x._tracked:
        raise failure(
            RuntimeError,
            "A view was created in no_grad mode and is being modified inplace with grad mode "
            "enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You "
            "can clarify your code by moving both the view and the inplace either both inside the "
            "no_grad block (if you don't want the inplace to be tracked) or both outside (if you "
            "want the inplace to be tracked).",
        )
    if base._requires_grad and base._node is None:
        what = "a view of a leaf" if of_part or base is not x else "a leaf"
        raise failure(
            RuntimeError,
            f"{what} Variable that requires grad is being used in an in-place operation.",
            "A leaf is where gradients arrive; change it inside torch.no_grad(), as optimisers do.",
        )


def snapshot(x):
    """Return the tensor as it is now: a copy of the elements with the same place on the tape."""
    before = wrap(x._array.copy())
    before._node, before._requires_grad = x.grad_fn, x._requires_grad
    if before._node is None and before._requires_grad:
        raise AssertionError("a leaf is never changed in place")
    return before


def replace(x, result):
    """Write `result` into `x`, which takes its place on the tape; so does the base of a view."""
    x._array[...] = result._array
    x._counter[0] += 1
    if not result._requires_grad:
        return
    if x._base is None:
        x._node, x._requires_grad = result._node, True
    else:
        base = x._base
        whole = put(snapshot(base), result, recipe=x._recipe)
        base._node, base._requires_grad = whole._node, True


def in_place(name, function):
    """Return the method that writes ``function(x, ...)`` into x."""

    def change(self, *args, **options):
        check_in_place(self)
        recorded = GradMode.enabled and (
            self.requires_grad or any(isinstance(a, Tensor) and a.requires_grad for a in args)
        )
        result = function(snapshot(self) if recorded else self, *args, **options)
        new, old = result._array, self._array
        if new.shape != old.shape:
            raise failure(
                RuntimeError,
                f"output with shape {list(self.shape)} doesn't match the broadcast shape "
                f"{list(result.shape)}",
                f"{name}: the result has to fit into the tensor that is changed.",
            )
        if new.dtype != old.dtype and result.dtype.category > self.dtype.category:
            raise failure(
                RuntimeError,
                f"result type {result.dtype.title} can't be cast to the desired output type "
                f"{self.dtype.title}",
                f"{name}: make the tensor {result.dtype} first.",
            )
        replace(self, to_dtype(result, self.dtype))
        return self

    change.__name__ = change.__qualname__ = name
    change.__doc__ = f"Do `{name.rstrip('_')}` in place and return the tensor itself."
    return change


_fill = Operator(
    "FillBackward2",
    lambda x, value: np.full_like(x, value),
    lambda g, x, value: zero(g),
    saves=((),),
)
_zero = zero.named("ZeroBackward0")
_copy = Operator(
    "CopyBackwards",
    lambda x, source: np.broadcast_to(source, x.shape).astype(x.dtype),
    lambda g, x, source: zero(g),
    lambda g, x, source: like(g, source),
    saves=((), ()),
)


def _copied(x, source):
    source = source if isinstance(source, Tensor) else wrap(np.asarray(source))
    target, own = x.shape, source.shape
    for i in range(1, len(own) + 1):
        if i > len(target) or own[-i] not in (1, target[-i]):
            n = target[-i] if i <= len(target) else 1
            raise sizes_differ(n, own[-i], len(target) - i)
    return _copy(x, to_dtype(source, x.dtype))


def _filled(x, value):
    return _fill(x, value.item() if isinstance(value, Tensor) else value)


zero_ = in_place("zero_", lambda x: _zero(x))
fill_ = in_place("fill_", _filled)
copy_ = in_place("copy_", _copied)
add_ = in_place("add_", arithmetic.add)
sub_ = in_place("sub_", arithmetic.sub)
mul_ = in_place("mul_", arithmetic.mul)
div_ = in_place("div_", arithmetic.div)
neg_ = in_place("neg_", arithmetic.neg)
pow_ = in_place("pow_", powers.pow)
exp_ = in_place("exp_", powers.exp)
sqrt_ = in_place("sqrt_", powers.sqrt)
clamp_ = in_place("clamp_", choosing.clamp)
masked_fill_ = in_place("masked_fill_", choosing.masked_fill)
relu_ = in_place("relu_", activations.relu)


def _fits(x, index, value):
    target = x._array[index].shape
    shape = np.shape(value._array if isinstance(value, Tensor) else value)
    trimmed = shape
    while len(trimmed) > len(target) and trimmed[0] == 1:
        trimmed = trimmed[1:]
    for i in range(1, len(trimmed) + 1):
        if i > len(target) or trimmed[-i] not in (1, target[-i]):
            return target, shape, False
    return target, shape, True


def set_item(x, index, value):
    """Do ``x[index] = value``, recorded like every in-place change."""
    index, picks = parse_index(index)
    check_index(x, index)
    target, shape, fits = _fits(x, index, value)
    if not fits:
        if picks:
            raise failure(
                RuntimeError,
                f"shape mismatch: value tensor of shape {list(shape)} cannot be broadcast to "
                f"indexing result of shape {list(target)}",
            )
        at = next(
            i
            for i in range(1, len(shape) + 1)
            if i > len(target) or shape[-i] not in (1, target[-i])
        )
        wanted = target[-at] if at <= len(target) else ""
        raise not_expandable(wanted, shape[-at], len(target) - at, sizes_of(target, shape))
    check_in_place(x, of_part=not picks)
    if not isinstance(value, Tensor):
        value = wrap(np.asarray(value))
    source = to_dtype(value, x.dtype)
    if GradMode.enabled and (x.requires_grad or source.requires_grad):
        before = snapshot(x)
        if picks:
            replace(x, index_put(before, source, index=index))
        else:
            if Ellipsis not in index:
                index += (Ellipsis,)
            recipe = (None, sliced.forward, {"index": index})
            replace(x, put(before, source, recipe=recipe))
    else:
        x._array[index] = source._array
        x._counter[0] += 1
