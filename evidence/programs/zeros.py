"""Zeros whose sign is printed: values and gradients, as short tensors on both engines.

Short, because where torch computes several elements at once, the zero that `maximum` and `minimum`
keep depends on the processor.
"""

from functools import partial

from evidence.programs.kinks import value_and_gradients

PROGRAMS = {}
INF = float("inf")
REDUCTIONS = ("mean", "sum", "none")
LOGITS = [[2.0, 1.0, 0.1], [0.0, -1.0, 3.0]]


def entry(function):
    """Enter a program under its name, underscores as blanks."""
    PROGRAMS[function.__name__.replace("_", " ")] = function
    return function


def gradients(T, function, *inputs, dtype="float64"):
    """Return values and gradients for a cotangent of ones and for one of minus ones."""
    found = []
    for sign in (1.0, -1.0):
        leaves = [T.tensor(x, dtype=getattr(T, dtype), requires_grad=True) for x in inputs]
        y = function(*leaves)
        (sign * y).sum().backward()
        found.append((y.detach(), [leaf.grad for leaf in leaves]))
    return found


@entry
def softplus_where_it_underflows(T):
    softplus = T.nn.functional.softplus
    return (
        softplus(T.tensor([-1000.0, -800.0])),
        softplus(T.tensor([-800.0], dtype=T.float64)),
        softplus(T.tensor([-100.0]), beta=10),
        softplus(T.tensor([1000.0]), beta=-1),
        T.nn.Softplus(beta=50)(T.tensor([-20.0])),
        gradients(T, softplus, [-1000.0, 0.0, 1000.0], dtype="float32"),
    )


@entry
def logsigmoid_where_it_underflows(T):
    logsigmoid = T.nn.functional.logsigmoid
    x = [1000.0, 200.0, 0.0]
    return (
        logsigmoid(T.tensor(x)),
        logsigmoid(T.tensor([1000.0], dtype=T.float64)),
        logsigmoid(T.tensor([18.0, 1000.0]).half()),
        gradients(T, logsigmoid, x, dtype="float32"),
    )


@entry
def log_softmax_where_the_winner_leads_far(T):
    return (
        T.log_softmax(T.tensor([200.0, 0.0]), 0),
        T.log_softmax(T.tensor([[200.0, 0.0], [0.0, 0.0]]).half(), 1),
        T.log_softmax(T.tensor([2000.0, 0.0], dtype=T.float64), 0),
        T.log_softmax(T.tensor([5.0]), 0),
        T.log_softmax(T.tensor([-0.0]), 0),
    )


@entry
def gradients_along_a_dimension_that_vanish(T):
    nn = T.nn.functional
    found = []
    for function in (T.softmax, T.log_softmax, nn.softmin):
        for x in ([1000.0, 0.0, -1000.0], [5.0]):
            found.append(gradients(T, lambda v, f=function: f(v, 0), x))
            found.append(gradients(T, lambda v, f=function: f(v, 0)[0], x))
    found.append(gradients(T, lambda v: T.logsumexp(v, 0), [-0.0, -INF, -1000.0]))
    return found


@entry
def logsumexp_at_zero(T):
    return (
        T.logsumexp(T.tensor([-0.0]), 0),
        T.logsumexp(T.tensor([-0.0, -INF]), 0),
        T.logsumexp(T.tensor([-0.0, -1000.0]), 0),
    )


@entry
def ignored_rows(T):
    nn = T.nn.functional
    found = []
    for target, options in (
        ([0, -100], {}),
        ([0, -100], {"label_smoothing": 0.1}),
        ([0, -100], {"label_smoothing": 1.0}),
        ([0, 2], {"ignore_index": 2}),
        ([-100, -100], {}),
    ):
        for reduction in REDUCTIONS:
            options = {**options, "target": T.tensor(target), "reduction": reduction}
            found.append(gradients(T, partial(nn.cross_entropy, **options), LOGITS))
            if "label_smoothing" not in options:
                found.append(gradients(T, partial(nn.nll_loss, **options), LOGITS))
    return found


@entry
def ignored_places(T):
    nn = T.nn.functional
    x, target = [[[2.0, 1.0], [0.0, 1.0]]], T.tensor([[0, -100]])
    return (
        gradients(T, lambda v: nn.cross_entropy(v, target), x),
        gradients(T, lambda v: nn.nll_loss(v, target), x),
    )


@entry
def rows_without_weight(T):
    nn = T.nn.functional
    rest = {"target": T.tensor([0, 1]), "weight": T.tensor([1.0, 0.0, 1.0], dtype=T.float64)}
    return [
        gradients(T, partial(function, reduction=reduction, **rest), LOGITS)
        for function in (nn.cross_entropy, nn.nll_loss)
        for reduction in REDUCTIONS
    ]


@entry
def rows_whose_probabilities_are_zero(T):
    nn = T.nn.functional
    target = [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    return [
        gradients(T, partial(nn.cross_entropy, reduction=reduction), LOGITS, target)
        for reduction in REDUCTIONS
    ]


@entry
def losses_that_are_zero(T):
    nn = T.nn.functional
    sure, first = T.tensor([[200.0, 0.0], [0.0, 200.0]]), T.tensor([0, 0])
    return (
        nn.cross_entropy(sure, first, reduction="none"),
        nn.cross_entropy(sure.double() * 10, first, reduction="none"),
        nn.cross_entropy(sure[:1], first[:1]),
        nn.cross_entropy(sure[:1], first[:1], reduction="sum"),
        nn.cross_entropy(sure[0], first[0]),
        nn.cross_entropy(sure[0], first[0], reduction="none"),
        nn.cross_entropy(sure[:1, :, None], first[:1, None], reduction="none"),
        nn.cross_entropy(sure[:1], first[:1], weight=T.tensor([2.0, 1.0]), reduction="none"),
        nn.cross_entropy(sure[:1] * 10, T.tensor([[1.0, 0.0]])),
        nn.cross_entropy(sure, T.tensor([0, -100]), reduction="none"),
        nn.nll_loss(T.zeros(2, 3), first, reduction="none"),
        nn.nll_loss(-T.zeros(2, 3), first, reduction="none"),
        nn.nll_loss(T.zeros(2, 3), first),
        nn.nll_loss(T.zeros(2, 3), first, reduction="sum"),
        nn.nll_loss(T.zeros(3), first[0], reduction="none"),
        nn.nll_loss(T.ones(2, 3), T.tensor([-100, -100]), reduction="none"),
        nn.nll_loss(T.ones(2, 3), T.tensor([-100, -100]), reduction="sum"),
        gradients(T, lambda x: nn.cross_entropy(x, first), [[2000.0, 0.0], [5.0, 5.0]]),
        gradients(T, lambda x: nn.cross_entropy(x, first[:1]), [[200.0, 0.0]], dtype="float32"),
        gradients(T, lambda x: nn.cross_entropy(x, first[:1]), [[200.0, 0.0]], dtype="float16"),
        gradients(T, lambda x: nn.cross_entropy(x, first[:1]), [[5.0]]),
    )


@entry
def squared_errors_that_are_zero(T):
    nn = T.nn.functional
    return [
        gradients(T, partial(nn.mse_loss, reduction=reduction), [0.0, -0.0, 1.0], [0.0, 0.0, 1.0])
        for reduction in REDUCTIONS
    ]


@entry
def binary_cross_entropy_with_certain_logits(T):
    nn = T.nn.functional
    loss, target = nn.binary_cross_entropy_with_logits, T.tensor([0.0, 1.0])
    return (
        gradients(T, lambda x: loss(x, target, reduction="none"), [-200.0, 200.0], dtype="float32"),
        gradients(T, lambda x: loss(x, target.double()), [-1000.0, 1000.0]),
        gradients(T, lambda x: loss(x, target.double(), weight=T.zeros(2).double()), [-1.0, 1.0]),
    )


@entry
def certain_probabilities(T):
    nn = T.nn.functional
    return gradients(
        T,
        lambda p, t: nn.binary_cross_entropy(p, t, reduction="none"),
        [0.0, 1.0, 0.0, 1.0],
        [0.0, 1.0, 1.0, 0.0],
    )


@entry
def largest_and_smallest_of_zeros(T):
    plus, minus = T.tensor([0.0, -0.0]), T.tensor([-0.0, 0.0])
    return (
        T.maximum(plus, minus),
        T.minimum(plus, minus),
        T.maximum(T.tensor(0.0), T.tensor(-0.0)),
        T.minimum(T.tensor(-0.0), T.tensor(0.0)),
        T.maximum(plus.half(), minus.half()),
        T.maximum(plus, T.tensor(-0.0)),
        T.maximum(plus[None], minus[:, None]),
        plus.amax(),
        minus.amax(),
        plus.amin(0, keepdim=True),
        T.stack([plus, minus]).amax(0),
        T.stack([plus, minus]).amin(1),
        plus.max(),
        plus.min(0),
    )


@entry
def zeros_between_limits(T):
    x = T.tensor([0.0, -0.0])
    zero, one = T.tensor(0.0), T.tensor(1.0)
    return [
        x.clamp(*limits)
        for limits in (
            (0.0,),
            (-0.0,),
            (0, 1),
            (0.0, 1.0),
            (None, -0.0),
            (-1.0, -0.0),
            (zero,),
            (zero, one),
            (None, -zero),
        )
    ] + [x.half().clamp(0), x.half().clamp(0, 1)]


@entry
def arithmetic_of_zeros(T):
    z = T.tensor([0.0, -0.0])
    return (
        -z,
        -T.tensor([0, 0]),
        z + 0,
        z + z,
        z - T.tensor(0.0),
        z * -1,
        T.tensor([-1.0, -2.0]) * 0,
        0 / T.tensor([-1.0, -2.0]),
        z.sum(),
        T.tensor([-0.0]).sum(),
        T.tensor(-0.0).mean(),
        T.tensor([[-0.0, -0.0]]).sum(1),
        z.prod(),
        T.tensor([-0.0, 4.0, -4.0]) % 2,
        T.tensor([-0.0, 4.0, -4.0]) % -2,
        T.tensor([0.0, -0.0, 1.0, -1.0]) // T.tensor([1.0, 1.0, -INF, INF]),
        T.sqrt(z),
        z**0.5,
        z**-1,
        z**3,
        z.abs(),
        z.sign(),
        z.square(),
        T.log(T.tensor([1.0])),
        T.log1p(z),
        T.reciprocal(T.tensor([-INF])),
        z.to(T.int64).float(),
        T.tensor([-1e-50], dtype=T.float64).float(),
        z @ T.tensor([1.0, 1.0]),
        T.tensor([-0.0]).dot(T.tensor([1.0])),
        T.outer(z, T.tensor([1.0])),
        T.relu(z),
        T.tanh(z),
    )


@entry
def gradients_of_arithmetic_that_vanish(T):
    numbers = [0.0, -0.0, 1.0, -1.0]
    return [
        value_and_gradients(call, T)
        for call in (
            (lambda T, a, b: a * b, numbers, [0.0] * 4, {"back": [-1.0] * 4}),
            (lambda T, a, b: a / b, numbers, [1.0, 1.0, INF, INF], {"back": [-1.0] * 4}),
            (lambda T, a: a.abs(), numbers, {"back": [-0.0] * 4}),
            (lambda T, a: a.relu(), numbers, {"back": [-1.0] * 4}),
            (lambda T, a: a.sum(), numbers, {"back": -0.0}),
            (lambda T, a: a.mean(), numbers, {"back": -0.0}),
            (lambda T, a: a**0, numbers, {"back": [-1.0] * 4}),
            (lambda T, a: a**2, numbers, {"back": [-1.0] * 4}),
            (lambda T, a: a @ a, numbers, {"back": -1.0}),
            (lambda T, a: a % 2, numbers, {"back": [-1.0] * 4}),
            (lambda T, a: a.masked_fill(a > 0, 0.0), numbers, {"back": [-1.0] * 4}),
            (lambda T, a: a.max(), numbers, {"back": -1.0}),
            (lambda T, a: a.var(), [1.0, 1.0, 1.0], {"back": -1.0}),
            (lambda T, a: a.std(), [1.0, 1.0, 1.0], {"back": -1.0}),
            (lambda T, a: (a * 1).fill_(2.0), numbers, {"back": [-1.0] * 4}),
        )
    ]
