"""Stochastic gradient descent."""

import functools
from array import array
from operator import itemgetter

import numpy as np

from refimpl import formulas
from refimpl.autograd import enable_grad
from refimpl.errors import failure, outside, silent, unsupported
from refimpl.formulas._sgd import updated
from refimpl.optim.optimizer import Optimizer
from refimpl.optim.unusual import FLAG, PLAIN, sgd_step
from refimpl.tape.tensor import Tensor, wrap


class SGD(Optimizer):
    """Move every parameter against its gradient.

    Parameters
    ----------
    params : iterable of Tensor of any shape, of (name, Tensor) or of dict
        See `Optimizer`.
    lr : float, or Tensor of one element, any shape
        The learning rate.
    momentum, dampening, weight_decay : float
        How much of the last step is kept, how much less the gradient then counts, and how much of
        the parameter is added to the gradient.
    nesterov : bool
        Take the gradient's part again on top of the momentum.
    maximize : bool
        Move along the gradient.
    foreach, differentiable, fused : bool, optional
        `foreach` and `fused` are accepted: they change torch's speed, not its result.
        `differentiable` has to be False: a step is not recorded.

    Raises
    ------
    ValueError
        For a negative setting, or nesterov without momentum or with dampening.
    TypeError
        As `Optimizer`.
    NotImplementedError
        For `differentiable`.

    Notes
    -----
    Each parameter is computed in float64 and rounded once; torch rounds after every operation. The
    settings are numbers of the parameter's dtype, as the rate is in ``w - lr * w.grad``. In the
    first step the buffer is the gradient itself, without dampening.

    See Also
    --------
    refimpl.formulas.sgd : the rule, on arrays, with its sources

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
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise failure(ValueError, "Tensor lr must be 1-element")
        if differentiable:
            raise unsupported("SGD(differentiable=True)", "A step is taken under no_grad.")
        formulas.check_sgd_settings(lr, momentum, dampening, weight_decay, nesterov)
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

    _later_settings = (
        ("nesterov", False),
        ("maximize", False),
        ("foreach", None),
        ("differentiable", False),
        ("fused", False),
    )

    def step(self, closure=None):
        """Take one step.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss anew, gradients and all; it is called first.

        Returns
        -------
        Tensor or None
            What `closure` has returned.

        Examples
        --------
        >>> import refimpl as torch
        >>> w = torch.tensor([4.0], requires_grad=True)
        >>> optimizer = torch.optim.SGD([w], lr=0.25)
        >>> def loss():
        ...     optimizer.zero_grad()
        ...     square = (w * w).sum()
        ...     square.backward()
        ...     return square
        >>> [optimizer.step(loss).item() for _ in range(3)]
        [16.0, 4.0, 1.0]
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._update(group)
        return loss

    @silent
    def _update(self, group):
        exact = settings(group)
        if not usual(tuple(map(type, exact))):
            sgd_step(group, self.state)
            return
        single = in_float32(*exact)
        for parameter in group["params"]:
            gradient = parameter._grad
            if gradient is None:
                continue
            buffer = self.state[parameter].get("momentum_buffer") if group["momentum"] else None
            values, before = parameter._array, None if buffer is None else buffer._array
            chosen = exact if values.dtype == np.float64 else single
            values[...], after = updated(values, gradient._array, before, *chosen)
            parameter._counter[0] += 1
            if after is not None:
                self.state[parameter]["momentum_buffer"] = wrap(after)


@functools.cache
def usual(types):
    """Tell whether settings of such types are plain numbers and, the last two, flags."""
    return PLAIN.issuperset(types[:4]) and FLAG.issuperset(types[4:])


def settings(group):
    """Return the settings of a group in the order in which `updated` takes them."""
    lr, momentum, dampening, weight_decay, nesterov, maximize, _, _ = named(group)
    if isinstance(lr, Tensor) and lr.numel() == 1:
        lr = lr.item()
    return lr, momentum, dampening, weight_decay, nesterov, maximize


named = itemgetter(
    *("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize"),
    *("foreach", "fused"),  # which change nothing; torch asks for them
)


def in_float32(lr, momentum, dampening, weight_decay, nesterov, maximize):
    """Return settings as the numbers that torch's operators make of them beside float32.

    So a step is the update that a program writes by hand: in ``w - lr * g`` the rate is a number
    of the tensor's dtype, too. Beside float16 torch keeps numbers in float32.
    """
    # An array of Python's makes float32 of few numbers in a third of NumPy's time.
    lr, momentum, kept, weight_decay = array("f", (lr, momentum, 1 - dampening, weight_decay))
    return lr, momentum, 1 - kept, weight_decay, nesterov, maximize


__all__ = ["SGD"]

__getattr__ = outside("torch.optim.sgd", __all__)
