"""Stochastic gradient descent."""

from refimpl import formulas
from refimpl.autograd import enable_grad, no_grad
from refimpl.formulas.sgd import check_settings
from refimpl.optim.optimizer import Optimizer
from refimpl.tape.tensor import wrap


class SGD(Optimizer):
    """Move every parameter against its gradient, see `refimpl.formulas.sgd`.

    Parameters
    ----------
    params : iterable
        See `Optimizer`.
    lr : float
        The rate.
    momentum, dampening, weight_decay : float
    nesterov, maximize : bool

    Raises
    ------
    ValueError
        For a setting that makes no sense.

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = torch.optim.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        momentum=0,
        dampening=0,
        weight_decay=0,
        nesterov=False,
        *,
        maximize=False,
        foreach=None,
        differentiable=False,
        fused=None,
    ):
        check_settings(lr, momentum, dampening, weight_decay, nesterov)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    @no_grad()
    def step(self, closure=None):
        """Take one step; `closure`, if given, computes the loss anew and returns it."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            rule = {key: group[key] for key in RULE}
            for parameter in group["params"]:
                if parameter._grad is not None:
                    self._update(parameter, rule)
        return loss

    def _update(self, parameter, rule):
        state = self.state.setdefault(parameter, {}) if rule["momentum"] else {}
        buffer = state.get("momentum_buffer")
        new, new_buffer = formulas.sgd(
            parameter._array,
            parameter._grad._array,
            None if buffer is None else buffer._array,
            **rule,
        )
        parameter._array[...] = new
        parameter._counter[0] += 1
        if new_buffer is not None:
            state["momentum_buffer"] = wrap(new_buffer)


RULE = ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize")
