"""Schedulers: what changes the learning rates of an optimizer from epoch to epoch.

The names of a scheduler's attributes are torch's, the private ones too: `state_dict` returns them.
"""

import functools
import math
import warnings
from bisect import bisect_right
from collections import Counter
from types import FunctionType

from refimpl.errors import failure, outside
from refimpl.optim.optimizer import Optimizer
from refimpl.tape.tensor import Tensor

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "MultiStepLR",
    "StepLR",
]

SEE = "See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"
OVERRIDDEN = (
    "Seems like `optimizer.step()` has been overridden after learning rate scheduler "
    "initialization. Please, make sure to call `optimizer.step()` before "
    f"`lr_scheduler.step()`. {SEE}"
)
TOO_EARLY = (
    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, "
    "you should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  "
    "Failure to do this will result in PyTorch skipping the first value of the learning rate "
    f"schedule. {SEE}"
)
EPOCH = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where "
    "possible. Please use `scheduler.step()` to step the scheduler. During the deprecation, if "
    "epoch is different from None, the closed form is used instead of the new chainable form, "
    "where available. Please open an issue if you are unable to replicate your use case: "
    "https://github.com/pytorch/pytorch/issues/new/choose."
)
GET_LR = "To get the last learning rate computed by the scheduler, please use `get_last_lr()`."


def _rates(optimizer, key="lr"):
    """Return a setting of all groups; tensors are copied."""
    found = [group[key] for group in optimizer.param_groups]
    return [rate.clone() if isinstance(rate, Tensor) else rate for rate in found]


def _count_steps(optimizer):
    """Let the optimizer note that a step was taken: a scheduler warns where none was."""
    step = optimizer.step
    if hasattr(step, "_wrapped_by_lr_sched"):
        return

    @functools.wraps(step)
    def noted(*args, **kwargs):
        optimizer._opt_called = True
        return step(*args, **kwargs)

    noted._wrapped_by_lr_sched = True
    optimizer.step = noted


class LRScheduler:
    """The base of all schedulers.

    Subclass it and write `get_lr`.

    Parameters
    ----------
    optimizer : Optimizer
        Its learning rates are changed: ``"lr"`` of each group.
    last_epoch : int
        The epoch from which the schedule goes on; -1 begins it.

    Attributes
    ----------
    base_lrs : list of float or Tensor
        The rates with which the schedule began.
    last_epoch : int
        How many steps were taken.

    Raises
    ------
    TypeError
        For what is no optimizer.
    KeyError
        Where the optimizer has seen no scheduler, and `last_epoch` is not -1.

    Examples
    --------
    >>> import refimpl as torch
    >>> class Halving(torch.optim.lr_scheduler.LRScheduler):
    ...     def get_lr(self):
    ...         return [rate * 0.5**self.last_epoch for rate in self.base_lrs]
    >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.8)
    >>> scheduler = Halving(optimizer)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> optimizer.param_groups[0]["lr"]
    0.4
    """

    _get_lr_called_within_step = False
    _is_initial = False

    def __init__(self, optimizer, last_epoch=-1):
        if not isinstance(optimizer, Optimizer):
            raise failure(TypeError, f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                rate = group["lr"]
                group.setdefault("initial_lr", rate.clone() if isinstance(rate, Tensor) else rate)
            elif "initial_lr" not in group:
                raise failure(
                    KeyError,
                    f"param 'initial_lr' is not specified in param_groups[{i}] when resuming "
                    "scheduler with last_epoch >= 0.\nThis typically happens when:\n1. You're "
                    "trying to resume training from a checkpoint but haven't properly loaded the "
                    "optimizer state\n2. You're using last_epoch >= 0 for a fresh training run "
                    "(not recommended)",
                )
        self.base_lrs = _rates(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        _count_steps(optimizer)
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def step(self, epoch=None):
        """Set the learning rates of the next epoch; call it behind the optimizer's `step`.

        Parameters
        ----------
        epoch : int, optional
            Go to this epoch instead; torch is about to give it up, with a warning.

        Raises
        ------
        ValueError
            Where the optimizer has got another group since.

        Examples
        --------
        >>> import refimpl as torch
        >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        >>> optimizer.step()
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
        """
        if self._step_count == 1:
            if not hasattr(self.optimizer.step, "_wrapped_by_lr_sched"):
                warnings.warn(OVERRIDDEN, UserWarning, stacklevel=2)
            elif not getattr(self.optimizer, "_opt_called", False):
                warnings.warn(TOO_EARLY, UserWarning, stacklevel=2)
        self._step_count += 1
        if epoch is not None:
            warnings.warn(EPOCH, UserWarning, stacklevel=2)
        for group, rate in zip(self.optimizer.param_groups, self._next(epoch), strict=True):
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate
        self._last_lr = _rates(self.optimizer)

    def _next(self, epoch):
        """Return the rates of the next epoch, or of the one that is asked for."""
        self._get_lr_called_within_step = True
        try:
            self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
            closed = getattr(self, "_get_closed_form_lr", None)
            return self.get_lr() if epoch is None or closed is None else closed()
        finally:
            self._get_lr_called_within_step = False

    def get_lr(self):
        """Compute the learning rates of the epoch `last_epoch`; subclasses say how.

        Returns
        -------
        list of float or Tensor
            One for each group.

        Raises
        ------
        NotImplementedError
            Unless a subclass has written it.

        Notes
        -----
        `step` calls it. Who wants to know the present rates asks `get_last_lr`: of most schedulers
        it computes one step further.

        Examples
        --------
        >>> import refimpl as torch
        >>> class Halving(torch.optim.lr_scheduler.LRScheduler):
        ...     def get_lr(self):
        ...         return [rate * 0.5**self.last_epoch for rate in self.base_lrs]
        >>> Halving(torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.8)).get_lr()
        [0.8]
        """
        raise NotImplementedError

    def get_last_lr(self):
        """Return the learning rates that the last step has set.

        Returns
        -------
        list of float or Tensor
            One for each group.

        Examples
        --------
        >>> import refimpl as torch
        >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
        >>> torch.optim.lr_scheduler.StepLR(optimizer, step_size=2).get_last_lr()
        [0.4]
        """
        return self._last_lr

    def state_dict(self):
        """Return all that the scheduler knows, but for the optimizer.

        Returns
        -------
        dict

        Examples
        --------
        >>> import refimpl as torch
        >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
        >>> state = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2).state_dict()
        >>> state["step_size"], state["last_epoch"]
        (2, 0)
        """
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict):
        """Take over what `state_dict` has returned.

        Parameters
        ----------
        state_dict : dict

        Raises
        ------
        TypeError
            For what is no dict.

        Examples
        --------
        >>> import refimpl as torch
        >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
        >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2)
        >>> scheduler.load_state_dict({"last_epoch": 7})
        >>> scheduler.last_epoch
        7
        """
        vars(self).update(state_dict)


def _check_within_step(scheduler):
    """Warn of a call of `get_lr` from outside."""
    if not scheduler._get_lr_called_within_step:
        warnings.warn(GET_LR, UserWarning, stacklevel=3)


class LambdaLR(LRScheduler):
    r"""Multiply the initial learning rate by a function of the epoch.

    .. math:: \eta_t = \eta_0 f(t)

    Parameters
    ----------
    optimizer : Optimizer
        As of `LRScheduler`.
    lr_lambda : callable, or list of callable
        The function, or one for each group.
    last_epoch : int
        As of `LRScheduler`.

    Raises
    ------
    ValueError
        For a list of another length than the number of groups.
    KeyError
        As `LRScheduler`.

    Examples
    --------
    >>> import refimpl as torch
    >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.5)
    >>> scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (epoch + 1))
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        self.optimizer = optimizer
        groups = len(optimizer.param_groups)
        several = isinstance(lr_lambda, (list, tuple))
        if several and len(lr_lambda) != groups:
            raise failure(ValueError, f"Expected {groups} lr_lambdas, but got {len(lr_lambda)}")
        self.lr_lambdas = list(lr_lambda) if several else [lr_lambda] * groups
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        """Compute the learning rates of the epoch `last_epoch`."""
        _check_within_step(self)
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [rate * function(self.last_epoch) for rate, function in pairs]

    def state_dict(self):
        """Return all that the scheduler knows, but for the optimizer and for plain functions."""
        state = super().state_dict()
        functions = state.pop("lr_lambdas")
        state["lr_lambdas"] = [
            None if isinstance(each, FunctionType) else vars(each).copy() for each in functions
        ]
        return state

    def load_state_dict(self, state_dict):
        """Take over what `state_dict` has returned; functions stay."""
        kept = state_dict["lr_lambdas"]
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "lr_lambdas"})
        for function, attributes in zip(self.lr_lambdas, kept, strict=False):
            if attributes is not None:
                vars(function).update(attributes)


class StepLR(LRScheduler):
    r"""Multiply the learning rate by `gamma` every `step_size` epochs.

    .. math:: \eta_t = \eta_0 \, \gamma^{\lfloor t / s \rfloor}

    Parameters
    ----------
    optimizer : Optimizer
        As of `LRScheduler`.
    step_size : int
        The number :math:`s` of epochs.
    gamma : float
        The factor.
    last_epoch : int
        As of `LRScheduler`.

    Raises
    ------
    TypeError, KeyError
        As `LRScheduler`.

    Examples
    --------
    >>> import refimpl as torch
    >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
    >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.4]
    [0.2]
    [0.2]
    [0.1]
    """

    def __init__(self, optimizer, step_size, gamma=0.1, last_epoch=-1):
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        """Compute the learning rates of the epoch `last_epoch` from those before."""
        _check_within_step(self)
        if self.last_epoch == 0 or self.last_epoch % self.step_size != 0:
            return _rates(self.optimizer)
        return [rate * self.gamma for rate in _rates(self.optimizer)]

    def _get_closed_form_lr(self):
        steps = self.last_epoch // self.step_size
        return [rate * self.gamma**steps for rate in self.base_lrs]


class MultiStepLR(LRScheduler):
    r"""Multiply the learning rate by `gamma` at each of the milestones.

    .. math:: \eta_t = \eta_0 \, \gamma^{\lvert \{m : m \leq t\} \rvert}

    Parameters
    ----------
    optimizer : Optimizer
        As of `LRScheduler`.
    milestones : list of int
        The epochs :math:`m`.
    gamma : float
        The factor.
    last_epoch : int
        As of `LRScheduler`.

    Raises
    ------
    TypeError, KeyError
        As `LRScheduler`.

    Examples
    --------
    >>> import refimpl as torch
    >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
    >>> scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.2]
    [0.2]
    [0.1]
    """

    def __init__(self, optimizer, milestones, gamma=0.1, last_epoch=-1):
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        """Compute the learning rates of the epoch `last_epoch` from those before."""
        _check_within_step(self)
        if self.last_epoch not in self.milestones:
            return _rates(self.optimizer)
        factor = self.gamma ** self.milestones[self.last_epoch]
        return [rate * factor for rate in _rates(self.optimizer)]

    def _get_closed_form_lr(self):
        passed = bisect_right(sorted(self.milestones.elements()), self.last_epoch)
        return [rate * self.gamma**passed for rate in self.base_lrs]


class ExponentialLR(LRScheduler):
    r"""Multiply the learning rate by `gamma` in every epoch.

    .. math:: \eta_t = \eta_0 \, \gamma^t

    Parameters
    ----------
    optimizer : Optimizer
        As of `LRScheduler`.
    gamma : float
        The factor.
    last_epoch : int
        As of `LRScheduler`.

    Raises
    ------
    TypeError, KeyError
        As `LRScheduler`.

    Examples
    --------
    >>> import refimpl as torch
    >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=1.0)
    >>> scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> for _ in range(2):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.5]
    [0.25]
    """

    def __init__(self, optimizer, gamma, last_epoch=-1):
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        """Compute the learning rates of the epoch `last_epoch` from those before."""
        _check_within_step(self)
        factor = 1 if self._is_initial else self.gamma
        return [rate * factor for rate in _rates(self.optimizer)]

    def _get_closed_form_lr(self):
        return [rate * self.gamma**self.last_epoch for rate in self.base_lrs]


class CosineAnnealingLR(LRScheduler):
    r"""Let the learning rate fall, and rise again, along a cosine.

    .. math:: \eta_t = \eta_{\min} + (\eta_0 - \eta_{\min}) \, \frac{1 + \cos(\pi t / T)}{2}

    Parameters
    ----------
    optimizer : Optimizer
        As of `LRScheduler`.
    T_max : int
        The number :math:`T` of epochs up to the least rate.
    eta_min : float
        The least rate.
    last_epoch : int
        As of `LRScheduler`.

    Raises
    ------
    TypeError, KeyError
        As `LRScheduler`.
    ZeroDivisionError
        At the first step, where `T_max` is 0.

    Notes
    -----
    Each rate is computed from the one before, as torch does: the last digits depend on it.

    References
    ----------
    I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
    ICLR (2017), equation 5.

    Examples
    --------
    >>> import refimpl as torch
    >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=1.0)
    >>> scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> for _ in range(2):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.5]
    [0.0]
    """

    def __init__(self, optimizer, T_max, eta_min=0.0, last_epoch=-1):  # noqa: N803 - torch's name
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        """Compute the learning rates of the epoch `last_epoch` from those before."""
        _check_within_step(self)
        rates, least, epoch = _rates(self.optimizer), self.eta_min, self.last_epoch
        if self._is_initial:
            return rates
        if self._step_count == 1 and epoch > 0:
            return self._get_closed_form_lr()
        if (epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # the step behind the least rate
            factor = 1 - math.cos(math.pi / self.T_max)
            pairs = zip(self.base_lrs, rates, strict=True)
            return [rate + (base - least) * factor / 2 for base, rate in pairs]
        ratio = self._raised(epoch) / self._raised(epoch - 1)
        return [ratio * (rate - least) + least for rate in rates]

    def _raised(self, epoch):
        return 1 + math.cos(math.pi * epoch / self.T_max)

    def _get_closed_form_lr(self):
        least, raised = self.eta_min, self._raised(self.last_epoch)
        return [least + (base - least) * raised / 2 for base in self.base_lrs]


__getattr__ = outside("torch.optim.lr_scheduler", __all__)
