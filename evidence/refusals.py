"""Bad calls that several records share, with their texts, and bad calls on tensors.

The second kind are functions of the engine, torch or refimpl: torch itself gives their texts.
"""

import itertools

import numpy as np

from evidence.record import Refusal, given
from evidence.samples import LOGITS, PROBS, WIDE, P

# --- bad arrays ---

INT = np.ones((2, 3), np.int64)
A, B = WIDE[:, :, 0], P[:, :, 0]
C64 = A.astype(np.complex64)
T2 = np.array([0, 2])
NOT_FOR = "\"{}\" not implemented for '{}'"
REDUCTION = "avg is not a valid value for reduction"


def not_for(kernel, dtype, inputs, options=None, torch="the same"):
    """Refuse a dtype in the words of torch's kernel."""
    return Refusal(inputs, options or {}, NotImplementedError, NOT_FOR.format(kernel, dtype), torch)


def no_list(name, argument="input", position=1):
    """Return torch's text for a list in the place of a tensor."""
    return f"{name}(): argument '{argument}' (position {position}) must be Tensor, not list"


def a_list(name):
    """Refuse a list as the one input."""
    return Refusal(([1.0],), {}, TypeError, no_list(name))


def bad_dims(name):
    """Refuse dims that are missing or no integers."""
    out = "Dimension out of range (expected to be in range of [{}, {}], but got {})"
    whole = f"{name}(): argument 'dim' (position 2) must be int, not float"
    return [
        Refusal((A,), {"dim": 2}, IndexError, out.format(-2, 1, 2)),
        Refusal((A,), {"dim": -3}, IndexError, out.format(-2, 1, -3)),
        Refusal((np.array(1.0),), {"dim": 1}, IndexError, out.format(-1, 0, 1)),
        Refusal((A,), {"dim": 1.0}, TypeError, whole, "other words"),
    ]


def bad_reduction(*inputs):
    """Refuse a reduction that torch does not know."""
    return Refusal(inputs, {"reduction": "avg"}, ValueError, REDUCTION)


def bad_classes():
    """Refuse classes and weights that do not fit to the logits."""
    kind = "expected target dtype to be Long or Byte, but got {}"
    weights = (
        "weight tensor should be defined either for all 3 classes or no classes "
        "but got weight tensor of shape: [2]"
    )
    return [
        Refusal((A, np.array([0, 3])), {}, IndexError, "Target 3 is out of bounds."),
        Refusal((A, np.array([-1, 0])), {}, IndexError, "Target -1 is out of bounds."),
        Refusal((A, np.array([0, 1, 2])), {}, ValueError,
                "Expected input batch_size (2) to match target batch_size (3)."),
        Refusal((A[0], T2), {}, ValueError,
                "For 1D input, 1D target must have size 1, but got target size: 2"),
        Refusal((A, T2.astype(np.int32)), {}, RuntimeError, kind.format("Int")),
        Refusal((A, B[:, 0]), {}, RuntimeError, kind.format("Double")),
        Refusal((A, np.zeros((2, 1), np.int64)), {}, RuntimeError,
                "0D or 1D target tensor expected, multi-target not supported"),
        Refusal((WIDE, np.zeros((2, 5), np.int64)), {}, RuntimeError,
                "Expected target size [2, 4], got [2, 5]"),
        Refusal((A, T2), {"weight": np.ones(2)}, RuntimeError, weights),
        Refusal((A, T2), {"weight": np.ones(3, np.float32)}, RuntimeError,
                "expected scalar type Double but found Float"),
        bad_reduction(A, T2),
    ]  # fmt: skip


# --- bad tensors ---


def x(T):
    """Return logits."""
    return T.tensor(LOGITS.tolist())


def p(T):
    """Return probabilities."""
    return T.tensor(PROBS.tolist())


def t(T):
    """Return classes."""
    return T.tensor([2, 0])


def trained(T, *shape):
    """Return a leaf that requires a gradient."""
    return T.ones(*shape, requires_grad=True)


def no_tensor():
    """Misuse a function of one tensor."""
    return {"a list": lambda T: given([1.0]), "nothing": lambda T: given(None)}


def integers():
    """Give integers to a function of one tensor that takes none."""
    return {"integers": lambda T: given(t(T))}


def along_no_dim():
    """Misuse softmax or a relative of it."""
    return {
        "dim beyond": lambda T: given(x(T), 2),
        "dim before": lambda T: given(x(T), -3),
        "a float as dim": lambda T: given(x(T), 1.0),
        "a text as dim": lambda T: given(x(T), "rows"),
        "dims": lambda T: given(x(T), (0, 1)),
        "integers": lambda T: given(t(T), 0),
        "bools": lambda T: given(T.tensor([True]), 0),
        "a list": lambda T: given([1.0, 2.0], 0),
        "nothing": lambda T: given(None, 0),
        "axis": lambda T: given(x(T), axis=1),
        "x": lambda T: given(x=LOGITS.tolist(), dim=0),
    }


def no_loss(target):
    """Misuse a loss, whose right target is a function of the engine."""
    return {
        "an unknown reduction": lambda T: given(p(T), target(T), reduction="max"),
        "no reduction": lambda T: given(p(T), target(T), reduction=None),
        "a dim": lambda T: given(p(T), target(T), dim=1),
        "a list as input": lambda T: given([1.0], target(T)),
        "a list as target": lambda T: given(p(T), [1]),
        "nothing as target": lambda T: given(p(T), None),
        "no target": lambda T: given(p(T)),
    }


def other_shapes():
    """Give a loss a target of another shape."""
    return {"shapes": lambda T: given(x(T), T.zeros(3, 3))}


def no_classes():
    """Misuse the classes and weights of a loss."""
    return no_loss(t) | {
        "a class beyond": lambda T: given(x(T), T.tensor([0, 3])),
        "a class before": lambda T: given(x(T), T.tensor([0, -1])),
        "another batch": lambda T: given(x(T), T.tensor([0, 1, 2])),
        "a column of classes": lambda T: given(x(T), T.tensor([[0], [1]])),
        "classes as floats": lambda T: given(x(T), T.tensor([0.0, 1.0])),
        "classes as int32": lambda T: given(x(T), t(T).int()),
        "classes as bools": lambda T: given(x(T), T.tensor([True, False])),
        "two classes for one sample": lambda T: given(T.ones(3), T.tensor([0, 1])),
        "a stack with other samples": lambda T: given(T.ones(2, 3, 4), T.zeros(2, 3).long()),
        "a stack with a vector of classes": lambda T: given(T.ones(2, 3, 4), T.zeros(2).long()),
        "integers": lambda T: given(x(T).long(), t(T)),
        "a weight too short": lambda T: given(x(T), t(T), T.ones(2)),
        "a weight of another dtype": lambda T: given(x(T), t(T), T.ones(3).double()),
        "a weight of rank 2": lambda T: given(x(T), t(T), T.ones(3, 1)),
        "a list as weight": lambda T: given(x(T), t(T), [1, 2, 3]),
        "a weight to be trained": lambda T: given(x(T), t(T), trained(T, 3)),
    }


def affine(shape, dtypes, lengths):
    """Return what makes input, weight and bias of these dtypes; no bias without its length."""
    shapes = (shape, lengths[:2], lengths[2:])

    def arguments(T):
        return given(
            *(
                T.ones(*shape).to(getattr(T, dtype))
                for shape, dtype in zip(shapes, dtypes, strict=True)
                if shape
            )
        )

    return arguments


def other_dtypes(title, shape, bias):
    """Give input, weight or bias in turn a dtype that the others do not have."""
    same = ("float32",) * 3
    found = {}
    for dtype in ("int64", "bool", "float16", "float64"):
        for place, odd in enumerate(("input", "weight", "bias")[: 2 + len(bias)]):
            dtypes = (*same[:place], dtype, *same[place + 1 :])
            found[f"{title}, {odd} {dtype}"] = affine(shape, dtypes, (4, 3, *bias))
    return found


def no_affine_map():
    """Misuse linear: every rank, with bias and without, lengths and dtypes that do not fit."""
    same, found = ("float32",) * 3, {}
    for shape, bias in itertools.product([(3,), (2, 3), (2, 2, 3), (2, 1, 2, 3)], [(), (4,)]):
        title = f"rank {len(shape)} {'with' if bias else 'without'} bias"
        found[f"{title}, lengths"] = affine(shape, same, (4, 5, *bias))
        found |= other_dtypes(title, shape, bias)
        if bias:
            found[f"{title}, a short bias"] = affine(shape, same, (4, 3, 3))
    return found
