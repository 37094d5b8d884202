"""Misused functions of torch.nn.functional end in torch's exception and text."""

import itertools

import pytest

import refimpl
from evidence.engines import refusal

LOGITS = [[0.5283, 0.3922, -0.0484], [-1.6257, -0.4775, 0.5645]]
PROBS = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]


def x(T):
    return T.tensor(LOGITS)


def p(T):
    return T.tensor(PROBS)


def t(T):
    return T.tensor([2, 0])


def trained(T, *shape):
    return T.ones(*shape, requires_grad=True)


CALLS = {}  # title: function, what makes its arguments, and its options


def calls(names, faults, **options):
    """Enter each fault for each function: a function of the engine that makes the arguments."""
    for name, (fault, arguments) in itertools.product(names.split(), faults.items()):
        CALLS[f"{name}: {fault}"] = (name, arguments, options)


SOFTMAXES = "softmax log_softmax softmin"
calls(
    SOFTMAXES,
    {
        "dim beyond": lambda T: (x(T), 2),
        "dim before": lambda T: (x(T), -3),
        "a float as dim": lambda T: (x(T), 1.0),
        "a text as dim": lambda T: (x(T), "rows"),
        "dims": lambda T: (x(T), (0, 1)),
        "integers": lambda T: (t(T), 0),
        "bools": lambda T: (T.tensor([True]), 0),
        "a list": lambda T: ([1.0, 2.0], 0),
        "nothing": lambda T: (None, 0),
    },
)
calls(SOFTMAXES, {"axis": lambda T: (x(T),)}, axis=1)
calls(SOFTMAXES, {"x": lambda T: ()}, x=LOGITS, dim=0)
calls(
    "relu sigmoid tanh softplus logsigmoid",
    {"a list": lambda T: ([1.0],), "nothing": lambda T: (None,)},
)
calls("softplus logsigmoid", {"integers": lambda T: (t(T),)})
calls("relu", {"bools": lambda T: (T.tensor([True]),)})
calls("relu", {"a leaf in place": lambda T: (trained(T, 2),)}, inplace=True)

CLASSIFYING = "cross_entropy nll_loss"
COMPARING = "mse_loss kl_div binary_cross_entropy_with_logits"
for names, target in ((CLASSIFYING, t), (f"{COMPARING} binary_cross_entropy", p)):

    def fitting(T, target=target):
        return p(T), target(T)

    calls(names, {"an unknown reduction": fitting}, reduction="max")
    calls(names, {"no reduction": fitting}, reduction=None)
    calls(names, {"a dim": fitting}, dim=1)
    calls(names, {"a list as input": lambda T, target=target: ([1.0], target(T))})
    calls(
        names,
        {
            "a list as target": lambda T: (p(T), [1]),
            "nothing as target": lambda T: (p(T), None),
            "no target": lambda T: (p(T),),
        },
    )
calls(
    CLASSIFYING,
    {
        "a class beyond": lambda T: (x(T), T.tensor([0, 3])),
        "a class before": lambda T: (x(T), T.tensor([0, -1])),
        "another batch": lambda T: (x(T), T.tensor([0, 1, 2])),
        "a column of classes": lambda T: (x(T), T.tensor([[0], [1]])),
        "classes as floats": lambda T: (x(T), T.tensor([0.0, 1.0])),
        "classes as int32": lambda T: (x(T), t(T).int()),
        "classes as bools": lambda T: (x(T), T.tensor([True, False])),
        "two classes for one sample": lambda T: (T.ones(3), T.tensor([0, 1])),
        "a stack with other samples": lambda T: (T.ones(2, 3, 4), T.zeros(2, 3).long()),
        "a stack with a vector of classes": lambda T: (T.ones(2, 3, 4), T.zeros(2).long()),
        "integers": lambda T: (x(T).long(), t(T)),
        "a weight too short": lambda T: (x(T), t(T), T.ones(2)),
        "a weight of another dtype": lambda T: (x(T), t(T), T.ones(3).double()),
        "a weight of rank 2": lambda T: (x(T), t(T), T.ones(3, 1)),
        "a list as weight": lambda T: (x(T), t(T), [1, 2, 3]),
        "a weight to be trained": lambda T: (x(T), t(T), trained(T, 3)),
    },
)
calls(
    "cross_entropy",
    {
        "one-hot integers": lambda T: (x(T), T.tensor([[1, 0, 0], [0, 1, 0]])),
        "probabilities of another shape": lambda T: (x(T), p(T)[:1]),
    },
)
calls(
    "cross_entropy", {"ignore_index beside probabilities": lambda T: (x(T), p(T))}, ignore_index=1
)
calls("cross_entropy", {"too much smoothing": lambda T: (x(T), t(T))}, label_smoothing=1.2)
calls(COMPARING, {"shapes": lambda T: (x(T), T.zeros(3, 3))})
calls(
    "binary_cross_entropy",
    {
        "shapes": lambda T: (p(T), p(T)[0]),
        "above one": lambda T: (p(T) * 3, p(T)),
        "a weight to be trained": lambda T: (p(T), p(T), trained(T, 3)),
        "a list as weight": lambda T: (p(T), p(T), [1]),
    },
)
calls(
    "binary_cross_entropy_with_logits",
    {
        "a list as weight": lambda T: (x(T), p(T), [1]),
        "a weight to be trained": lambda T: (x(T), p(T), trained(T, 3)),
    },
)
calls(
    "binary_cross_entropy_with_logits",
    {"a list as pos_weight": lambda T: (x(T), p(T))},
    pos_weight=[1],
)
calls(
    "mse_loss",
    {
        "a weight of another shape": lambda T: (x(T), p(T), None, None, "sum", T.ones(3)),
        "a weight and an unknown reduction": lambda T: (x(T), p(T), None, None, "max", p(T)),
    },
)
calls(
    "one_hot",
    {
        "floats": lambda T: (x(T),),
        "below zero": lambda T: (T.tensor([-1]),),
        "too few classes": lambda T: (T.tensor([3]), 2),
        "no class": lambda T: (T.tensor([0]), 0),
        "nothing": lambda T: (T.zeros(0).long(),),
        "a list": lambda T: ([1],),
    },
)
calls(
    "linear",
    {
        "rank 0": lambda T: (T.tensor(1.0), p(T)),
        "a list": lambda T: ([1.0], p(T)),
        "a list as bias": lambda T: (x(T), p(T), [1, 2]),
        "nothing as weight": lambda T: (x(T), None),
    },
)


def affine(shape, dtypes, lengths):
    """Return what makes input, weight and bias of these dtypes; no bias without its length."""
    shapes = (shape, lengths[:2], lengths[2:])

    def arguments(T):
        return [
            T.ones(*shape).to(getattr(T, dtype))
            for shape, dtype in zip(shapes, dtypes, strict=True)
            if shape
        ]

    return arguments


SAME = ("float32",) * 3
for shape, bias in itertools.product([(3,), (2, 3), (2, 2, 3), (2, 1, 2, 3)], [(), (4,)]):
    title = f"rank {len(shape)} {'with' if bias else 'without'} bias"
    calls("linear", {f"{title}, lengths": affine(shape, SAME, (4, 5, *bias))})
    for dtype in ("int64", "bool", "float16", "float64"):
        for place, odd in enumerate(("input", "weight", "bias")[: 2 + len(bias)]):
            dtypes = [*SAME[:place], dtype, *SAME[place + 1 :]]
            calls("linear", {f"{title}, {odd} {dtype}": affine(shape, dtypes, (4, 3, *bias))})
    if bias:
        calls("linear", {f"{title}, a short bias": affine(shape, SAME, (4, 3, 3))})


@pytest.mark.parametrize("title", CALLS)
def test_refusal_has_torchs_type_and_text(title, torch):
    name, arguments, options = CALLS[title]

    def program(T):
        return getattr(T.nn.functional, name)(*arguments(T), **options)

    theirs, ours = (refusal(engine, program) for engine in (torch, refimpl))
    assert type(ours).__name__ == type(theirs).__name__
    assert str(ours) == str(theirs)


ADVISED = {
    "softmax: dim beyond": "dim",
    "softmax: a list": "torch.tensor",
    "cross_entropy: a class beyond": "classes are numbered from 0 to 2",
    "cross_entropy: one-hot integers": "probabilities",
    "linear: rank 2 with bias, lengths": "3 features",
    "one_hot: too few classes": "the largest label is 3",
}


@pytest.mark.parametrize("title", ADVISED)
def test_refusal_advises_in_a_note(title):
    name, arguments, options = CALLS[title]
    error = refusal(refimpl, lambda T: getattr(T.nn.functional, name)(*arguments(T), **options))
    assert any(ADVISED[title] in note for note in error.__notes__)
