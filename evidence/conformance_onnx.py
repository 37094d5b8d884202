"""ONNX's node tests on an engine: the same inputs, attributes and expected outputs.

    python -m evidence.conformance_onnx refimpl     what happens to each case
    python -m evidence.conformance_onnx --record    on both engines, into conformance_onnx.json

The package onnx makes the cases. `OPERATORS` writes those operators that the subset has with the
engine's functions; the arguments are named as ONNX names its attributes. An operator that is not
there is not in the subset. Cases whose graph is an operator taken apart have the data of
the case before them, and are left out.
"""

import collections
import functools
import importlib
import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np

from evidence.command import parser
from evidence.conformance import agree

KEPT = Path(__file__).with_suffix(".json")
ENGINES = ("refimpl", "torch")
DTYPES = "bool float16 float32 float64 int8 int16 int32 int64 uint8".split()
# What the cases ask for that the subset has not.
ABSENT = "an operator that the subset has not"
OTHER_DTYPES = "another dtype"
ANOTHER_FORM = "a form of the operator that the subset has not"
LAST = "the last of equal elements; torch promises none of them"
UNCORRECTED = "Adam without the correction of its means"
# Why a case is refused, or has other outputs.
COUNTED = "ONNX counts a negative index from the end, torch refuses it"
UNBOUND = "torch's clamp asks for at least one bound"
WIDENED = "torch adds up integers of every width as int64"
EMPTY = "torch refuses the greatest of nothing; ONNX takes the least number of the dtype"
REASONS = {
    "test_gather_negative_indices": COUNTED,
    "test_gather_elements_negative_indices": COUNTED,
    "test_reduce_max_empty_set": EMPTY,
    "test_reduce_max_empty_set_bool": EMPTY,
    "test_reduce_min_empty_set": EMPTY,
    "test_clip_default_inbounds": UNBOUND,
    "test_clip_default_int8_inbounds": UNBOUND,
    "test_cumsum_1d_int32_exclusive": WIDENED,
    "test_cumsum_2d_int32": WIDENED,
    "test_onehot_out_of_range_indices": "torch refuses a class that is not there",
}


class OutsideError(Exception):
    """The subset has not what a case asks for."""


def only(condition, reason=ANOTHER_FORM):
    """Let a case go on if the subset has what it asks for."""
    if not condition:
        raise OutsideError(reason)


def dims(x, axes, noop=0):
    """Return the axes of a reduction, as a tuple; without any, all of them."""
    if axes is None or not axes.numel():
        return () if noop else tuple(range(x.ndim))
    return tuple(axes.tolist())


def reduction(function):
    """Write a reduction over several axes."""

    def reduced(T, x, axes=None, keepdims=1, noop_with_empty_axes=0):
        dim = dims(x, axes, noop_with_empty_axes)
        return function(T, x, dim, bool(keepdims)) if dim or not x.ndim else x

    return reduced


def product(T, x, dim, keepdim):
    """Multiply over several axes, from the last to the first."""
    for axis in sorted((each % x.ndim for each in dim), reverse=True):
        x = x.prod(axis, keepdim)
    return x


def folded(function):
    """Write a function of any number of tensors by one of two."""

    def of_all(T, x, *others):
        for each in others:
            x = function(T, x, each)
        return x

    return of_all


def softmax_cross_entropy(T, x, target, weight=None, **attributes):
    """Return the loss, and the log-probabilities for a case that asks for them."""
    names = {"reduction": "mean", "ignore_index": -100} | attributes
    loss = T.nn.functional.cross_entropy(x, target.long(), weight, **names)
    return loss, T.log_softmax(x, dim=1)


def nll(T, x, target, weight=None, **attributes):
    """Return the negative log-likelihood loss."""
    names = {"reduction": "mean", "ignore_index": -100} | attributes
    return T.nn.functional.nll_loss(x, target.long(), weight, **names)


def gemm(T, a, b, c=None, alpha=1.0, beta=1.0, transA=0, transB=0):
    """Multiply two matrices, and add a third."""
    product = (a.T if transA else a) @ (b.T if transB else b) * alpha
    return product if c is None else product + c * beta


def argument(name):
    """Write argmax or argmin, of which the subset has the first of equal ones."""

    def found(T, x, axis=0, keepdims=1, select_last_index=0):
        only(not select_last_index, LAST)
        return getattr(T, name)(x, dim=axis, keepdim=bool(keepdims))

    return found


def cumsum(T, x, axis, exclusive=0, reverse=0):
    """Add up along an axis, also from its end, also without the element itself."""
    axis = int(axis)
    x = T.flip(x, (axis,)) if reverse else x
    total = T.cumsum(x, axis) - (x if exclusive else 0 * x)
    return T.flip(total, (axis,)) if reverse else total


def gather(T, x, index, axis=0):
    """Pick slices along an axis, by an index of any shape."""
    shape = (*x.shape[: axis % x.ndim], *index.shape, *x.shape[axis % x.ndim + 1 :])
    return x.index_select(axis, index.reshape(-1)).reshape(shape)


def reshaped(T, x, shape, allowzero=0):
    """Give a tensor another shape, in which 0 stands for the length it has."""
    lengths = shape.tolist()
    if not allowzero:
        lengths = [n or x.shape[i] for i, n in enumerate(lengths)]
    return x.reshape(lengths)


def split(T, x, sizes=None, axis=0, num_outputs=None):
    """Split along an axis."""
    if sizes is not None:
        return T.split(x, sizes.tolist(), axis)
    return T.split(x, math.ceil(x.shape[axis] / num_outputs), axis)


def squeezed(T, x, axes=None):
    """Drop axes of length one."""
    return x.squeeze() if axes is None else x.squeeze(dims(x, axes))


def unsqueezed(T, x, axes):
    """Add axes of length one."""
    for axis in sorted(n % (x.ndim + axes.numel()) for n in axes.tolist()):
        x = x.unsqueeze(axis)
    return x


def one_hot(T, index, depth, values, axis=-1):
    """Write classes as rows of two values."""
    classes = int(depth)
    index = index.long()
    hot = T.nn.functional.one_hot(T.where(index < 0, index + classes, index), classes)
    hot = hot.to(values.dtype)
    order = list(range(hot.ndim - 1))
    order.insert(axis % hot.ndim, hot.ndim - 1)
    return (hot * (values[1] - values[0]) + values[0]).permute(order)


def adam(T, rate, t, *tensors, alpha=0.9, beta=0.999, epsilon=0.0, **norms):
    """Take one step of Adam on each of several parameters."""
    only(int(t) > 0, UNCORRECTED)
    only(not norms.get("norm_coefficient_post"))
    count = len(tensors) // 4
    found = []
    for i in range(count):
        x, g, v, h = tensors[i::count]
        x.grad = g
        options = {"betas": (alpha, beta), "eps": epsilon}
        options["weight_decay"] = norms.get("norm_coefficient", 0.0)
        optimizer = T.optim.Adam([x], lr=float(rate), **options)
        step = T.tensor(float(t) - 1)
        optimizer.state[x] = {"step": step, "exp_avg": v, "exp_avg_sq": h}
        optimizer.step()
        state = optimizer.state[x]
        found.append((x, state["exp_avg"], state["exp_avg_sq"]))
    return [each for kind in zip(*found, strict=True) for each in kind]


def momentum(T, rate, t, *tensors, alpha, beta, mode, norm_coefficient=0.0):
    """Take one step of descent with momentum on each of several parameters."""
    count, found = len(tensors) // 3, []
    nesterov = mode == "nesterov"
    for i in range(count):
        x, g, v = tensors[i::count]
        x.grad = g
        dampening = 1 - beta if int(t) else 0.0
        options = {"momentum": alpha, "dampening": dampening, "weight_decay": norm_coefficient}
        optimizer = T.optim.SGD([x], lr=float(rate), nesterov=nesterov, **options)
        optimizer.state[x]["momentum_buffer"] = v
        optimizer.step()
        found.append((x, optimizer.state[x]["momentum_buffer"]))
    return [each for kind in zip(*found, strict=True) for each in kind]


def _clip(T, x, least=None, most=None):
    return T.clamp(x, least, most)


def _swish(T, x, alpha=1.0):
    only(alpha == 1.0)
    return T.nn.functional.silu(x)


def _mod(T, x, y, fmod=0):
    only(not fmod)
    return T.remainder(x, y)


def _range(T, start, limit, delta):
    return T.arange(start.item(), limit.item(), delta.item(), dtype=start.dtype)


def _one(name):
    """Write an operator of one tensor by the engine's function of a name."""
    return lambda T, x: getattr(T, name)(x)


def _two(name):
    """Write an operator of two tensors by the engine's function of a name."""
    return lambda T, x, y: getattr(T, name)(x, y)


OPERATORS = {
    **{
        each.title(): _one(each)
        for each in "abs neg exp log sqrt sin cos tanh sigmoid erf reciprocal sign floor ceil relu "
        "round".split()
    },
    "Not": _one("logical_not"),
    "IsNaN": _one("isnan"),
    "Identity": lambda T, x: x,
    "Softplus": lambda T, x: T.nn.functional.softplus(x),
    "Gelu": lambda T, x, approximate="none": T.nn.functional.gelu(x, approximate=approximate),
    "Swish": _swish,
    "Softmax": lambda T, x, axis=-1: T.softmax(x, dim=axis),
    "LogSoftmax": lambda T, x, axis=-1: T.log_softmax(x, dim=axis),
    "SoftmaxCrossEntropyLoss": softmax_cross_entropy,
    "NegativeLogLikelihoodLoss": nll,
    "ReduceLogSumExp": reduction(lambda T, x, dim, keep: T.logsumexp(x, dim, keep)),
    "ReduceLogSum": reduction(lambda T, x, dim, keep: x.sum(dim, keep).log()),
    "ReduceSum": reduction(lambda T, x, dim, keep: x.sum(dim, keep)),
    "ReduceMean": reduction(lambda T, x, dim, keep: x.mean(dim, keep)),
    "ReduceMax": reduction(lambda T, x, dim, keep: x.amax(dim, keep)),
    "ReduceMin": reduction(lambda T, x, dim, keep: x.amin(dim, keep)),
    "ReduceProd": reduction(product),
    "ReduceL1": reduction(lambda T, x, dim, keep: x.abs().sum(dim, keep)),
    "ReduceL2": reduction(lambda T, x, dim, keep: x.norm(2, dim, keep)),
    "ReduceSumSquare": reduction(lambda T, x, dim, keep: (x * x).sum(dim, keep)),
    "Add": _two("add"),
    "Sub": _two("sub"),
    "Mul": _two("mul"),
    # ONNX rounds a quotient of integers towards zero
    "Div": lambda T, x, y: T.div(x, y, rounding_mode=None if x.is_floating_point() else "trunc"),
    "Pow": lambda T, x, y: T.pow(x, y).to(x.dtype),
    "Mod": _mod,
    "Max": folded(lambda T, x, y: T.maximum(x, y)),
    "Min": folded(lambda T, x, y: T.minimum(x, y)),
    "Sum": folded(lambda T, x, y: x + y),
    "Mean": lambda T, *all: T.stack(all).mean(0),
    "Equal": _two("eq"),
    "Greater": _two("gt"),
    "GreaterOrEqual": _two("ge"),
    "Less": _two("lt"),
    "LessOrEqual": _two("le"),
    "And": lambda T, x, y: x & y,
    "Or": lambda T, x, y: x | y,
    "Xor": lambda T, x, y: x ^ y,
    "Where": lambda T, condition, x, y: T.where(condition, x, y),
    "Clip": _clip,
    "MatMul": _two("matmul"),
    "Gemm": gemm,
    "ArgMax": argument("argmax"),
    "ArgMin": argument("argmin"),
    "CumSum": cumsum,
    "Reshape": reshaped,
    "Flatten": lambda T, x, axis=1: x.reshape(math.prod(x.shape[:axis]), -1),
    "Transpose": lambda T, x, perm=None: x.permute(perm or list(range(x.ndim))[::-1]),
    "Squeeze": squeezed,
    "Unsqueeze": unsqueezed,
    "Concat": lambda T, *all, axis: T.cat(all, axis),
    "Split": split,
    "Expand": lambda T, x, shape: x.expand(np.broadcast_shapes(x.shape, shape.tolist())),
    "Gather": gather,
    "GatherElements": lambda T, x, index, axis=0: T.gather(x, axis, index),
    "OneHot": one_hot,
    "Range": _range,
    "Size": lambda T, x: T.tensor(x.numel()),
    "Adam": adam,
    "Momentum": momentum,
}
DOMAINS = {"", "ai.onnx.preview.training"}  # where these operators are defined


@functools.cache
def cases():
    """Return ONNX's cases of one operator each, made from one seed."""
    from onnx.backend.test.case.node import collect_testcases

    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they divide by zero on purpose
        found = collect_testcases()
    return [each for each in found if len(each.model.graph.node) == 1]


def operator(case):
    """Return the name of a case's operator, with its domain where that is not ONNX's own."""
    (node,) = case.model.graph.node
    return ".".join(filter(None, (node.domain, node.op_type)))


def attributes(node):
    """Return the attributes of a node by name, texts as str."""
    from onnx.helper import get_attribute_value

    values = {each.name: get_attribute_value(each) for each in node.attribute}
    if node.op_type == "Split":  # older cases say it by their outputs alone
        values.setdefault("num_outputs", len(node.output))
    return {key: v.decode() if isinstance(v, bytes) else v for key, v in values.items()}


def tensor(T, value):
    """Return an input as a tensor."""
    if not isinstance(value, np.ndarray | np.generic) or str(value.dtype) not in DTYPES:
        raise OutsideError(OTHER_DTYPES)
    return T.tensor(value)


def given(T, node, arrays):
    """Return the inputs in the places of the node's arguments; None where one is left out."""
    left = iter(arrays)
    return [tensor(T, next(left)) if name else None for name in node.input]


def computed(T, case):
    """Return the expected arrays of a case, and those that an engine computes."""
    (node,), ((inputs, expected),) = case.model.graph.node, case.data_sets
    if node.op_type not in OPERATORS or node.domain not in DOMAINS:
        raise OutsideError(ABSENT)
    expected = [tensor(T, each).numpy() for each in expected]
    result = OPERATORS[node.op_type](T, *given(T, node, inputs), **attributes(node))
    results = list(result) if isinstance(result, list | tuple) else [result]
    return expected, [each.detach().numpy() for each in results[: len(expected)]]


def end(T, case):
    """Say how a case ends on an engine."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected, found = computed(T, case)
    except OutsideError as error:
        return f"outside: {error}"
    except Exception as error:
        foreign = "lies outside the subset" in str(error)
        return f"outside: {ANOTHER_FORM}" if foreign else "refused"
    if len(found) != len(expected):
        return "another number of outputs"
    pairs = zip(found, expected, strict=True)
    verdicts = (
        agree([a], [b], str(b.dtype) if b.dtype.kind == "f" else "float64") for a, b in pairs
    )
    return next(filter(None, verdicts), "agrees")


def measured(engine):
    """Return {operator: {case: how it ends}} of what an engine has, and how many cases it has not.

    The second is {operator: number of its cases}.
    """
    module, found, absent = importlib.import_module(engine), {}, collections.Counter()
    for case in cases():
        how = end(module, case)
        if how == f"outside: {ABSENT}":
            absent[operator(case)] += 1
        else:
            found.setdefault(operator(case), {})[case.name] = how
    return found, absent


def main(arguments):
    """Run the cases on one engine and print how they end, or on both and record it."""
    command = parser("python -m evidence.conformance_onnx", __doc__)
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--record", action="store_true")
    what.add_argument("engine", nargs="?", choices=ENGINES)
    given = command.parse_args(arguments)
    if given.record:
        import onnx

        found = {engine: measured(engine) for engine in ENGINES}
        kept = {engine: ends for engine, (ends, _) in found.items()}
        kept |= {"absent": found["refimpl"][1], "version": onnx.__version__}
        KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    else:
        json.dump(measured(given.engine)[0], sys.stdout, indent=1, sort_keys=True)


def kept():
    """Return what the last run on both engines has recorded."""
    return json.loads(KEPT.read_text(encoding="utf-8"))


def ends(engine):
    """Return {case: how it ends} of an engine."""
    return {name: how for found in kept()[engine].values() for name, how in found.items()}


def departures():
    """Return {case: (how it ends on refimpl, how on torch, why)} of those that do not agree."""
    theirs = ends("torch")
    return {
        name: (how, theirs[name], REASONS.get(name))
        for name, how in ends("refimpl").items()
        if how != "agrees" and not how.startswith("outside")
    }


if __name__ == "__main__":
    main(sys.argv[1:])
