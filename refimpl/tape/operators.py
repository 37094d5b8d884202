"""Every formula of layer 1, tied to the name torch gives its node.

A formula comes with its vjp and the vjp of its vjp; as operators they make a chain, so a gradient
can be differentiated again. There the chain ends: a third derivative of a formula is refused.
"""

import numpy as np

from refimpl import formulas as f
from refimpl.errors import unsupported
from refimpl.tape.broadcast import sum_to
from refimpl.tape.products import product, turned
from refimpl.tape.record import RESULT, Operator
from refimpl.tape.views import reshaped, shape_of


def part(index, joint):
    """Return the function that gives one of the cotangents of a joint vjp."""

    def vjp(*args, **options):
        return joint(*args, **options)[index]

    return vjp


def third(cotangent, *args, **options):
    """Refuse what lies beyond a formula, its vjp and the vjp of that."""
    raise unsupported(
        "The third derivative of a formula",
        "Formulas carry two derivatives; write the function out in exp, log, sum and arithmetic, "
        "which can be differentiated without end.",
    )


def backward(name, vjp, vjp_vjp, index=None, arguments=2):
    """Tie a vjp to `name`, and the vjp of it, one part per argument, to nodes of that name."""
    forward = vjp if index is None else part(index, vjp)
    thirds = [third] * (arguments + 1)
    seconds = (Operator(name, part(i, vjp_vjp), *thirds) for i in range(arguments))
    return Operator(name, forward, *seconds)


def of_one(name, formula, vjp, vjp_vjp, back=None, saves=None, ahead=None):
    """Tie a formula of one tensor to `name`, and its vjp to `back`."""
    return Operator(name, formula, backward(back or name, vjp, vjp_vjp), saves=saves, ahead=ahead)


def softmax_ahead(x, dim):
    """Return softmax and, starting from the probabilities before they are rounded, its vjp."""
    probs = f.softmax(x, dim, np.float64)
    return probs.astype(x.dtype), lambda cotangent: [f.softmax_vjp(cotangent, x, dim, probs)]


AND_RESULT = ((0, RESULT),)

softmax = of_one(
    "SoftmaxBackward0",
    f.softmax,
    f.softmax_vjp,
    f.softmax_vjp_vjp,
    "SoftmaxBackwardDataBackward0",
    AND_RESULT,
    softmax_ahead,
)
log_softmax = of_one(
    "LogSoftmaxBackward0",
    f.log_softmax,
    f.log_softmax_vjp,
    f.log_softmax_vjp_vjp,
    "LogSoftmaxBackwardDataBackward0",
    AND_RESULT,
)
logsumexp = of_one(
    "LogsumexpBackward0",
    f.logsumexp,
    f.logsumexp_vjp,
    f.logsumexp_vjp_vjp,
    "MulBackward0",
    AND_RESULT,
)
sigmoid = of_one(
    "SigmoidBackward0",
    f.sigmoid,
    f.sigmoid_vjp,
    f.sigmoid_vjp_vjp,
    "SigmoidBackwardBackward0",
    AND_RESULT,
)
logsigmoid = of_one(
    "LogSigmoidBackward0",
    f.logsigmoid,
    f.logsigmoid_vjp,
    f.logsigmoid_vjp_vjp,
    "LogSigmoidBackwardBackward0",
)
tanh = of_one(
    "TanhBackward0", f.tanh, f.tanh_vjp, f.tanh_vjp_vjp, "TanhBackwardBackward0", AND_RESULT
)
relu_backward = backward("ThresholdBackwardBackward0", f.relu_vjp, f.relu_vjp_vjp)
relu = Operator(
    "ReluBackward0",
    f.relu,
    lambda g, x, y: relu_backward(g, y),  # the result is positive where the input is
    saves=((RESULT,),),
    result=True,
)
softplus = of_one(
    "SoftplusBackward0",
    f.softplus,
    f.softplus_vjp,
    f.softplus_vjp_vjp,
    "SoftplusBackwardBackward0",
)


def of_two(name, formula, vjp, vjp_vjp, back, ahead=None):
    """Tie a loss of input and target to `name`; either may want a gradient."""

    def gradient(index):
        def seconds(second, cotangent, x, target, **options):
            pair = (second, None) if index == 0 else (None, second)
            return vjp_vjp(pair, cotangent, x, target, **options)

        return backward(back, vjp, seconds, index, arguments=3)

    return Operator(name, formula, gradient(0), gradient(1), ahead=ahead)


def cross_entropy_ahead(x, target, reduction="mean", **options):
    """Return the loss and, from the same pass over the logits, the gradients that 1 leads to."""
    if reduction == "none":
        return f.cross_entropy(x, target, reduction=reduction, **options), None
    one = x.dtype.type(1)
    loss, *gradients = f.cross_entropy_value_and_vjp(one, x, target, reduction=reduction, **options)
    return loss, lambda cotangent: gradients if cotangent.item() == 1 else None


mse_loss = of_two(
    "MseLossBackward0",
    f.mse_loss,
    f.mse_loss_vjp,
    f.mse_loss_vjp_vjp,
    "MseLossBackwardBackward0",
)
kl_div = of_two("KlDivBackward0", f.kl_div, f.kl_div_vjp, f.kl_div_vjp_vjp, "KlDivBackward0")
cross_entropy = of_two(
    "NllLossBackward0",
    f.cross_entropy,
    f.cross_entropy_vjp,
    f.cross_entropy_vjp_vjp,
    "LogSoftmaxBackwardDataBackward0",
    cross_entropy_ahead,
)
nll_loss = of_one(
    "NllLossBackward0",
    f.nll_loss,
    f.nll_loss_vjp,
    f.nll_loss_vjp_vjp,
    "NllLossBackwardBackward0",
    ((0, 1),),
)
binary_cross_entropy = of_two(
    "BinaryCrossEntropyBackward0",
    f.binary_cross_entropy,
    f.binary_cross_entropy_vjp,
    f.binary_cross_entropy_vjp_vjp,
    "BinaryCrossEntropyBackwardBackward0",
)
binary_cross_entropy_with_logits = of_two(
    "BinaryCrossEntropyWithLogitsBackward0",
    f.binary_cross_entropy_with_logits,
    f.binary_cross_entropy_with_logits_vjp,
    f.binary_cross_entropy_with_logits_vjp_vjp,
    "MulBackward0",
)


def rows(x):
    """Return a stack of vectors as one matrix; a single vector becomes a row."""
    return x if x.ndim == 2 else reshaped(x, shape=(-1, shape_of(x)[-1]))


linear = Operator(
    "AddmmBackward0",
    f.linear,
    lambda g, x, weight, bias=None: reshaped(product(rows(g), weight), shape=shape_of(x)),
    lambda g, x, weight, bias=None: product(turned(rows(g)), rows(x)),
    lambda g, x, weight, bias=None: sum_to(g, shape=shape_of(bias)),
    saves=((1,), (0,), ()),
)
