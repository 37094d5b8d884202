"""Every formula of layer 1 as operators, tied to the names that torch gives their nodes.

A formula comes with its vjp and the vjp of its vjp. As operators they make a chain, so a gradient
can be differentiated again. For the derivatives beyond, each formula says what it does in operators
of the tape: its value, or the slope by which it multiplies a cotangent.
"""

import math

from refimpl import formulas as f
from refimpl.errors import silent
from refimpl.tape.broadcast import sum_to, summed_to
from refimpl.tape.choosing import choose
from refimpl.tape.higher import slopes_of, third
from refimpl.tape.products import product, product_of, turned
from refimpl.tape.record import RESULT, Operator, step
from refimpl.tape.tensor import wrap
from refimpl.tape.views import reshaped, shape_of


def part(function, index):
    """Return the function that gives one of several results."""

    def one(*args, **options):
        return function(*args, **options)[index]

    return one


def operator(formula, name, back, slopes, *, second=None, saves=None):
    """Return the operator of a formula, whose node is called `name`.

    Parameters
    ----------
    formula : Formula
    name, back, second : str
        What torch calls the nodes of the value, of the first derivative and of the second, by
        default `back`. The derivative by the cotangent does what the first does and is called so.
    slopes : callable
        ``slopes(g, *inputs, **options)``: the list of gradients, in operators of the tape.
    saves : tuple of tuples, optional
        See `Operator`.
    """
    vjps = [_vjp(formula, back, second or back, slopes, i) for i in range(formula.inputs)]
    return Operator(name, formula.value, *vjps, saves=saves, ahead=silent(formula.ahead))


def _vjp(formula, back, second, slopes, i):
    """Return gradient number `i` of a formula as an operator of ``(g, *inputs)``."""
    forward = formula.vjp if formula.inputs == 1 else part(formula.vjp, i)
    names = [back] + [second] * formula.inputs
    seconds = [_second(formula, name, slopes, i, j) for j, name in enumerate(names)]
    return Operator(back, forward, *seconds)


def _second(formula, name, slopes, i, j):
    """Return the vjp of gradient `i` in argument `j` of ``(g, *inputs)``, as an operator."""

    def forward(s, g, *inputs, **options):
        if formula.inputs > 1:
            s = [s if n == i else None for n in range(formula.inputs)]
        return formula.vjp_vjp(s, g, *inputs, **options)[j]

    thirds = [third(slopes, i, j, m) for m in range(formula.inputs + 2)]
    return Operator(name, forward, *thirds)


def multiplied(slope):
    """Return the slopes of a function of each element."""
    return lambda g, x, **options: [g * slope(x, **options)]


# ---- functions of each element --------------------------------------------------------

AND_RESULT = ((0, RESULT),)  # torch's derivative looks at the result, ours at the input

sigmoid = operator(
    f.sigmoid,
    "SigmoidBackward0",
    "SigmoidBackwardBackward0",
    multiplied(lambda x: sigmoid(x) * sigmoid(-x)),
    saves=AND_RESULT,
)
logsigmoid = operator(
    f.logsigmoid,
    "LogSigmoidBackward0",
    "LogSigmoidBackwardBackward0",
    multiplied(lambda x: sigmoid(-x)),
    second="MulBackward0",
)
tanh = operator(
    f.tanh,
    "TanhBackward0",
    "TanhBackwardBackward0",
    multiplied(lambda x: 4 * sigmoid(2 * x) * sigmoid(-2 * x)),
    saves=AND_RESULT,
)


def _bell(x):
    """Return the slope of erf."""
    return (2 / math.sqrt(math.pi)) * (-x * x).exp()


erf = operator(f.erf, "ErfBackward0", "MulBackward0", multiplied(_bell))
erfc = operator(f.erfc, "ErfcBackward0", "MulBackward0", multiplied(lambda x: -_bell(x)))


def _gelu_slope(x, approximate="none"):
    if approximate == "tanh":
        w = math.sqrt(8 / math.pi) * (x + 0.044715 * x**3)
        w_slope = math.sqrt(8 / math.pi) * (1 + 3 * 0.044715 * x**2)
        return sigmoid(w) * (1 + x * sigmoid(-w) * w_slope)
    density = math.sqrt(0.5 / math.pi) * (-x * x / 2).exp()
    return erfc(-math.sqrt(0.5) * x) / 2 + x * density


gelu = operator(
    f.gelu,
    "GeluBackward0",
    "GeluBackwardBackward0",
    multiplied(_gelu_slope),
    second="MulBackward0",
)
silu = operator(
    f.silu,
    "SiluBackward0",
    "MulBackward0",
    multiplied(lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
    second="AddBackward0",
)
softplus = operator(
    f.softplus,
    "SoftplusBackward0",
    "SoftplusBackwardBackward0",
    lambda g, x, beta, threshold: [choose(x * beta > threshold, g, g * sigmoid(x * beta))],
    second="MulBackward1",
)
_THRESHOLD = "ThresholdBackwardBackward0"
relu_back = _vjp(f.relu, _THRESHOLD, _THRESHOLD, lambda g, x: [choose(x <= 0, 0.0, g)], 0)
relu = Operator(
    "ReluBackward0",
    f.relu.value,
    lambda g, x, y: relu_back(g, y),  # the result is positive where the input is
    saves=((RESULT,),),
    result=True,
)

# ---- along a dimension ----------------------------------------------------------------


def _centred(p, g, dim):
    return g - (p * g).sum(dim, keepdim=True)


softmax = operator(
    f.softmax,
    "SoftmaxBackward0",
    "SoftmaxBackwardDataBackward0",
    lambda g, x, dim: [softmax(x, dim=dim) * _centred(softmax(x, dim=dim), g, dim)],
    saves=AND_RESULT,
)
log_softmax = operator(
    f.log_softmax,
    "LogSoftmaxBackward0",
    "LogSoftmaxBackwardDataBackward0",
    lambda g, x, dim: [g - softmax(x, dim=dim) * g.sum(dim, keepdim=True)],
    saves=AND_RESULT,
)


def _logsumexp_slopes(g, x, dim, keepdim=False):
    return [(g if keepdim or not x.ndim else g.unsqueeze(dim)) * softmax(x, dim=dim)]


logsumexp = operator(
    f.logsumexp, "LogsumexpBackward0", "MulBackward0", _logsumexp_slopes, saves=AND_RESULT
)

# ---- losses ---------------------------------------------------------------------------


def _reduced(losses, reduction, divisor=None):
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    return losses.mean() if divisor is None else losses.sum() / divisor


def _constant(array, otherwise=1.0):
    return otherwise if array is None else wrap(array)


def _mse_loss(x, target, reduction="mean"):
    return _reduced((x - target) ** 2, reduction)


mse_loss = operator(
    f.mse_loss, "MseLossBackward0", "MseLossBackwardBackward0", slopes_of(_mse_loss)
)


def _huber_loss(x, target, reduction="mean", delta=1.0):
    d = x - target
    far = abs(d)
    return _reduced(choose(far < delta, 0.5 * d * d, delta * (far - 0.5 * delta)), reduction)


huber_loss = operator(
    f.huber_loss, "HuberLossBackward0", "HuberLossBackwardBackward0", slopes_of(_huber_loss)
)


def _smooth_l1_loss(x, target, reduction="mean", beta=1.0):
    return _huber_loss(x, target, reduction, beta) / beta  # beta = 0 is l1_loss, another node


smooth_l1_loss = operator(
    f.smooth_l1_loss,
    "SmoothL1LossBackward0",
    "SmoothL1LossBackwardBackward0",
    slopes_of(_smooth_l1_loss),
)


def _kl_div(x, target, reduction="mean", log_target=False):
    losses = target.exp() * (target - x) if log_target else target * (target.log() - x)
    return _reduced(losses, reduction, len(x) if reduction == "batchmean" else None)


kl_div = operator(f.kl_div, "KlDivBackward0", "KlDivBackward0", slopes_of(_kl_div))


def _binary_cross_entropy(x, target, weight=None, reduction="mean"):
    losses = target * x.log() + (1 - target) * (1 - x).log()
    return _reduced(-_constant(weight) * losses, reduction)


binary_cross_entropy = operator(
    f.binary_cross_entropy,
    "BinaryCrossEntropyBackward0",
    "BinaryCrossEntropyBackwardBackward0",
    slopes_of(_binary_cross_entropy),
)


def _with_logits(x, target, weight=None, reduction="mean", pos_weight=None):
    positive = _constant(pos_weight) * target
    losses = positive * logsigmoid(x) + (1 - target) * logsigmoid(-x)
    return _reduced(-_constant(weight) * losses, reduction)


binary_cross_entropy_with_logits = operator(
    f.binary_cross_entropy_with_logits,
    "BinaryCrossEntropyWithLogitsBackward0",
    "MulBackward0",
    slopes_of(_with_logits),
)
# nll_loss is linear in its input, so its derivative by the cotangent is nll_loss again.
_nll_loss_back = Operator(
    "NllLossBackwardBackward0",
    f.nll_loss.vjp,
    lambda s, g, x, target, **options: nll_loss(s, target, **options),
    lambda s, g, x, target, **options: s * 0,
    saves=((0, 1, 2), ()),
)
nll_loss = Operator("NllLossBackward0", f.nll_loss.value, _nll_loss_back, saves=((0, 1),))


def _cross_entropy(
    x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    dim = 1 if x.ndim > 1 else 0
    log_probs = log_softmax(x, dim=dim)
    if target.is_floating_point():
        classes, samples = x.shape[dim], x.numel() // x.shape[dim]
        expected = target * (1 - label_smoothing) + label_smoothing / classes
        losses = -(log_probs * _of_classes(weight, x) * expected).sum(dim)
        return _reduced(losses, reduction, samples)
    options = {"weight": weight, "ignore_index": ignore_index}
    picked = nll_loss(log_probs, target, reduction=reduction, **options)
    if not label_smoothing:
        return picked
    # Every class in turn is the target of a loss that counts where the target does.
    even = -(log_probs * _of_classes(weight, x)).sum(dim)
    even = choose(target == ignore_index, 0.0, even)
    if reduction == "mean":
        even = even.sum() / _sum_of_shares(target, weight, ignore_index)
    elif reduction == "sum":
        even = even.sum()
    return picked * (1 - label_smoothing) + even * (label_smoothing / x.shape[dim])


def _of_classes(weight, x):
    """Return the weights, shaped to be multiplied with the logits."""
    if weight is None:
        return 1.0
    return wrap(weight.reshape(-1, *[1] * (x.ndim - 2)) if x.ndim > 1 else weight)


def _sum_of_shares(target, weight, ignore_index):
    """Return what a mean over classes divides by: the sum of the targets' weights."""
    classes = target._array[target._array != ignore_index]
    return float(len(classes.reshape(-1)) if weight is None else weight[classes].sum())


cross_entropy = operator(
    f.cross_entropy,
    "NllLossBackward0",
    "LogSoftmaxBackwardDataBackward0",
    slopes_of(_cross_entropy),
)

# ---- the affine map -------------------------------------------------------------------


def rows(x):
    """Return a stack of vectors as one matrix; a single vector becomes a row."""
    if x.ndim == 2:
        return x
    *leading, last = shape_of(x)
    return reshaped(x, shape=(math.prod(leading), last))  # -1 is not known beside a length of 0


def _as_rows(x):
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])


# For the last step of torch's linear: the step before, and the one that shapes the input.
STEPS_OF_LINEAR = {
    "ViewBackward0": ("AddmmBackward0", "ViewBackward0"),
    "UnsafeViewBackward0": ("MmBackward0", "ViewBackward0"),
    "SqueezeBackward4": ("MmBackward0", "UnsqueezeBackward0"),
}


def _steps_of_linear(name, x, weight, *bias):
    turned_first = step("TBackward0", weight)
    if name not in STEPS_OF_LINEAR:
        return [*bias, x, turned_first]
    multiplied, shaped = STEPS_OF_LINEAR[name]
    return [step(multiplied, *bias, step(shaped, x), turned_first)]


linear = Operator(
    "AddmmBackward0",
    f.linear.value,
    lambda g, x, weight, bias=None: reshaped(product(rows(g), weight), shape=shape_of(x)),
    lambda g, x, weight, bias=None: product(turned(rows(g)), rows(x)),
    lambda g, x, weight, bias=None: sum_to(g, shape=shape_of(bias)),
    saves=((1,), (0,), ()),
    # Every step of a training walks through here, so it goes around the calls of the operators.
    pulls=(
        lambda g, x, weight, bias=None: product_of(rows(g), weight).reshape(x.shape),
        lambda g, x, weight, bias=None: product_of(rows(g).T, rows(x)),
        lambda g, x, weight, bias=None: summed_to(g, bias.shape),
    ),
    views={0: _as_rows, 1: lambda weight: weight.T},
    listed=_steps_of_linear,
)

# The same with a bias that has as many rows as the input.
with_rows = Operator(
    "AddmmBackward0",
    lambda y, bias: y + bias,
    lambda g, y, bias: g,
    lambda g, y, bias: g,
    saves=((), ()),
)

# ---- the same operators under other names ---------------------------------------------
#
# torch computes some of them in several steps. The node of the result is that of the last step.


def _all_named(operator, *names):
    return {name: operator.named(name) for name in names}


_CROSS_ENTROPY = _all_named(
    cross_entropy,
    "NllLoss2DBackward0",
    "ViewBackward0",
    "DivBackward1",
    "NegBackward0",
    "AddBackward0",
)
_NLL_LOSS = _all_named(nll_loss, "NllLoss2DBackward0", "ViewBackward0")
_KL_DIV = _all_named(
    kl_div, "MeanBackward0", "SumBackward0", "DivBackward0", "SubBackward0", "MulBackward0"
)
_KL_DIV_NAMES = {"mean": "MeanBackward0", "sum": "SumBackward0", "batchmean": "DivBackward0"}
_LINEAR = _all_named(linear, "SqueezeBackward4", "MmBackward0", "UnsafeViewBackward0")
linear_of_a_stack = linear.named("ViewBackward0")


def cross_entropy_of(input, target, reduction, label_smoothing):
    """Return cross_entropy for probabilities, for smoothed classes or for rank 3 and more."""
    if target.is_floating_point() and target.shape == input.shape:
        divides = reduction == "mean" and input.numel() > 0
        return _CROSS_ENTROPY["DivBackward1" if divides else "NegBackward0"]
    if label_smoothing > 0:
        return _CROSS_ENTROPY["AddBackward0"]
    return _CROSS_ENTROPY[_last_pick(input.ndim, reduction)]


def nll_loss_of(ndim, reduction):
    """Return nll_loss for an input of rank 3 and more."""
    return _NLL_LOSS[_last_pick(ndim, reduction)]


def _last_pick(ndim, reduction):
    """Return the name of torch's last step: nll_loss2d, and a view of unreduced losses."""
    return "ViewBackward0" if reduction == "none" and ndim != 4 else "NllLoss2DBackward0"


def kl_div_of(reduction, log_target, ndim):
    """Return kl_div for a reduction; a number is not divided by its length."""
    if reduction == "batchmean" and not ndim:
        reduction = "sum"
    if reduction == "none":
        return _KL_DIV["MulBackward0" if log_target else "SubBackward0"]
    known = isinstance(reduction, str) and reduction in _KL_DIV_NAMES
    return _KL_DIV[_KL_DIV_NAMES[reduction]] if known else kl_div


def linear_without_bias(ndim):
    """Return the linear map of an input of that rank, without a bias."""
    names = {1: "SqueezeBackward4", 2: "MmBackward0"}
    return _LINEAR[names.get(ndim, "UnsafeViewBackward0")]
