"""Every operator has every property: one table of operators and samples, crossed with the claims.

The textbook formula of an operator, evaluated by mpmath at 400 bits, is the only description the
mathematics needs: differences of it with a step of 2**-100 give every derivative to 200 bits.
torch gives its own values, gradients, special cases and error texts, read in this run. A new
operator is one row of `OPERATORS`, its refusals are rows of `REFUSALS`.
"""

import contextlib
import inspect
import warnings
from dataclasses import dataclass, field
from functools import partial

import mpmath
import numpy as np
import pytest

from refimpl import formulas
from tests.engines import needs_torch

with contextlib.suppress(ModuleNotFoundError):
    import torch

# mse_loss's, where the shapes differ; test_mse_loss.py expects it
pytestmark = pytest.mark.filterwarnings("ignore:Using a target size:UserWarning")

BITS, STEP = 400, mpmath.ldexp(1, -100)
INF, NAN = np.inf, np.nan
exp, log, tanh = (np.frompyfunc(g, 1, 1) for g in (mpmath.exp, mpmath.log, mpmath.tanh))
exact_array = np.frompyfunc(lambda v: mpmath.mpf(float(v)), 1, 1)


# --- the textbook formulas, on arrays of mpmath numbers -------------------------------------------


def reduce(losses, reduction, divisor=None):
    if reduction == "none":
        return losses
    n = losses.size if divisor is None else divisor
    return np.sum(losses) / (n if reduction == "mean" else 1)


def softmax(x, dim):
    return exp(x) / np.sum(exp(x), axis=dim, keepdims=True)


def logsumexp(x, dim, keepdim=False):
    return np.asarray(log(np.sum(exp(x), axis=dim, keepdims=keepdim)))


def expected(target, x, smoothing):
    """Return the target's probabilities, all zero where it is ignored, and which samples count."""
    if target.shape == x.shape:
        q, counts = target, np.ones((x.shape[0], *x.shape[2:]), bool)
    else:
        classes = np.arange(x.shape[1]).reshape(-1, *[1] * (x.ndim - 2))
        q, counts = (classes == target[:, None]) * mpmath.mpf(1), target >= 0
    return (1 - smoothing) * q + smoothing / x.shape[1], counts


def cross_entropy(x, target, weight=None, reduction="mean", label_smoothing=0.0, logits=True):
    if x.ndim == 1:
        x, target = x[None], np.asarray(target)[None]
    p = log(softmax(x, 1)) if logits else x
    q, counts = expected(target, x, mpmath.mpf(label_smoothing))
    w = np.ones(x.shape[1]) if weight is None else weight
    w = exact_array(w).reshape(-1, *[1] * (x.ndim - 2))
    losses = np.sum(-w * q * p, axis=1) * counts
    share = np.sum(w * expected(target, x, 0)[0], axis=1) * counts
    return reduce(losses, reduction, np.sum(counts if target.shape == x.shape else share))


def binary_cross_entropy(x, target, weight=1.0, reduction="mean"):
    return reduce(-weight * (target * log(x) + (1 - target) * log(1 - x)), reduction)


def with_logits(x, target, weight=1.0, reduction="mean", pos_weight=1.0):
    p = 1 / (1 + exp(-x))
    losses = -weight * (pos_weight * target * log(p) + (1 - target) * log(1 - p))
    return reduce(losses, reduction)


def kl_div(x, target, reduction="mean", log_target=False):
    t, log_t = (exp(target), target) if log_target else (target, log(target))
    divisor = x.shape[0] if reduction == "batchmean" else None
    return reduce(t * (log_t - x), reduction.replace("batch", ""), divisor)


def softplus(x, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, log(1 + exp(beta * x)) / beta)


# --- the table ------------------------------------------------------------------------------------

RNG = np.random.default_rng(20)
X = RNG.normal(0, 2, (2, 3, 2))
P = RNG.uniform(0.05, 0.95, (2, 3, 2))
T = RNG.integers(0, 3, (2, 2))
W = RNG.uniform(0.5, 2, 3)


def sample(*inputs, **options):
    return inputs, options


@dataclass(frozen=True)
class Operator:
    name: str
    textbook: object
    samples: list
    special: list = field(default_factory=list)  # inputs whose inf and nan are to be torch's
    inputs: int = 1  # how many are differentiable; above one the vjp returns a tuple

    def __getattr__(self, role):
        return getattr(getattr(formulas, self.name), role)

    @property
    def forward(self):
        return getattr(formulas, self.name)

    def torch(self, *inputs, **options):
        place = torch if hasattr(torch, self.name) and self.inputs == 1 else torch.nn.functional
        if self.name == "nll_loss":
            place = torch.nn.functional
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # kl_div's mean and mse_loss's broadcasting
            return getattr(place, self.name)(*inputs, **options)


ROWS = [(INF, 0.0), (INF, INF), (-INF, -INF), (-INF, 0.0), (NAN, 0.0), (INF, -INF), (-INF,), (INF,)]
ROWS = [sample(np.array(row), dim=0) for row in ROWS]
POINTS = [sample(np.array([-INF, -800.0, -0.0, 0.0, 800.0, INF, NAN]))]
BY_DIM = [sample(X, dim=d) for d in (0, 1, 2, -1, -3)] + [sample(np.array(1.5), dim=0)]
BY_DIM += [sample(np.zeros((2, 3)), dim=1), sample(np.empty((2, 0)), dim=0)]
NONE_MEAN_SUM = ("none", "mean", "sum")
CLASSES = [sample(X, T, reduction=r, weight=w) for r in NONE_MEAN_SUM for w in (None, W)]
CLASSES += [sample(X[:, :, 0], np.array([2, -100])), sample(X[0, :, 0], np.array(1))]
SOFT = [
    sample(X, t, reduction=r, weight=w, label_smoothing=0.25)
    for t in (T, P)
    for r in NONE_MEAN_SUM
    for w in (None, W)
]
SOFT += [sample(X, P), sample(X[:, :, 0], P[:, :, 0], weight=W), sample(X[0, :, 0], P[0, :, 0])]
SOFT += [sample(X, P, label_smoothing=1.0), sample(X, np.where(T == 0, -100, T), weight=W)]
BAD_ROWS = np.array([[0.0, -INF], [INF, 2.0], [NAN, 0.0], [0.0, 0.0]])
BAD_CLASSES = [
    sample(BAD_ROWS, np.array(t), reduction=r)
    for t in ([0, 1, 1, -100], [-100, -100, -100, 0], [1, 0, 0, 0], [-100] * 4)
    for r in NONE_MEAN_SUM
]
BAD_CLASSES += [sample(BAD_ROWS, np.array([1, 0, 0, 0]), weight=np.array([1.0, 0.0]))]
PAIR = [sample(X, P, reduction=r) for r in NONE_MEAN_SUM]
UNIT = np.array([0.0, 0.0, 1.0, 1.0, 0.5, 1e-40, 0.0, 1.0])
TRUTH = np.array([0.0, 1.0, 0.0, 1.0, 0.5, 1.0, 0.5, 0.5])
LOGITS = np.array([INF, INF, -INF, -INF, NAN, 1e3, -1e3, 0.0, INF, -INF])
TRUTHS = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 0.5, 0.5])
KL_X = np.array([-1, -1, -INF, -INF, -1, NAN, -1, -INF, -1, -1, INF])
KL_T = np.array([0, 0.5, 0.5, 0, -0.5, 0, -INF, -INF, NAN, INF, 0])

OPERATORS = [
    Operator("sigmoid", lambda x: 1 / (1 + exp(-x)), [sample(X), sample(np.array(0.5))], POINTS),
    Operator("logsigmoid", lambda x: -log(1 + exp(-x)), [sample(X)], POINTS),
    Operator("tanh", tanh, [sample(X), sample(np.empty(0))], POINTS),
    Operator("relu", lambda x: np.where(x < 0, 0 * x, x), [sample(X)], POINTS),
    Operator(
        "softplus",
        softplus,
        [sample(X), sample(X, beta=2.5), sample(4 * X, beta=2.0, threshold=3.0), sample(-9 * X)],
        POINTS + [sample(*POINTS[0][0], beta=-1.0)],
    ),
    Operator("softmax", softmax, BY_DIM, ROWS),
    Operator("log_softmax", lambda x, dim: log(softmax(x, dim)), BY_DIM, ROWS),
    Operator("softmin", lambda x, dim: softmax(-x, dim), BY_DIM, ROWS),
    Operator("logsumexp", logsumexp, BY_DIM[:-1] + [sample(X, dim=1, keepdim=True)], ROWS),
    Operator("nll_loss", partial(cross_entropy, logits=False), CLASSES, BAD_CLASSES),
    Operator("cross_entropy", cross_entropy, CLASSES + SOFT, BAD_CLASSES, inputs=2),
    Operator(
        "mse_loss",
        lambda x, t, reduction="mean": reduce((x - t) ** 2, reduction),
        PAIR + [sample(X, P[:, :1]), sample(X[0, 0], P, reduction="none")],
        [sample(np.array([INF, INF, NAN]), np.array([INF, 0.0, 0.0]), reduction="none")],
        inputs=2,
    ),
    Operator(
        "binary_cross_entropy",
        binary_cross_entropy,
        [sample(P, P[::-1].copy(), reduction=r) for r in NONE_MEAN_SUM]
        + [sample(P, P * P, weight=P[0])],
        [sample(UNIT, TRUTH, reduction="none")],
        inputs=2,
    ),
    Operator(
        "binary_cross_entropy_with_logits",
        with_logits,
        PAIR + [sample(X, P, weight=P[0]), sample(X, P, pos_weight=P[0, 0] * 5)],
        [sample(LOGITS, TRUTHS, reduction="none")],
        inputs=2,
    ),
    Operator(
        "kl_div",
        kl_div,
        [
            sample(X, P, reduction=r, log_target=b)
            for r in (*NONE_MEAN_SUM, "batchmean")
            for b in (False, True)
        ]
        + [sample(X, P[:, :1], log_target=True)],
        [sample(KL_X, KL_T, reduction="none", log_target=b) for b in (False, True)],
        inputs=2,
    ),
    Operator(
        "linear",
        lambda x, w, b=0: x @ w.T + b,
        [sample(x, X[1, :2], X[0, 0, :2]) for x in (X, X[0], X[0, 0])] + [sample(X, X[1])],
        inputs=3,
    ),
]
CASES = [
    pytest.param(o, i, k, id=f"{o.name}-{n}")
    for o in OPERATORS
    for n, (i, k) in enumerate(o.samples)
]
SPECIAL = [
    pytest.param(o, i, k, id=f"{o.name}-{n}")
    for o in OPERATORS
    for n, (i, k) in enumerate(o.special)
]
every_case = pytest.mark.parametrize(("operator", "inputs", "options"), CASES)
every_special_case = pytest.mark.parametrize(("operator", "inputs", "options"), SPECIAL)


# --- how one operator is called -------------------------------------------------------------------


def floating(inputs):
    return [i for i, a in enumerate(inputs) if a.dtype.kind == "f"]


def directions(inputs, seed):
    """Return one direction per input, None beside classes."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=a.shape) if a.dtype.kind == "f" else None for a in inputs]


def packed(operator, tangents):
    if operator.inputs == 1:
        return tangents[0]
    return (*tangents, *[None] * (operator.inputs - len(tangents)))  # linear without its bias


def vjp(operator, cotangent, inputs, options):
    result = operator.vjp(cotangent, *inputs, **options)
    return [result] if operator.inputs == 1 else list(result)


def cotangent_of(operator, inputs, options):
    shape = operator.forward(*inputs, **options).shape
    return np.asarray(np.random.default_rng(7).normal(size=shape))


def moved(inputs, tangents, step):
    """Return the inputs as mpmath numbers, the floating ones moved along their tangents."""
    return [
        a if t is None else exact_array(a) + step * exact_array(t)
        for a, t in zip(inputs, tangents, strict=True)
    ]


def exact_jvp(operator, inputs, options, tangents):
    ahead, behind = (
        operator.textbook(*moved(inputs, tangents, s), **options) for s in (STEP, -STEP)
    )
    return (ahead - behind) / (2 * STEP)


def pairing(a, b):
    """Return the sum of the products, in mpmath."""
    return mpmath.fsum(
        u * v for u, v in zip(np.ravel(exact_array(a)), np.ravel(exact_array(b)), strict=True)
    )


def close(ours, true, scale=1.0):
    """A dozen roundings of float64 in results and terms of size `scale`."""
    true = np.asarray(true, dtype=np.float64)
    np.testing.assert_allclose(ours, true, rtol=1e-13, atol=2e-14 * scale)


# --- the mathematics ------------------------------------------------------------------------------


@every_case
def test_the_value_is_the_textbook_formula(operator, inputs, options):
    with mpmath.workprec(BITS):
        true = operator.textbook(*moved(inputs, directions(inputs, 0), 0), **options)
        close(operator.forward(*inputs, **options), true)


@every_case
def test_a_pushed_tangent_is_the_derivative_along_it(operator, inputs, options):
    tangents = directions(inputs, 1)
    with mpmath.workprec(BITS):
        true = exact_jvp(operator, inputs, options, tangents)
        close(operator.jvp(packed(operator, tangents), *inputs, **options), true, 50)


@every_case
def test_a_pulled_cotangent_pairs_with_every_direction(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    pulled = vjp(operator, g, inputs, options)
    with mpmath.workprec(BITS):
        for i in floating(inputs):
            for place in np.ndindex(inputs[i].shape):
                unit = [None if a.dtype.kind != "f" else np.zeros(a.shape) for a in inputs]
                unit[i][place] = 1
                true = pairing(g, exact_jvp(operator, inputs, options, unit))
                close(pulled[i][place], true, 50)


@every_case
def test_the_second_vjp_is_the_derivative_of_the_first(operator, inputs, options):
    # <s, vjp(g, x)> = <g, Df(x) s>, so its derivative by g is Df(x) s, and by x along d the second
    # derivative of f along s and d.
    g, s = cotangent_of(operator, inputs, options), directions(inputs, 2)
    by_g, *by_inputs = operator.vjp_vjp(packed(operator, s), g, *inputs, **options)
    with mpmath.workprec(BITS):
        close(by_g, exact_jvp(operator, inputs, options, s), 50)
        for seed in (3, 4):
            d = directions(inputs, seed)
            shifted = [
                [
                    None if a is None else exact_array(a) + sign * exact_array(b)
                    for a, b in zip(s, d, strict=True)
                ]
                for sign in (1, -1)
            ]
            # f'' along s and d, from its values along s + d and s - d
            plus, minus = (second(operator, inputs, options, v) for v in shifted)
            true = pairing(g, (plus - minus) / 4)
            ours = mpmath.fsum(pairing(by_inputs[i], d[i]) for i in floating(inputs))
            close(float(ours), true, 1000)


def second(operator, inputs, options, direction):
    """Return the second derivative of the textbook formula along one direction."""
    f = [operator.textbook(*moved(inputs, direction, s), **options) for s in (STEP, 0, -STEP)]
    return (f[0] - 2 * f[1] + f[2]) / (STEP * STEP)


@every_case
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_results_keep_the_dtype_and_are_rounded_once(operator, inputs, options, dtype):
    narrow = [a.astype(dtype) if a.dtype.kind == "f" else a for a in inputs]
    options = {k: v.astype(dtype) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    wide = {k: v.astype(float) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    result = operator.forward(*narrow, **options)
    with mpmath.workprec(BITS):
        true = operator.textbook(*moved(narrow, directions(narrow, 0), 0), **wide)
    assert type(result) is np.ndarray
    assert result.dtype == dtype
    np.testing.assert_array_equal(result, np.asarray(true, np.float64).astype(dtype))
    pulled = vjp(operator, result, narrow, options)
    assert [pulled[i].dtype for i in floating(inputs)] == [dtype] * len(floating(inputs))
    assert [pulled[i].shape for i in floating(inputs)] == [
        inputs[i].shape for i in floating(inputs)
    ]


@every_case
def test_memory_order_does_not_matter(operator, inputs, options):
    fortran = [np.asfortranarray(a) for a in inputs]
    np.testing.assert_array_equal(
        operator.forward(*fortran, **options), operator.forward(*inputs, **options)
    )


@every_case
def test_nothing_is_written_into_the_inputs(operator, inputs, options):
    frozen = [a.copy() for a in inputs]
    for a in frozen:
        a.flags.writeable = False
    g = cotangent_of(operator, frozen, options)
    g.flags.writeable = False
    vjp(operator, g, frozen, options)
    operator.vjp_vjp(packed(operator, directions(frozen, 5)), g, *frozen, **options)


# --- torch ----------------------------------------------------------------------------------------


def tensors(inputs, grad=False):
    return [torch.tensor(a, requires_grad=grad and a.dtype.kind == "f") for a in inputs]


def in_torch(options):
    return {key: in_torchs_terms(value) for key, value in options.items()}


def in_torchs_terms(value):
    if isinstance(value, type):
        return torch.from_numpy(np.empty(0, value)).dtype
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


def torch_gradients(operator, inputs, options, g):
    """Return torch's value, gradients and second gradients along seeded directions."""
    x = tensors(inputs, grad=True)
    y = operator.torch(*x, **in_torch(options))
    leaves = [a for a in x if a.requires_grad]
    cotangent = torch.tensor(g, requires_grad=True)
    first = torch.autograd.grad(y, leaves, cotangent, create_graph=True, materialize_grads=True)
    s = [torch.tensor(d) for d in directions(inputs, 2) if d is not None]
    second = torch.autograd.grad(
        [a for a in first if a.requires_grad],
        [cotangent, *leaves],
        [d for a, d in zip(first, s, strict=True) if a.requires_grad],
        materialize_grads=True,
    )
    return y.detach(), [a.detach() for a in first], second


@needs_torch
@every_case
def test_torch_has_the_same_value_gradient_and_second_gradient(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    value, first, second = torch_gradients(operator, inputs, options, g)
    same = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-11)  # torch's own roundings
    same(operator.forward(*inputs, **options), value)
    ours = vjp(operator, g, inputs, options)
    for i, theirs in zip(floating(inputs), first, strict=True):
        same(ours[i], theirs)
    by_g, *by_inputs = operator.vjp_vjp(
        packed(operator, directions(inputs, 2)), g, *inputs, **options
    )
    same(by_g, second[0])
    for i, theirs in zip(floating(inputs), second[1:], strict=True):
        same(by_inputs[i], theirs)


@needs_torch
@every_special_case
def test_inf_and_nan_are_where_torch_has_them(operator, inputs, options):
    x = tensors(inputs, grad=True)
    y = operator.torch(*x, **in_torch(options))
    ours = operator.forward(*inputs, **options)
    # torch's bound in binary_cross_entropy is the float32 nearest to 1e-12
    same = partial(np.testing.assert_allclose, rtol=1e-8, atol=1e-300)
    same(ours, y.detach())
    leaves = [a for a in x if a.requires_grad]
    first = torch.autograd.grad(y, leaves, torch.ones_like(y))
    pulled = vjp(operator, np.ones(ours.shape), inputs, options)
    for i, theirs in zip(floating(inputs), first, strict=True):
        same(pulled[i], theirs)


# --- refusals -------------------------------------------------------------------------------------

INT = np.ones((2, 3), np.int64)
WIDE = RNG.normal(size=(2, 3, 4))
A, B = WIDE[:, :, 0], P[:, :, 0]
T2 = np.array([0, 2])
C64 = A.astype(np.complex64)
RANGE = "Dimension out of range (expected to be in range of [-2, 1], but got {})"
NOT_FOR = "\"{}\" not implemented for '{}'"
MUST_BE = "{}(): argument '{}' (position {}) must be Tensor, not list"


def refusal(name, inputs, options, kind, text, torch_does="the same"):
    """A row: operator, bad input, exception type, its text, and what torch does with it.

    torch does "the same"; has "other words" of the same type; raises "another type"; "accepts" it.
    """
    return pytest.param(name, inputs, options, kind, text, torch_does, id=f"{name}: {text[:50]}")


SOFTMAXES = ("softmax", "log_softmax", "softmin")
LOSSES = ("mse_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div")
REFUSALS = [
    *(
        refusal(n, (A,), {"dim": d}, IndexError, RANGE.format(d))
        for n in (*SOFTMAXES, "logsumexp")
        for d in (2, -3)
    ),
    *(
        refusal(n, (np.array(1.0),), {"dim": 1}, IndexError,
                RANGE.format(1).replace("2, 1", "1, 0"))
        for n in (*SOFTMAXES, "logsumexp")
    ),
    *(
        refusal(
            n, (A,), {"dim": 1.0}, TypeError,
            f"{n}(): argument 'dim' (position 2) must be int, not float", "other words",
        )
        for n in (*SOFTMAXES, "logsumexp")
    ),
    *(
        refusal(
            n, (INT,), {"dim": 1}, NotImplementedError,
            NOT_FOR.format(n.replace("softmin", "softmax") + "_lastdim_kernel_impl", "Long"),
        )
        for n in SOFTMAXES
    ),
    refusal("logsumexp", (C64,), {"dim": 1}, NotImplementedError,
            NOT_FOR.format("logsumexp", "ComplexFloat"), "accepts"),
    refusal("logsumexp", ([1.0],), {"dim": 0}, TypeError, MUST_BE.format("logsumexp", "input", 1)),
    *(refusal(n, ([1.0],), {}, TypeError, MUST_BE.format(n, "input", 1))
      for n in ("sigmoid", "tanh", "relu", "softplus")),
    *(refusal(n, (C64,), {}, NotImplementedError, NOT_FOR.format(n, "ComplexFloat"), "accepts")
      for n in ("sigmoid", "tanh")),
    refusal("logsigmoid", (INT,), {}, NotImplementedError,
            NOT_FOR.format("log_sigmoid_cpu", "Long")),
    refusal("softplus", (INT,), {}, NotImplementedError, NOT_FOR.format("softplus_cpu", "Long")),
    refusal("softplus", (A,), {"beta": "a"}, TypeError,
            "softplus(): argument 'beta' must be Number, not str"),
    refusal("relu", (INT > 0,), {}, RuntimeError, "Boolean inputs not supported for relu"),
    refusal("relu", (C64,), {}, NotImplementedError, "clamp is not supported for complex types"),
    *(
        row
        for n in ("nll_loss", "cross_entropy")
        for row in (
            refusal(n, (A, np.array([0, 3])), {}, IndexError, "Target 3 is out of bounds."),
            refusal(n, (A, np.array([-1, 0])), {}, IndexError, "Target -1 is out of bounds."),
            refusal(n, (A, np.array([0, 1, 2])), {}, ValueError,
                    "Expected input batch_size (2) to match target batch_size (3)."),
            refusal(n, (A[0], T2), {}, ValueError,
                    "For 1D input, 1D target must have size 1, but got target size: 2"),
            refusal(n, (A, T2.astype(np.int32)), {}, RuntimeError,
                    "expected target dtype to be Long or Byte, but got Int"),
            refusal(n, (A, B[:, 0]), {}, RuntimeError,
                    "expected target dtype to be Long or Byte, but got Double"),
            refusal(n, (A, np.zeros((2, 1), np.int64)), {}, RuntimeError,
                    "0D or 1D target tensor expected, multi-target not supported"),
            refusal(n, (WIDE, np.zeros((2, 5), np.int64)), {}, RuntimeError,
                    "Expected target size [2, 4], got [2, 5]"),
            refusal(n, (A, T2), {"weight": np.ones(2)}, RuntimeError,
                    "weight tensor should be defined either for all 3 classes or no classes "
                    "but got weight tensor of shape: [2]"),
            refusal(n, (A, T2), {"weight": np.ones(3, np.float32)}, RuntimeError,
                    "expected scalar type Double but found Float"),
            refusal(n, (A, T2), {"reduction": "avg"}, ValueError,
                    "avg is not a valid value for reduction"),
        )
    ),
    refusal("nll_loss", (INT, T2), {}, NotImplementedError,
            NOT_FOR.format("nll_loss_out_frame", "Long")),
    refusal("nll_loss", (np.array(1.0), np.array(0)), {}, ValueError,
            "Expected 1 or more dimensions (got 0)"),
    refusal("cross_entropy", (INT, T2), {}, NotImplementedError,
            NOT_FOR.format("log_softmax_lastdim_kernel_impl", "Long")),
    refusal("cross_entropy", (A, [0, 2]), {}, TypeError,
            MUST_BE.format("cross_entropy", "target", 2), "other words"),
    refusal("cross_entropy", (A, INT), {}, RuntimeError,
            "Expected floating point type for target with class probabilities, got Long"),
    refusal("cross_entropy", (A, B), {"ignore_index": 0}, RuntimeError,
            "ignore_index is not supported for floating point target"),
    refusal("cross_entropy", (A, T2), {"label_smoothing": 1.5}, RuntimeError,
            "label_smoothing must be between 0.0 and 1.0. Got: 1.5"),
    refusal("cross_entropy", (A, T2), {"label_smoothing": -0.5}, RuntimeError,
            "label_smoothing must be between 0.0 and 1.0. Got: -0.5", "accepts"),
    refusal("cross_entropy", (np.array(1.0), np.array(1.0)), {}, ValueError,
            "Expected 1 or more dimensions (got 0)", "another type"),
    *(refusal(n, (A, B), {"reduction": "avg"}, ValueError, "avg is not a valid value for reduction")
      for n in LOSSES),
    refusal("mse_loss", (A, WIDE[0]), {}, RuntimeError,
            "The size of tensor a (3) must match the size of tensor b (4) "
            "at non-singleton dimension 1"),
    refusal("kl_div", (A, WIDE[0]), {}, RuntimeError,
            "The size of tensor a (4) must match the size of tensor b (3) "
            "at non-singleton dimension 1"),
    refusal("mse_loss", (INT, INT), {}, NotImplementedError, NOT_FOR.format("mse_cpu", "Long")),
    refusal("binary_cross_entropy", (B, B[0]), {}, ValueError,
            "Using a target size (torch.Size([3])) that is different to the input size "
            "(torch.Size([2, 3])) is deprecated. Please ensure they have the same size."),
    refusal("binary_cross_entropy", (B + 1, B), {}, RuntimeError,
            "all elements of input should be between 0 and 1"),
    refusal("binary_cross_entropy", (B * NAN, B), {}, RuntimeError,
            "all elements of input should be between 0 and 1"),
    refusal("binary_cross_entropy", (B, B - 1), {}, RuntimeError,
            "all elements of target should be between 0 and 1"),
    refusal("binary_cross_entropy", (B, B.astype(np.float32)), {}, RuntimeError,
            "Found dtype Float but expected Double"),
    refusal("binary_cross_entropy", (B, B), {"weight": np.ones((5, 2, 3))}, RuntimeError,
            "output with shape [2, 3] doesn't match the broadcast shape [5, 2, 3]"),
    refusal("binary_cross_entropy", (INT, INT), {}, NotImplementedError,
            NOT_FOR.format("binary_cross_entropy", "Long")),
    refusal("binary_cross_entropy_with_logits", (A, B[0]), {}, ValueError,
            "Target size (torch.Size([3])) must be the same as input size (torch.Size([2, 3]))"),
    refusal("binary_cross_entropy_with_logits", (A.astype(np.float32), INT), {}, RuntimeError,
            "result type Float can't be cast to the desired output type Long"),
    refusal("binary_cross_entropy_with_logits", (INT, B), {}, NotImplementedError,
            NOT_FOR.format("log_sigmoid_cpu", "Long")),
    refusal("binary_cross_entropy_with_logits", (A, B), {"pos_weight": np.ones((5, 2, 3))},
            RuntimeError, "output with shape [2, 3] doesn't match the broadcast shape [5, 2, 3]"),
    *(refusal("kl_div", pair, {}, RuntimeError, "kl_div: Integral inputs not supported.")
      for pair in ((INT, B), (A, INT))),
    refusal("kl_div", (C64, C64), {}, RuntimeError, "kl_div: Complex inputs not supported."),
    *(refusal("linear", (x, WIDE[0].T.copy()), {}, RuntimeError,
              f"mat1 and mat2 shapes cannot be multiplied ({rows}x4 and 3x4)")
      for x, rows in ((WIDE[0], 3), (WIDE[0, 0], 1), (WIDE, 6))),
    refusal("linear", (np.array(1.0), WIDE[0]), {}, RuntimeError,
            "both arguments to linear need to be at least 1D, but they are 0D and 2D"),
    refusal("linear", (WIDE[0], WIDE), {}, RuntimeError,
            "t() expects a tensor with <= 2 dimensions, but self is 3D"),
    refusal("linear", (WIDE[0], WIDE[0, 0]), {}, RuntimeError,
            "mat2 must be a matrix, got 1-D tensor", "accepts"),
    refusal("linear", (WIDE[0], WIDE[0].astype("f"), np.ones(3, "f")), {}, RuntimeError,
            "mat1 and mat2 must have the same dtype, but got Double and Float"),
    refusal("linear", (WIDE[0], WIDE[0], np.ones(2)), {}, RuntimeError,
            "The expanded size of the tensor (3) must match the existing size (2) "
            "at non-singleton dimension 1.", "other words"),
    refusal("linear", (INT, INT), {}, NotImplementedError,
            NOT_FOR.format("addmm_impl_cpu_", "Long"), "accepts"),
]  # fmt: skip
every_refusal = pytest.mark.parametrize(
    ("name", "inputs", "options", "kind", "text", "torch_does"), REFUSALS
)
BY_NAME = {o.name: o for o in OPERATORS}


@every_refusal
def test_bad_input_is_refused_in_these_words_with_advice(
    name, inputs, options, kind, text, torch_does
):
    with pytest.raises(kind) as caught:
        BY_NAME[name].forward(*inputs, **options)
    assert type(caught.value) is kind
    assert str(caught.value) == text
    assert [note.partition(":")[0] for note in caught.value.__notes__] == [name]


@needs_torch
@every_refusal
def test_torch_refuses_it_too_or_the_table_says_how_it_differs(
    name, inputs, options, kind, text, torch_does
):
    given = [torch.tensor(a) if isinstance(a, np.ndarray) else a for a in inputs]
    try:
        BY_NAME[name].torch(*given, **in_torch(options))
    except Exception as error:  # whatever torch raises is what is compared
        if type(error) is not kind:
            found = "another type"
        elif str(error).strip() == text:
            found = "the same"
        else:
            found = "other words"
    else:
        found = "accepts"
    assert found == torch_does


PULLED = [(o, *o.samples[0]) for o in OPERATORS]
every_operator = pytest.mark.parametrize(
    ("operator", "inputs", "options"), PULLED, ids=[o.name for o in OPERATORS]
)


@every_operator
def test_a_cotangent_of_another_shape_is_refused(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    with pytest.raises(RuntimeError, match="Mismatch in shape: grad_output"):
        operator.vjp(g[..., None], *inputs, **options)


@every_operator
def test_a_tangent_of_another_shape_is_refused(operator, inputs, options):
    tangents = [None if d is None else d[..., None] for d in directions(inputs, 0)]
    with pytest.raises(RuntimeError, match="Mismatch in shape: the tangent"):
        operator.jvp(packed(operator, tangents), *inputs, **options)


@every_operator
def test_a_cotangent_of_integers_is_refused(operator, inputs, options):
    g = np.ones(operator.forward(*inputs, **options).shape, np.int64)
    with pytest.raises(NotImplementedError, match="not implemented for 'Long'"):
        operator.vjp(g, *inputs, **options)


def test_every_public_formula_stands_in_the_table():
    others = {"sgd", "check_sgd_settings", "softmax_jacobian", "Formula"}  # with tests of their own
    assert set(formulas.__all__) == {o.name for o in OPERATORS} | others


ROLES = ("vjp", "jvp", "vjp_vjp")
FORMULAS = [o.name for o in OPERATORS] + ["sgd", "softmax_jacobian"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_has_its_formula_its_sections_and_an_example(name):
    text = inspect.getdoc(getattr(formulas, name))
    assert ".. math::" in text
    assert ">>> from refimpl.formulas import" in text
    sections = ["Parameters", "Returns", "Raises", "Notes", "References", "Examples"]
    places = [text.find(f"\n{s}\n---") for s in sections]
    assert -1 not in places
    assert sorted(places) == places


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [o.name for o in OPERATORS])
def test_a_role_has_its_formula_and_an_example(name, role):
    formula = getattr(formulas, name)
    text = inspect.getdoc(getattr(formula, role))
    assert ".. math::" in text
    examples = [line for line in (formula.__doc__ + text).splitlines() if ">>> " in line]
    assert any(f"{name}.{role}(" in line for line in examples)


@every_case
def test_a_pullback_gives_the_gradient_of_the_vjp_and_may_be_called_twice(
    operator, inputs, options
):
    g = cotangent_of(operator, inputs, options)
    value, pullback = operator.forward.value_and_pullback(*inputs, **options)
    np.testing.assert_array_equal(value, operator.forward(*inputs, **options), strict=True)
    for pulled in (pullback(g), pullback(g)):
        for ours, theirs in zip(
            [pulled] if operator.inputs == 1 else pulled,
            vjp(operator, g, inputs, options),
            strict=True,
        ):
            np.testing.assert_array_equal(ours, theirs, strict=True)


@every_case
def test_value_and_vjp_are_value_and_vjp(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    value, *pulled = operator.forward.value_and_vjp(g, *inputs, **options)
    np.testing.assert_array_equal(value, operator.forward(*inputs, **options), strict=True)
    for ours, theirs in zip(pulled, vjp(operator, g, inputs, options), strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)
