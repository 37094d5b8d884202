"""A step with settings that are no plain numbers: torch's own operators, one after another.

A program may put anything into `param_groups`, and torch looks at it only where an operator is
given it: what is wrong is said by that operator, and what was changed before stays changed. So a
step with a setting that is no number, or a beta that is none of Adam's, is taken here by the same
operators in the same order; all other steps are taken by a formula.
"""

import numpy as np

from refimpl.autograd.modes import no_grad
from refimpl.errors import failure, kind
from refimpl.tape.arguments import invalid
from refimpl.tape.operands import rank_and_type
from refimpl.tape.tensor import Tensor

PLAIN = frozenset({int, float, np.float32, np.float64, np.int32, np.int64})
FLAG = frozenset({bool})


def plain(*settings):
    """Tell whether all settings are numbers, none of them True or False."""
    return PLAIN.issuperset(map(type, settings))


def flags(*settings):
    """Tell whether all settings are True or False."""
    return FLAG.issuperset(map(type, settings))


def scalar(setting):
    """Return a tensor of one element as one without dimensions, and all else as it is."""
    if isinstance(setting, Tensor) and setting.ndim:
        return setting.squeeze()
    return setting


@no_grad()
def sgd_step(group, state):
    """Take a step of SGD with the parameters of a group that have a gradient."""
    momentum, kept = group["momentum"], {}
    parameters = [each for each in group["params"] if each.grad is not None]
    if parameters and momentum != 0:
        kept = {each: state[each].get("momentum_buffer") for each in parameters}
    lr = scalar(group["lr"])
    for parameter in parameters:
        grad = -parameter.grad if group["maximize"] else parameter.grad
        if group["weight_decay"] != 0:
            grad = _decayed(grad, parameter, group["weight_decay"])
        if momentum != 0:
            buffer = kept[parameter]
            if buffer is None:
                buffer = kept[parameter] = grad.detach().clone()
            else:
                buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        if getattr(lr, "requires_grad", False):
            parameter.sub_(grad * lr)
        else:
            parameter.add_(grad, alpha=-lr)
    for parameter, buffer in kept.items():
        state[parameter]["momentum_buffer"] = buffer


def _decayed(grad, parameter, decay):
    """Add a part of the parameter to its gradient: in place, where the part might be trained."""
    if getattr(decay, "requires_grad", False):
        return grad.add_(parameter * decay)
    return grad.add(parameter, alpha=decay)


@no_grad()
def adam_step(group, state, begin):
    """Take a step of Adam with the parameters of a group that have a gradient."""
    betas = tuple(map(scalar, _two(group["betas"])))
    entered = []
    for parameter in group["params"]:
        if parameter.grad is not None:
            kept, amsgrad = state[parameter], bool(group["amsgrad"])
            if not kept:
                begin(kept, parameter._array, amsgrad)
            greatest = kept["max_exp_avg_sq"] if amsgrad else None
            entered.append((parameter, kept["step"], kept["exp_avg"], kept["exp_avg_sq"], greatest))
    for each in entered:
        _adam_of_one(*each, *betas, scalar(group["lr"]), group)


def _two(betas):
    first, second = betas
    return first, second


def _adam_of_one(parameter, step, first, second, greatest, beta1, beta2, lr, group):
    grad = -parameter.grad if group["maximize"] else parameter.grad
    step += 1
    decay = group["weight_decay"]
    if decay != 0 and group["decoupled_weight_decay"]:
        parameter.mul_(1 - lr * decay)
    elif decay != 0:
        grad = grad.add(parameter, alpha=decay)
    _lerp_(first, grad, 1 - beta1)
    second.mul_(beta2)
    second.add_(grad * grad, alpha=_number("addcmul_", 1 - beta2))
    count = step.item()
    size = lr / (1 - beta1**count)
    root = (1 - beta2**count) ** 0.5
    if greatest is not None:
        greatest.copy_(greatest.maximum(second))
    below = ((second if greatest is None else greatest).sqrt() / root).add_(group["eps"])
    parameter.add_(first / below, alpha=_number("addcdiv_", -size))


def _lerp_(tensor, end, weight):
    """Move a tensor towards another one by a weight, a number or a tensor."""
    if rank_and_type(weight)[1] is None:
        raise invalid("lerp_", end, weight)
    tensor.add_((end - tensor) * weight)


def _number(name, value):
    """Return a factor that torch takes as a number: a tensor of one element is one."""
    rank, dtype = rank_and_type(value)
    if dtype is None or rank > 0 or getattr(value, "requires_grad", False):
        raise failure(TypeError, f"{name}(): argument 'value' must be Number, not {kind(value)}")
    return value
