"""Calls with other words: NumPy's names of parameters, and ``out=``.

A function that takes them ends its parameters with ``**outside`` and begins with

    if outside:
        return respelt(function, outside, input, dim, keepdim)

so a call without them pays for an empty dictionary alone.
"""

import functools
import inspect
import re
import warnings

import numpy as np

from refimpl.errors import NAMES, call_of, failure, is_int, is_method, kind
from refimpl.keywords import ALIASES, MISSING, refuse, unexpected
from refimpl.tape import dtypes
from refimpl.tape.arguments import invalid
from refimpl.tape.memory import laid_anew
from refimpl.tape.operands import rank_and_type, silent_astype
from refimpl.tape.tensor import GradMode, Tensor
from refimpl.tape.views import OVERLAP, SHARED, overlap, overlap_in_part, shares_places

NUMPYS = {meant: word for word, meant in ALIASES.items()}


def respelt(function, outside, *given, **named):
    """Call a function with torch's words for NumPy's, and write the result into `out` if asked."""
    name, out = function.__name__, None
    if name in FORMS:
        given = _named_operands(function, outside, given)
    bound = inspect.signature(function).bind_partial(*given, **named)
    if "out" in outside and name in TAKES_OUT and not is_method(name):
        out = outside.pop("out")
    own = inspect.signature(function).parameters
    words = () if name in NO_NUMPY_WORDS else ALIASES
    for word in [word for word in outside if word in words and words[word] in own]:
        meant = ALIASES[word]
        if bound.arguments.get(meant, own[meant].default) is not own[meant].default:
            raise unexpected(name, word, list(own))
        bound.arguments[meant] = outside.pop(word)
    if outside:
        refuse(function, outside)
    if out is None:
        return function(*bound.args, **bound.kwargs)
    _check_call(name, out, bound)
    try:
        result = function(*bound.args, **bound.kwargs)
    except (IndexError, RuntimeError) as error:
        if TOLD_LATER.get(name, NEVER).match(str(error)):
            _check_overlap(name, out, bound.args)
        raise
    return _given_out(name, out, result, bound)


def _given_out(name, out, result, bound):
    """Write a result into `out`, if that lies nowhere in the memory of an argument."""
    if name not in ONE_BY_ONE:
        _check_overlap(name, out, bound.args)
    if name == "clamp":
        name = _kernel_of_clamp(out, result, *bound.args)
    return _written(name, out, result)


def _kernel_of_clamp(out, result, input, *limits):
    """Return which function torch's clamp is: another one where a limit is a tensor."""
    if any(isinstance(each, Tensor) for each in limits):
        return "maximum"
    if out is input and result.dtype.category > out.dtype.category:
        wanted = NAMES[out.dtype.name].product
        raise failure(
            RuntimeError,
            f"result type {result.dtype.title} can't be cast to the desired output type {wanted}",
            "clamp: the tensor that is changed keeps its dtype.",
        )
    return "clamp"


def _check_call(name, out, bound):
    """Refuse an `out` that torch refuses before it computes."""
    _check_out(name, out, [*bound.args, *bound.kwargs.values()])
    _check_dim(name, out, bound.arguments)
    if name in ONE_BY_ONE:
        _check_overlap(name, out, bound.args)
        _check_shape(name, out, bound.args)
    wanted = bound.arguments.get("dtype")
    if isinstance(wanted, dtypes.dtype) and (name != "mean" or wanted.is_floating_point):
        _check_dtypes(name, out.dtype, wanted, given=True)
    elif name in DTYPE_FIRST and isinstance(bound.args[0], Tensor):
        _check_dtypes(name, out.dtype, bound.args[0].dtype)
    elif name == "cat":
        _check_joined(out, *bound.args[:2])


def _check_joined(out, tensors, dim=0):
    """Refuse an `out` of `cat` that takes not all tensors; torch looks at dim alone before that."""
    if not isinstance(tensors, (list, tuple)) or not is_int(dim):
        return
    if tensors and all(isinstance(each, Tensor) for each in tensors):
        rank = max(each.ndim for each in tensors)
        if -rank <= dim < rank:
            common = functools.reduce(dtypes.promote_types, [each.dtype for each in tensors])
            _check_dtypes("cat", out.dtype, common)


# Of torch's forms with a number in the place of `input` some call it `self`: the place of it.
NUMBER_IS_SELF = {"pow": 0, "remainder": 0, "where": 1, "xlogy": 0}
FORMS = {"add", "sub", *NUMBER_IS_SELF}


def _named_operands(function, outside, given):
    """Return the operands by place, with those that came by name; refuse what fits no form."""
    name, given, said = function.__name__, list(given), dict(outside)
    placed = [each for each in given if each is not MISSING]
    placed = placed[is_method(name) :]
    place = NUMBER_IS_SELF.get(name)
    for at, word in enumerate(inspect.signature(function).parameters):
        for each in (word, NUMPYS.get(word)):
            if at < len(given) and each in outside:
                if given[at] is not MISSING:
                    raise _no_form(name, placed, said)
                given[at] = outside.pop(each)
                if at == place and not isinstance(given[at], Tensor):
                    raise _no_form(name, placed, said)
    if place is not None and given[place] is MISSING and "self" in outside:
        given[place] = outside.pop("self")
        number, other = given[place : place + 2]
        if not _is_number(number) or not (isinstance(other, Tensor) or name == "where"):
            raise _no_form(name, placed, said)
    missing = sum(each is MISSING for each in given)
    if missing and (name != "where" or missing == 1):
        raise _no_form(name, placed, said)
    return [None if each is MISSING else each for each in given]


def pair_by_name(outside, input, other, word="other"):
    """Return two operands of which some came by name, or None where it is not as simple.

    This is the short way of calls such as ``torch.add(x, other=y)``.
    """
    first = outside.get("input") if input is MISSING else input
    second = outside.get(word) if other is MISSING else other
    named = (input is MISSING) + (other is MISSING)
    if second is None or len(outside) != named:
        return None
    if input is MISSING and not isinstance(first, Tensor):
        return None
    outside.clear()
    return first, second


def _is_number(value):
    rank, dtype = rank_and_type(value)
    return rank < 1 and dtype is not None and not getattr(value, "requires_grad", False)


def _no_form(name, placed, said):
    """Return torch's error for a call that fits no form; it names the last name first."""
    return invalid(name, *placed, **dict(reversed(said.items())))


NO_NUMPY_WORDS = set("norm chunk unbind diag gather scatter index_select masked_select".split())
TAKES_OUT = set(
    """abs add amax amin argmax argmin cat ceil clamp cos cumsum diag div dot eq erf erfc exp expm1
    floor floor_divide frac gather ge gt index_select le log log1p log_softmax logaddexp
    logical_and logical_not logical_or logsumexp lt masked_select matmul maximum mean minimum mm mul
    mv ne neg norm outer pow prod reciprocal remainder round rsqrt sigmoid sign sin softmax sqrt
    square stack std sub sum tanh trunc var where xlogy""".split()
)
# Whose `out` must have the dtype of the result, and how torch says so.
OWN_DTYPE = {
    **dict.fromkeys("abs clamp neg sign round floor ceil trunc frac".split(), "found"),
    **dict.fromkeys(
        "argmax argmin diag gather log_softmax matmul mm mv norm softmax".split(), "out tensor"
    ),
    **dict.fromkeys("amax amin".split(), "in and out"),
    "dot": "dot",
    **dict.fromkeys("index_select masked_select".split(), "self and result"),
    "where": "where",
}
# Which dtype that is, is looked at first, whatever else may be wrong.
DTYPE_FIRST = set("amax amin dot gather index_select log_softmax masked_select softmax".split())
# Whose `out` must not touch the tensors at these places, and whose `out` may be anything: torch
# writes while it reads. All others may write into an argument, but not into a part of one.
APART = {
    "cat": (0,),
    "gather": (0,),
    "index_select": (0,),
    "masked_select": (0,),
    "outer": (0,),
    "stack": (0,),
}
# What torch refuses after it has looked whether `out` lies in the memory of an argument.
NEVER = re.compile("(?!)")
TOLD_LATER = {
    "gather": re.compile("(?!Dimension)"),
    "index_select": re.compile("index out of range"),
    "masked_select": re.compile("The size of tensor"),
}
UNCHECKED = set(
    """amax amin argmax argmin diag dot log_softmax logsumexp matmul mean mm mv norm prod softmax
    std sum var""".split()
)
# Whose result has no gradient, so that `out` and the arguments may require one.
NO_GRADIENT = set("argmax argmin eq ge gt le lt ne logical_and logical_not logical_or".split())
# What torch calls, where it refuses to differentiate.
INNER = {
    "norm": "linalg_vector_norm",
    "outer": "mul",
    "square": "pow",
    "diag": "aten::diagonal_copy",
    **{name: f"aten::{name}" for name in ("softmax", "log_softmax", "floor_divide")},
}
# Whose `out` is looked at once it has the shape of the result; all others look before.
LOOKED_AT_LATER = UNCHECKED | {"cat", "stack", "gather", "cumsum"}
# Whose elements are computed one by one, from operands that are broadcast.
ONE_BY_ONE = TAKES_OUT - LOOKED_AT_LATER - {"index_select", "masked_select"}
# Whose result is converted to any dtype of `out`.
ANY_DTYPE = set("eq ge gt le lt ne logical_and logical_not logical_or prod sum cumsum".split())


def _check_out(name, out, arguments):
    """Refuse an `out` that is no tensor, and one that a gradient would have to pass."""
    if not isinstance(out, Tensor):
        raise failure(
            TypeError,
            f"{'linalg_vector_norm' if name == 'norm' else name}(): argument 'out' must be Tensor, "
            f"not {kind(out)}",
            f"{name}: out is a tensor that takes the result.",
        )
    if name in NO_GRADIENT:
        return
    tensors = [out, *(each for each in arguments if isinstance(each, Tensor))]
    tensors += [t for each in arguments if isinstance(each, (list, tuple)) for t in each]
    if GradMode.enabled and any(getattr(each, "requires_grad", False) for each in tensors):
        raise failure(
            RuntimeError,
            f"{INNER.get(name, name)}(): functions with out=... arguments don't support automatic "
            "differentiation, but one of the arguments requires grad.",
            f"{name}: call it without out=, or under no_grad.",
        )


def _check_dim(name, out, arguments):
    """Refuse an `out` without a dim where the form of torch that has one wants the other."""
    if name == "prod" and arguments.get("dim") is None and arguments.get("axis") is None:
        raise invalid(name, arguments["input"], out=out)
    if name == "sum" or (name in ("std", "var") and arguments.get("unbiased") is not None):
        count, by_name = call_of(name)
        if count < 2 and not {"dim", "axis"} & set(by_name):
            raise invalid(name, arguments["input"], out=out)


def _check_shape(name, out, operands):
    """Refuse an `out` that is an operand, and cannot be resized for a result of another shape."""
    tensors = [each for each in operands if isinstance(each, Tensor)]
    if name == "outer" and any(each.ndim != 1 for each in tensors):
        return  # refused by the function itself
    if not any(each is out for each in tensors[name == "outer" :]):  # torch reshapes its first
        return
    shapes = [each.shape for each in tensors]
    try:
        shape = np.broadcast_shapes((*shapes[0], 1) if name == "outer" else shapes[0], *shapes[1:])
    except ValueError:
        return  # refused by the function itself
    if out.shape != shape:
        raise failure(
            RuntimeError,
            f"output with shape {list(out.shape)} doesn't match the broadcast shape {list(shape)}",
            f"{name}: make out another tensor than the operands.",
        )


def _check_overlap(name, out, arguments):
    """Refuse an `out` that lies in the memory of an argument, as torch does."""
    if name in UNCHECKED or name == "outer" and any(each.ndim != 1 for each in arguments):
        return
    for at, given in enumerate(arguments):
        touches = overlap if at in APART.get(name, ()) else overlap_in_part
        for each in given if isinstance(given, (list, tuple)) else (given,):
            if isinstance(each, Tensor) and touches(out, each):
                raise failure(RuntimeError, OVERLAP, f"{name}: out is read while it is written.")


def _written(name, out, result):
    """Write a result into `out`, which takes its shape, and return `out`."""
    array = result._array
    _check_dtypes(name, out.dtype, result.dtype, fits=out.shape == result.shape)
    if result.dtype is not out.dtype:
        array = silent_astype(array, out.dtype.numpy)
    if shares_places(out._array) and (out.shape == result.shape or name not in LOOKED_AT_LATER):
        raise failure(RuntimeError, SHARED)
    if out.shape != result.shape:
        _resize(out, result.shape)
    if out.shape != array.shape:
        room = laid_anew(out._array, array.shape)  # what shares it sees the new numbers
        out._array = array if room is None else room
        out._moved = True
    out._array[...] = array
    out._counter[0] += 1
    return out


def _resize(out, shape):
    if out.numel():
        warnings.warn(
            "An output with one or more elements was resized since it had shape "
            f"{list(out.shape)}, which does not match the required output shape {list(shape)}. "
            "This behavior is deprecated, and in a future PyTorch release outputs will not be "
            "resized unless they have zero elements. You can explicitly reuse an out tensor t by "
            "resizing it, inplace, to zero elements with t.resize_(0).",
            UserWarning,
            stacklevel=5,
        )


def _check_dtypes(name, out, result, fits=False, given=False):
    """Refuse an `out` whose dtype does not take the result, in torch's words.

    `fits` says that the shapes are the same, `given` that the call names the dtype of the result.
    """
    if result is out:
        return
    title, other = result.title, out.title
    product = NAMES[result.name].product, NAMES[out.name].product
    texts = {
        "found": f"Found dtype {other} but expected {title}",
        "out tensor": f"Expected out tensor to have dtype {product[0]}, but got {product[1]} "
        "instead",
        "in and out": "Expected the dtype for input and out to match, but got "
        f"{title} for input's dtype and {other} for out's dtype.",
        "dot": f"result dtype {other} does not match input dtype {title}",
        "self and result": f"{name}(): self and result must have the same scalar type",
        "where": f"Expected out type to be {title} but got {other}",
    }
    text = texts.get("out tensor" if given else OWN_DTYPE.get(name))
    if name == "mv" and fits:
        three = f"{other}, {title}, and {title}"
        text = f"addmv input tensors must have the same dtype, but got {three}"
    if name == "logsumexp" and not out.is_floating_point:
        text = f"logsumexp(): Expected floating point type for result tensor, but got: {other}"
    if name == "cumsum" and out is dtypes.bool_ and not given:
        raise failure(NotImplementedError, "\"cumsum_out_cpu\" not implemented for 'Bool'")
    if text is None:
        if name in ANY_DTYPE or result.category <= out.category != dtypes.BOOLEAN:
            return
        text = f"result type {title} can't be cast to the desired output type {other}"
    kind = RuntimeError
    if name in ("cat", "stack"):
        kind, text = (
            TypeError,
            f"torch.cat(): input types can't be cast to the desired output type {other}",
        )
    raise failure(kind, text, f"{name}: make out a tensor of {result}.")
